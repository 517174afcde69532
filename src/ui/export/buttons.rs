//! The buttons of the toolbar that save.

use egui::{Button, Response, Ui};

use crate::{
    app::{
        action::Action,
        export::{self, Scope},
        state::State,
    },
    engine::protocol::OutputKind,
    lang::t,
    ui::{commands, theme},
};

/// Draws them, from right to left.
pub fn show(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let done = state.tally().done;
    let main = theme::main_button(ui, &t!("toolbar-save-all"));
    let all = ui.add_enabled(done > 0, main).on_disabled_hover_text(t!("toolbar-once-one-is-done"));
    if hint(ui, all, t!("toolbar-save-all-what"), "command-save-all").clicked() {
        actions.push(Action::OpenExport(Scope::All));
    }
    let can_save = export::can_save_chosen(state);
    for (word, kind, what, command) in [
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
        if hint(ui, button, what, command).clicked() {
            actions.push(Action::Save(kind));
        }
    }
}

fn hint(ui: &Ui, response: Response, what: String, command: &str) -> Response {
    let keys = commands::named(command).keys_in_words(ui.ctx()).unwrap_or_default();
    response.on_hover_text(format!("{what} ({keys})"))
}
