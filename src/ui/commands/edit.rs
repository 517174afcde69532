//! The menu Edit: taking back, copying, choosing.

use egui::Key;
use lucide_icons::Icon;

use super::{CTRL, CTRL_SHIFT, Command, Group, keys, plain};
use crate::app::{
    action::{Action, Overlay},
    edit_action::EditAction,
};

pub const GROUPS: &[Group] = &[
    &[
        Command::new("command-undo", &[keys(CTRL, Key::Z)], |sight| {
            let item = sight.state.selected_item().filter(|item| item.edits.can_undo());
            item.map(|_| Action::Edit(EditAction::Undo))
        })
        .icon(Icon::Undo2),
        Command::new("command-redo", &[keys(CTRL_SHIFT, Key::Z), keys(CTRL, Key::Y)], |sight| {
            let item = sight.state.selected_item().filter(|item| item.edits.can_redo());
            item.map(|_| Action::Edit(EditAction::Redo))
        })
        .icon(Icon::Redo2),
    ],
    &[
        Command::new("command-copy-cutout", &[keys(CTRL, Key::C), plain(Key::Copy)], |sight| {
            let item = sight.state.selected_item().filter(|item| item.can_save());
            item.map(|_| Action::CopyCutout)
        })
        .icon(Icon::ClipboardCopy),
        Command::new("command-paste", &[keys(CTRL, Key::V), plain(Key::Paste)], |_| {
            Some(Action::Paste)
        })
        .icon(Icon::ClipboardPaste),
    ],
    &[
        Command::new("command-select-all", &[keys(CTRL, Key::A)], |sight| {
            (!sight.state.items.is_empty()).then_some(Action::SelectAll)
        })
        .icon(Icon::ListChecks),
        Command::new("command-select-one", &[plain(Key::Escape)], |sight| {
            let many = sight.state.selection.len() > 1 && !sight.state.brush.on;
            many.then_some(Action::SelectOnlyLead)
        }),
    ],
    &[Command::new("command-palette", &[keys(CTRL, Key::K), keys(CTRL_SHIFT, Key::P)], |_| {
        Some(Action::Open(Overlay::Palette))
    })
    .icon(Icon::Search)],
    &[Command::new("command-settings", &[keys(CTRL, Key::Comma)], |_| {
        Some(Action::Open(Overlay::Settings))
    })
    .icon(Icon::Settings)],
];
