//! Photos go to the engine, what became of them is told.

use std::{
    collections::{HashMap, VecDeque},
    path::{Path, PathBuf},
    time::Duration,
};

use crossbeam_channel::{Receiver, after, never, select};
use indicatif::ProgressBar;

use super::{
    claims::{Claim, Claimed, Claims},
    feed::{Fed, Feed, Photo},
    journal::{Before, Journal},
    order::Order,
    outcome,
    summary::Summary,
};
use crate::{
    cli::{progress::progress_bar, signals::Ending, snapshot, streams},
    engine::{
        Engine,
        protocol::{Command, Event, JobId, Outcome, Output, Rung},
    },
    path_text::printable,
};

/// Photos that the engine has at most: enough to keep it busy, few to end soon.
const AHEAD: usize = 32;

/// How often a photo that another run has claimed is asked for again.
const ASK_AGAIN: Duration = Duration::from_millis(200);

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
    /// What was passed over.
    pub summary: Summary,
}

/// A photo that the engine has.
struct InHand {
    path: PathBuf,
    /// Held until its files are written.
    _claim: Option<Claim>,
}

/// A run.
pub struct Watch<'a> {
    engine: &'a Engine,
    order: &'a Order,
    journal: Option<Journal>,
    json: bool,
    claims: Claims,
    /// Photos that another run has claimed: it does them, or leaves them to us.
    theirs: VecDeque<Photo>,
    in_hand: HashMap<JobId, InHand>,
    rungs_of: HashMap<JobId, Vec<Rung>>,
    next: JobId,
    ended: Ended,
}

impl<'a> Watch<'a> {
    /// Nothing is begun yet.
    pub fn new(engine: &'a Engine, order: &'a Order, journal: Option<Journal>, json: bool) -> Self {
        Self {
            engine,
            order,
            journal,
            json,
            claims: Claims::default(),
            theirs: VecDeque::new(),
            in_hand: HashMap::new(),
            rungs_of: HashMap::new(),
            next: JobId(0),
            ended: Ended::default(),
        }
    }

    /// Until every photo has ended.
    pub fn run(mut self, feed: Feed, endings: &Receiver<Ending>) -> Ended {
        let bar = progress_bar(feed.len.unwrap_or(0), self.json);
        let mut fed = feed.fed;
        let nothing = never();
        let mut have_all_come = false;
        loop {
            let is_full = self.in_hand.len() >= AHEAD;
            let next = if is_full { &nothing } else { &fed };
            let ask_again =
                if is_full || self.theirs.is_empty() { never() } else { after(ASK_AGAIN) };
            select! {
                recv(next) -> item => match item {
                    Ok(item) => self.take(item, &bar),
                    // All have come.
                    Err(_) => {
                        fed = never();
                        have_all_come = true;
                    }
                },
                recv(ask_again) -> _ => self.ask_for_theirs(),
                recv(self.engine.events()) -> event => match event {
                    Ok(event) => self.hear(event, &bar),
                    Err(_) => break,
                },
                recv(endings) -> ending => if let Ok(ending) = ending {
                    self.end(ending);
                    self.leave(&fed, &bar);
                    fed = never();
                    have_all_come = true;
                },
            }
            if have_all_come && self.in_hand.is_empty() && self.theirs.is_empty() {
                break;
            }
        }
        bar.finish_and_clear();
        if let Some(journal) = &mut self.journal
            && let Err(error) = journal.sync()
        {
            let path = printable(journal.path());
            streams::tell(format_args!("{path}: the journal is not safe on the disk: {error}"));
            self.ended.failed += 1;
        }
        self.ended
    }

    fn take(&mut self, fed: Fed, bar: &ProgressBar) {
        match fed {
            Fed::Photo(photo) => {
                self.ended.photos += 1;
                self.begin(photo);
            }
            Fed::DoneBefore(path, before) => {
                self.ended.summary.done_before(&before);
                if self.json {
                    let Before { outputs, .. } = before;
                    bar.suspend(|| outcome::print_json_of_journal(&path, &outputs));
                }
            }
            Fed::PassedOver(passed) => {
                if let Some(line) = self.ended.summary.passed_over(&passed) {
                    bar.suspend(|| streams::tell(line));
                }
            }
            Fed::Unread(error) => {
                streams::tell(format_args!("the list of photos cannot be read on: {error}"));
                self.ended.failed += 1;
            }
        }
    }

    /// Hands a photo to the engine, unless another run has it.
    fn begin(&mut self, photo: Photo) {
        let claimed = match self.order.skips() {
            true => self.claims.claim(&photo.source.path, &self.order.save(&photo)),
            false => Claimed::Unclaimed,
        };
        let claim = match claimed {
            Claimed::Ours(claim) => Some(claim),
            Claimed::Unclaimed => None,
            Claimed::Theirs => return self.theirs.push_back(photo),
        };
        let id = self.next;
        self.next = JobId(id.0 + 1);
        let mut command = Command::Submit(vec![self.order.job(id, &photo)]);
        self.in_hand.insert(id, InHand { path: photo.source.path, _claim: claim });
        // The queue of commands is longer than what the engine has at most, and soon taken.
        while let Err(back) = self.engine.send(command) {
            command = back;
            std::thread::yield_now();
        }
    }

    /// Tries to claim what other runs had when it was last asked for.
    fn ask_for_theirs(&mut self) {
        for _ in 0..self.theirs.len() {
            if self.in_hand.len() >= AHEAD {
                return;
            }
            if let Some(photo) = self.theirs.pop_front() {
                self.begin(photo);
            }
        }
    }

    /// What was not begun is not done either; in JSON it has its line too.
    fn leave(&mut self, fed: &Receiver<Fed>, bar: &ProgressBar) {
        let photo = |fed| match fed {
            Fed::Photo(photo) => Some(photo),
            _ => None,
        };
        let fed: Vec<Photo> = fed.try_iter().filter_map(photo).collect();
        self.ended.photos += fed.len() as u64;
        for photo in self.theirs.drain(..).chain(fed) {
            self.ended.cancelled += 1;
            if self.json {
                let path = &photo.source.path;
                bar.suspend(|| outcome::print_json(path, &Outcome::Cancelled, &[]));
            }
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
        let Some(InHand { path, _claim: claim }) = self.in_hand.remove(&id) else { return };
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
        drop(claim);
        bar.inc(1);
    }

    fn note(&mut self, photo: &Path, outputs: &[Output]) {
        let Some(journal) = &mut self.journal else { return };
        if let Err(error) = journal.note(photo, outputs) {
            let (photo, journal) = (printable(photo), printable(journal.path()));
            streams::tell(format_args!("{photo}: done, but not noted in {journal}: {error}"));
            self.ended.failed += 1;
        }
    }
}
