//! The top row: open, look, save.

use egui::{Align, Layout, Response, Ui};

use super::{Local, commands, export, viewer};
use crate::{
    app::{action::Action, state::State},
    lang::t,
};

/// Draws the toolbar.
pub fn show(ui: &mut Ui, state: &State, local: &Local, actions: &mut Vec<Action>) {
    ui.horizontal_centered(|ui| {
        open_buttons(ui, actions);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            export::buttons(ui, state, actions);
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

fn hint(ui: &Ui, response: Response, what: &str, command: &str) -> Response {
    let keys = commands::named(command).keys.first().map(|keys| ui.ctx().format_shortcut(keys));
    response.on_hover_text(format!("{what} ({})", keys.unwrap_or_default()))
}
