//! Why something failed.

use super::{no_model, not_written, system, unreadable};
use crate::{
    engine::protocol::{Failure, Problem, Step},
    lang::t,
    path_text::printable,
};

/// Why something failed, with the file that it is about: "photo.png: the file is empty; …".
pub fn failure(failure: &Failure) -> String {
    let problem = problem(&failure.problem);
    match &failure.file {
        Some(file) => format!("{}: {problem}", printable(file)),
        None => problem,
    }
}

fn problem(problem: &Problem) -> String {
    match problem {
        Problem::Unreadable(problem) => unreadable(problem),
        Problem::Replaced => t!("problem-replaced"),
        Problem::OutOfMemory { words, on_gpu } => {
            t!("problem-no-memory", words = words.as_str(), on_gpu = yes_or_no(*on_gpu))
        }
        Problem::NetworkFailed { words, on_gpu } => {
            t!("problem-network", words = words.as_str(), on_gpu = yes_or_no(*on_gpu))
        }
        Problem::NoModel(problem) => no_model(problem),
        Problem::Fault { step, words } => {
            t!("problem-fault", doing = doing(*step), words = words.as_str())
        }
        Problem::FaultUpClose { words } => t!("problem-fault-up-close", words = words.as_str()),
        Problem::Lost => t!("problem-lost"),
        Problem::NoBackdrop { path, problem } => {
            let file = printable(path);
            t!("problem-no-backdrop", file = file, reason = unreadable(problem))
        }
        Problem::NoFolder(error) => t!("problem-no-folder", reason = system(error)),
        Problem::NotWritten(error) => not_written(error),
        Problem::NoFreeName => t!("problem-no-free-name"),
        Problem::Other(words) => words.clone(),
    }
}

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// To be read after "while".
fn doing(step: Step) -> String {
    t!(match step {
        Step::Decoding => "doing-decoding",
        Step::Inferring => "doing-inferring",
        Step::Refining => "doing-refining",
        Step::Saving => "doing-saving",
    })
}
