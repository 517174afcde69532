//! The part of a photo that is looked at more closely than its preview allows: tiles of it at full
//! size, or halved a few times.

use std::sync::Arc;

use super::item::ItemId;
use crate::{
    engine::protocol::{Failure, Layer, TILE_PX, Tile, TileId},
    imaging::edit::Edits,
};

/// Most tiles in memory: 1 MiB each.
pub const TILES_MAX: usize = 128;

/// Tiles of one photo.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    /// The photo.
    pub photo: Option<ItemId>,
    /// The tiles that are needed for what is seen, those in the middle first.
    pub wanted: Vec<TileId>,
    /// Why there are none.
    pub problem: Option<Failure>,
    /// Those that are there; what was not wanted for longest comes first.
    held: Vec<Held>,
    /// What was asked for last.
    asked: Option<Asked>,
}

#[derive(Clone, Debug)]
struct Held {
    tile: Arc<Tile>,
    serial: u64,
}

/// What was asked for.
#[derive(Clone, Debug)]
struct Asked {
    wanted: Vec<TileId>,
    edits: Arc<Edits>,
    /// Grows with every change of the edits.
    serial: u64,
}

/// Tiles to ask for.
#[derive(Clone, Debug, PartialEq)]
pub struct Missing {
    /// They are to be made with edits of this number.
    pub serial: u64,
    /// The tiles.
    pub tiles: Vec<TileId>,
}

impl Detail {
    /// No tiles yet, of this photo.
    pub fn of(photo: ItemId) -> Self {
        Self { photo: Some(photo), ..Self::default() }
    }

    /// The tiles that are there.
    pub fn tiles(&self) -> impl Iterator<Item = &Arc<Tile>> {
        self.held.iter().map(|held| &held.tile)
    }

    /// Bytes of their pixels.
    pub fn bytes(&self) -> u64 {
        self.tiles().map(|tile| tile.picture.premultiplied.len() as u64).sum()
    }

    /// Whether the engine was asked for any.
    pub fn was_asked(&self) -> bool {
        self.asked.is_some()
    }

    /// Other tiles are needed from now on. Those that are no longer are kept while there is room,
    /// for the way back.
    pub fn want(&mut self, wanted: Vec<TileId>) {
        let is_wanted = |held: &Held| wanted.contains(&held.tile.id);
        let (kept, mut others): (Vec<_>, Vec<_>) = self.held.drain(..).partition(is_wanted);
        let room = TILES_MAX.saturating_sub(wanted.len());
        others.drain(..others.len().saturating_sub(room));
        self.held = others.into_iter().chain(kept).collect();
        self.wanted = wanted;
    }

    /// What is to be asked for, where that is something else than what was asked for last.
    pub fn ask(&mut self, edits: &Arc<Edits>) -> Option<Missing> {
        let serial = match &self.asked {
            None if self.wanted.is_empty() => return None,
            None => 0,
            Some(asked) => {
                let same_edits = Arc::ptr_eq(&asked.edits, edits) || asked.edits == *edits;
                if same_edits && asked.wanted == self.wanted {
                    return None;
                }
                asked.serial + u64::from(!same_edits)
            }
        };
        self.problem = None;
        self.asked = Some(Asked { wanted: self.wanted.clone(), edits: edits.clone(), serial });
        let is_here = |id: &TileId| {
            // The photo itself is as it was, whatever the edits.
            let fits = |held: &&Held| held.serial == serial || id.layer == Layer::Before;
            self.held.iter().filter(fits).any(|held| held.tile.id == *id)
        };
        let tiles = self.wanted.iter().copied().filter(|id| !is_here(id)).collect();
        Some(Missing { serial, tiles })
    }

    /// A tile came. One made with older edits than the one that is there is not taken.
    pub fn take_in(&mut self, serial: u64, tile: Arc<Tile>) {
        if !self.wanted.contains(&tile.id) {
            return;
        }
        match self.held.iter_mut().find(|held| held.tile.id == tile.id) {
            Some(held) if held.serial > serial => {}
            Some(held) => *held = Held { tile, serial },
            None => self.held.push(Held { tile, serial }),
        }
    }
}

/// How often the photo is halved for a look at this scale, so that a tile has a pixel for every
/// pixel of the screen; `None` where the preview has as many.
pub fn level(scale: f32, photo_px: (u32, u32), preview_px: (u32, u32)) -> Option<u32> {
    let photo = photo_px.0.max(photo_px.1) as f32;
    let preview = preview_px.0.max(preview_px.1) as f32;
    let level = (1.0 / scale).log2().floor().max(0.0) as u32;
    let halved = photo / (1_u32 << level.min(16)) as f32;
    // A hair more is not worth the work.
    (photo * scale > preview * 1.02 && halved > preview * 1.02).then_some(level)
}

/// The tiles that show a part of a photo: left, top, right and bottom in its pixels.
pub fn tiles_of(layer: Layer, level: u32, part_px: [f32; 4], photo_px: (u32, u32)) -> Vec<TileId> {
    let [left, top, right, bottom] = part_px;
    if left >= right || top >= bottom {
        return Vec::new();
    }
    let side = (TILE_PX << level) as f32;
    let span = |from: f32, to: f32| (from.max(0.0) / side) as u32..(to / side).ceil() as u32;
    let columns = span(left, right);
    let tiles = span(top, bottom)
        .flat_map(|row| columns.clone().map(move |column| TileId { layer, level, column, row }));
    tiles.filter(|tile| tile.frame_px(photo_px).is_some()).collect()
}

/// Puts tiles near the middle of what is seen first, and leaves out those that are too many.
pub fn nearest_first(tiles: &mut Vec<TileId>, middle_px: [f32; 2]) {
    let distance = |tile: &TileId| {
        let side = (TILE_PX << tile.level) as f32;
        let x = (tile.column as f32 + 0.5) * side - middle_px[0];
        let y = (tile.row as f32 + 0.5) * side - middle_px[1];
        x.hypot(y)
    };
    tiles.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
    tiles.truncate(TILES_MAX);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::{Rgba, edit::Trim};

    const PHOTO: (u32, u32) = (8000, 6000);
    const PREVIEW: (u32, u32) = (1600, 1200);

    fn id(column: u32) -> TileId {
        TileId { layer: Layer::After, level: 0, column, row: 0 }
    }

    fn tile(id: TileId) -> Arc<Tile> {
        let picture = Arc::new(Rgba { width_px: 1, height_px: 1, premultiplied: vec![0; 4] });
        Arc::new(Tile { id, frame_px: [0; 4], cover_px: [0, 0, 1, 1], picture })
    }

    #[test]
    fn a_closer_look_asks_for_as_many_pixels_as_the_screen_has() {
        for (scale, photo_px, expected) in [
            (0.1, PHOTO, None),
            (0.2, PHOTO, None),
            (0.3, PHOTO, Some(1)),
            (0.24, PHOTO, Some(2)),
            (0.5, PHOTO, Some(1)),
            (0.75, PHOTO, Some(0)),
            (1.0, PHOTO, Some(0)),
            (9.0, PHOTO, Some(0)),
            (32.0, PREVIEW, None),
            (1.0, (1610, 900), None),
            (1.0, (2000, 900), Some(0)),
        ] {
            assert_eq!(level(scale, photo_px, PREVIEW), expected, "{scale} of {photo_px:?}");
        }
    }

    #[test]
    fn the_tiles_of_a_part_cover_it_and_no_more() {
        let columns_and_rows = |part, level| {
            let tiles = tiles_of(Layer::Mask, level, part, PHOTO);
            tiles.iter().map(|tile| (tile.column, tile.row)).collect::<Vec<_>>()
        };
        for (part, level, expected) in [
            ([0.0, 0.0, 512.0, 512.0], 0, &[(0, 0)][..]),
            ([511.0, 0.0, 513.0, 100.0], 0, &[(0, 0), (1, 0)]),
            ([600.0, 1100.0, 700.0, 1600.0], 0, &[(1, 2), (1, 3)]),
            ([600.0, 1100.0, 700.0, 1600.0], 1, &[(0, 1)]),
            ([7990.0, 5990.0, 9000.0, 9000.0], 0, &[(15, 11)]),
            ([-50.0, -50.0, 10.0, 10.0], 0, &[(0, 0)]),
            ([10.0, 10.0, 5.0, 20.0], 0, &[]),
        ] {
            assert_eq!(columns_and_rows(part, level), expected, "{part:?}");
        }
        let mut many = tiles_of(Layer::Mask, 0, [0.0, 0.0, 8000.0, 6000.0], PHOTO);
        assert_eq!(many.len(), 16 * 12);
        nearest_first(&mut many, [800.0, 300.0]);
        assert_eq!(many[0], TileId { layer: Layer::Mask, level: 0, column: 1, row: 0 });
        assert_eq!(many.len(), TILES_MAX);
    }

    #[test]
    fn what_is_missing_is_asked_for_once_and_anew_when_edits_change() {
        let mut detail = Detail::of(ItemId(1));
        let edits = Arc::<Edits>::default();
        assert_eq!(detail.ask(&edits), None);
        detail.want(vec![id(0), id(1)]);
        let all = |serial| Some(Missing { serial, tiles: vec![id(0), id(1)] });
        assert_eq!(detail.ask(&edits), all(0));
        assert_eq!(detail.ask(&edits), None);
        detail.take_in(0, tile(id(0)));
        assert_eq!(detail.ask(&Arc::default()), None);
        detail.want(vec![id(0), id(2)]);
        assert_eq!(detail.ask(&edits), Some(Missing { serial: 0, tiles: vec![id(2)] }));
        let changed = Arc::new(Edits { trim: Some(Trim { margin_px: 1 }), ..Edits::default() });
        detail.want(vec![id(0), id(1)]);
        assert_eq!(detail.ask(&changed), all(1));
        assert_eq!(detail.tiles().count(), 1, "the old one stays until then");
        let new = tile(id(0));
        detail.take_in(1, new.clone());
        detail.take_in(0, tile(id(0)));
        assert!(Arc::ptr_eq(detail.tiles().next().unwrap(), &new), "no older one after it");
    }

    #[test]
    fn tiles_out_of_sight_stay_while_there_is_room() {
        let mut detail = Detail::of(ItemId(1));
        let many: Vec<_> = (0..TILES_MAX as u32).map(id).collect();
        detail.want(many.clone());
        many.iter().for_each(|&id| detail.take_in(0, tile(id)));
        detail.want(vec![id(5)]);
        assert_eq!(detail.tiles().count(), TILES_MAX);
        let others: Vec<_> = (500..500 + TILES_MAX as u32 - 1).map(id).collect();
        detail.want(others.clone());
        detail.take_in(0, tile(id(5)));
        let left: Vec<_> = detail.tiles().map(|tile| tile.id).collect();
        assert_eq!(left, [id(5)], "the last that was wanted");
        others.iter().for_each(|&id| detail.take_in(0, tile(id)));
        assert_eq!(detail.tiles().count(), TILES_MAX);
    }
}
