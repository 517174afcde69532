//! What changes the state: pure functions from a state and something that happened to the effects
//! that it asks for.

mod actions;
mod detail;
mod edits;
mod engine;
mod jobs;
mod live;
mod memory;
mod previews;
mod settings;
mod viewing;

use super::{
    action::Action,
    effect::{Effect, Report},
    state::{Notice, State},
};
use crate::{engine::protocol::Event, lang::t};

/// Takes in what the user did.
pub fn action(state: &mut State, action: Action) -> Vec<Effect> {
    let mut effects = actions::action(state, action);
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
    match report {
        Report::Picked(paths) => {
            state.dialog_open = false;
            if paths.is_empty() { Vec::new() } else { vec![Effect::Scan(paths)] }
        }
        Report::SaveFolder(folder) => {
            state.dialog_open = false;
            folder.map_or_else(Vec::new, |folder| jobs::save_elsewhere(state, folder))
        }
        Report::Background(id, picture) => edits::background_picked(state, id, picture),
        Report::DialogFailed(message) => {
            state.dialog_open = false;
            state.notice = Some(Notice::problem(message));
            Vec::new()
        }
        Report::Found(paths) => jobs::add(state, paths),
        Report::FoundNothing { folder } => {
            let text = t!("notice-found-nothing", folder = folder.display().to_string());
            state.notice = Some(Notice::problem(text));
            Vec::new()
        }
        Report::Problem(message) => {
            state.notice = Some(Notice::problem(message));
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests;
