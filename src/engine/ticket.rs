//! A job's promise of exactly one terminal event.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crossbeam_channel::{SendTimeoutError, Sender};

use super::{
    metrics,
    protocol::{Event, JobId, Outcome, Problem, Step},
};
use crate::imaging::Cancel;

/// Sends events and wakes whoever reads them. Clones share one channel.
#[derive(Clone)]
pub struct Emitter {
    events: Sender<Event>,
    wake: Arc<dyn Fn() + Send + Sync>,
    closing: Arc<AtomicBool>,
}

impl Emitter {
    /// An emitter into this channel; `wake` runs after each event.
    pub fn new(events: Sender<Event>, wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        Self { events, wake, closing: Arc::default() }
    }

    /// Sends one event, waiting for room: a reader that lags slows the work down rather than
    /// letting events pile up. Once the engine closes, what finds no room is dropped.
    pub fn emit(&self, event: Event) {
        metrics::record(&event);
        let mut event = event;
        loop {
            match self.events.send_timeout(event, Duration::from_millis(50)) {
                Err(SendTimeoutError::Timeout(back)) if !self.closing.load(Ordering::Relaxed) => {
                    event = back;
                }
                _ => break,
            }
        }
        (self.wake)();
    }

    /// Sends an event that the next one replaces: dropped where there is no room. Whether it was sent.
    pub fn emit_replaceable(&self, event: Event) -> bool {
        metrics::record(&event);
        let is_sent = self.events.try_send(event).is_ok();
        if is_sent {
            (self.wake)();
        }
        is_sent
    }

    /// Whether nobody waits for a reader any more.
    pub fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    /// From now on nobody waits for a reader.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }
}

/// What the network has done for a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkState {
    /// The job waits for it.
    Awaited,
    /// It has the job's photo.
    Running,
    /// The job needs it no more.
    Done,
}

struct UnderWay {
    cancel: Cancel,
    stage: NetworkState,
}

#[derive(Default)]
struct Jobs {
    by_id: HashMap<JobId, UnderWay>,
    /// Whether the network is still being loaded.
    is_loading: bool,
}

/// The jobs under way and how to cancel them.
#[derive(Clone, Default)]
pub struct Running(Arc<Mutex<Jobs>>);

impl Running {
    fn lock(&self) -> MutexGuard<'_, Jobs> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Cancels one job, if it is under way.
    pub fn cancel(&self, id: JobId) {
        if let Some(job) = self.lock().by_id.get(&id) {
            job.cancel.cancel();
        }
    }

    /// Cancels every job under way.
    pub fn cancel_all(&self) {
        self.lock().by_id.values().for_each(|job| job.cancel.cancel());
    }

    /// Cancels the jobs that wait for the network, or for its being loaded.
    pub fn cancel_waiting(&self) {
        let jobs = self.lock();
        let waits = |job: &&UnderWay| match job.stage {
            NetworkState::Awaited => true,
            NetworkState::Running => jobs.is_loading,
            NetworkState::Done => false,
        };
        jobs.by_id.values().filter(waits).for_each(|job| job.cancel.cancel());
    }

    /// Notes whether the network is being loaded.
    pub fn set_loading(&self, is_loading: bool) {
        self.lock().is_loading = is_loading;
    }

    /// Whether there are jobs and each was asked to end: what they need is needed no more.
    pub fn are_all_cancelled(&self) -> bool {
        let jobs = self.lock();
        !jobs.by_id.is_empty() && jobs.by_id.values().all(|job| job.cancel.is_cancelled())
    }

    /// How many jobs are under way.
    pub fn len(&self) -> usize {
        self.lock().by_id.len()
    }

    /// Whether no job is under way.
    pub fn is_empty(&self) -> bool {
        self.lock().by_id.is_empty()
    }
}

/// Travels with a job through the threads. Whoever ends the job consumes it; one that is lost on
/// the way (a panic, a closed channel) ends the job as failed.
pub struct Ticket {
    id: JobId,
    cancel: Cancel,
    emitter: Emitter,
    running: Running,
    ended: bool,
}

impl Ticket {
    /// Opens a job; one opened while the engine closes is cancelled from the start.
    pub fn open(id: JobId, stage: NetworkState, emitter: Emitter, running: Running) -> Self {
        let cancel = Cancel::default();
        if emitter.is_closing() {
            cancel.cancel();
        }
        running.lock().by_id.insert(id, UnderWay { cancel: cancel.clone(), stage });
        Self { id, cancel, emitter, running, ended: false }
    }

    /// The job's name.
    pub fn id(&self) -> JobId {
        self.id
    }

    /// The job's flag.
    pub fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// Where the job's other events go.
    pub fn emitter(&self) -> &Emitter {
        &self.emitter
    }

    /// Notes how far the job is.
    pub fn reach(&self, stage: NetworkState) {
        if let Some(job) = self.running.lock().by_id.get_mut(&self.id) {
            job.stage = stage;
        }
    }

    /// Tells that the job entered a step.
    pub fn enter(&self, step: Step) {
        self.emitter.emit(Event::Step { id: self.id, step });
    }

    /// Ends the job.
    pub fn finish(mut self, outcome: Outcome) {
        self.end(outcome);
    }

    fn end(&mut self, outcome: Outcome) {
        self.ended = true;
        self.running.lock().by_id.remove(&self.id);
        self.emitter.emit(Event::Finished { id: self.id, outcome });
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        self.end(if self.cancel.is_cancelled() {
            Outcome::Cancelled
        } else {
            Outcome::Failed { why: Problem::Lost.into() }
        });
    }
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::bounded;

    use super::*;

    #[test]
    fn what_waits_for_the_network_is_cancelled_and_what_it_has_while_it_is_loaded() {
        use NetworkState::{Awaited, Done, Running};
        for (is_loading, stage, expected) in [
            (false, Awaited, true),
            (false, Running, false),
            (false, Done, false),
            (true, Awaited, true),
            (true, Running, true),
            (true, Done, false),
        ] {
            let (sender, _events) = bounded(4);
            let emitter = Emitter::new(sender, Arc::new(|| {}));
            let jobs = super::Running::default();
            assert!(!jobs.are_all_cancelled(), "there are none");
            let ticket = Ticket::open(JobId(1), Awaited, emitter.clone(), jobs.clone());
            ticket.reach(stage);
            jobs.set_loading(is_loading);
            jobs.cancel_waiting();
            assert_eq!(ticket.cancel().is_cancelled(), expected, "{is_loading} {stage:?}");
            assert_eq!(jobs.are_all_cancelled(), expected, "{is_loading} {stage:?}");
        }
    }
}
