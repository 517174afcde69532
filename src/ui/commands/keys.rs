//! Key presses become actions.

use egui::{Key, KeyboardShortcut, Modifiers, Popup, Ui};

use super::{Command, Sight};
use crate::app::action::Action;

/// Turns key presses into actions. What is open in front of the window has the keys for itself.
pub fn take_keys(ui: &Ui, sight: &Sight, actions: &mut Vec<Action>) {
    let context = ui.ctx();
    // What is typed into a field is meant for it.
    if context.text_edit_focused() || Popup::is_any_open(context) || sight.state.overlay.is_some() {
        return;
    }
    let is_elsewhere = context.memory(|memory| memory.focused()).is_some();
    let mut all: Vec<(&KeyboardShortcut, &Command)> = super::all()
        .flat_map(|command| command.keys.iter().map(move |keys| (keys, command)))
        .filter(|(keys, _)| !(is_elsewhere && moves_within_controls(keys)))
        .collect();
    // The longer of two combinations is asked first: egui lets a shorter one match it too.
    all.sort_by_key(|(keys, _)| std::cmp::Reverse(length(keys)));
    for (keys, _) in &all {
        if ui.input_mut(|input| input.consume_shortcut(keys)) {
            let of_keys = all.iter().filter(|(others, _)| others == keys);
            actions.extend(of_keys.filter_map(|(_, command)| (command.act)(sight)).next());
        }
    }
}

/// How many keys are held down together with the last.
fn length(keys: &KeyboardShortcut) -> usize {
    let Modifiers { alt, ctrl, shift, command, .. } = keys.modifiers;
    [alt, ctrl, shift, command].into_iter().filter(|&held| held).count()
}

/// Keys that mean something to a control that was reached with Tab.
fn moves_within_controls(keys: &KeyboardShortcut) -> bool {
    let key = keys.logical_key;
    let is_arrow = matches!(key, Key::ArrowUp | Key::ArrowDown | Key::ArrowLeft | Key::ArrowRight);
    keys.modifiers.is_none() && (is_arrow || matches!(key, Key::Space | Key::Enter | Key::Escape))
}
