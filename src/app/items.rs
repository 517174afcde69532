//! The photos of the list: found by their id, kept in an order that the user can change, and counted as
//! they change.
//!
//! `selection.rs` is what is chosen; `arrangement.rs` sorts and searches, anew only when the list's revision
//! or the arrangement changed. Keys, the mouse and `State::chosen` mean what is shown. What waits in the
//! engine follows the order that is shown, the photo in the middle first (`Command::Prefer`).

use std::{
    collections::{HashMap, HashSet},
    ops::{Deref, DerefMut},
};

use super::item::{Group, Item, ItemId};

/// The photos of the list.
#[derive(Clone, Debug, Default)]
pub struct Items {
    by_id: HashMap<ItemId, Item>,
    order: Vec<ItemId>,
    tally: Tally,
    revision: u64,
}

/// How many photos are where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of the list.
    pub all: usize,
    /// With a mask, those to be checked included.
    pub done: usize,
    /// With a mask that is worth a look.
    pub to_check: usize,
    /// Without one, for a reason.
    pub failed: usize,
    /// Stopped by the user.
    pub stopped: usize,
    /// Waiting or in the pipeline.
    pub under_way: usize,
}

impl Tally {
    fn count(&mut self, group: Group, change: impl Fn(&mut usize)) {
        change(&mut self.all);
        match group {
            Group::Waiting | Group::Working => change(&mut self.under_way),
            Group::Done => change(&mut self.done),
            Group::ToCheck => {
                change(&mut self.done);
                change(&mut self.to_check);
            }
            Group::Failed => change(&mut self.failed),
            Group::Stopped => change(&mut self.stopped),
        }
    }

    fn add(&mut self, group: Group) {
        self.count(group, |count| *count += 1);
    }

    fn take_away(&mut self, group: Group) {
        self.count(group, |count| *count -= 1);
    }
}

/// A photo that is being changed; it is counted anew when this goes.
pub struct Changing<'a> {
    item: &'a mut Item,
    tally: &'a mut Tally,
    revision: &'a mut u64,
    before: Group,
}

impl Deref for Changing<'_> {
    type Target = Item;

    fn deref(&self) -> &Item {
        self.item
    }
}

impl DerefMut for Changing<'_> {
    fn deref_mut(&mut self) -> &mut Item {
        self.item
    }
}

impl Drop for Changing<'_> {
    fn drop(&mut self) {
        let after = self.item.group();
        if after != self.before {
            self.tally.take_away(self.before);
            self.tally.add(after);
            *self.revision += 1;
        }
    }
}

impl Items {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// How many are where.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// Grows with every change of the order and of a photo's group.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Their ids, in order.
    pub fn order(&self) -> &[ItemId] {
        &self.order
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Item> + ExactSizeIterator {
        self.order.iter().map(|id| &self.by_id[id])
    }

    /// One by its id.
    pub fn get(&self, id: ItemId) -> Option<&Item> {
        self.by_id.get(&id)
    }

    /// One by its id, to be changed.
    pub fn get_mut(&mut self, id: ItemId) -> Option<Changing<'_>> {
        let item = self.by_id.get_mut(&id)?;
        let (tally, revision) = (&mut self.tally, &mut self.revision);
        Some(Changing { before: item.group(), item, tally, revision })
    }

    /// One by its place in the list.
    pub fn at(&self, place: usize) -> Option<&Item> {
        self.order.get(place).map(|id| &self.by_id[id])
    }

    /// Where one stands in the list.
    pub fn place_of(&self, id: ItemId) -> Option<usize> {
        self.order.iter().position(|&other| other == id)
    }

    /// Adds one at the end.
    pub fn push(&mut self, item: Item) {
        self.tally.add(item.group());
        self.revision += 1;
        self.order.push(item.id);
        self.by_id.insert(item.id, item);
    }

    /// Takes these out, and gives them in the order of the list.
    pub fn remove(&mut self, ids: &[ItemId]) -> Vec<Item> {
        let leaving: HashSet<_> = ids.iter().copied().collect();
        let (gone, left) = self.order.iter().partition(|id| leaving.contains(id));
        self.order = left;
        let gone: Vec<ItemId> = gone;
        let taken: Vec<_> = gone.iter().filter_map(|id| self.by_id.remove(id)).collect();
        taken.iter().for_each(|item| self.tally.take_away(item.group()));
        self.revision += 1;
        taken
    }

    /// Moves these, in the order in which they stand, before the photo `before`; to the end for
    /// `None`. Moving photos before one of themselves leaves it where it is.
    pub fn move_before(&mut self, ids: &[ItemId], before: Option<ItemId>) {
        let moving: HashSet<_> = ids.iter().copied().collect();
        let place = before.and_then(|id| self.place_of(id)).unwrap_or(self.order.len());
        let above = self.order[..place].iter().filter(|id| !moving.contains(id)).count();
        let (moved, mut rest): (Vec<_>, Vec<_>) =
            self.order.iter().partition(|id| moving.contains(id));
        let below = rest.split_off(above);
        self.order = rest.into_iter().chain(moved).chain(below).collect();
        self.revision += 1;
    }

    /// Gives them this order, which has each of them once.
    pub fn reorder(&mut self, order: Vec<ItemId>) {
        debug_assert_eq!(order.len(), self.order.len());
        self.order = order;
        self.revision += 1;
    }

    /// Takes all out.
    pub fn clear(&mut self) {
        *self = Self { revision: self.revision + 1, ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::item::Progress;

    fn items(count: u64) -> Items {
        let mut items = Items::default();
        (0..count).for_each(|id| items.push(Item::new(ItemId(id), format!("{id}.png").into())));
        items
    }

    fn ids(numbers: &[u64]) -> Vec<ItemId> {
        numbers.iter().copied().map(ItemId).collect()
    }

    #[test]
    fn photos_move_together_in_their_order() {
        for (moved, before, expected) in [
            (&[3][..], Some(0), &[3, 0, 1, 2, 4][..]),
            (&[0], Some(3), &[1, 2, 0, 3, 4]),
            (&[4, 1], Some(3), &[0, 2, 1, 4, 3]),
            (&[1, 2], Some(2), &[0, 1, 2, 3, 4]),
            (&[0, 2], None, &[1, 3, 4, 0, 2]),
            (&[9], Some(0), &[0, 1, 2, 3, 4]),
        ] {
            let mut items = items(5);
            items.move_before(&ids(moved), before.map(ItemId));
            assert_eq!(items.order(), ids(expected), "{moved:?} before {before:?}");
        }
    }

    #[test]
    fn the_counts_follow_every_change() {
        let mut items = items(3);
        let before = items.revision();
        items.get_mut(ItemId(0)).unwrap().size_px = Some((1, 1));
        assert_eq!(items.revision(), before);
        items.get_mut(ItemId(0)).unwrap().progress = Progress::Stopped;
        assert!(items.revision() > before);
        let failed = Progress::Failed { why: String::new().into() };
        items.get_mut(ItemId(1)).unwrap().progress = failed;
        let tally = items.tally();
        assert_eq!((tally.all, tally.stopped, tally.failed, tally.under_way), (3, 1, 1, 1));
        let gone = items.remove(&ids(&[2, 0]));
        assert_eq!(gone.iter().map(|item| item.id.0).collect::<Vec<_>>(), [0, 2]);
        assert_eq!(items.tally(), Tally { all: 1, failed: 1, ..Tally::default() });
        items.clear();
        assert_eq!(items.tally(), Tally::default());
    }
}
