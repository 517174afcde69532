//! Keys as the user's keyboard names them.

use egui::{Context, Key, KeyboardShortcut, os::OperatingSystem};

use crate::lang::t;

/// Keys held down together: "Ctrl+O", "Strg+Entf".
pub fn keys(context: &Context, shortcut: &KeyboardShortcut) -> String {
    if context.os() == OperatingSystem::Mac {
        return context.format_shortcut(shortcut);
    }
    let held = shortcut.modifiers;
    let parts = [
        (held.ctrl || held.command).then(|| t!("key-ctrl")),
        held.alt.then(|| t!("key-alt")),
        held.shift.then(|| t!("key-shift")),
        Some(key(shortcut.logical_key)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("+")
}

fn key(key: Key) -> String {
    let symbol = key.symbol_or_name();
    match key {
        Key::ArrowLeft => t!("key-left"),
        Key::ArrowRight => t!("key-right"),
        Key::ArrowUp => t!("key-up"),
        Key::ArrowDown => t!("key-down"),
        Key::Home => t!("key-home"),
        Key::End => t!("key-end"),
        Key::PageUp => t!("key-page-up"),
        Key::PageDown => t!("key-page-down"),
        Key::Delete => t!("key-delete"),
        Key::Backspace => t!("key-backspace"),
        Key::Escape => t!("key-escape"),
        Key::Enter => t!("key-enter"),
        Key::Space => t!("key-space"),
        Key::Tab => t!("key-tab"),
        Key::Minus => "−".to_owned(),
        // What is printed on them, but for symbols that no font of the window has.
        _ if symbol.is_ascii() => symbol.to_owned(),
        _ => key.name().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use egui::Modifiers;

    use super::*;
    use crate::lang::{Language, set_language};

    #[test]
    fn keys_have_the_names_that_are_printed_on_them() {
        let context = Context::default();
        context.set_os(OperatingSystem::Nix);
        let ctrl_shift = Modifiers::COMMAND | Modifiers::SHIFT;
        for (modifiers, key, english, german) in [
            (Modifiers::COMMAND, Key::O, "Ctrl+O", "Strg+O"),
            (ctrl_shift, Key::Period, "Ctrl+Shift+.", "Strg+Umschalt+."),
            (Modifiers::NONE, Key::OpenBracket, "[", "["),
            (Modifiers::ALT, Key::ArrowUp, "Alt+Up", "Alt+Auf"),
            (Modifiers::NONE, Key::Delete, "Delete", "Entf"),
            (Modifiers::NONE, Key::F1, "F1", "F1"),
        ] {
            for (language, expected) in [(Language::German, german), (Language::English, english)] {
                set_language(language);
                let shortcut = KeyboardShortcut::new(modifiers, key);
                assert_eq!(keys(&context, &shortcut), expected);
            }
        }
    }
}
