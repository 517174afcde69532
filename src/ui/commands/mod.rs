//! Everything that the user can ask for by menu, key or palette, as one table: a file a menu.

mod adjust;
mod edit;
mod file;
mod help;
mod keys;
mod list;
mod photo;
mod tools;
mod view;

use egui::{Context, Key, KeyboardShortcut, Modifiers};
use lucide_icons::Icon;

use crate::{
    app::{action::Action, state::State, view::Pane},
    lang::t,
    ui::words,
};

pub use keys::take_keys;
pub use list::SORTS;
pub use view::ZOOM_STEP;

/// The menus, and with them the parts of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Menu {
    /// Getting pictures in and results out.
    File,
    /// Taking back, copying, choosing.
    Edit,
    /// What becomes of the chosen photos.
    Photo,
    /// What is changed about the photo in the middle.
    Adjust,
    /// The batch as a whole, and the order of the list.
    List,
    /// How photos are looked at, and which panels are open.
    View,
    /// Memory and the model.
    Tools,
    /// How to use the window, and what it is.
    Help,
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
    /// The keys that ask for it; the first is shown.
    pub keys: &'static [KeyboardShortcut],
    /// What it does now; `None` while it is not possible.
    pub act: fn(&Sight) -> Option<Action>,
    /// Its picture, if it has one.
    pub icon: Option<Icon>,
    /// For what can be on or off: whether it is on.
    pub is_on: Option<fn(&Sight) -> bool>,
}

/// Commands that belong together; menus draw a line between groups.
pub type Group = &'static [Command];

impl Menu {
    /// All menus, in their order.
    pub const ALL: [Self; 8] = [
        Self::File,
        Self::Edit,
        Self::Photo,
        Self::List,
        Self::Adjust,
        Self::View,
        Self::Tools,
        Self::Help,
    ];

    /// Its name.
    pub fn title(self) -> String {
        match self {
            Self::File => t!("menu-file"),
            Self::Edit => t!("menu-edit"),
            Self::Photo => t!("menu-photo"),
            Self::Adjust => t!("menu-adjust"),
            Self::List => t!("menu-list"),
            Self::View => t!("menu-view"),
            Self::Tools => t!("menu-tools"),
            Self::Help => t!("menu-help"),
        }
    }

    /// Its commands, in their order.
    pub fn groups(self) -> &'static [Group] {
        match self {
            Self::File => file::GROUPS,
            Self::Edit => edit::GROUPS,
            Self::Photo => photo::GROUPS,
            Self::Adjust => adjust::GROUPS,
            Self::List => list::GROUPS,
            Self::View => view::GROUPS,
            Self::Tools => tools::GROUPS,
            Self::Help => help::GROUPS,
        }
    }

    /// Its commands, in their order.
    pub fn commands(self) -> impl Iterator<Item = &'static Command> {
        self.groups().iter().flat_map(|group| group.iter())
    }
}

/// Every command, in the order of the menus.
pub fn all() -> impl Iterator<Item = &'static Command> {
    Menu::ALL.into_iter().flat_map(Menu::commands)
}

/// The command of this name.
///
/// # Panics
/// Where there is none.
pub fn named(name: &str) -> &'static Command {
    all().find(|command| command.name == name).expect("a command of this name")
}

impl Command {
    const fn new(
        name: &'static str,
        keys: &'static [KeyboardShortcut],
        act: fn(&Sight) -> Option<Action>,
    ) -> Self {
        Self { name, keys, act, icon: None, is_on: None }
    }

    const fn icon(self, icon: Icon) -> Self {
        Self { icon: Some(icon), ..self }
    }

    const fn checked(self, is_on: fn(&Sight) -> bool) -> Self {
        Self { is_on: Some(is_on), ..self }
    }

    /// Its name in the user's language.
    pub fn title(&self) -> String {
        t!(self.name)
    }

    /// The keys that ask for it, as this system writes them: "Ctrl+O".
    pub fn keys_in_words(&self, context: &Context) -> Option<String> {
        self.keys.first().map(|keys| words::keys(context, keys))
    }

    /// Its name with its keys: "Open photos (Ctrl+O)".
    pub fn hint(&self, context: &Context) -> String {
        match self.keys_in_words(context) {
            Some(keys) => format!("{} ({keys})", self.title()),
            None => self.title(),
        }
    }
}

const ALT: Modifiers = Modifiers::ALT;
const CTRL: Modifiers = Modifiers::COMMAND;
const SHIFT: Modifiers = Modifiers::SHIFT;
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

const fn keys(modifiers: Modifiers, key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(modifiers, key)
}

const fn plain(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::NONE, key)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn no_two_commands_share_a_name_or_keys() {
        let mut names = HashMap::new();
        let mut taken = HashMap::new();
        for command in all() {
            assert_eq!(names.insert(command.name, ()), None, "{}", command.name);
            // What Escape leaves depends on where the user is: the first that is possible.
            let keys = command.keys.iter().filter(|keys| keys.logical_key != Key::Escape);
            for keys in keys {
                let by = taken.insert(format!("{keys:?}"), command.name);
                assert_eq!(by, None, "{} and {by:?} share {keys:?}", command.name);
            }
        }
    }
}
