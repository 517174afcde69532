//! The user's settings.

use crate::app::{
    effect::Effect,
    settings::{Settings, WindowPlace},
    state::State,
};

/// Changes one setting, now and for later starts. What the command line chose for this run alone
/// is not written down with it.
pub fn change(state: &mut State, set: impl Fn(&mut Settings)) -> Effect {
    set(&mut state.settings);
    set(&mut state.stored_settings);
    Effect::SaveSettings(Box::new(state.stored_settings.clone()))
}

/// The window came to rest in another place.
pub fn place(state: &mut State, place: WindowPlace) -> Vec<Effect> {
    vec![change(state, |settings| settings.window = place)]
}
