//! The original, for as long as a key is held.

use egui::{KeyboardShortcut, Ui};

use crate::{
    app::{action::Action, state::State},
    ui::{Local, commands},
};

/// The command that shows the original; its keys do so while they are held.
const COMMAND: &str = "command-original";

/// Looks at the keys, before commands do: for them each press would be the whole of it.
pub fn take_keys(ui: &Ui, state: &State, local: &mut Local, actions: &mut Vec<Action>) {
    let can_show = !ui.ctx().text_edit_focused() && state.selected().is_some();
    let is_held = |keys: &KeyboardShortcut| {
        ui.input_mut(|input| {
            input.consume_shortcut(keys);
            input.key_down(keys.logical_key) && input.modifiers.matches_exact(keys.modifiers)
        })
    };
    let held =
        can_show && commands::named(COMMAND).keys.iter().filter(|keys| is_held(keys)).count() > 0;
    if held != local.original_held {
        local.original_held = held;
        actions.push(Action::ShowOriginal(held));
    }
}
