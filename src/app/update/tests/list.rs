//! Choosing, moving, sorting, taking off.

use super::*;
use crate::app::{arrangement::Sort, item::Group};

#[test]
fn removing_calls_its_jobs_off_and_selects_the_neighbour() {
    let mut state = State::default();
    let jobs = found(&mut state, &["a.png", "b.png", "c.png"]);
    let ids: Vec<ItemId> = state.items.iter().map(|item| item.id).collect();
    let effects = action(&mut state, Action::Remove(vec![ids[0]]));
    assert_eq!(cancelled(&effects), [jobs[0].id]);
    assert_eq!(state.selected(), Some(ids[1]));
    finish(&mut state, &jobs[0], Outcome::Cancelled);
    action(&mut state, Action::Select(ids[2], Choosing::Only));
    action(&mut state, Action::Remove(vec![ids[2]]));
    assert_eq!(state.selected(), Some(ids[1]));
    action(&mut state, Action::Remove(vec![ids[1]]));
    assert_eq!((state.selected(), state.items.len()), (None, 0));
    assert!(state.jobs.is_empty() && state.by_path.is_empty());
}

#[test]
fn a_cleared_list_ignores_what_its_jobs_still_tell() {
    let mut state = State::default();
    let old = found(&mut state, &["a.png"]).remove(0);
    let effects = action(&mut state, Action::Clear);
    assert!(matches!(effects[0], Effect::Send(Command::CancelAll)));
    let new = found(&mut state, &["a.png"]).remove(0);
    assert_ne!(new.id, old.id);
    finish(&mut state, &old, Outcome::Cancelled);
    assert_eq!(state.items.at(0).unwrap().progress, Progress::Waiting);
}

const NAMES: [&str; 5] = ["e.png", "d.png", "c.png", "b.png", "a.png"];

fn state() -> (State, Vec<Job>) {
    let mut state = State::default();
    let jobs = found(&mut state, &NAMES);
    settle(&mut state);
    (state, jobs)
}

/// The names that are shown, from top to bottom; chosen ones in upper case.
fn shown(state: &State) -> String {
    let letter = |id: &ItemId| {
        let letter = state.item(*id).unwrap().name.chars().next().unwrap();
        if state.selection.contains(*id) { letter.to_ascii_uppercase() } else { letter }
    };
    state.list.shown().iter().map(letter).collect()
}

/// The engine's order, as it was told last.
fn preferred(effects: &[Effect]) -> Option<Vec<JobId>> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::Send(Command::Prefer(jobs)) => Some(jobs.clone()),
        _ => None,
    })
}

#[test]
fn keys_go_through_what_is_shown() {
    let (mut state, _) = state();
    for (rows, how, expected) in [
        (1, Choosing::Only, "eDcba"),
        (2, Choosing::Extend, "eDCBa"),
        (-1, Choosing::Extend, "eDCba"),
        (isize::MAX, Choosing::Extend, "eDCBA"),
        (isize::MIN, Choosing::Only, "Edcba"),
    ] {
        action(&mut state, Action::SelectBy(rows, how));
        assert_eq!(shown(&state), expected);
    }
    action(&mut state, Action::Sort(Sort::Name));
    action(&mut state, Action::SelectBy(-1, Choosing::Only));
    assert_eq!(shown(&state), "abcDe");
}

#[test]
fn chosen_photos_move_together_and_the_order_becomes_the_users_own() {
    let (mut state, _) = state();
    action(&mut state, Action::SelectBy(1, Choosing::Only));
    action(&mut state, Action::SelectBy(1, Choosing::Extend));
    for (rows, expected) in
        [(1, "ebDCa"), (1, "ebaDC"), (1, "ebaDC"), (-1, "ebDCa"), (-2, "DCeba"), (-1, "DCeba")]
    {
        action(&mut state, Action::MoveBy(rows));
        assert_eq!(shown(&state), expected);
    }
    assert!(state.list.has_own && state.list.sort == Sort::Own);
    action(&mut state, Action::Sort(Sort::Name));
    assert_eq!(shown(&state), "abCDe");
    action(&mut state, Action::MoveBy(1));
    assert_eq!(shown(&state), "abeCD", "what is seen is what moves");
    action(&mut state, Action::Sort(Sort::Added));
    assert_eq!(shown(&state), "eDCba");
    action(&mut state, Action::Sort(Sort::Own));
    assert_eq!(shown(&state), "abeCD");
}

#[test]
fn the_engine_follows_the_order_behind_the_selected_photo() {
    let (mut state, jobs) = state();
    let ids = state.items.order().to_vec();
    let job = |place: usize| jobs[place].id;
    let effects = action(&mut state, Action::Select(ids[3], Choosing::Only));
    assert_eq!(preferred(&effects), Some(vec![job(3)]));
    let effects = action(&mut state, Action::MoveBefore(vec![ids[4]], Some(ids[0])));
    let expected = [3, 4, 0, 1, 2].map(job).to_vec();
    assert_eq!(preferred(&effects), Some(expected));
    event(&mut state, Event::Step { id: job(4), step: Step::Decoding });
    let effects = action(&mut state, Action::Sort(Sort::Name));
    assert_eq!(preferred(&effects), Some([3, 2, 1, 0].map(job).to_vec()));
}

#[test]
fn what_a_search_hides_is_not_acted_on() {
    let (mut state, _) = state();
    action(&mut state, Action::SelectAll);
    action(&mut state, Action::Search("b".to_owned()));
    assert_eq!(shown(&state), "B");
    assert_eq!(state.chosen().len(), 1);
    action(&mut state, Action::Search("zebra".to_owned()));
    assert_eq!(state.chosen(), state.selected().into_iter().collect::<Vec<_>>());
    action(&mut state, Action::Find(false));
    assert_eq!(shown(&state), "edcBa");
    action(&mut state, Action::Search("d".to_owned()));
    action(&mut state, Action::SelectBy(1, Choosing::Only));
    assert_eq!(shown(&state), "D");
    action(&mut state, Action::ShowOnly(Some(Group::Failed)));
    assert_eq!(shown(&state), "");
    action(&mut state, Action::SelectAll);
    assert!(state.selected().is_some(), "some photo stays in the middle");
}

#[test]
fn finished_photos_are_cleared_alone() {
    let (mut state, jobs) = state();
    for job in &jobs[..2] {
        let outcome = done(job);
        finish(&mut state, job, outcome);
    }
    finish(&mut state, &jobs[2], failed());
    action(&mut state, Action::ClearDone);
    assert_eq!(shown(&state), "Cba");
}
