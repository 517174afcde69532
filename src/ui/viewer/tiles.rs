//! Tiles at full size over the preview, as they come.

use std::collections::HashMap;

use egui::{Color32, Painter, Rect, TextureHandle, pos2};

use super::sheet::Sheet;
use crate::{
    app::{detail, item::ItemId, state::State},
    engine::protocol::{Layer, Tile, TileId},
    ui::texture::{Finish, Textures},
};

/// What of the tiles is on the graphics card.
#[derive(Default)]
pub struct Tiles {
    photo: Option<ItemId>,
    /// The texture that each was drawn with last: it stays until a newer one is uploaded.
    drawn: HashMap<(TileId, Finish), TextureHandle>,
}

impl Tiles {
    /// Paints the tiles of a sheet's layer that are there. Those of the level that is wanted lie
    /// over all others.
    pub fn paint(
        &mut self,
        painter: &Painter,
        sheet: &Sheet,
        (layer, level): (Layer, u32),
        finish: Finish,
        textures: &mut Textures,
        state: &State,
    ) {
        let seen = sheet.seen();
        let is_seen = |tile: &&std::sync::Arc<Tile>| {
            tile.id.layer == layer && place(tile, sheet).intersects(seen)
        };
        let mut tiles: Vec<_> = state.detail.tiles().filter(is_seen).collect();
        tiles.sort_by_key(|tile| (tile.id.level == level, std::cmp::Reverse(tile.id.level)));
        for tile in tiles {
            let finish = Finish { squares: finish.squares && tile.id.level == 0, ..finish };
            let key = (tile.id, finish);
            let texture = match textures.get_in_time(painter.ctx(), &tile.picture, finish) {
                Some(texture) => {
                    self.drawn.insert(key, texture.clone());
                    texture
                }
                None => match self.drawn.get(&key) {
                    Some(texture) => texture.clone(),
                    None => continue,
                },
            };
            let [left, top, right, bottom] = tile.frame_in_picture();
            let uv = Rect::from_min_max(pos2(left, top), pos2(right, bottom));
            painter.image(texture.id(), place(tile, sheet), uv, Color32::WHITE);
        }
    }

    /// Ends a frame: forgets what is no longer there.
    pub fn let_go_of_unused(&mut self, state: &State) {
        if self.photo != state.detail.photo {
            self.photo = state.detail.photo;
            self.drawn.clear();
        }
        self.drawn.retain(|(id, _), _| state.detail.tiles().any(|tile| tile.id == *id));
    }
}

/// The tiles that sheets need, those in the middle of the first first.
pub fn wanted(sheets: &[Sheet], level: Option<u32>, photo_px: (u32, u32)) -> Vec<TileId> {
    let (Some(level), Some(first)) = (level, sheets.first()) else { return Vec::new() };
    let mut tiles = Vec::new();
    for sheet in sheets {
        let part_px = sheet.mapping.part_px(sheet.part);
        for &(layer, _) in sheet.face.layers() {
            tiles.extend(detail::tiles_of(layer, level, part_px, photo_px));
        }
    }
    detail::nearest_first(&mut tiles, first.mapping.to_photo(first.pane.center()));
    tiles
}

fn place(tile: &Tile, sheet: &Sheet) -> Rect {
    sheet.mapping.rect(tile.frame_px.map(|side| side as f32))
}
