//! What the user's actions change.

use super::{
    adding, clipboard, detail, edits, files, jobs, list, memory, running, saving, settings,
    viewing, watch,
};
use crate::{
    app::{action::Action, effect::Effect, selection::Selection, state::State},
    engine::protocol::Command,
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
            saving::put_away(state);
            Vec::new()
        }
        Action::Quit => {
            state.is_closing = true;
            Vec::new()
        }
        Action::OpenFiles => open_dialog(state, Effect::PickFiles),
        Action::OpenFolder => open_dialog(state, Effect::PickFolder),
        Action::TrySample => adding::scan(state, state.samples.clone()),
        Action::Add(paths) => adding::scan(state, paths),
        Action::AddAndShow(paths) => {
            state.shows_next_found |= !paths.is_empty();
            adding::scan(state, paths)
        }
        Action::AddSubfolders(include) => adding::answer(state, include),
        Action::Select(id, how) => list::select(state, id, how),
        Action::SelectBy(rows, how) => list::select_by(state, rows, how),
        Action::SelectAll => jobs::select(state, Selection::all),
        Action::SelectOnlyLead => jobs::select(state, |selection, _| selection.only_lead()),
        Action::MoveBefore(ids, before) => list::move_before(state, &ids, before),
        Action::MoveBy(rows) => list::move_by(state, rows),
        Action::Sort(sort) => list::arrange(state, |list| list.sort = sort),
        Action::Find(is_searching) => list::arrange(state, |list| {
            list.is_searching = is_searching;
            list.search.clear();
            list.only = None;
        }),
        Action::Search(text) => list::arrange(state, |list| list.search = text),
        Action::ShowOnly(group) => list::arrange(state, |list| list.only = group),
        Action::InSight(ids) => files::in_sight(state, &ids),
        Action::Remove(ids) => list::remove(state, &ids),
        Action::ClearDone => list::clear_done(state),
        Action::Clear => list::clear(state),
        Action::Pause(paused) => running::pause(state, paused),
        Action::Stop => running::stop(state),
        Action::StopAfterThis => running::stop_after_this(state),
        Action::StopThese(ids) => running::stop_these(state, &ids),
        Action::Retry(ids) => running::retry(state, &ids),
        Action::RetryFailed => running::retry_failed(state),
        Action::Continue => running::continue_stopped(state),
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
        Action::ShowUnsure(show) => viewing::show_unsure(state, show),
        Action::ShowOriginal(on) => {
            state.looking.original = on;
            Vec::new()
        }
        Action::KeepPlace(keep) => viewing::keep_place(state, keep),
        Action::WantTiles(id, tiles) => {
            detail::want(state, id, tiles);
            Vec::new()
        }
        Action::Save(kind) => saving::kind(state, kind),
        Action::OpenExport(scope) => {
            saving::open_window(state, scope);
            Vec::new()
        }
        Action::SetScope(scope) => {
            if let Some(window) = &mut state.export_window {
                window.scope = scope;
            }
            Vec::new()
        }
        Action::SetExport(export) => {
            vec![settings::change(state, |settings| settings.export = (*export).clone())]
        }
        Action::TypeName(text) => saving::type_name(state, text),
        Action::PickExportFolder => open_dialog(state, Effect::PickExportFolder),
        Action::Export => saving::from_window(state),
        Action::ConfirmMany => saving::confirmed(state),
        Action::AnswerExists(on_exist) => saving::answered(state, on_exist),
        Action::StopSaving => saving::stop(state),
        Action::SaveElsewhere => open_dialog(state, Effect::PickSaveFolder),
        Action::ShowFolder(folder) => vec![Effect::ShowFolder(folder)],
        Action::Paste => clipboard::paste(state),
        Action::PasteText => vec![Effect::ReadText],
        Action::CopyCutout => clipboard::copy(state),
        Action::ShowMemory(open) => memory::show_panel(state, open),
        Action::FreeCache => vec![Effect::Send(Command::FreeCache)],
        Action::UnloadModel => vec![Effect::Send(Command::UnloadModel)],
        Action::PickSnapshotFile => open_dialog(state, Effect::PickSnapshotFile),
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
