//! The menu Edit: taking back, copying, choosing.

use egui::Key;
use lucide_icons::Icon;

use super::{CTRL, CTRL_SHIFT, Command, Group, keys, plain};
use crate::app::action::{Action, Overlay};

pub const GROUPS: &[Group] = &[
    &[
        Command::new("command-select-all", &[keys(CTRL, Key::A)], |sight| {
            (!sight.state.items.is_empty()).then_some(Action::SelectAll)
        })
        .icon(Icon::ListChecks),
        Command::new("command-select-one", &[plain(Key::Escape)], |sight| {
            (sight.state.selection.len() > 1).then_some(Action::SelectOnlyLead)
        }),
    ],
    &[Command::new("command-palette", &[keys(CTRL, Key::K), keys(CTRL_SHIFT, Key::P)], |_| {
        Some(Action::Open(Overlay::Palette))
    })
    .icon(Icon::Search)],
];
