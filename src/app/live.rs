//! Previews asked for while the user changes a photo.

use std::{collections::VecDeque, sync::Arc};

use super::item::{Item, ItemId};
use crate::imaging::{Refine, edit::Edits};

/// The newest wins, so most of what waits longer than this is never answered.
const WAITING_MAX: usize = 64;

/// Previews asked for and not answered yet, the oldest first.
#[derive(Clone, Debug, Default)]
pub struct Live {
    last_serial: u64,
    waiting: VecDeque<Ask>,
}

/// A preview asked for.
#[derive(Clone, Debug, PartialEq)]
struct Ask {
    item: ItemId,
    serial: u64,
    edits: Arc<Edits>,
}

impl Live {
    /// Notes that a photo's preview is asked for with these changes, and numbers the request.
    pub fn ask(&mut self, item: ItemId, edits: Arc<Edits>) -> u64 {
        if self.waiting.len() == WAITING_MAX {
            self.waiting.pop_front();
        }
        self.last_serial += 1;
        self.waiting.push_back(Ask { item, serial: self.last_serial, edits });
        self.last_serial
    }

    /// The changes that a photo's preview was last asked for with.
    pub fn newest(&self, item: ItemId) -> Option<&Arc<Edits>> {
        self.waiting.iter().rev().find(|ask| ask.item == item).map(|ask| &ask.edits)
    }

    /// Whether the first preview of a photo with matting is asked for, which takes a moment.
    pub fn begins_matting(&self, item: &Item) -> bool {
        let is_matting = |edits: &Arc<Edits>| edits.mask.refine == Refine::Matting;
        self.newest(item.id).is_some_and(is_matting) && !is_matting(&item.previewed)
    }

    /// Takes an answer in and gives the changes that it shows; `None` where a later one came
    /// before it or the photo was left.
    pub fn answered(&mut self, item: ItemId, serial: u64) -> Option<Arc<Edits>> {
        let is_it = |ask: &Ask| (ask.item, ask.serial) == (item, serial);
        let edits = self.waiting.iter().find(|ask| is_it(ask))?.edits.clone();
        self.waiting.retain(|ask| ask.item != item || ask.serial > serial);
        Some(edits)
    }

    /// Expects no answers about a photo any more.
    pub fn forget(&mut self, item: ItemId) {
        self.waiting.retain(|ask| ask.item != item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHOTO: ItemId = ItemId(3);

    fn edits(grow_px: f32) -> Arc<Edits> {
        let mut edits = Edits::default();
        edits.mask.grow_px = grow_px;
        Arc::new(edits)
    }

    #[test]
    fn what_comes_after_a_later_answer_is_stale() {
        let mut live = Live::default();
        let serials = [1.0, 2.0, 3.0].map(|grow_px| live.ask(PHOTO, edits(grow_px)));
        assert!(serials.is_sorted());
        assert_eq!(live.answered(PHOTO, serials[1]), Some(edits(2.0)));
        assert_eq!(live.answered(PHOTO, serials[0]), None);
        assert_eq!(live.newest(PHOTO), Some(&edits(3.0)));
        assert_eq!(live.answered(ItemId(4), serials[2]), None);
        assert_eq!(live.answered(PHOTO, serials[2]), Some(edits(3.0)));
        assert_eq!((live.answered(PHOTO, serials[2]), live.newest(PHOTO)), (None, None));
    }

    #[test]
    fn a_photo_that_was_left_takes_no_answers() {
        let mut live = Live::default();
        let old = live.ask(PHOTO, edits(1.0));
        live.forget(PHOTO);
        let new = live.ask(PHOTO, edits(1.0));
        assert_eq!(live.answered(PHOTO, old), None);
        assert!(new > old && live.answered(PHOTO, new).is_some());
    }

    #[test]
    fn a_service_that_never_answers_costs_no_memory() {
        let mut live = Live::default();
        for _ in 0..10 * WAITING_MAX {
            live.ask(PHOTO, edits(1.0));
        }
        assert_eq!(live.waiting.len(), WAITING_MAX);
    }
}
