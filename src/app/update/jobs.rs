//! Submitting jobs: first cutouts, later previews and saves that start from the known map.

use super::{
    previews::{self, PREVIEW_PX},
    saving,
};
use crate::{
    app::{
        effect::Effect,
        item::{ItemId, PreviewState, Progress},
        jobs::Purpose,
        pace::Pace,
        selection::Selection,
        state::State,
        view::View,
    },
    engine::protocol::{Command, Job, JobId},
};

/// Submits the search for the mask; only the selected photo asks for its preview at once.
pub fn cut(state: &mut State, ids: &[ItemId]) -> Vec<Effect> {
    if !state.jobs.any(Purpose::Cut) {
        state.pace = Pace::default();
    }
    let mut jobs = Vec::with_capacity(ids.len());
    for &id in ids {
        let selected = state.selected() == Some(id);
        let Some(mut item) = state.items.get_mut(id) else { continue };
        let job = state.jobs.start(id, Purpose::Cut);
        item.progress = Progress::Waiting;
        item.rung = None;
        item.unreadable = None;
        let edits = item.edits.current().clone();
        if selected {
            item.preview = PreviewState::Pending(job);
            item.previewed = edits.clone();
            state.live.forget(id);
        }
        jobs.push(Job {
            id: job,
            source: item.path.clone(),
            saliency: None,
            thumbnail: true,
            preview_px: selected.then_some(PREVIEW_PX),
            edits,
            cutout: false,
            save: None,
        });
    }
    submit(jobs)
}

/// Cuts a photo anew whose file is another now. What is under way for it on screen is called off;
/// files that are being written are finished.
pub fn cut_anew(state: &mut State, id: ItemId) -> Vec<Effect> {
    let mut under_way = state.jobs.of(id);
    under_way.retain(|(_, purpose)| !matches!(purpose, Purpose::Save(_)));
    let mut effects = forget(state, &under_way);
    if let Some(mut item) = state.item_mut(id) {
        (item.saliency, item.thumbnail, item.size_px) = (None, None, None);
        item.preview = PreviewState::Absent;
    }
    effects.extend(cut(state, &[id]));
    effects
}

/// Changes which photos are chosen, and gets ready what is then looked at.
pub fn select(state: &mut State, change: impl FnOnce(&mut Selection, &[ItemId])) -> Vec<Effect> {
    let before = state.selected_item().map(|item| (item.id, item.size_px));
    change(&mut state.selection, state.list.shown());
    let now = state.selected();
    if now == before.map(|(id, _)| id) {
        return Vec::new();
    }
    if let Some(left) = before.map(|(id, _)| id) {
        // What was asked for last may never be answered: another photo's request takes its place.
        state.live.forget(left);
        if let Some(mut left) = state.item_mut(left) {
            left.edits.settle();
        }
    }
    let before_px = before.and_then(|(_, size_px)| size_px);
    let now_px = state.selected_item().and_then(|item| item.size_px);
    let is_same_size = before_px.is_some() && before_px == now_px;
    if !(state.settings.viewing.keep_place && is_same_size) {
        state.view = View::default();
    }
    if let Some(mut item) = now.and_then(|id| state.item_mut(id))
        && matches!(item.preview, PreviewState::Failed(_))
    {
        item.preview = PreviewState::Absent;
    }
    let mut effects = previews::call_off_others(state);
    effects.extend(previews::ask(state));
    effects.extend(first(state));
    effects
}

/// The photo in the middle goes before the others that wait.
fn first(state: &State) -> Option<Effect> {
    let item = state.selected_item().filter(|item| item.progress == Progress::Waiting)?;
    Some(Effect::Send(Command::Prefer(vec![state.jobs.cut_of(item.id)?])))
}

/// Cancels these jobs; nothing that they still tell is listened to.
pub fn forget(state: &mut State, jobs: &[(JobId, Purpose)]) -> Vec<Effect> {
    for &(job, purpose) in jobs {
        if let Some((item, _)) = state.jobs.end(job)
            && let Some(mut item) = state.item_mut(item)
        {
            item.refining_percent = None;
        }
        if matches!(purpose, Purpose::Save(_)) {
            state.saving.under_way -= 1;
            saving::settle(state);
        }
    }
    cancel(jobs.iter().map(|&(job, _)| job).collect())
}

/// Cancels these jobs.
pub fn cancel(jobs: Vec<JobId>) -> Vec<Effect> {
    if jobs.is_empty() { Vec::new() } else { vec![Effect::Send(Command::Cancel(jobs))] }
}

/// Hands jobs over to the engine.
pub fn submit(jobs: Vec<Job>) -> Vec<Effect> {
    if jobs.is_empty() { Vec::new() } else { vec![Effect::Send(Command::Submit(jobs))] }
}
