//! The session: the list, its maps and what was saved, kept on the disk while they change and restored at
//! the next start, after a crash or a power cut too.
//!
//! At most twice a second the window's thread compares the list with what was kept (`Tracker`), and the
//! thread `cutout-session` writes what differs: lines of a journal (`session.jsonl`), each on the disk
//! before the next, and finished maps as 8-bit PNGs, from which mattes come out the same to the bit. A line
//! that was cut off is passed over; lines that no longer count go when the journal is written anew, beside
//! the old one. At the next start the list comes first, and nothing may come into it before;
//! `cutout-recall` reads the maps after it, and photos whose file has another size or time are cut again.
//! A lock keeps a second window off.

mod contents;
#[cfg(test)]
mod examples;
mod journal;
mod keeper;
mod maps;
mod recall;
pub mod record;
mod tracker;

use std::{env, path::PathBuf, thread, time::Duration};

use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};

use super::{effect::Report, item::ItemId, run::Reporter, state::State, worker::Worker};
use keeper::Keeper;
use recall::Recall;
use record::Kept;
use tracker::{Change, Tracker};

pub use journal::Damaged;
pub use keeper::KeepError;
pub use recall::Recalled;

/// Names another folder for the session.
const FOLDER_VARIABLE: &str = "CUTOUT_STATE";
/// Batches of changes that may wait for the keeper; while there are as many, nothing is compared.
const BATCHES: usize = 4;
/// The list is compared no more often than this.
const EVERY: Duration = Duration::from_millis(500);
/// How long closing waits for what is still to be written.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

/// The folder of the user's session: `CUTOUT_STATE`, or the one that the system has for it.
pub fn folder() -> Option<PathBuf> {
    let user = || {
        let folders = directories::ProjectDirs::from("", "", "cutout")?;
        Some(folders.state_dir().unwrap_or(folders.data_local_dir()).to_owned())
    };
    chosen_folder().or_else(user)
}

/// What `CUTOUT_STATE` names.
pub fn chosen_folder() -> Option<PathBuf> {
    env::var_os(FOLDER_VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Where a session is kept.
#[derive(Clone, Debug)]
pub struct SessionOptions {
    /// The folder.
    pub folder: PathBuf,
    /// Forget what was kept in it.
    pub fresh: bool,
}

/// The list as it was kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Restored {
    /// The photos, in order.
    pub photos: Vec<Kept>,
    /// The chosen ones, the one in the middle first.
    pub chosen: Vec<ItemId>,
    /// What was wrong.
    pub problem: Option<SessionProblem>,
}

/// Why the list does not come back, or will not the next time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionProblem {
    /// Another window keeps its list.
    Busy,
    /// What was kept cannot be read.
    Damaged(Damaged),
    /// Nothing can be kept, for this reason.
    NotKept(KeepError),
}

/// The session of a window.
#[derive(Default)]
pub struct Session {
    opening: Option<Receiver<Restored>>,
    changes: Option<Sender<Vec<Change>>>,
    tracker: Tracker,
    kept_at_s: Option<f64>,
    worker: Option<Worker>,
}

impl Session {
    /// Opens a session on its own thread.
    pub fn start(options: SessionOptions, reporter: Reporter) -> Self {
        let (changes, kept) = bounded(BATCHES);
        let (opened, opening) = bounded(1);
        let spawned = Worker::spawn("cutout-session", move || {
            keep(&options, &opened, &kept, &reporter);
        });
        match spawned {
            Ok(worker) => Self {
                opening: Some(opening),
                changes: Some(changes),
                worker: Some(worker),
                ..Self::default()
            },
            Err(error) => {
                tracing::error!(%error, "the system gives no thread for the session");
                Self::default()
            }
        }
    }

    /// Whether the list is still to come. Until it is here nothing may come into the list.
    pub fn is_opening(&self) -> bool {
        self.opening.is_some()
    }

    /// The list as it was kept, once.
    pub fn restored(&mut self) -> Option<Restored> {
        match self.opening.as_ref()?.try_recv() {
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => {
                self.opening = None;
                None
            }
            Ok(restored) => {
                self.opening = None;
                Some(restored)
            }
        }
    }

    /// The state is as it was kept: only what changes from here on is.
    pub fn is_kept(&mut self, state: &State) {
        self.tracker.changes(state);
    }

    /// These maps came from what was kept.
    pub fn are_kept(&mut self, recalled: &[(ItemId, Recalled)]) {
        for (id, recalled) in recalled {
            if let Recalled::Map(map, _) = recalled {
                self.tracker.map_is_kept(*id, map);
            }
        }
    }

    /// Keeps what changed, but no more often than is good. Gives how soon to ask again where that
    /// was too early.
    pub fn keep(&mut self, state: &State) -> Option<Duration> {
        if self.is_opening() {
            return None;
        }
        let changes = self.changes.as_ref()?;
        let passed_s = self.kept_at_s.map_or(f64::INFINITY, |at_s| state.now_s - at_s);
        if passed_s < EVERY.as_secs_f64() || changes.is_full() {
            return Some(EVERY);
        }
        self.kept_at_s = Some(state.now_s);
        let changed = self.tracker.changes(state);
        if !changed.is_empty() && changes.try_send(changed).is_err() {
            self.changes = None;
        }
        None
    }

    /// Keeps the last changes and ends the thread.
    pub fn close(&mut self, state: &State) {
        let is_open = !self.is_opening();
        let Some(changes) = self.changes.take().filter(|_| is_open) else { return };
        let _ = changes.send_timeout(self.tracker.changes(state), CLOSE_WITHIN);
        drop(changes);
        if let Some(worker) = self.worker.take() {
            worker.end_within(CLOSE_WITHIN);
        }
    }
}

/// The keeper's thread.
fn keep(
    options: &SessionOptions,
    opened: &Sender<Restored>,
    changes: &Receiver<Vec<Change>>,
    reporter: &Reporter,
) {
    let (keeper, damaged) = match Keeper::open(&options.folder, options.fresh) {
        Ok(opened) => opened,
        Err(error) => {
            tracing::warn!("no session: {error}");
            let problem = match error {
                KeepError::Busy(_) => SessionProblem::Busy,
                error => SessionProblem::NotKept(error),
            };
            let _ = opened.send(Restored { problem: Some(problem), ..Restored::default() });
            reporter.wake();
            return;
        }
    };
    let contents = keeper.contents();
    let restored = Restored {
        photos: contents.photos().cloned().collect(),
        chosen: contents.chosen().iter().copied().map(ItemId).collect(),
        problem: damaged.map(SessionProblem::Damaged),
    };
    let recall = Recall::of(contents, keeper.maps().clone());
    let _ = opened.send(restored);
    reporter.wake();
    if !recall.is_empty() {
        // A folder that does not answer must not hold up what is to be kept.
        let reporter = reporter.clone();
        let tell = move |recalled| reporter.send(Report::Recalled(recalled));
        let thread = thread::Builder::new().name("cutout-recall".to_owned());
        if let Err(error) = thread.spawn(move || recall.run(tell)) {
            tracing::error!(%error, "the system gives no thread to bring maps back");
        }
    }
    keeper.run(changes, |error| {
        reporter.send(Report::SessionProblem(SessionProblem::NotKept(error)));
    });
}
