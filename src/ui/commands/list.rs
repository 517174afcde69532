//! The menu List: the batch as a whole, the order of the list, and what it shows.

use egui::Key;
use lucide_icons::Icon;

use super::{CTRL, CTRL_SHIFT, Command, Group, Sight, keys, plain};
use crate::app::{action::Action, arrangement::Sort};

pub const GROUPS: &[Group] = &[
    &[
        Command::new("command-pause", &[keys(CTRL, Key::P)], |sight| {
            let is_paused = sight.state.is_paused;
            (is_paused || sight.state.tally().under_way > 0).then_some(Action::Pause(!is_paused))
        })
        .icon(Icon::Pause)
        .checked(|sight| sight.state.is_paused),
        Command::new("command-stop-after-this", &[keys(CTRL_SHIFT, Key::Period)], |sight| {
            (sight.state.tally().under_way > 0).then_some(Action::StopAfterThis)
        }),
        Command::new("command-stop", &[keys(CTRL, Key::Period)], |sight| {
            (sight.state.tally().under_way > 0).then_some(Action::Stop)
        })
        .icon(Icon::CircleStop),
        Command::new("command-continue", &[], |sight| {
            (sight.state.tally().stopped > 0).then_some(Action::Continue)
        })
        .icon(Icon::Play),
        Command::new("command-retry-failed", &[keys(CTRL_SHIFT, Key::R)], |sight| {
            (sight.state.tally().failed > 0).then_some(Action::RetryFailed)
        })
        .icon(Icon::RotateCcw),
    ],
    SORTS,
    &[
        Command::new("command-find", &[keys(CTRL, Key::F)], |sight| {
            (!sight.state.items.is_empty()).then_some(Action::Find(true))
        })
        .icon(Icon::Search),
        Command::new("command-show-all", &[plain(Key::Escape)], |sight| {
            sight.state.list.is_searching.then_some(Action::Find(false))
        }),
    ],
    &[
        Command::new("command-clear-done", &[], |sight| {
            (sight.state.tally().done > 0).then_some(Action::ClearDone)
        })
        .icon(Icon::ListChecks),
        Command::new("command-clear", &[], |sight| {
            (!sight.state.items.is_empty()).then_some(Action::Clear)
        })
        .icon(Icon::ListX),
    ],
];

/// The orders of the list.
pub const SORTS: Group = &[
    Command::new("command-sort-added", &[], |sight| sort(sight, Sort::Added))
        .checked(|sight| sight.state.list.sort == Sort::Added),
    Command::new("command-sort-own", &[], |sight| sort(sight, Sort::Own))
        .checked(|sight| sight.state.list.sort == Sort::Own),
    Command::new("command-sort-doubtful", &[], |sight| sort(sight, Sort::Doubtful))
        .checked(|sight| sight.state.list.sort == Sort::Doubtful),
    Command::new("command-sort-name", &[], |sight| sort(sight, Sort::Name))
        .checked(|sight| sight.state.list.sort == Sort::Name),
    Command::new("command-sort-state", &[], |sight| sort(sight, Sort::State))
        .checked(|sight| sight.state.list.sort == Sort::State),
];

fn sort(sight: &Sight, sort: Sort) -> Option<Action> {
    let list = &sight.state.list;
    let is_there = sort != Sort::Own || list.has_own;
    (is_there && !sight.state.items.is_empty()).then_some(Action::Sort(sort))
}
