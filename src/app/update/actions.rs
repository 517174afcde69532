//! What the user's actions change.

use std::path::PathBuf;

use super::{detail, edits, jobs, memory, previews, settings, viewing, watch};
use crate::{
    app::{
        action::{Action, Choosing},
        effect::Effect,
        item::{Item, ItemId, PreviewState, Progress},
        selection::Selection,
        state::{Files, State},
    },
    engine::protocol::{Command, OutputKind},
};

/// Takes in what the user did.
pub fn action(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Open(overlay) => {
            state.overlay = Some(overlay);
            Vec::new()
        }
        Action::CloseOverlay => {
            state.overlay = None;
            Vec::new()
        }
        Action::Quit => {
            state.is_closing = true;
            Vec::new()
        }
        Action::OpenFiles => open_dialog(state, Effect::PickFiles),
        Action::OpenFolder => open_dialog(state, Effect::PickFolder),
        Action::TrySample => scan(state.samples.clone()),
        Action::Add(paths) => scan(paths),
        Action::AddAndShow(paths) => {
            state.shows_next_found |= !paths.is_empty();
            scan(paths)
        }
        Action::Select(id, how) => select(state, id, how),
        Action::SelectBy(rows, how) => select_by(state, rows, how),
        Action::SelectAll => jobs::select(state, Selection::all),
        Action::SelectOnlyLead => jobs::select(state, |selection, _| selection.only_lead()),
        Action::MoveBefore(ids, before) => {
            state.items.move_before(&ids, before);
            Vec::new()
        }
        Action::Remove(ids) => remove(state, &ids),
        Action::Clear => clear(state),
        Action::Stop => vec![Effect::Send(Command::CancelAll)],
        Action::Retry(id) => retry(state, id),
        Action::Continue => {
            let stopped = ids(state, |item| item.progress == Progress::Stopped);
            jobs::cut(state, &stopped)
        }
        Action::SetView(view) => {
            state.view = view;
            Vec::new()
        }
        Action::Edit(edit) => edits::edit(state, edit),
        Action::SetMode(mode) => viewing::set_mode(state, mode),
        Action::SetDivider(divider) => {
            viewing::set_divider(state, divider);
            Vec::new()
        }
        Action::SetBackdrop(backdrop) => viewing::set_backdrop(state, backdrop),
        Action::ShowOriginal(on) => {
            state.looking.original = on;
            Vec::new()
        }
        Action::KeepPlace(keep) => viewing::keep_place(state, keep),
        Action::WantTiles(id, tiles) => {
            detail::want(state, id, tiles);
            Vec::new()
        }
        Action::Save(kind) => {
            let cutout = kind == OutputKind::Cutout;
            let files = Files { cutout, mask: !cutout };
            let selected: Vec<_> = state.selected().into_iter().map(|id| (id, files)).collect();
            jobs::save(state, &selected, None)
        }
        Action::SaveAll => {
            let done = ids(state, Item::can_save).into_iter().map(|id| (id, Files::ALL));
            let done: Vec<_> = done.collect();
            jobs::save(state, &done, None)
        }
        Action::SaveElsewhere => open_dialog(state, Effect::PickSaveFolder),
        Action::ShowFolder(folder) => vec![Effect::ShowFolder(folder)],
        Action::ShowMemory(open) => memory::show_panel(state, open),
        Action::FreeCache => vec![Effect::Send(Command::FreeCache)],
        Action::UnloadModel => vec![Effect::Send(Command::UnloadModel)],
        Action::SetCleanup(switches) => memory::set_cleanup(state, switches),
        Action::SetIdleUnload(minutes) => memory::set_idle_unload(state, minutes),
        Action::RequireGpu(on) => memory::require_gpu(state, on),
        Action::SetAllocator(allocator) => memory::set_allocator(state, allocator),
        Action::SetLook(look) => vec![settings::change(state, |settings| settings.look = look)],
        Action::SetAdding(adding) => {
            vec![settings::change(state, |settings| settings.adding = adding)]
        }
        Action::SetWatching(watching) => watch::set(state, watching),
        Action::PickWatchFolder => open_dialog(state, Effect::PickWatchFolder),
        Action::DismissNotice => {
            state.notice = None;
            Vec::new()
        }
    }
}

/// Shows a dialog, unless one is open.
pub fn open_dialog(state: &mut State, effect: Effect) -> Vec<Effect> {
    if std::mem::replace(&mut state.dialog_open, true) { Vec::new() } else { vec![effect] }
}

fn scan(paths: Vec<PathBuf>) -> Vec<Effect> {
    if paths.is_empty() { Vec::new() } else { vec![Effect::Scan(paths)] }
}

fn ids(state: &State, wanted: impl Fn(&Item) -> bool) -> Vec<ItemId> {
    state.items.iter().filter(|item| wanted(item)).map(|item| item.id).collect()
}

fn select(state: &mut State, id: ItemId, how: Choosing) -> Vec<Effect> {
    if state.item(id).is_none() {
        return Vec::new();
    }
    jobs::select(state, |selection, order| match how {
        Choosing::Only => selection.only(id),
        Choosing::Toggle => selection.toggle(id, order),
        Choosing::Extend => selection.extend_to(id, order),
    })
}

fn select_by(state: &mut State, rows: isize, how: Choosing) -> Vec<Effect> {
    let Some(last) = state.items.len().checked_sub(1) else { return Vec::new() };
    let now = state.selected().and_then(|id| state.items.place_of(id)).unwrap_or(0);
    let next = now.saturating_add_signed(rows).min(last);
    let id = state.items.order()[next];
    select(state, id, how)
}

/// A failed or stopped photo is cut again; where only its preview failed, just that is made.
fn retry(state: &mut State, id: ItemId) -> Vec<Effect> {
    let Some(mut item) = state.item_mut(id) else { return Vec::new() };
    if item.can_retry() {
        drop(item);
        return jobs::cut(state, &[id]);
    }
    if matches!(item.preview, PreviewState::Failed(_)) {
        item.preview = PreviewState::Absent;
    }
    drop(item);
    previews::ask(state)
}

fn remove(state: &mut State, ids: &[ItemId]) -> Vec<Effect> {
    let under_way = ids.iter().flat_map(|&id| state.jobs.of(id)).collect();
    let mut effects = jobs::forget(state, under_way);
    // The photo below the last of them moves up to its place, or there is one above.
    let order = state.items.order();
    let last = order.iter().rposition(|id| ids.contains(id));
    let neighbour = last.and_then(|last| {
        let below = order[last..].iter().find(|id| !ids.contains(id));
        below.or_else(|| order[..last].iter().rfind(|id| !ids.contains(id))).copied()
    });
    for item in state.items.remove(ids) {
        state.by_path.remove(&item.path);
    }
    state.previews.retain(|kept| !ids.contains(kept));
    effects.extend(jobs::select(state, |selection, _| selection.forget(ids, neighbour)));
    effects
}

/// Ids and job names go on counting, so that nothing late can be taken for something new.
fn clear(state: &mut State) -> Vec<Effect> {
    let effects =
        if state.jobs.is_empty() { Vec::new() } else { vec![Effect::Send(Command::CancelAll)] };
    state.jobs.forget_all();
    state.saving = Default::default();
    state.items.clear();
    state.by_path.clear();
    state.previews.clear();
    state.selection = Selection::default();
    state.notice = None;
    effects
}
