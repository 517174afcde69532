//! The top row: open, look, save.

use egui::{Align, Button, Layout, Response, Ui};
use lucide_icons::Icon;

use super::{Local, commands, export, icon, viewer};
use crate::{
    app::{action::Action, state::State},
    lang::t,
};

/// In a narrower window, in points, the buttons that open are icons alone.
const WIDE: f32 = 1000.0;

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
    let is_wide = ui.ctx().content_rect().width() >= WIDE;
    for (icon, word, what, command, action) in [
        (
            Icon::ImagePlus,
            t!("toolbar-open"),
            t!("toolbar-open-what"),
            "command-open",
            Action::OpenFiles,
        ),
        (
            Icon::FolderOpen,
            t!("toolbar-open-folder"),
            t!("toolbar-open-folder-what"),
            "command-open-folder",
            Action::OpenFolder,
        ),
    ] {
        let button = if is_wide {
            ui.button(&word)
        } else {
            ui.add(Button::new(icon::atom(icon))).accessible_name(&word)
        };
        if hint(ui, button, &what, command).clicked() {
            actions.push(action);
        }
    }
}

fn hint(ui: &Ui, response: Response, what: &str, command: &str) -> Response {
    let keys = commands::named(command).keys_in_words(ui.ctx()).unwrap_or_default();
    response.on_hover_text(format!("{what} ({keys})"))
}
