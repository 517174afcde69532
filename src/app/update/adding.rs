//! Photos that come in.

use std::{path::PathBuf, sync::Arc};

use super::{files, jobs, list, settings};
use crate::{
    app::{
        arrangement::Sort,
        effect::{Effect, Subfolders},
        history::History,
        item::{Item, ItemId},
        state::{Notice, State},
        wording,
    },
    engine::sources::{PassedOver, Source},
    lang::t,
    path_text::printable,
};

/// Looks for photos in these files and folders.
pub fn scan(state: &State, paths: Vec<PathBuf>) -> Vec<Effect> {
    if paths.is_empty() {
        return Vec::new();
    }
    let subfolders = match state.settings.adding.subfolders {
        None => Subfolders::Ask,
        Some(true) => Subfolders::Include,
        Some(false) => Subfolders::LeaveOut,
    };
    vec![Effect::Scan { paths, subfolders }]
}

/// Remembers whether photos in subfolders are wanted, and looks for them if so.
pub fn answer(state: &mut State, include: bool) -> Vec<Effect> {
    let mut effects =
        vec![settings::change(state, |settings| settings.adding.subfolders = Some(include))];
    let paths = std::mem::take(&mut state.asks_subfolders);
    if include && !paths.is_empty() {
        effects.push(Effect::Scan { paths, subfolders: Subfolders::Only });
    }
    effects
}

/// Queues photos. Those that the list has are not listed twice, but tried again if they failed.
pub fn add(state: &mut State, sources: Vec<Source>) -> Vec<Effect> {
    let mut to_cut = Vec::with_capacity(sources.len());
    let mut new = Vec::with_capacity(sources.len());
    let new_edits = Arc::new(state.settings.editing.new_photos.clone());
    for Source { path, below } in sources {
        if let Some(&known) = state.by_path.get(&path) {
            if state.item(known).is_some_and(Item::can_retry) {
                to_cut.push(known);
            } else {
                state.arrivals.known += 1;
                state.arrivals.last_known = Some(known);
            }
            continue;
        }
        let id = ItemId(state.next_item);
        state.next_item += 1;
        state.by_path.insert(path.clone(), id);
        let edits = History::starting_with(new_edits.clone());
        state.items.push(Item { below, edits, ..Item::new(id, path) });
        to_cut.push(id);
        new.push(id);
        if state.selection.is_empty() {
            state.selection.only(id);
        }
    }
    state.arrivals.new += to_cut.len();
    let mut effects = files::inspect(state, &new);
    effects.extend(jobs::cut(state, &to_cut));
    if state.list.sort != Sort::Added {
        list::settle(state);
        effects.extend(list::follow_order(state));
    }
    effects
}

/// A scan has gone through everything. `nothing_in` is a folder, where it found no photo at all;
/// `deeper` are folders with photos in subfolders, which the user has to be asked about. What might
/// have been a photo but was passed over is told: the first of it, and how much there was.
pub fn scanned(
    state: &mut State,
    nothing_in: Option<PathBuf>,
    deeper: Vec<PathBuf>,
    passed_over: Option<(PassedOver, usize)>,
) -> Vec<Effect> {
    let arrivals = std::mem::take(&mut state.arrivals);
    let asks = !deeper.is_empty();
    state.asks_subfolders.extend(deeper);
    if let Some((first, count)) = passed_over {
        state.notice = Some(Notice::problem(wording::passed_over(&first, count)));
    } else if let (Some(folder), false) = (nothing_in, asks) {
        let text = t!("notice-found-nothing", folder = printable(&folder));
        state.notice = Some(Notice::problem(text));
    } else if arrivals.known > 0 {
        state.notice = Some(Notice::good(t!("notice-listed-already", count = arrivals.known)));
    }
    // One photo that was dropped once more is what the user looks for.
    match arrivals.last_known.filter(|_| (arrivals.known, arrivals.new) == (1, 0)) {
        Some(known) => jobs::select(state, |selection, _| selection.only(known)),
        None => Vec::new(),
    }
}
