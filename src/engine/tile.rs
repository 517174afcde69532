//! Square pieces of a photo at its full size, or halved a few times: plain data.

use std::sync::Arc;

use crate::imaging::Rgba;

/// Width and height of a tile that is not cut off by the photo's edge, in its own pixels.
pub const TILE_PX: u32 = 512;

/// Pixels around a tile that come with it: where a screen blends neighbouring pixels, it finds them
/// there, and no seam shows.
const APRON_PX: u32 = 1;

/// A picture that tiles can be had of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layer {
    /// The photo.
    Before,
    /// The result, in the photo's own frame.
    After,
    /// The mask: opaque grey.
    Mask,
}

/// Names a tile of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TileId {
    /// The picture that it is of.
    pub layer: Layer,
    /// How often the picture was halved; 0 for its full size.
    pub level: u32,
    /// Its place from the left.
    pub column: u32,
    /// Its place from the top.
    pub row: u32,
}

/// A tile.
#[derive(Clone, Debug, PartialEq)]
pub struct Tile {
    /// Its name.
    pub id: TileId,
    /// What it shows of the photo: left, top, right and bottom in the photo's pixels.
    pub frame_px: [u32; 4],
    /// What its picture shows of the photo: the tile and a little around it.
    pub cover_px: [u32; 4],
    /// Its pixels.
    pub picture: Arc<Rgba>,
}

impl TileId {
    /// How many of the photo's pixels one of its own stands for, along one side.
    pub fn step(&self) -> u32 {
        1 << self.level
    }

    /// What it shows of a photo of this size: left, top, right and bottom in the photo's pixels;
    /// `None` where it lies outside.
    pub fn frame_px(&self, photo_px: (u32, u32)) -> Option<[u32; 4]> {
        let side = TILE_PX.checked_mul(self.step())?;
        let (left, top) = (self.column.checked_mul(side)?, self.row.checked_mul(side)?);
        let within = left < photo_px.0 && top < photo_px.1;
        let end = |start: u32, all: u32| start.saturating_add(side).min(all);
        within.then(|| [left, top, end(left, photo_px.0), end(top, photo_px.1)])
    }

    /// What its picture shows of the photo.
    pub fn cover_px(&self, photo_px: (u32, u32)) -> Option<[u32; 4]> {
        let apron = APRON_PX * self.step();
        let [left, top, right, bottom] = self.frame_px(photo_px)?;
        Some([
            left.saturating_sub(apron),
            top.saturating_sub(apron),
            (right + apron).min(photo_px.0),
            (bottom + apron).min(photo_px.1),
        ])
    }
}

impl Tile {
    /// Where the tile lies in its picture: left, top, right and bottom, 0 to 1.
    pub fn frame_in_picture(&self) -> [f32; 4] {
        let [left, top, right, bottom] = self.cover_px;
        let across = |x: u32| (x - left) as f32 / (right - left) as f32;
        let down = |y: u32| (y - top) as f32 / (bottom - top) as f32;
        let [frame_left, frame_top, frame_right, frame_bottom] = self.frame_px;
        [across(frame_left), down(frame_top), across(frame_right), down(frame_bottom)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(level: u32, column: u32, row: u32) -> TileId {
        TileId { layer: Layer::Before, level, column, row }
    }

    #[test]
    fn tiles_end_with_the_photo_and_bring_what_is_around_them() {
        let photo_px = (1300, 600);
        for (id, frame, cover) in [
            (tile(0, 0, 0), Some([0, 0, 512, 512]), Some([0, 0, 513, 513])),
            (tile(0, 1, 0), Some([512, 0, 1024, 512]), Some([511, 0, 1025, 513])),
            (tile(0, 2, 1), Some([1024, 512, 1300, 600]), Some([1023, 511, 1300, 600])),
            (tile(0, 3, 0), None, None),
            (tile(0, 0, 2), None, None),
            (tile(1, 1, 0), Some([1024, 0, 1300, 600]), Some([1022, 0, 1300, 600])),
            (tile(2, 0, 0), Some([0, 0, 1300, 600]), Some([0, 0, 1300, 600])),
            (tile(0, u32::MAX, 0), None, None),
        ] {
            assert_eq!((id.frame_px(photo_px), id.cover_px(photo_px)), (frame, cover), "{id:?}");
        }
    }

    #[test]
    fn a_tile_knows_its_place_in_its_picture() {
        let id = tile(0, 1, 0);
        let picture = Arc::new(Rgba { width_px: 514, height_px: 513, premultiplied: Vec::new() });
        let [frame_px, cover_px] = [[512, 0, 1024, 512], [511, 0, 1025, 513]];
        let tile = Tile { id, frame_px, cover_px, picture };
        let expected = [1.0 / 514.0, 0.0, 513.0 / 514.0, 512.0 / 513.0];
        for (side, expected) in tile.frame_in_picture().into_iter().zip(expected) {
            assert!((side - expected).abs() < 1e-6);
        }
    }
}
