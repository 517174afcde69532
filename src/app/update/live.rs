//! The selected photo's preview while the user changes it.

use super::jobs;
use crate::app::{effect::Effect, item::PreviewState, state::State};

/// Asks for the selected photo's preview where the one in sight shows other changes than the photo
/// has now.
pub fn refresh(state: &mut State) -> Vec<Effect> {
    let Some(mut item) = state.selected().and_then(|id| state.item_mut(id)) else {
        return Vec::new();
    };
    let is_stale = &item.previewed != item.edits.current();
    if !is_stale || !matches!(item.preview, PreviewState::Ready(_)) {
        return Vec::new();
    }
    item.preview = PreviewState::Absent;
    drop(item);
    jobs::preview_if_missing(state)
}
