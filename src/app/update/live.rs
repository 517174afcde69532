//! The selected photo's preview while the user changes it: made of what the screen has, without
//! the network and without the file.

use std::sync::Arc;

use crate::{
    app::{
        effect::Effect,
        item::{ItemId, PreviewState},
        state::State,
    },
    engine::protocol::{Command, LiveAnswer, LiveRequest},
};

/// Asks for the selected photo with the changes that it has now, where neither the preview in
/// sight nor the one asked for last shows them. That preview stays until the new one comes.
pub fn refresh(state: &mut State) -> Vec<Effect> {
    let Some(item) = state.selected_item() else { return Vec::new() };
    let (PreviewState::Ready(preview), Some(map), Some(photo_px)) =
        (&item.preview, &item.saliency, item.size_px)
    else {
        return Vec::new();
    };
    let edits = item.edits.current();
    if state.live.newest(item.id).unwrap_or(&item.previewed) == edits {
        return Vec::new();
    }
    let request = LiveRequest {
        key: item.id.0,
        serial: 0,
        before: preview.before.clone(),
        map: map.clone(),
        photo_px,
        edits: edits.clone(),
    };
    let serial = state.live.ask(ItemId(request.key), request.edits.clone());
    vec![Effect::Send(Command::Live(LiveRequest { serial, ..request }))]
}

/// A preview that was asked for came; one older than what is shown is not looked at.
pub fn answer(state: &mut State, answer: LiveAnswer) {
    let id = ItemId(answer.key);
    let Some(edits) = state.live.answered(id, answer.serial) else { return };
    if let Some(mut item) = state.items.get_mut(id)
        && matches!(item.preview, PreviewState::Ready(_))
    {
        item.preview = PreviewState::Ready(Arc::clone(&answer.preview));
        item.previewed = edits;
    }
}
