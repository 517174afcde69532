//! `cutout models`: what there is, what is here, and getting one.

use std::{fmt, path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::{DONE, fail, streams};
use crate::{
    path_text::printable,
    zoo::{self, Entry, Folders, State},
};

/// Arguments of `cutout models`.
#[derive(Debug, Args)]
pub struct ModelsArgs {
    #[command(subcommand)]
    command: Option<ModelsCommand>,
}

#[derive(Debug, Subcommand)]
enum ModelsCommand {
    /// List the models and what is present (the default)
    List,
    /// Download one, verified, to CUTOUT_MODELS or the user's data folder
    Fetch {
        /// An id of the list
        id: String,
    },
}

/// A model and what became of it on this machine.
#[derive(Serialize)]
pub struct ModelReport {
    id: &'static str,
    purpose: &'static str,
    licence: &'static str,
    origin: &'static str,
    size_bytes: u64,
    sha256: &'static str,
    /// "present", "wrong", "unreadable" or "absent".
    state: &'static str,
    /// What is wrong, where something is.
    problem: Option<String>,
    path: Option<PathBuf>,
}

impl ModelReport {
    /// All models. Reads each file that is there, to verify it.
    pub fn all() -> Vec<Self> {
        let folders = Folders::from_environment();
        zoo::entries().iter().map(|entry| Self::of(entry, folders.state(entry))).collect()
    }

    fn of(entry: &'static Entry, state: State) -> Self {
        let (state, problem, path) = match state {
            State::Verified { path } => ("present", None, Some(path)),
            State::Wrong { path, found_sha256 } => {
                ("wrong", Some(format!("its sha256 is {found_sha256}")), Some(path))
            }
            State::Unreadable { path, error } => {
                ("unreadable", Some(error.to_string()), Some(path))
            }
            State::Absent => ("absent", None, None),
        };
        Self {
            id: &entry.id,
            purpose: &entry.purpose,
            licence: &entry.licence,
            origin: &entry.origin,
            size_bytes: entry.artifact.size_bytes,
            sha256: &entry.artifact.sha256,
            state,
            problem,
            path,
        }
    }
}

impl fmt::Display for ModelReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size_mb = self.size_bytes as f64 / 1e6;
        write!(f, "{:8} {size_mb:6.1} MB  {:10} {}", self.id, self.state, self.purpose)?;
        if let Some(path) = &self.path {
            write!(f, "\n{:30}{}", "", printable(path))?;
        }
        if let Some(problem) = &self.problem {
            write!(f, " ({problem}; remove it, then: cutout models fetch {})", self.id)?;
        }
        write!(f, "\n{:30}{}, {}", "", self.licence, self.origin)
    }
}

/// Runs it. Exit codes: 0 done, 1 the download failed, 2 no such model.
pub fn run(args: &ModelsArgs) -> ExitCode {
    match &args.command {
        None | Some(ModelsCommand::List) => {
            ModelReport::all().iter().for_each(streams::print);
            streams::print("");
            streams::print(format_args!(
                "cutout models fetch ID gets one; --model also takes a path."
            ));
            DONE
        }
        Some(ModelsCommand::Fetch { id }) => fetch(id),
    }
}

fn fetch(id: &str) -> ExitCode {
    let Some(entry) = zoo::entry(id) else {
        let known: Vec<_> = zoo::entries().iter().map(|entry| entry.id.as_str()).collect();
        return fail(2, format!("there is no model {id}; there are {}", known.join(", ")));
    };
    let folders = Folders::from_environment();
    if let State::Verified { path } = folders.state(entry) {
        streams::print(format_args!("{} is here and verified", printable(&path)));
        return DONE;
    }
    let bar = ProgressBar::new(entry.artifact.size_bytes);
    if let Ok(style) =
        ProgressStyle::with_template("{bar:32} {bytes} of {total_bytes}, about {eta} left")
    {
        bar.set_style(style);
    }
    let progress = |progress: cutout_fetch::Progress| {
        bar.set_length(progress.total_bytes);
        bar.set_position(progress.done_bytes);
    };
    // Ctrl+C ends the program: what was downloaded stays and is resumed by the next try.
    let fetched = zoo::fetch(entry, &folders, &progress, &|| false);
    bar.finish_and_clear();
    match fetched {
        Ok(path) => {
            streams::print(format_args!("{} is here and verified", printable(&path)));
            DONE
        }
        Err(error) => fail(1, error),
    }
}
