//! The selected photo's preview while the user changes it.

use std::sync::Arc;

use crate::{
    app::{
        effect::Effect,
        item::{ItemId, PreviewState},
        state::State,
    },
    engine::protocol::{Command, LiveAnswer, LiveRequest},
};

/// Asks for the selected photo with the changes that it has now, where the preview in sight shows
/// others. That preview stays until the new one comes.
pub fn refresh(state: &mut State) -> Vec<Effect> {
    let Some(id) = state.selected() else { return Vec::new() };
    let Some(mut item) = state.items.get_mut(id) else { return Vec::new() };
    if &item.previewed == item.edits.current() {
        return Vec::new();
    }
    let PreviewState::Ready(preview) = &item.preview else { return Vec::new() };
    let (before, saliency, photo_px) =
        (preview.before.clone(), item.saliency.clone(), item.size_px);
    let (Some(map), Some(photo_px)) = (saliency, photo_px) else { return Vec::new() };
    let edits = item.edits.current().clone();
    item.previewed = edits.clone();
    drop(item);
    state.live.asked += 1;
    let serial = state.live.asked;
    let request = LiveRequest { key: id.0, serial, before, map, photo_px, edits };
    vec![Effect::Send(Command::Live(request))]
}

/// A preview that was asked for came; one older than what is shown is not looked at.
pub fn answer(state: &mut State, answer: LiveAnswer) {
    if answer.serial <= state.live.shown {
        return;
    }
    state.live.shown = answer.serial;
    if let Some(mut item) = state.items.get_mut(ItemId(answer.key))
        && matches!(item.preview, PreviewState::Ready(_))
    {
        item.preview = PreviewState::Ready(Arc::clone(&answer.preview));
    }
}
