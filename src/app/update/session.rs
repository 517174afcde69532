//! The list that comes back from the last time.

use super::{files, jobs, list, previews};
use crate::{
    app::{
        arrangement::Sort,
        effect::Effect,
        history::History,
        item::{Item, ItemId, PreviewState, Progress},
        session::{
            Recalled, Restored, SessionProblem,
            record::{Kept, KeptState, failure},
        },
        state::{Notice, State},
        wording,
    },
    lang::t,
    path_text::printable,
};

/// Takes the list in; the window has shown none yet. What was not done goes on by itself.
pub fn restored(state: &mut State, restored: Restored) -> Vec<Effect> {
    let count = restored.photos.len();
    for kept in restored.photos {
        let item = item(kept);
        state.next_item = state.next_item.max(item.id.0 + 1);
        state.by_path.insert(item.path.clone(), item.id);
        state.items.push(item);
    }
    // The order in which they came back is the user's, if it is not that in which they came.
    if !state.items.order().is_sorted() {
        state.list.change(|list| (list.sort, list.has_own) = (Sort::Own, true));
    }
    list::settle(state);
    let lead = restored.chosen.first().or(state.items.order().first()).copied();
    state.selection.set(restored.chosen, lead);
    if count > 0 && state.notice.is_none() {
        let text = t!("notice-list-is-back", count = count);
        state.notice = Some(Notice { is_about_return: true, ..Notice::good(text) });
    }
    if let Some(problem) = restored.problem {
        problem_met(state, problem);
    }
    let waiting = state.items.iter().filter(|item| item.progress == Progress::Waiting);
    let waiting: Vec<ItemId> = waiting.map(|item| item.id).collect();
    let all = state.items.order().to_vec();
    let mut effects = files::inspect(state, &all);
    effects.extend(jobs::cut(state, &waiting));
    effects
}

fn item(kept: Kept) -> Item {
    let mut item = Item::new(ItemId(kept.id), kept.path);
    item.progress = match kept.state {
        KeptState::Waiting => Progress::Waiting,
        KeptState::Done { took_ms, no_clear_subject } => {
            Progress::Done { took_ms, no_clear_subject }
        }
        KeptState::Failed { message, why } => Progress::Failed { why: failure(message, why) },
        KeptState::Stopped => Progress::Stopped,
    };
    item.below = kept.below;
    item.size_px = kept.size_px;
    item.outputs = kept.outputs;
    item.saves_itself = kept.saves_itself;
    item.edits = History::starting_with(kept.edits);
    item
}

/// Takes in what became of the maps of finished photos.
pub fn recalled(state: &mut State, recalled: Vec<(ItemId, Recalled)>) -> Vec<Effect> {
    let mut lost = Vec::new();
    for (id, recalled) in recalled {
        let Some(mut item) = state.item_mut(id) else { continue };
        // One that was cut again meanwhile has its map already, or will have.
        if item.saliency.is_some() || !matches!(item.progress, Progress::Done { .. }) {
            continue;
        }
        match recalled {
            Recalled::Map(map, doubts) => {
                item.saliency = Some(map);
                item.doubts = doubts;
            }
            Recalled::Lost => {
                item.preview = PreviewState::Absent;
                lost.push(id);
            }
        }
    }
    let mut effects = jobs::cut(state, &lost);
    effects.extend(previews::ask(state));
    effects
}

/// The list does not come back, or will not the next time.
pub fn problem_met(state: &mut State, problem: SessionProblem) {
    let text = match problem {
        SessionProblem::Busy => t!("notice-list-kept-by-another"),
        SessionProblem::Damaged(damaged) => {
            let aside = printable(&damaged.aside);
            let reason = wording::damage(&damaged.damage);
            t!("notice-list-damaged", reason = reason, file = aside)
        }
        SessionProblem::NotKept(error) => {
            let reason = wording::not_kept(&error);
            t!("notice-list-not-kept", reason = reason.trim_end_matches('.').to_owned())
        }
    };
    state.notice = Some(Notice::problem(text));
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        app::{
            damage::Damage,
            session::{Damaged, KeepError},
            update::adding,
        },
        engine::{
            protocol::{Command, Job},
            sources::Source,
        },
        imaging::{SaliencyMap, SaliencyMaps, WriteError},
    };

    fn kept(id: u64, state: KeptState) -> Kept {
        Kept {
            id,
            path: format!("/photos/{id}.png").into(),
            below: "shoes".into(),
            state,
            size_px: Some((4, 3)),
            outputs: vec![format!("/photos/{id}_cutout.png").into()],
            edits: Arc::default(),
            saves_itself: false,
            file: None,
        }
    }

    fn done() -> KeptState {
        KeptState::Done { took_ms: 5.0, no_clear_subject: true }
    }

    fn list() -> Restored {
        let failed = KeptState::failed(&"it ends early".to_owned().into());
        let states = [(7, done()), (2, KeptState::Waiting), (4, failed), (5, KeptState::Stopped)];
        let photos = states.into_iter().chain([(9, done())]).map(|(id, state)| kept(id, state));
        Restored { photos: photos.collect(), chosen: vec![ItemId(9), ItemId(2)], problem: None }
    }

    fn submitted(effects: Vec<Effect>) -> Vec<Job> {
        let jobs = |effect| match effect {
            Effect::Send(Command::Submit(jobs)) => jobs,
            _ => Vec::new(),
        };
        effects.into_iter().flat_map(jobs).collect()
    }

    fn map() -> Arc<SaliencyMaps> {
        Arc::new(SaliencyMap::empty(2).into())
    }

    #[test]
    fn the_list_comes_back_and_what_was_not_done_goes_on() {
        let mut state = State::default();
        let jobs = submitted(restored(&mut state, list()));
        let order: Vec<u64> = state.items.order().iter().map(|id| id.0).collect();
        assert_eq!(order, [7, 2, 4, 5, 9]);
        assert_eq!(state.list.shown(), state.items.order());
        let tally = state.items.tally();
        let counts = (tally.done, tally.under_way, tally.failed, tally.stopped);
        assert_eq!(counts, (2, 1, 1, 1));
        let sources: Vec<_> = jobs.iter().map(|job| job.source.to_str().unwrap()).collect();
        assert_eq!(sources, ["/photos/2.png"]);
        assert_eq!((state.selected(), state.selection.len()), (Some(ItemId(9)), 2));
        let item = state.items.get(ItemId(7)).unwrap();
        assert_eq!((item.outputs.len(), item.below.to_str()), (1, Some("shoes")));
        let notice = state.notice.clone().unwrap();
        assert!(notice.is_about_return && notice.text.starts_with("5 photos"), "{notice:?}");
        // New photos get new names, and one of the list is not listed twice.
        let source = |path: &str| Source { path: path.into(), below: "trip".into() };
        adding::add(&mut state, vec![source("/photos/7.png"), source("/new.png")]);
        assert_eq!(state.items.order().last(), Some(&ItemId(10)));
        assert_eq!(state.items.len(), 6);
    }

    #[test]
    fn nothing_kept_is_nothing_told() {
        let mut state = State::default();
        assert!(restored(&mut state, Restored::default()).is_empty());
        assert_eq!((state.notice, state.selection.lead()), (None, None));
    }

    #[test]
    fn maps_come_back_and_lost_ones_are_cut_again() {
        let mut state = State::default();
        restored(&mut state, list());
        let recalled_now =
            vec![(ItemId(9), Recalled::Map(map(), Vec::new())), (ItemId(7), Recalled::Lost)];
        let jobs = submitted(recalled(&mut state, recalled_now));
        let asked: Vec<_> = jobs
            .iter()
            .map(|job| {
                (job.source.to_str().unwrap(), job.saliency.is_some(), job.preview_px.is_some())
            })
            .collect();
        assert_eq!(asked, [("/photos/7.png", false, false), ("/photos/9.png", true, true)]);
        assert_eq!(state.items.get(ItemId(7)).unwrap().progress, Progress::Waiting);
        // Removed, not done, or cut again meanwhile: what comes late changes nothing.
        for id in [1, 2, 7] {
            let late = vec![(ItemId(id), Recalled::Map(map(), Vec::new()))];
            assert!(recalled(&mut state, late).is_empty());
            assert!(state.items.get(ItemId(id)).is_none_or(|item| item.saliency.is_none()));
        }
        assert!(recalled(&mut state, vec![(ItemId(9), Recalled::Lost)]).is_empty());
    }

    #[test]
    fn problems_are_told_in_words() {
        let damaged = Damaged {
            damage: Damage::Line { number: 3, words: "x".to_owned() },
            aside: "/s/session.bad".into(),
        };
        let full = KeepError::Map(WriteError::DiskFull("/s/1.png".into()));
        for (problem, words) in [
            (SessionProblem::Busy, "Another window"),
            (SessionProblem::Damaged(damaged), "/s/session.bad"),
            (SessionProblem::NotKept(full), "/s/1.png: the disk is full"),
        ] {
            let mut state = State::default();
            restored(&mut state, Restored { problem: Some(problem), ..list() });
            let notice = state.notice.unwrap();
            assert!(notice.is_problem && notice.text.contains(words), "{notice:?}");
            assert!(!notice.text.contains(".."), "{notice:?}");
        }
    }
}
