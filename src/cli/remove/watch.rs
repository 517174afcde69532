//! Photos go to the engine, what became of them is told.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use crossbeam_channel::{Receiver, never, select};
use indicatif::ProgressBar;

use super::{
    feed::{Feed, Photo},
    journal::Journal,
    order::Order,
    outcome,
};
use crate::{
    cli::{progress::progress_bar, signals::Ending, snapshot},
    engine::{
        Engine,
        protocol::{Command, Event, JobId, Outcome, Output, Rung},
    },
};

/// Photos that the engine has at most: enough to keep it busy, few to end soon.
const AHEAD: usize = 32;

/// How a run ended.
#[derive(Debug, Default)]
pub struct Ended {
    /// Photos that were begun.
    pub photos: u64,
    /// Those that failed.
    pub failed: u64,
    /// Those that were not done because the run was to end.
    pub cancelled: u64,
    /// Why it was to end.
    pub ending: Option<Ending>,
}

/// A run.
pub struct Watch<'a> {
    engine: &'a Engine,
    order: &'a Order,
    journal: Option<Journal>,
    json: bool,
    in_hand: HashMap<JobId, PathBuf>,
    rungs_of: HashMap<JobId, Vec<Rung>>,
    ended: Ended,
}

impl<'a> Watch<'a> {
    /// Nothing is begun yet.
    pub fn new(engine: &'a Engine, order: &'a Order, journal: Option<Journal>, json: bool) -> Self {
        let (in_hand, rungs_of) = (HashMap::new(), HashMap::new());
        Self { engine, order, journal, json, in_hand, rungs_of, ended: Ended::default() }
    }

    /// Until every photo has ended.
    pub fn run(mut self, feed: Feed, endings: &Receiver<Ending>) -> Ended {
        let bar = progress_bar(feed.len.unwrap_or(0), self.json);
        let photos = feed.photos;
        let nothing = never();
        loop {
            let next = if self.in_hand.len() < AHEAD { &photos } else { &nothing };
            select! {
                recv(next) -> photo => match photo {
                    Ok(Ok(photo)) => self.begin(photo),
                    Ok(Err(error)) => {
                        eprintln!("cutout: the list of photos cannot be read on: {error}");
                        self.ended.failed += 1;
                        break;
                    }
                    Err(_) => break,
                },
                recv(self.engine.events()) -> event => match event {
                    Ok(event) => self.hear(event, &bar),
                    Err(_) => return self.ended,
                },
                recv(endings) -> ending => if let Ok(ending) = ending {
                    // What was not begun is not done either.
                    self.ended.photos += photos.len() as u64;
                    self.ended.cancelled += photos.len() as u64;
                    self.end(ending);
                    break;
                },
            }
        }
        while !self.in_hand.is_empty() {
            select! {
                recv(self.engine.events()) -> event => match event {
                    Ok(event) => self.hear(event, &bar),
                    Err(_) => break,
                },
                recv(endings) -> ending => if let Ok(ending) = ending {
                    self.end(ending);
                },
            }
        }
        bar.finish_and_clear();
        self.ended
    }

    fn begin(&mut self, photo: Photo) {
        let id = JobId(self.ended.photos);
        self.ended.photos += 1;
        let mut command = Command::Submit(vec![self.order.job(id, &photo)]);
        self.in_hand.insert(id, photo.source.path);
        // The queue of commands is longer than what the engine has at most, and soon taken.
        while let Err(back) = self.engine.send(command) {
            command = back;
            std::thread::yield_now();
        }
    }

    fn end(&mut self, ending: Ending) {
        self.ended.ending.get_or_insert(ending);
        let command = match ending {
            Ending::Now => Command::CancelAll,
            Ending::Soon => Command::CancelWaiting,
        };
        // Should the queue be full, asking once more works.
        drop(self.engine.send(command));
    }

    fn hear(&mut self, event: Event, bar: &ProgressBar) {
        let (id, outcome) = match event {
            Event::Finished { id, outcome } => (id, outcome),
            Event::Rung { id, rung } => {
                self.rungs_of.entry(id).or_default().push(rung);
                return;
            }
            Event::Snapshot(ended) => return bar.suspend(|| snapshot::tell(&ended)),
            _ => return,
        };
        let Some(path) = self.in_hand.remove(&id) else { return };
        let rungs = self.rungs_of.remove(&id).unwrap_or_default();
        match &outcome {
            Outcome::Done(done) => self.note(&path, &done.outputs),
            Outcome::Skipped { outputs } => self.note(&path, outputs),
            Outcome::Exists { .. } => {}
            Outcome::Failed { .. } => self.ended.failed += 1,
            Outcome::Cancelled => self.ended.cancelled += 1,
        }
        bar.suspend(|| {
            let print = if self.json { outcome::print_json } else { outcome::print_words };
            print(&path, &outcome, &rungs);
        });
        bar.inc(1);
    }

    fn note(&mut self, photo: &Path, outputs: &[Output]) {
        let Some(journal) = &mut self.journal else { return };
        let paths = outputs.iter().map(|output| output.path.clone()).collect();
        if let Err(error) = journal.note(photo, paths) {
            eprintln!("cutout: {}: done, but not noted in the journal: {error}", photo.display());
            self.ended.failed += 1;
        }
    }
}
