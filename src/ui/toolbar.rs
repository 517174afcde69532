//! The top row: open, look, save.

use egui::{Align, Button, Layout, Response, Ui};

use super::{Local, commands, theme, viewer};
use crate::{
    app::{action::Action, state::State},
    engine::protocol::OutputKind,
    lang::t,
};

/// Draws the toolbar.
pub fn show(ui: &mut Ui, state: &State, local: &Local, actions: &mut Vec<Action>) {
    ui.horizontal_centered(|ui| {
        open_buttons(ui, actions);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            save_buttons(ui, state, actions);
            viewer::show_controls(ui, state, local, actions);
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

fn hint(ui: &Ui, response: Response, what: &str, command: &str) -> Response {
    let keys = commands::named(command).keys.first().map(|keys| ui.ctx().format_shortcut(keys));
    response.on_hover_text(format!("{what} ({})", keys.unwrap_or_default()))
}
