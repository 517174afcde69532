//! The menu Photo: going through the list, and what becomes of the chosen photos.

use egui::Key;
use lucide_icons::Icon;

use super::{ALT, CTRL, Command, Group, SHIFT, Sight, keys, plain};
use crate::app::{
    action::{Action, Choosing},
    item::{Item, ItemId, PreviewState},
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
        Command::new("command-first", &[plain(Key::Home)], |sight| {
            select_by(sight, isize::MIN, Choosing::Only)
        }),
        Command::new("command-last", &[plain(Key::End)], |sight| {
            select_by(sight, isize::MAX, Choosing::Only)
        }),
        Command::new("command-extend-first", &[keys(SHIFT, Key::Home)], |sight| {
            select_by(sight, isize::MIN, Choosing::Extend)
        }),
        Command::new("command-extend-last", &[keys(SHIFT, Key::End)], |sight| {
            select_by(sight, isize::MAX, Choosing::Extend)
        }),
    ],
    &[
        Command::new("command-move-up", &[keys(ALT, Key::ArrowUp)], |sight| move_by(sight, -1))
            .icon(Icon::ArrowUpToLine),
        Command::new("command-move-down", &[keys(ALT, Key::ArrowDown)], |sight| move_by(sight, 1))
            .icon(Icon::ArrowDownToLine),
    ],
    &[
        Command::new("command-retry", &[keys(CTRL, Key::R)], |sight| {
            chosen(sight, can_retry).map(Action::Retry)
        })
        .icon(Icon::RotateCcw),
        Command::new("command-stop-these", &[], |sight| {
            chosen(sight, Item::is_under_way).map(Action::StopThese)
        })
        .icon(Icon::CircleX),
        Command::new("command-show-original", &[], |sight| {
            let folder = sight.state.selected_item()?.path.parent()?;
            Some(Action::ShowFolder(folder.to_owned()))
        })
        .icon(Icon::FolderOpen),
        Command::new("command-remove", &[plain(Key::Delete)], |sight| {
            chosen(sight, |_| true).map(Action::Remove)
        })
        .icon(Icon::Trash2),
    ],
];

/// The chosen photos for which something holds, if there are any.
fn chosen(sight: &Sight, holds: impl Fn(&Item) -> bool) -> Option<Vec<ItemId>> {
    let mut chosen = sight.state.chosen();
    chosen.retain(|&id| sight.state.item(id).is_some_and(&holds));
    (!chosen.is_empty()).then_some(chosen)
}

fn move_by(sight: &Sight, rows: isize) -> Option<Action> {
    (sight.state.list.shown().len() > 1).then_some(Action::MoveBy(rows))
}

fn select_by(sight: &Sight, rows: isize, how: Choosing) -> Option<Action> {
    sight.state.selected().map(|_| Action::SelectBy(rows, how))
}

fn can_retry(item: &Item) -> bool {
    item.can_retry() || matches!(item.preview, PreviewState::Failed(_))
}
