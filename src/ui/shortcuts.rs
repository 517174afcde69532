//! Keys.

use egui::{Key, KeyboardShortcut, Modifiers, Ui};

use super::Local;
use crate::{
    app::{
        action::Action,
        state::State,
        view::{View, Zoom},
    },
    engine::protocol::OutputKind,
};

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// Opens photos.
pub const OPEN: KeyboardShortcut = KeyboardShortcut::new(CTRL, Key::O);
/// Opens a folder.
pub const OPEN_FOLDER: KeyboardShortcut = KeyboardShortcut::new(CTRL_SHIFT, Key::O);
/// Saves the selected photo's cutout.
pub const SAVE_CUTOUT: KeyboardShortcut = KeyboardShortcut::new(CTRL, Key::S);
/// Saves the selected photo's mask.
pub const SAVE_MASK: KeyboardShortcut = KeyboardShortcut::new(CTRL_SHIFT, Key::S);
/// Saves everything.
pub const SAVE_ALL: KeyboardShortcut = KeyboardShortcut::new(CTRL, Key::E);

/// How much one press or click zooms.
pub const ZOOM_STEP: f32 = 1.25;

/// Turns key presses into actions.
pub fn take(ui: &Ui, state: &State, local: &Local, actions: &mut Vec<Action>) {
    // What is typed into a field is meant for it.
    if ui.ctx().text_edit_focused() {
        return;
    }
    let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
    // The longer of two combinations is asked first: egui lets a shorter one match it too.
    let shortcut = |wanted: &KeyboardShortcut| ui.input_mut(|input| input.consume_shortcut(wanted));
    let selected = state.selected_item();
    let can_save = selected.is_some_and(|item| item.can_save());
    for (wanted, action, is_possible) in [
        (&OPEN_FOLDER, Action::OpenFolder, true),
        (&OPEN, Action::OpenFiles, true),
        (&SAVE_MASK, Action::Save(OutputKind::Mask), can_save),
        (&SAVE_CUTOUT, Action::Save(OutputKind::Cutout), can_save),
        (&SAVE_ALL, Action::SaveAll, state.tally().done > 0),
    ] {
        if shortcut(wanted) && is_possible {
            actions.push(action);
        }
    }
    for (key, rows) in
        [(Key::ArrowDown, 1), (Key::ArrowUp, -1), (Key::PageDown, 8), (Key::PageUp, -8)]
    {
        if pressed(Modifiers::NONE, key) {
            actions.push(Action::SelectBy(rows));
        }
    }
    if let Some(item) = selected
        && pressed(Modifiers::NONE, Key::Delete)
    {
        actions.push(Action::Remove(item.id));
    }
    let Some(pane) = local.pane else { return };
    let zoomed = |factor| state.view.zoomed(&pane, factor, [0.0, 0.0]);
    for (key, view) in [
        (Key::Plus, zoomed(ZOOM_STEP)),
        (Key::Equals, zoomed(ZOOM_STEP)),
        (Key::Minus, zoomed(1.0 / ZOOM_STEP)),
        (Key::Num0, View::default()),
        (Key::Num1, View { zoom: Zoom::Scale(1.0), ..state.view }),
    ] {
        if pressed(Modifiers::NONE, key) || (key == Key::Plus && pressed(Modifiers::SHIFT, key)) {
            actions.push(Action::SetView(view));
        }
    }
}
