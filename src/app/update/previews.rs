//! Pictures for the screen: of the selected photo, and of those beside it in the list so that going
//! there needs no wait.

use super::{
    jobs::{cancel, submit},
    live,
};
use crate::{
    app::{
        effect::Effect,
        item::{ItemId, PreviewState},
        jobs::Purpose,
        state::State,
    },
    engine::protocol::Job,
};

/// Longest side of a preview, in pixels.
pub const PREVIEW_PX: u32 = 1600;

/// How many photos keep their preview in memory: 23 MB each.
pub const PREVIEWS_KEPT: usize = 8;

/// The photos that somebody looks at, or may at the next key: the selected one, the next and the
/// one before.
fn looked_at(state: &State) -> Vec<ItemId> {
    let Some(selected) = state.selected() else { return Vec::new() };
    let shown = state.list.shown();
    let place = shown.iter().position(|&id| id == selected);
    let beside = place.map(|place| [place.checked_add(1), place.checked_sub(1)]);
    let beside = beside.into_iter().flatten().flatten();
    let beside = beside.filter_map(|place| shown.get(place).copied());
    [selected].into_iter().chain(beside).collect()
}

/// Asks for the previews of the photos looked at where their masks are known, and no job brings or
/// has failed to bring one.
pub fn ask(state: &mut State) -> Vec<Effect> {
    let wanted = looked_at(state);
    // The selected one last, so that it is let go of last.
    for &id in wanted.iter().rev() {
        if state.item(id).is_some_and(|item| matches!(item.preview, PreviewState::Ready(_))) {
            keep(state, id);
        }
    }
    let mut effects = live::refresh(state);
    let mut jobs = Vec::new();
    for id in wanted {
        let Some(mut item) = state.items.get_mut(id) else { continue };
        let Some(saliency) = item.saliency.clone() else { continue };
        if !matches!(item.preview, PreviewState::Absent) {
            continue;
        }
        let job = state.jobs.start(id, Purpose::Preview);
        item.preview = PreviewState::Pending(job);
        item.previewed = item.edits.current().clone();
        state.live.forget(id);
        jobs.push(Job {
            id: job,
            source: item.path.clone(),
            saliency: Some(saliency),
            thumbnail: false,
            preview_px: Some(PREVIEW_PX),
            edits: item.previewed.clone(),
            cutout: false,
            save: None,
        });
    }
    effects.extend(submit(jobs));
    effects
}

/// Calls off the previews of photos that are no longer looked at, nor beside one that is.
pub fn call_off_others(state: &State) -> Vec<Effect> {
    let wanted = looked_at(state);
    let previews = state.jobs.of_purpose(Purpose::Preview).into_iter();
    let others = previews.filter(|(_, item)| !wanted.contains(item));
    cancel(others.map(|(job, _)| job).collect())
}

/// Notes that a photo's preview was looked at, and lets go of the one not seen for longest.
pub fn keep(state: &mut State, id: ItemId) {
    state.previews.retain(|&kept| kept != id);
    state.previews.push_back(id);
    if state.previews.len() > PREVIEWS_KEPT {
        let oldest = state.previews.pop_front();
        if let Some(mut item) = oldest.and_then(|oldest| state.item_mut(oldest)) {
            item.preview = PreviewState::Absent;
        }
    }
}
