//! What makes the batch go on or stand still.

use super::{jobs, list, previews};
use crate::{
    app::{
        effect::Effect,
        item::{ItemId, PreviewState, Progress},
        pace::Pace,
        state::State,
    },
    engine::protocol::Command,
};

/// Holds what waits for the network, or lets it go on.
pub fn pause(state: &mut State, paused: bool) -> Vec<Effect> {
    state.is_paused = paused;
    // Nothing of the pace before holds after a pause.
    state.pace = Pace::default();
    vec![Effect::Send(Command::Pause(paused))]
}

/// Stops all that is under way.
pub fn stop(state: &mut State) -> Vec<Effect> {
    let mut effects = vec![Effect::Send(Command::CancelAll)];
    effects.extend(resume(state));
    effects
}

/// Stops what waits; photos that are being worked on are finished.
pub fn stop_after_this(state: &mut State) -> Vec<Effect> {
    let mut effects = vec![Effect::Send(Command::CancelWaiting)];
    effects.extend(resume(state));
    effects
}

/// Stops the cutouts of these photos.
pub fn stop_these(state: &State, ids: &[ItemId]) -> Vec<Effect> {
    jobs::cancel(ids.iter().filter_map(|&id| state.jobs.cut_of(id)).collect())
}

/// Tries photos again that failed or were stopped; where only the preview failed, just that.
pub fn retry(state: &mut State, ids: &[ItemId]) -> Vec<Effect> {
    let mut again = Vec::new();
    for &id in ids {
        let Some(mut item) = state.item_mut(id) else { continue };
        if item.can_retry() {
            again.push(id);
        } else if matches!(item.preview, PreviewState::Failed(_)) {
            item.preview = PreviewState::Absent;
        }
    }
    let mut effects = jobs::cut(state, &again);
    effects.extend(previews::ask(state));
    effects
}

/// Tries every photo again that failed.
pub fn retry_failed(state: &mut State) -> Vec<Effect> {
    let failed = list::ids(state, |item| matches!(item.progress, Progress::Failed { .. }));
    jobs::cut(state, &failed)
}

/// Starts all stopped photos again.
pub fn continue_stopped(state: &mut State) -> Vec<Effect> {
    let stopped = list::ids(state, |item| item.progress == Progress::Stopped);
    let mut effects = resume(state);
    effects.extend(jobs::cut(state, &stopped));
    effects
}

/// A batch that is stopped, or started anew, is paused no longer.
fn resume(state: &mut State) -> Vec<Effect> {
    if state.is_paused { pause(state, false) } else { Vec::new() }
}
