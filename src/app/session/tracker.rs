//! What changed in the list since it was last kept.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::{Arc, Weak},
};

use super::record::{Kept, KeptState, Line};
use crate::{
    app::{
        item::{Item, ItemId, Progress},
        selection::Selection,
        state::State,
    },
    imaging::{SaliencyMaps, edit::Edits},
};

/// Something that changed.
#[derive(Clone, Debug)]
pub enum Change {
    /// A photo is new, or is now like this. Its map comes along where it is another.
    Photo(Box<Kept>, Option<Arc<SaliencyMaps>>),
    /// Something about the list.
    List(Line),
}

/// Knows the list as it was last kept.
#[derive(Debug, Default)]
pub struct Tracker {
    seen: HashMap<ItemId, Seen>,
    order: Vec<ItemId>,
    selection: Selection,
}

/// A photo as it was last kept, as far as it can change.
#[derive(Debug)]
struct Seen {
    progress: Progress,
    size_px: Option<(u32, u32)>,
    outputs: Vec<PathBuf>,
    edits: Arc<Edits>,
    /// Weak, so that an address tells one map from another without keeping it.
    map: Option<Weak<SaliencyMaps>>,
}

impl Seen {
    fn of(item: &Item) -> Self {
        Self {
            progress: settled(&item.progress),
            size_px: item.size_px,
            outputs: item.outputs.clone(),
            edits: item.edits.current().clone(),
            map: item.saliency.as_ref().map(Arc::downgrade),
        }
    }

    fn is_still(&self, item: &Item) -> bool {
        let is_under_way = item.is_under_way() && self.progress == Progress::Waiting;
        (is_under_way || self.progress == item.progress)
            && self.size_px == item.size_px
            && self.outputs == item.outputs
            && Arc::ptr_eq(&self.edits, item.edits.current())
            && self.has_map(item)
    }

    fn has_map(&self, item: &Item) -> bool {
        let here = item.saliency.as_ref().map(Arc::as_ptr);
        self.map.as_ref().map(Weak::as_ptr) == here
    }
}

/// Where a photo is in the pipeline is of this run alone.
fn settled(progress: &Progress) -> Progress {
    match progress {
        Progress::Working(_) => Progress::Waiting,
        other => other.clone(),
    }
}

impl Tracker {
    /// What changed since this was last asked.
    pub fn changes(&mut self, state: &State) -> Vec<Change> {
        let mut changes = Vec::new();
        let order = state.items.order();
        if self.order != order {
            let here: HashSet<ItemId> = order.iter().copied().collect();
            let (left, gone): (Vec<_>, Vec<_>) =
                self.order.iter().partition(|id| here.contains(id));
            self.order = left;
            if !gone.is_empty() {
                gone.iter().for_each(|id| drop(self.seen.remove(id)));
                let gone = gone.into_iter().map(|id: ItemId| id.0);
                changes.push(Change::List(Line::Removed(gone.collect())));
            }
        }
        for item in state.items.iter() {
            let seen = self.seen.get(&item.id);
            if seen.is_some_and(|seen| seen.is_still(item)) {
                continue;
            }
            let map = item.saliency.clone().filter(|_| seen.is_none_or(|seen| !seen.has_map(item)));
            changes.push(Change::Photo(Box::new(kept(item)), map));
            if self.seen.insert(item.id, Seen::of(item)).is_none() {
                self.order.push(item.id);
            }
        }
        if self.order != order {
            self.order = order.to_vec();
            let ids = order.iter().map(|id| id.0).collect();
            changes.push(Change::List(Line::Order(ids)));
        }
        if self.selection != state.selection {
            self.selection = state.selection.clone();
            changes.push(Change::List(Line::Chosen(chosen(state))));
        }
        changes
    }

    /// The map of a photo is the one that was kept for it.
    pub fn map_is_kept(&mut self, id: ItemId, map: &Arc<SaliencyMaps>) {
        if let Some(seen) = self.seen.get_mut(&id) {
            seen.map = Some(Arc::downgrade(map));
        }
    }
}

fn kept(item: &Item) -> Kept {
    Kept {
        id: item.id.0,
        path: item.path.clone(),
        below: item.below.clone(),
        state: match &item.progress {
            Progress::Waiting | Progress::Working(_) => KeptState::Waiting,
            &Progress::Done { took_ms, no_clear_subject } => {
                KeptState::Done { took_ms, no_clear_subject }
            }
            Progress::Failed { why } => KeptState::failed(why),
            Progress::Stopped => KeptState::Stopped,
        },
        size_px: item.size_px,
        outputs: item.outputs.clone(),
        edits: item.edits.current().clone(),
        saves_itself: item.saves_itself,
        file: None,
    }
}

fn chosen(state: &State) -> Vec<u64> {
    let lead = state.selection.lead();
    let all = state.selection.in_order(state.items.order());
    let others = all.into_iter().filter(|&id| Some(id) != lead);
    lead.into_iter().chain(others).map(|id| id.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::{history::Step, session::contents::Contents},
        engine::protocol,
        imaging::{SaliencyMap, edit::Trim},
    };

    /// A list of so many finished photos, the first in the middle.
    fn state(count: u64) -> State {
        let mut state = State::default();
        for id in 0..count {
            let mut item = Item::new(ItemId(id), format!("/{id}.png").into());
            item.progress = Progress::Done { took_ms: 1.0, no_clear_subject: false };
            item.saliency = Some(Arc::new(SaliencyMap::empty(2).into()));
            state.items.push(item);
        }
        state.selection.set(Vec::new(), Some(ItemId(0)));
        state
    }

    /// Photos and lines that changed, and whose maps.
    fn told(changes: &[Change]) -> (Vec<u64>, Vec<u64>, Vec<Line>) {
        let (mut photos, mut maps, mut lines) = (Vec::new(), Vec::new(), Vec::new());
        for change in changes {
            match change {
                Change::Photo(kept, map) => {
                    photos.push(kept.id);
                    maps.extend(map.as_ref().map(|_| kept.id));
                }
                Change::List(line) => lines.push(line.clone()),
            }
        }
        (photos, maps, lines)
    }

    #[test]
    fn only_what_changed_is_told_and_only_once() {
        type Alter = fn(&mut State);
        type Case<'a> = (Alter, &'a [u64], &'a [u64], &'a [Line]);
        let cases: [Case; 10] = [
            (|_| (), &[], &[], &[]),
            (
                |state| {
                    let edits = Edits { trim: Some(Trim { margin_px: 3 }), ..Edits::default() };
                    let mut item = state.items.get_mut(ItemId(2)).unwrap();
                    item.edits.change(Arc::new(edits), Step::Whole);
                },
                &[2],
                &[],
                &[],
            ),
            (
                |state| state.items.get_mut(ItemId(1)).unwrap().size_px = Some((3, 2)),
                &[1],
                &[],
                &[],
            ),
            (
                |state| state.items.get_mut(ItemId(1)).unwrap().outputs.push("/a".into()),
                &[1],
                &[],
                &[],
            ),
            (
                |state| {
                    let map = Some(Arc::new(SaliencyMap::empty(2).into()));
                    state.items.get_mut(ItemId(2)).unwrap().saliency = map;
                },
                &[2],
                &[2],
                &[],
            ),
            (
                |state| state.items.get_mut(ItemId(0)).unwrap().progress = Progress::Stopped,
                &[0],
                &[],
                &[],
            ),
            (|state| state.items.push(Item::new(ItemId(7), "/7.png".into())), &[7], &[], &[]),
            (
                |state| state.items.move_before(&[ItemId(2)], Some(ItemId(0))),
                &[],
                &[],
                &[Line::Order(vec![2, 0, 1])],
            ),
            (
                |state| drop(state.items.remove(&[ItemId(1), ItemId(2)])),
                &[],
                &[],
                &[Line::Removed(vec![1, 2])],
            ),
            (
                |state| state.selection.set(vec![ItemId(0)], Some(ItemId(2))),
                &[],
                &[],
                &[Line::Chosen(vec![2, 0])],
            ),
        ];
        for (number, (alter, photos, maps, lines)) in cases.into_iter().enumerate() {
            let mut state = state(3);
            let mut tracker = Tracker::default();
            assert_eq!(told(&tracker.changes(&state)).1, [0, 1, 2]);
            alter(&mut state);
            let changes = tracker.changes(&state);
            let expected = (photos.to_vec(), maps.to_vec(), lines.to_vec());
            assert_eq!(told(&changes), expected, "{number}");
            assert!(tracker.changes(&state).is_empty(), "{number}");
        }
    }

    #[test]
    fn where_a_photo_is_in_the_pipeline_changes_nothing() {
        let mut state = state(0);
        state.items.push(Item::new(ItemId(0), "/0.png".into()));
        let mut tracker = Tracker::default();
        tracker.changes(&state);
        for step in [protocol::Step::Decoding, protocol::Step::Inferring, protocol::Step::Refining]
        {
            state.items.get_mut(ItemId(0)).unwrap().progress = Progress::Working(step);
            assert!(tracker.changes(&state).is_empty());
        }
    }

    #[test]
    fn a_map_that_came_back_is_not_kept_again_and_a_new_one_is() {
        let mut state = state(1);
        let map = state.items.get_mut(ItemId(0)).unwrap().saliency.take().unwrap();
        let mut tracker = Tracker::default();
        tracker.changes(&state);
        tracker.map_is_kept(ItemId(0), &map);
        state.items.get_mut(ItemId(0)).unwrap().saliency = Some(map);
        assert!(tracker.changes(&state).is_empty());
        state.items.get_mut(ItemId(0)).unwrap().saliency =
            Some(Arc::new(SaliencyMap::empty(2).into()));
        assert_eq!(told(&tracker.changes(&state)).1, [0]);
    }

    #[test]
    fn what_is_told_adds_up_to_the_list() {
        let mut state = state(4);
        let mut tracker = Tracker::default();
        let mut contents = Contents::default();
        let alter: [fn(&mut State); 3] = [
            |state| state.items.move_before(&[ItemId(3)], Some(ItemId(1))),
            |state| {
                state.items.remove(&[ItemId(0)]);
                state.items.push(Item::new(ItemId(4), "/4.png".into()));
                state.items.move_before(&[ItemId(4)], Some(ItemId(3)));
            },
            |state| state.items.clear(),
        ];
        for alter in alter {
            alter(&mut state);
            for change in tracker.changes(&state) {
                contents.take(match change {
                    Change::Photo(kept, _) => Line::Photo(kept),
                    Change::List(line) => line,
                });
            }
            let ids: Vec<u64> = contents.photos().map(|kept| kept.id).collect();
            let order: Vec<u64> = state.items.order().iter().map(|id| id.0).collect();
            assert_eq!(ids, order);
        }
    }
}
