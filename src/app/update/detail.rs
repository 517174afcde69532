//! A closer look at the selected photo.

use std::sync::Arc;

use crate::{
    app::{
        detail::Detail,
        effect::Effect,
        item::{ItemId, PreviewState},
        state::State,
    },
    engine::protocol::{Command, DetailRequest, Failure, Tile, TileId},
};

/// Other tiles are needed for what is seen of a photo.
pub fn want(state: &mut State, id: ItemId, tiles: Vec<TileId>) {
    if state.detail.photo == Some(id) {
        state.detail.want(tiles);
    }
}

/// A tile came.
pub fn tile(state: &mut State, key: u64, serial: u64, tile: Arc<Tile>) {
    if state.detail.photo == Some(ItemId(key)) {
        state.detail.take_in(serial, tile);
    }
}

/// No tiles can be had.
pub fn failed(state: &mut State, key: u64, why: Failure) {
    if state.detail.photo == Some(ItemId(key)) {
        state.detail.problem = Some(why);
    }
}

/// Asks for what is needed and not there, and lets go of a photo that is no longer looked at. To be
/// called whenever the selection, the edits or what is seen may have changed.
pub fn follow(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    let selected = state.selected();
    if state.detail.photo != selected {
        if state.detail.was_asked() {
            effects.push(Effect::Send(Command::LetDetailGo));
        }
        state.detail = selected.map_or_else(Detail::default, Detail::of);
    }
    let Some(item) = selected.and_then(|id| state.items.get(id)) else { return effects };
    let (PreviewState::Ready(_), Some(saliency), Some(size_px)) =
        (&item.preview, &item.saliency, item.size_px)
    else {
        return effects;
    };
    let edits = item.edits.current().clone();
    if let Some(missing) = state.detail.ask(&edits) {
        effects.push(Effect::Send(Command::ShowDetail(Box::new(DetailRequest {
            key: item.id.0,
            serial: missing.serial,
            source: item.path.clone(),
            size_px,
            saliency: saliency.clone(),
            edits,
            tiles: missing.tiles,
        }))));
    }
    effects
}
