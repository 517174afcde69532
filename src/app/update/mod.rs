//! What changes the state: pure functions from a state and something that happened to the effects
//! that it asks for.

mod actions;
mod adding;
mod clipboard;
mod detail;
mod edits;
mod engine;
mod files;
mod jobs;
mod list;
mod live;
mod memory;
mod previews;
mod running;
mod saving;
mod session;
mod settings;
mod viewing;
mod watch;

use super::{
    action::Action,
    effect::{Effect, Report},
    state::{Notice, State},
};
use crate::engine::{protocol::Event, sources::Source};

pub use list::settle;
pub use session::restored;
pub use settings::place;
pub use watch::options as watch_options;

/// Takes in what the user did.
pub fn action(state: &mut State, action: Action) -> Vec<Effect> {
    list::settle(state);
    let mut effects = actions::action(state, action);
    list::settle(state);
    effects.extend(detail::follow(state));
    effects
}

/// Takes in what the engine told.
pub fn event(state: &mut State, event: Event) -> Vec<Effect> {
    let mut effects = engine::event(state, event);
    effects.extend(detail::follow(state));
    effects
}

/// Takes in what an effect found.
pub fn report(state: &mut State, report: Report) -> Vec<Effect> {
    let effects = take_in(state, report);
    list::settle(state);
    effects
}

fn take_in(state: &mut State, report: Report) -> Vec<Effect> {
    match report {
        Report::Picked(paths) => {
            state.dialog_open = false;
            adding::scan(state, paths)
        }
        Report::SaveFolder(folder) => {
            state.dialog_open = false;
            folder.map_or_else(Vec::new, |folder| saving::elsewhere(state, folder))
        }
        Report::ExportFolder(folder) => {
            state.dialog_open = false;
            folder.map_or_else(Vec::new, |folder| saving::folder_chosen(state, folder))
        }
        Report::Background(id, picture) => edits::background_picked(state, id, picture),
        Report::DialogFailed(message) => {
            state.dialog_open = false;
            state.notice = Some(Notice::problem(message));
            Vec::new()
        }
        Report::Found(photos) => found(state, photos),
        Report::Scanned { nothing_in, deeper, passed_over } => {
            adding::scanned(state, nothing_in, deeper, passed_over)
        }
        Report::Pasted(pasted) => clipboard::pasted(state, pasted),
        // The window types it.
        Report::ClipboardText(_) => Vec::new(),
        Report::Copied { name, result } => {
            clipboard::copied(state, name, result);
            Vec::new()
        }
        Report::Recalled(recalled) => session::recalled(state, recalled),
        Report::SessionProblem(problem) => {
            session::problem_met(state, problem);
            Vec::new()
        }
        Report::DesktopReducesMotion(on) => {
            state.desktop_reduces_motion = on;
            Vec::new()
        }
        Report::WatchFolder(folder) => {
            state.dialog_open = false;
            folder.map_or_else(Vec::new, |folder| watch::folder_chosen(state, folder))
        }
        Report::SnapshotFile(file) => {
            state.dialog_open = false;
            file.map_or_else(Vec::new, memory::save_snapshot)
        }
        Report::Watch(news) => watch::news(state, news),
        Report::Problem(message) => {
            state.notice = Some(Notice::problem(message));
            Vec::new()
        }
    }
}

/// Photos came. Where the user named one to be seen, it comes to the middle.
fn found(state: &mut State, photos: Vec<Source>) -> Vec<Effect> {
    let shown = photos.first().filter(|_| state.shows_next_found);
    let shown = shown.map(|photo| photo.path.clone());
    let mut effects = adding::add(state, photos);
    if let Some(path) = shown {
        state.shows_next_found = false;
        let id = state.by_path.get(&path).copied();
        effects.extend(
            id.into_iter().flat_map(|id| jobs::select(state, |selection, _| selection.only(id))),
        );
    }
    effects
}

#[cfg(test)]
mod tests;
