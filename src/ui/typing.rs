//! Copy, cut and paste in text fields. egui's fields listen for events rather than for keys, and
//! eframe would read the clipboard for them on the window's thread, whatever is on it.

use egui::{Context, Event, Key, KeyboardShortcut, Modifiers, Ui};

use crate::app::action::Action;

const COPY: [KeyboardShortcut; 3] = [command(Key::C), command(Key::Insert), plain(Key::Copy)];
const CUT: [KeyboardShortcut; 3] = [command(Key::X), shift(Key::Delete), plain(Key::Cut)];
const PASTE: [KeyboardShortcut; 3] = [command(Key::V), shift(Key::Insert), plain(Key::Paste)];

/// Has the field that has the keys copy and cut, and asks for the text that it is to paste.
/// Elsewhere, keys that are held down ask for one copy or paste and no more.
pub fn take_keys(ui: &Ui, actions: &mut Vec<Action>) {
    let is_typing = ui.ctx().text_edit_focused();
    ui.input_mut(|input| {
        input.events.retain_mut(|event| {
            let Event::Key { key, pressed: true, repeat, modifiers, .. } = event else {
                return true;
            };
            let is_one_of = |all: &[KeyboardShortcut]| {
                let fits = |one: &KeyboardShortcut| {
                    one.logical_key == *key && modifiers.matches_exact(one.modifiers)
                };
                all.iter().any(fits)
            };
            let (copies, pastes) = (is_one_of(&COPY), is_one_of(&PASTE));
            if !is_typing {
                return !(*repeat && (copies || pastes));
            }
            if copies {
                *event = Event::Copy;
            } else if is_one_of(&CUT) {
                *event = Event::Cut;
            } else if pastes {
                actions.push(Action::PasteText);
                return false;
            }
            true
        });
    });
}

/// Types text of the clipboard into the field that has the keys.
pub fn type_pasted(context: &Context, text: &str) {
    let text = text.replace("\r\n", "\n");
    if !text.is_empty() && context.text_edit_focused() {
        context.input_mut(|input| input.events.push(Event::Paste(text)));
    }
}

const fn command(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND, key)
}

const fn shift(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::SHIFT, key)
}

const fn plain(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::NONE, key)
}
