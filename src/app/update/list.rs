//! What changes the list: choosing, moving, sorting, taking off.

use std::collections::HashSet;

use super::{files, jobs};
use crate::{
    app::{
        action::Choosing,
        arrangement::{Arrangement, Sort, sorted},
        effect::Effect,
        item::{Group, Item, ItemId, Progress},
        selection::Selection,
        state::State,
    },
    engine::protocol::Command,
};

/// The photos for which something holds, in the order of the list.
pub fn ids(state: &State, wanted: impl Fn(&Item) -> bool) -> Vec<ItemId> {
    state.items.iter().filter(|item| wanted(item)).map(|item| item.id).collect()
}

/// Chooses photos as a click does.
pub fn select(state: &mut State, id: ItemId, how: Choosing) -> Vec<Effect> {
    if state.item(id).is_none() {
        return Vec::new();
    }
    jobs::select(state, |selection, shown| match how {
        Choosing::Only => selection.only(id),
        Choosing::Toggle => selection.toggle(id, shown),
        Choosing::Extend => selection.extend_to(id, shown),
    })
}

/// Chooses the photo so many rows below the one in the middle.
pub fn select_by(state: &mut State, rows: isize, how: Choosing) -> Vec<Effect> {
    let shown = state.list.shown();
    let Some(last) = shown.len().checked_sub(1) else { return Vec::new() };
    let now = state.selected().and_then(|id| shown.iter().position(|&other| other == id));
    // From a photo that is hidden, either way leads to the first that is not.
    let next = now.map_or(0, |now| now.saturating_add_signed(rows).min(last));
    let id = shown[next];
    select(state, id, how)
}

/// Moves photos before another one; the order that is shown becomes the list's own.
pub fn move_before(state: &mut State, ids: &[ItemId], before: Option<ItemId>) -> Vec<Effect> {
    if state.list.sort != Sort::Own {
        let shown = sorted(&state.items, state.list.sort);
        state.items.reorder(shown);
        state.list.change(|list| (list.sort, list.has_own) = (Sort::Own, true));
    }
    state.items.move_before(ids, before);
    settle(state);
    follow_order(state)
}

/// Moves the chosen photos up or down by so many rows.
pub fn move_by(state: &mut State, rows: isize) -> Vec<Effect> {
    let chosen = state.chosen();
    let moving: HashSet<_> = chosen.iter().copied().collect();
    let shown = state.list.shown();
    let edge = if rows < 0 { chosen.first() } else { chosen.last() };
    let Some(edge) = edge.and_then(|edge| shown.iter().position(|id| id == edge)) else {
        return Vec::new();
    };
    let stays = |id: &&ItemId| !moving.contains(id);
    let before = if rows < 0 {
        let above = shown[..edge].iter().rev().filter(stays);
        above.take(rows.unsigned_abs()).last().copied()
    } else {
        let below = shown[edge..].iter().filter(stays);
        let mut below = below.skip(rows.unsigned_abs() - 1);
        if below.next().is_none() {
            return Vec::new();
        }
        below.next().copied()
    };
    if rows < 0 && before.is_none() {
        return Vec::new();
    }
    move_before(state, &chosen, before)
}

/// Changes which photos are shown, or their order. Chosen ones that are hidden by it are not
/// chosen any more; one that is shown comes to the middle.
pub fn arrange(state: &mut State, change: impl FnOnce(&mut Arrangement)) -> Vec<Effect> {
    let sort = state.list.sort;
    state.list.change(change);
    settle(state);
    let mut effects = Vec::new();
    if state.list.is_narrowed() {
        effects.extend(jobs::select(state, Selection::narrow));
    }
    if state.list.sort != sort {
        effects.extend(follow_order(state));
    }
    effects
}

/// Makes what is shown, if the list changed.
pub fn settle(state: &mut State) {
    state.list.settle(&state.items);
}

/// What waits for the network goes in the order that is shown, behind the photo in the middle.
pub fn follow_order(state: &State) -> Vec<Effect> {
    let waits =
        |id: &ItemId| state.item(*id).is_some_and(|item| item.progress == Progress::Waiting);
    let selected = state.selected();
    let others = state.list.shown().iter().copied().filter(|&id| selected != Some(id));
    let ids = selected.into_iter().chain(others);
    let jobs: Vec<_> = ids.filter(waits).filter_map(|id| state.jobs.cut_of(id)).collect();
    if jobs.len() < 2 { Vec::new() } else { vec![Effect::Send(Command::Prefer(jobs))] }
}

/// Takes photos off the list.
pub fn remove(state: &mut State, ids: &[ItemId]) -> Vec<Effect> {
    let leaving: HashSet<ItemId> = ids.iter().copied().collect();
    let under_way: Vec<_> = ids.iter().flat_map(|&id| state.jobs.of(id)).collect();
    let mut effects = jobs::forget(state, &under_way);
    effects.extend(files::forget(state, ids));
    // The photo below the last of them moves up to its place, or there is one above.
    let stays = |id: &&ItemId| !leaving.contains(id);
    let shown = state.list.shown();
    let last = shown.iter().rposition(|id| leaving.contains(id)).unwrap_or(0);
    let neighbour = shown[last.min(shown.len())..]
        .iter()
        .find(stays)
        .or_else(|| shown[..last].iter().rfind(stays))
        .or_else(|| state.items.order().iter().find(stays))
        .copied();
    for item in state.items.remove(ids) {
        state.by_path.remove(&item.path);
    }
    state.previews.retain(|kept| !leaving.contains(kept));
    settle(state);
    effects.extend(jobs::select(state, |selection, _| selection.forget(&leaving, neighbour)));
    effects
}

/// Takes the photos that are done off the list; their files and results stay.
pub fn clear_done(state: &mut State) -> Vec<Effect> {
    let done = ids(state, |item| matches!(item.group(), Group::Done | Group::ToCheck));
    remove(state, &done)
}

/// Takes every photo off the list. Ids and job names go on counting, so that nothing late can be
/// taken for something new.
pub fn clear(state: &mut State) -> Vec<Effect> {
    let mut effects =
        if state.jobs.is_empty() { Vec::new() } else { vec![Effect::Send(Command::CancelAll)] };
    let all = state.items.order().to_vec();
    effects.extend(files::forget(state, &all));
    state.jobs.forget_all();
    state.saving = Default::default();
    state.items.clear();
    state.by_path.clear();
    state.previews.clear();
    state.selection = Selection::default();
    state.list.change(|list| {
        let sort = if list.sort == Sort::Own { Sort::Added } else { list.sort };
        *list = Arrangement::default();
        list.sort = sort;
    });
    settle(state);
    state.notice = None;
    effects
}
