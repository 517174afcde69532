//! Brings the maps of finished photos back, after the list itself.

use std::{path::PathBuf, sync::Arc};

use super::{contents::Contents, maps::Maps, record::KeptState};
use crate::{
    app::item::ItemId,
    file_stamp::Stamp,
    imaging::{Doubt, SaliencyMaps, doubts},
};

/// What became of a finished photo's map.
#[derive(Clone, Debug, PartialEq)]
pub enum Recalled {
    /// Here it is, and why the mask should be looked at.
    Map(Arc<SaliencyMaps>, Vec<Doubt>),
    /// The photo is another or gone, or the map is damaged: it has to be cut again.
    Lost,
}

/// The finished photos whose maps are to be brought back.
#[derive(Debug)]
pub struct Recall {
    maps: Maps,
    photos: Vec<(u64, PathBuf, Option<Stamp>)>,
}

/// So many come together.
const AT_ONCE: usize = 64;

impl Recall {
    /// Of these photos; the chosen ones come first.
    pub fn of(contents: &Contents, maps: Maps) -> Self {
        let done = contents.photos().filter(|kept| matches!(kept.state, KeptState::Done { .. }));
        let mut photos: Vec<_> = done.map(|kept| (kept.id, kept.path.clone(), kept.file)).collect();
        let place = |id| contents.chosen().iter().position(|&chosen| chosen == id);
        photos.sort_by_key(|&(id, ..)| place(id).unwrap_or(usize::MAX));
        Self { maps, photos }
    }

    /// Whether there is nothing to bring back.
    pub fn is_empty(&self) -> bool {
        self.photos.is_empty()
    }

    /// Brings them back, the first one alone, until `tell` says that nobody listens.
    pub fn run(self, tell: impl Fn(Vec<(ItemId, Recalled)>) -> bool) {
        let (first, rest) = self.photos.split_at(self.photos.len().min(1));
        for photos in std::iter::once(first).chain(rest.chunks(AT_ONCE)) {
            let recalled = photos.iter().map(|(id, path, stamp)| {
                let is_same = Stamp::of(path).is_ok_and(|now| Some(now) == *stamp);
                let map = if is_same { self.maps.get(*id).ok() } else { None };
                let recalled = map.map(|map| {
                    let doubts = doubts(&map.first);
                    Recalled::Map(Arc::new(map), doubts)
                });
                (ItemId(*id), recalled.unwrap_or(Recalled::Lost))
            });
            if !tell(recalled.collect()) {
                return;
            }
        }
    }
}
