//! The photos of the list: found by their id, kept in an order that the user can change, and
//! counted as they change.

use std::{
    collections::{HashMap, HashSet},
    ops::{Deref, DerefMut},
};

use super::item::{Item, ItemId, Progress};

/// The photos of the list.
#[derive(Clone, Debug, Default)]
pub struct Items {
    by_id: HashMap<ItemId, Item>,
    order: Vec<ItemId>,
    tally: Tally,
}

/// How many photos are where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of the list.
    pub all: usize,
    /// With a mask.
    pub done: usize,
    /// Without one, for a reason.
    pub failed: usize,
    /// Stopped by the user.
    pub stopped: usize,
    /// Waiting or in the pipeline.
    pub under_way: usize,
}

impl Tally {
    fn count_of(&mut self, progress: &Progress) -> &mut usize {
        match progress {
            Progress::Waiting | Progress::Working(_) => &mut self.under_way,
            Progress::Done { .. } => &mut self.done,
            Progress::Failed { .. } => &mut self.failed,
            Progress::Stopped => &mut self.stopped,
        }
    }

    fn add(&mut self, progress: &Progress) {
        self.all += 1;
        *self.count_of(progress) += 1;
    }

    fn take_away(&mut self, progress: &Progress) {
        self.all -= 1;
        *self.count_of(progress) -= 1;
    }
}

/// A photo that is being changed; it is counted anew when this goes.
pub struct Changing<'a> {
    item: &'a mut Item,
    tally: &'a mut Tally,
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
        self.tally.add(&self.item.progress);
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
        self.tally.take_away(&item.progress);
        Some(Changing { item, tally: &mut self.tally })
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
        self.tally.add(&item.progress);
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
        taken.iter().for_each(|item| self.tally.take_away(&item.progress));
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
    }

    /// Takes all out.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        items.get_mut(ItemId(0)).unwrap().progress = Progress::Stopped;
        let failed = Progress::Failed { message: String::new() };
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
