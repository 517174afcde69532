//! Lines above and below the photo: a model that cannot be used, and what just happened.

use std::path::Path;

use egui::{Align, Button, Frame, Label, Layout, Margin, Panel, RichText, Sense, Ui, vec2};

use super::{
    export,
    mark::{self, Mark},
    theme::{self, SPACE, palette},
    words,
};
use crate::{
    app::{action::Action, item::file_name, state::State},
    engine::protocol::ModelState,
    lang::t,
    path_text::printable,
};

/// Draws what there is to tell.
pub fn show(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let palette = palette(ui.visuals());
    let margin = Margin::symmetric(SPACE.l as i8, 6);
    let frame = Frame::new().fill(palette.raised).inner_margin(margin);
    if let Some(ModelState::Failed { why }) = &state.model {
        let message = words::sentence(&words::no_model(why));
        Panel::top("model-problem").frame(frame).show(ui, |ui| {
            ui.horizontal_top(|ui| line(ui, true, &message));
        });
    }
    if let Some(folder) = state.asks_subfolders.first() {
        Panel::bottom("subfolders").frame(frame).show(ui, |ui| subfolders(ui, folder, actions));
    }
    if export::is_saving_long(state) {
        Panel::bottom("saving").frame(frame).show(ui, |ui| export::progress(ui, state, actions));
    }
    let Some(notice) = &state.notice else { return };
    Panel::bottom("notice").frame(frame).show(ui, |ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.add(Button::new(t!("notice-dismiss")).frame_when_inactive(false)).clicked() {
                actions.push(Action::DismissNotice);
            }
            if let Some(folder) = &notice.folder {
                let button = ui.button(t!("notice-show-folder")).on_hover_text(printable(folder));
                if button.clicked() {
                    actions.push(Action::ShowFolder(folder.clone()));
                }
            }
            if notice.is_about_return && ui.button(t!("notice-start-empty")).clicked() {
                actions.push(Action::Clear);
            }
            if notice.can_save_elsewhere && ui.button(t!("notice-save-elsewhere")).clicked() {
                actions.push(Action::SaveElsewhere);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                line(ui, notice.is_problem, &notice.text);
            });
        });
    });
}

/// Asks whether photos in subfolders are wanted too, beside those that are in the list already.
fn subfolders(ui: &mut Ui, folder: &Path, actions: &mut Vec<Action>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let remembered = t!("notice-subfolders-remembered");
        let leave = ui.button(t!("notice-subfolders-leave"));
        if leave.on_hover_text(&remembered).clicked() {
            actions.push(Action::AddSubfolders(false));
        }
        let add = theme::main_button(ui, &t!("notice-subfolders-add"));
        if ui.add(add).on_hover_text(remembered).clicked() {
            actions.push(Action::AddSubfolders(true));
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let text = t!("notice-subfolders", folder = file_name(folder));
            ui.add(Label::new(text).wrap()).on_hover_text(printable(folder));
        });
    });
}

fn line(ui: &mut Ui, is_problem: bool, text: &str) {
    let palette = palette(ui.visuals());
    let (shape, colour) =
        if is_problem { (Mark::Cross, palette.bad) } else { (Mark::Tick, palette.good) };
    let (rect, _) = ui.allocate_exact_size(vec2(12.0, 18.0), Sense::hover());
    mark::paint(ui.painter(), rect.center(), 10.0, shape, colour);
    ui.add(Label::new(RichText::new(text)).wrap());
}
