//! Everything that the user can ask for by menu, key or palette, as one table.

use egui::{Context, Key, KeyboardShortcut, Modifiers, Ui};

use crate::{
    app::{
        action::{Action, Choosing},
        state::State,
        view::{Pane, View, Zoom},
    },
    engine::protocol::OutputKind,
    lang::t,
};

/// The menu that a command is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menu {
    /// Getting pictures in and results out.
    File,
    /// The chosen photos and the list.
    Photo,
    /// How photos are looked at.
    View,
}

/// What a command can look at.
pub struct Sight<'a> {
    /// What the window shows.
    pub state: &'a State,
    /// Where the photo was drawn last.
    pub pane: Option<Pane>,
}

/// One thing that the user can ask for.
pub struct Command {
    /// The key of its name in `commands.ftl`.
    pub name: &'static str,
    /// The menu that it is in.
    pub menu: Menu,
    /// The keys that ask for it; the first is shown.
    pub keys: &'static [KeyboardShortcut],
    /// What it does now; `None` while it is not possible.
    pub act: fn(&Sight) -> Option<Action>,
}

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

const fn keys(modifiers: Modifiers, key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(modifiers, key)
}

const fn plain(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::NONE, key)
}

/// How much one press or click zooms.
pub const ZOOM_STEP: f32 = 1.25;

/// Every command, in the order of the menus.
pub const ALL: &[Command] = &[
    Command {
        name: "command-open",
        menu: Menu::File,
        keys: &[keys(CTRL, Key::O)],
        act: |_| Some(Action::OpenFiles),
    },
    Command {
        name: "command-open-folder",
        menu: Menu::File,
        keys: &[keys(CTRL_SHIFT, Key::O)],
        act: |_| Some(Action::OpenFolder),
    },
    Command {
        name: "command-save-cutout",
        menu: Menu::File,
        keys: &[keys(CTRL, Key::S)],
        act: |sight| save(sight, OutputKind::Cutout),
    },
    Command {
        name: "command-save-mask",
        menu: Menu::File,
        keys: &[keys(CTRL_SHIFT, Key::S)],
        act: |sight| save(sight, OutputKind::Mask),
    },
    Command {
        name: "command-save-all",
        menu: Menu::File,
        keys: &[keys(CTRL, Key::E)],
        act: |sight| (sight.state.tally().done > 0).then_some(Action::SaveAll),
    },
    Command {
        name: "command-next",
        menu: Menu::Photo,
        keys: &[plain(Key::ArrowDown)],
        act: |sight| select_by(sight, 1, Choosing::Only),
    },
    Command {
        name: "command-previous",
        menu: Menu::Photo,
        keys: &[plain(Key::ArrowUp)],
        act: |sight| select_by(sight, -1, Choosing::Only),
    },
    Command {
        name: "command-page-down",
        menu: Menu::Photo,
        keys: &[plain(Key::PageDown)],
        act: |sight| select_by(sight, 8, Choosing::Only),
    },
    Command {
        name: "command-page-up",
        menu: Menu::Photo,
        keys: &[plain(Key::PageUp)],
        act: |sight| select_by(sight, -8, Choosing::Only),
    },
    Command {
        name: "command-extend-down",
        menu: Menu::Photo,
        keys: &[keys(Modifiers::SHIFT, Key::ArrowDown)],
        act: |sight| select_by(sight, 1, Choosing::Extend),
    },
    Command {
        name: "command-extend-up",
        menu: Menu::Photo,
        keys: &[keys(Modifiers::SHIFT, Key::ArrowUp)],
        act: |sight| select_by(sight, -1, Choosing::Extend),
    },
    Command {
        name: "command-select-all",
        menu: Menu::Photo,
        keys: &[keys(CTRL, Key::A)],
        act: |sight| (!sight.state.items.is_empty()).then_some(Action::SelectAll),
    },
    Command {
        name: "command-select-one",
        menu: Menu::Photo,
        keys: &[plain(Key::Escape)],
        act: |sight| (sight.state.selection.len() > 1).then_some(Action::SelectOnlyLead),
    },
    Command {
        name: "command-remove",
        menu: Menu::Photo,
        keys: &[plain(Key::Delete)],
        act: |sight| remove(sight),
    },
    Command {
        name: "command-zoom-in",
        menu: Menu::View,
        keys: &[plain(Key::Plus), plain(Key::Equals), keys(Modifiers::SHIFT, Key::Plus)],
        act: |sight| zoom(sight, ZOOM_STEP),
    },
    Command {
        name: "command-zoom-out",
        menu: Menu::View,
        keys: &[plain(Key::Minus)],
        act: |sight| zoom(sight, 1.0 / ZOOM_STEP),
    },
    Command {
        name: "command-fit",
        menu: Menu::View,
        keys: &[plain(Key::Num0)],
        act: |sight| sight.pane.map(|_| Action::SetView(View::default())),
    },
    Command {
        name: "command-full-size",
        menu: Menu::View,
        keys: &[plain(Key::Num1)],
        act: |sight| {
            let full = View { zoom: Zoom::Scale(1.0), ..sight.state.view };
            sight.pane.map(|_| Action::SetView(full))
        },
    },
];

fn save(sight: &Sight, kind: OutputKind) -> Option<Action> {
    let item = sight.state.selected_item()?;
    item.can_save().then_some(Action::Save(kind))
}

fn remove(sight: &Sight) -> Option<Action> {
    let State { selection, items, .. } = sight.state;
    (!selection.is_empty()).then(|| Action::Remove(selection.in_order(items.order())))
}

fn select_by(sight: &Sight, rows: isize, how: Choosing) -> Option<Action> {
    sight.state.selected().map(|_| Action::SelectBy(rows, how))
}

fn zoom(sight: &Sight, factor: f32) -> Option<Action> {
    let pane = sight.pane?;
    Some(Action::SetView(sight.state.view.zoomed(&pane, factor, [0.0, 0.0])))
}

/// The command of this name.
///
/// # Panics
/// Where there is none.
pub fn named(name: &str) -> &'static Command {
    ALL.iter().find(|command| command.name == name).expect("a command of this name")
}

impl Command {
    /// Its name with its keys: "Open photos (Ctrl+O)".
    pub fn hint(&self, context: &Context) -> String {
        match self.keys.first() {
            Some(keys) => format!("{} ({})", t!(self.name), context.format_shortcut(keys)),
            None => t!(self.name),
        }
    }
}

/// Turns key presses into actions.
pub fn take_keys(ui: &Ui, sight: &Sight, actions: &mut Vec<Action>) {
    // What is typed into a field is meant for it.
    if ui.ctx().text_edit_focused() {
        return;
    }
    let mut all: Vec<(&KeyboardShortcut, &Command)> = ALL
        .iter()
        .flat_map(|command| command.keys.iter().map(move |keys| (keys, command)))
        .collect();
    // The longer of two combinations is asked first: egui lets a shorter one match it too.
    let length = |keys: &KeyboardShortcut| {
        let Modifiers { alt, ctrl, shift, command, .. } = keys.modifiers;
        [alt, ctrl, shift, command].into_iter().filter(|&held| held).count()
    };
    all.sort_by_key(|(keys, _)| std::cmp::Reverse(length(keys)));
    for (keys, command) in all {
        if ui.input_mut(|input| input.consume_shortcut(keys)) {
            actions.extend((command.act)(sight));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn no_two_commands_share_a_name_or_keys() {
        let mut names = HashMap::new();
        let mut taken = HashMap::new();
        for command in ALL {
            assert_eq!(names.insert(command.name, ()), None, "{}", command.name);
            for keys in command.keys {
                let by = taken.insert(format!("{keys:?}"), command.name);
                assert_eq!(by, None, "{} and {by:?} share {keys:?}", command.name);
            }
        }
    }
}
