//! What changes the state: pure functions from a state and something that happened to the effects
//! that it asks for.

mod actions;
mod edits;
mod engine;
mod jobs;
mod live;
mod memory;
mod settings;

use super::{
    effect::{Effect, Report},
    state::{Notice, State},
};
use crate::lang::t;

pub use actions::action;
pub use engine::event;

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
