//! Runs effects: commands without waiting, everything else on named threads.

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::{
    EnginePort, Wake,
    desktop::Desktop,
    effect::{Effect, Report},
    scan::photos_in,
};
use crate::engine::protocol::{Command, Event};

/// Reports that may wait for the window; a scan pauses when there are as many.
const REPORTS_WAITING: usize = 16;
/// Photos in one report, so that a large folder shows up bit by bit.
const PHOTOS_PER_REPORT: usize = 256;

/// Runs effects and brings back what they find.
pub struct Runner {
    port: EnginePort,
    outbox: VecDeque<Command>,
    desktop: Arc<dyn Desktop>,
    sender: Reporter,
    reports: Receiver<Report>,
}

#[derive(Clone)]
struct Reporter {
    sender: Sender<Report>,
    wake: Wake,
}

impl Reporter {
    /// Whether the window is still there to listen.
    fn send(&self, report: Report) -> bool {
        let sent = self.sender.send(report).is_ok();
        (self.wake)();
        sent
    }
}

impl Runner {
    /// A runner that wakes the window whenever a report waits.
    pub fn new(port: EnginePort, desktop: Arc<dyn Desktop>, wake: Wake) -> Self {
        let (sender, reports) = bounded(REPORTS_WAITING);
        let sender = Reporter { sender, wake };
        Self { port, outbox: VecDeque::new(), desktop, sender, reports }
    }

    /// Starts effects; commands go out with the next [`Runner::flush`].
    pub fn run(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send(command) => self.outbox.push_back(command),
                Effect::PickFiles => self.ask(|desktop| desktop.pick_photos()),
                Effect::PickFolder => {
                    self.ask(|desktop| Ok(desktop.pick_folder()?.into_iter().collect()));
                }
                Effect::ShowFolder(folder) => {
                    let desktop = self.desktop.clone();
                    self.spawn("file-manager", move |reporter| {
                        if let Err(message) = desktop.show_folder(&folder) {
                            reporter.send(Report::Problem(message));
                        }
                    });
                }
                Effect::Scan(paths) => {
                    self.spawn("folder-scan", move |reporter| scan(&paths, reporter));
                }
            }
        }
    }

    /// Hands waiting commands over in order; `false` when the engine was too busy for all.
    pub fn flush(&mut self) -> bool {
        while let Some(command) = self.outbox.pop_front() {
            if let Err(command) = (self.port.commands)(command) {
                self.outbox.push_front(command);
                return false;
            }
        }
        true
    }

    /// The engine's next event, if one waits.
    pub fn next_event(&self) -> Option<Event> {
        self.port.events.try_recv().ok()
    }

    /// Whether an event waits.
    pub fn has_events(&self) -> bool {
        !self.port.events.is_empty()
    }

    /// The next report, if one waits.
    pub fn next_report(&self) -> Option<Report> {
        self.reports.try_recv().ok()
    }

    fn ask(
        &self,
        dialog: impl FnOnce(&dyn Desktop) -> Result<Vec<PathBuf>, String> + Send + 'static,
    ) {
        let desktop = self.desktop.clone();
        self.spawn("file-dialog", move |reporter| {
            reporter.send(dialog(&*desktop).map_or_else(Report::DialogFailed, Report::Picked));
        });
    }

    fn spawn(&self, name: &str, work: impl FnOnce(&Reporter) + Send + 'static) {
        let reporter = self.sender.clone();
        let thread = thread::Builder::new().name(name.to_owned());
        if let Err(error) = thread.spawn(move || work(&reporter)) {
            tracing::error!(%error, name, "the system gives no thread");
        }
    }
}

/// Files are taken as they are: what is no photo is refused by the engine, with the reason.
fn scan(paths: &[PathBuf], reporter: &Reporter) {
    let is_folder = |path: &Path| path.is_dir();
    let mut batch = Vec::new();
    let mut found = 0;
    for path in paths {
        let photos: Box<dyn Iterator<Item = PathBuf>> = if is_folder(path) {
            Box::new(photos_in(path))
        } else {
            Box::new([path.clone()].into_iter())
        };
        for photo in photos {
            found += 1;
            batch.push(photo);
            if batch.len() == PHOTOS_PER_REPORT
                && !reporter.send(Report::Found(std::mem::take(&mut batch)))
            {
                return;
            }
        }
    }
    let last = match paths.first() {
        Some(folder) if found == 0 => Report::FoundNothing { folder: folder.clone() },
        _ => Report::Found(batch),
    };
    reporter.send(last);
}
