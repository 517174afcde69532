//! How photos are looked at.

use super::settings::change;
use crate::app::{
    effect::Effect,
    settings::{Backdrop, ViewMode},
    state::State,
};

/// Shows something else of photos. What is chosen is seen: the original gives way.
pub fn set_mode(state: &mut State, mode: ViewMode) -> Vec<Effect> {
    state.looking.original = false;
    if state.settings.viewing.mode == mode {
        return Vec::new();
    }
    vec![change(state, |settings| settings.viewing.mode = mode)]
}

/// Puts something else behind cutouts.
pub fn set_backdrop(state: &mut State, backdrop: Backdrop) -> Vec<Effect> {
    if state.settings.viewing.backdrop == backdrop {
        return Vec::new();
    }
    vec![change(state, |settings| settings.viewing.backdrop = backdrop)]
}

/// Whether the overlay tells where the edge is unsure.
pub fn show_unsure(state: &mut State, show: bool) -> Vec<Effect> {
    vec![change(state, |settings| settings.viewing.show_unsure = show)]
}

/// Whether the place is kept from photo to photo.
pub fn keep_place(state: &mut State, keep: bool) -> Vec<Effect> {
    vec![change(state, |settings| settings.viewing.keep_place = keep)]
}

/// Moves the divider, as far as there is a photo.
pub fn set_divider(state: &mut State, divider: f32) {
    state.looking.divider = divider.clamp(0.0, 1.0);
}
