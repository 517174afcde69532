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

    /// From now on nobody waits for a reader.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }
}

/// The jobs under way and how to cancel them.
#[derive(Clone, Default)]
pub struct Running(Arc<Mutex<HashMap<JobId, Cancel>>>);

impl Running {
    fn lock(&self) -> MutexGuard<'_, HashMap<JobId, Cancel>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Cancels one job, if it is under way.
    pub fn cancel(&self, id: JobId) {
        if let Some(cancel) = self.lock().get(&id) {
            cancel.cancel();
        }
    }

    /// Cancels every job under way.
    pub fn cancel_all(&self) {
        self.lock().values().for_each(Cancel::cancel);
    }

    /// How many jobs are under way.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether no job is under way.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
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
    pub fn open(id: JobId, emitter: Emitter, running: Running) -> Self {
        let cancel = Cancel::default();
        if emitter.closing.load(Ordering::Relaxed) {
            cancel.cancel();
        }
        running.lock().insert(id, cancel.clone());
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
        self.running.lock().remove(&self.id);
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
