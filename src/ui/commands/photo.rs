//! The menu Photo: going through the list, and what becomes of its photos.

use egui::Key;
use lucide_icons::Icon;

use super::{CTRL, Command, Group, SHIFT, Sight, keys, plain};
use crate::app::{
    action::{Action, Choosing},
    item::{Item, PreviewState},
    state::State,
};

/// How many rows a page is.
const PAGE: isize = 8;

pub const GROUPS: &[Group] = &[
    &[
        Command::new("command-next", &[plain(Key::ArrowRight), plain(Key::ArrowDown)], |sight| {
            select_by(sight, 1, Choosing::Only)
        })
        .icon(Icon::ArrowDown),
        Command::new("command-previous", &[plain(Key::ArrowLeft), plain(Key::ArrowUp)], |sight| {
            select_by(sight, -1, Choosing::Only)
        })
        .icon(Icon::ArrowUp),
        Command::new("command-page-down", &[plain(Key::PageDown)], |sight| {
            select_by(sight, PAGE, Choosing::Only)
        }),
        Command::new("command-page-up", &[plain(Key::PageUp)], |sight| {
            select_by(sight, -PAGE, Choosing::Only)
        }),
        Command::new("command-extend-down", &[keys(SHIFT, Key::ArrowDown)], |sight| {
            select_by(sight, 1, Choosing::Extend)
        }),
        Command::new("command-extend-up", &[keys(SHIFT, Key::ArrowUp)], |sight| {
            select_by(sight, -1, Choosing::Extend)
        }),
    ],
    &[
        Command::new("command-retry", &[keys(CTRL, Key::R)], |sight| {
            let item = sight.state.selected_item().filter(|item| can_retry(item))?;
            Some(Action::Retry(item.id))
        })
        .icon(Icon::RotateCcw),
        Command::new("command-stop", &[keys(CTRL, Key::Period)], |sight| {
            (sight.state.tally().under_way > 0).then_some(Action::Stop)
        })
        .icon(Icon::CircleStop),
        Command::new("command-continue", &[], |sight| {
            (sight.state.tally().stopped > 0).then_some(Action::Continue)
        })
        .icon(Icon::Play),
    ],
    &[
        Command::new("command-remove", &[plain(Key::Delete)], |sight| {
            let State { selection, items, .. } = sight.state;
            (!selection.is_empty()).then(|| Action::Remove(selection.in_order(items.order())))
        })
        .icon(Icon::Trash2),
        Command::new("command-clear", &[], |sight| {
            (!sight.state.items.is_empty()).then_some(Action::Clear)
        })
        .icon(Icon::ListX),
    ],
];

fn select_by(sight: &Sight, rows: isize, how: Choosing) -> Option<Action> {
    sight.state.selected().map(|_| Action::SelectBy(rows, how))
}

fn can_retry(item: &Item) -> bool {
    item.can_retry() || matches!(item.preview, PreviewState::Failed(_))
}
