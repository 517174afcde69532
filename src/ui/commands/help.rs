//! The menu Help: how to use the window, and what it is.

use egui::Key;
use lucide_icons::Icon;

use super::{Command, Group, plain};
use crate::app::action::{Action, Overlay};

pub const GROUPS: &[Group] = &[&[
    Command::new("command-shortcuts", &[plain(Key::F1), plain(Key::Questionmark)], |_| {
        Some(Action::Open(Overlay::Shortcuts))
    })
    .icon(Icon::Keyboard),
    Command::new("command-about", &[], |_| Some(Action::Open(Overlay::About))).icon(Icon::Info),
]];
