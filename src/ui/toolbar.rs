//! The top row: open, zoom, save.

use egui::{Align, Button, Layout, Response, Ui, UiBuilder, vec2};

use super::{
    Local,
    commands::{self, ZOOM_STEP},
    theme::{self, SPACE},
};
use crate::{
    app::{
        action::Action,
        item::PreviewState,
        state::State,
        view::{View, Zoom},
    },
    engine::protocol::OutputKind,
    lang::t,
};

const ZOOM_GROUP_WIDTH: f32 = 210.0;

/// Draws the toolbar.
pub fn show(ui: &mut Ui, state: &State, local: &Local, actions: &mut Vec<Action>) {
    ui.horizontal_centered(|ui| {
        open_buttons(ui, actions);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            save_buttons(ui, state, actions);
            let middle = ui.available_rect_before_wrap();
            let group = vec2(ZOOM_GROUP_WIDTH.min(middle.width()), middle.height());
            let group = egui::Align2::CENTER_CENTER.align_size_within_rect(group, middle);
            let layout = Layout::left_to_right(Align::Center);
            ui.scope_builder(UiBuilder::new().max_rect(group).layout(layout), |ui| {
                zoom_buttons(ui, state, local, actions);
            });
        });
    });
}

fn open_buttons(ui: &mut Ui, actions: &mut Vec<Action>) {
    let open = ui.button(t!("toolbar-open"));
    if hint(ui, open, &t!("toolbar-open-what"), "command-open").clicked() {
        actions.push(Action::OpenFiles);
    }
    let folder = ui.button(t!("toolbar-open-folder"));
    if hint(ui, folder, &t!("toolbar-open-folder-what"), "command-open-folder").clicked() {
        actions.push(Action::OpenFolder);
    }
}

fn save_buttons(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let done = state.tally().done;
    let main = theme::main_button(ui, &t!("toolbar-save-all"));
    let all = ui.add_enabled(done > 0, main).on_disabled_hover_text(t!("toolbar-once-one-is-done"));
    let what = t!("toolbar-save-all-what");
    if hint(ui, all, &what, "command-save-all").clicked() {
        actions.push(Action::SaveAll);
    }
    let can_save = state.selected_item().is_some_and(|item| item.can_save());
    for (word, kind, what, shortcut) in [
        (
            t!("toolbar-save-cutout"),
            OutputKind::Cutout,
            t!("toolbar-save-cutout-what"),
            "command-save-cutout",
        ),
        (
            t!("toolbar-save-mask"),
            OutputKind::Mask,
            t!("toolbar-save-mask-what"),
            "command-save-mask",
        ),
    ] {
        let button = ui
            .add_enabled(can_save, Button::new(word))
            .on_disabled_hover_text(t!("toolbar-once-this-is-done"));
        if hint(ui, button, &what, shortcut).clicked() {
            actions.push(Action::Save(kind));
        }
    }
}

fn zoom_buttons(ui: &mut Ui, state: &State, local: &Local, actions: &mut Vec<Action>) {
    let has_preview =
        state.selected_item().is_some_and(|item| matches!(item.preview, PreviewState::Ready(_)));
    let Some(pane) = local.pane.filter(|_| has_preview) else { return };
    ui.spacing_mut().item_spacing.x = SPACE.xs;
    ui.spacing_mut().button_padding.x = SPACE.s;
    let zoomed = |factor| state.view.zoomed(&pane, factor, [0.0, 0.0]);
    let quiet = |ui: &mut Ui, word: &str, name: &str, key: &str, view: View| {
        let button = Button::new(word).frame_when_inactive(false).min_size(vec2(28.0, 0.0));
        let button = ui.add(button).accessible_name(name);
        button.on_hover_text(format!("{name} ({key})")).clicked().then_some(Action::SetView(view))
    };
    actions.extend(quiet(ui, "−", "Zoom out", "−", zoomed(1.0 / ZOOM_STEP)));
    let percent = format!("{:.0} %", state.view.scale(&pane) * 100.0);
    ui.add_sized([48.0, 20.0], egui::Label::new(percent)).on_hover_text(
        "Screen pixels for each pixel of the photo. Turn the wheel over the photo to zoom.",
    );
    actions.extend(quiet(ui, "+", "Zoom in", "+", zoomed(ZOOM_STEP)));
    actions.extend(quiet(ui, "Fit", "Fit", "0", View::default()));
    let full = View { zoom: Zoom::Scale(1.0), ..state.view };
    actions.extend(quiet(ui, "100 %", "Full size", "1", full));
}

fn hint(ui: &Ui, response: Response, what: &str, command: &str) -> Response {
    let keys = commands::named(command).keys.first().map(|keys| ui.ctx().format_shortcut(keys));
    response.on_hover_text(format!("{what} ({})", keys.unwrap_or_default()))
}
