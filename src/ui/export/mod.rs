//! Saving: the window that says how, the questions before, and the buttons of the toolbar.

mod buttons;
mod destination;
mod format;
mod name;
mod progress;
mod question;
mod what;

use egui::{Align, Grid, Layout, ScrollArea, Ui, vec2};

use super::{
    scroll,
    theme::{self, SPACE},
};
use crate::{
    app::{action::Action, export, state::State},
    lang::t,
};

pub use buttons::show as buttons;
pub use progress::{is_needed as is_saving_long, show as progress};
pub use question::show as question;

const WIDTH: f32 = 500.0;
/// The height of the buttons below the choices, and the room around them.
const FOOTER_HEIGHT: f32 = 46.0;

/// Draws the window.
pub fn window(ui: &mut Ui, state: &State, is_new: bool, actions: &mut Vec<Action>) {
    let Some(window) = &state.export_window else { return };
    ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 6.0 * SPACE.l));
    ui.label(theme::title(t!("export-title")));
    ui.add_space(SPACE.m);
    let mut export = state.settings.export.clone();
    let wanted = export::wanted(state, window.scope);
    let height = ui.available_height() - FOOTER_HEIGHT;
    scroll::show(ui, ScrollArea::vertical().max_height(height).auto_shrink([false, true]), |ui| {
        Grid::new("export").num_columns(2).spacing(vec2(SPACE.l, SPACE.m)).show(ui, |ui| {
            what::show(ui, state, window, &mut export, actions);
            format::show(ui, &mut export);
            destination::show(ui, state, &mut export, &wanted, actions);
            let example = export::example(state, &wanted);
            name::show(ui, window, example.as_deref(), actions);
            destination::existing(ui, &mut export);
        });
    });
    if export != state.settings.export {
        actions.push(Action::SetExport(Box::new(export)));
    }
    ui.add_space(SPACE.m);
    let files = export::count(&wanted);
    let can_save = files > 0 && window.name_error.is_none();
    if save_or_cancel(ui, files, can_save, is_new, actions) {
        actions.push(Action::Export);
    }
}

/// The two buttons at the end; tells whether the files are to be saved.
fn save_or_cancel(
    ui: &mut Ui,
    files: usize,
    can_save: bool,
    is_new: bool,
    actions: &mut Vec<Action>,
) -> bool {
    let buttons = |ui: &mut Ui| {
        let words = t!("export-save", count = files);
        let save = ui.add_enabled(can_save, theme::main_button(ui, &words));
        if is_new {
            save.request_focus();
        }
        if ui.button(t!("export-cancel")).clicked() {
            actions.push(Action::CloseOverlay);
        }
        save.clicked()
    };
    ui.horizontal(|ui| ui.with_layout(Layout::right_to_left(Align::Center), buttons).inner).inner
}

/// The words on the left of a row.
fn row_title(ui: &mut Ui, words: String) {
    ui.with_layout(Layout::left_to_right(Align::Min), |ui| ui.weak(words));
}
