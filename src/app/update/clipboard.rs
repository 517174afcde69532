//! Photos that come from the clipboard, and cutouts that go to it.

use super::{adding, jobs};
use crate::{
    app::{
        clipboard::Pasted,
        effect::Effect,
        item::ItemId,
        jobs::Purpose,
        state::{Notice, State},
        wording,
    },
    engine::protocol::{Job, Outcome},
    lang::t,
};

/// Looks for photos on the clipboard, one paste after the other.
pub fn paste(state: &mut State) -> Vec<Effect> {
    if std::mem::replace(&mut state.is_pasting, true) { Vec::new() } else { vec![Effect::Paste] }
}

/// Takes in what a paste brought. A picture is shown at once: it has no name to look for.
pub fn pasted(state: &mut State, pasted: Pasted) -> Vec<Effect> {
    state.is_pasting = false;
    let problem = match pasted {
        Pasted::Files(files) => return adding::scan(state, files),
        Pasted::Picture(file) => {
            state.shows_next_found = true;
            return adding::scan(state, vec![file]);
        }
        Pasted::Nothing => t!("paste-nothing"),
        Pasted::Unread(reason) => t!("paste-unread", reason = reason),
        Pasted::NotKept(reason) => {
            t!("paste-not-kept", reason = reason.trim_end_matches('.').to_owned())
        }
    };
    state.notice = Some(Notice::problem(problem));
    Vec::new()
}

/// Has the cutout of the photo in the middle made for the clipboard; it comes instead of one that
/// is still being made.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let can_copy = state.selected_item().filter(|item| item.can_save());
    let Some(id) = can_copy.map(|item| item.id) else { return Vec::new() };
    let before = state.jobs.of_purpose(Purpose::Copy).into_iter();
    let before: Vec<_> = before.map(|(job, _)| (job, Purpose::Copy)).collect();
    let mut effects = jobs::forget(state, &before);
    state.notice = None;
    let Some(item) = state.items.get(id) else { return effects };
    effects.extend(jobs::submit(vec![Job {
        id: state.jobs.start(id, Purpose::Copy),
        source: item.path.clone(),
        saliency: item.saliency.clone(),
        thumbnail: false,
        preview_px: None,
        edits: item.edits.current().clone(),
        cutout: true,
        save: None,
    }]));
    effects
}

/// Takes in how the making of a cutout for the clipboard ended.
pub fn rendered(state: &mut State, id: ItemId, outcome: Outcome) -> Vec<Effect> {
    match outcome {
        Outcome::Done(done) => {
            let name = state.item(id).map(|item| item.name.clone());
            let copy = |(name, cutout)| Effect::Copy { name, cutout };
            name.zip(done.cutout).map(copy).into_iter().collect()
        }
        Outcome::Failed { why } => {
            state.notice = Some(Notice::problem(wording::failure(&why)));
            Vec::new()
        }
        // Stopped by the user; the other two are told of files alone.
        Outcome::Cancelled | Outcome::Skipped { .. } | Outcome::Exists { .. } => Vec::new(),
    }
}

/// Tells what became of a cutout that was to be on the clipboard.
pub fn copied(state: &mut State, name: String, result: Result<(), String>) {
    state.notice = Some(match result {
        Ok(()) => Notice::good(t!("copied", name = name)),
        Err(reason) => Notice::problem(t!("copy-failed", name = name, reason = reason)),
    });
}
