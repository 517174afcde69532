//! The inference thread between images: it waits, gives the cache or the model back when the user
//! asks, and the model when nothing has needed it for long.

use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, at, never, select};

use super::{
    pipeline::Decoded,
    protocol::{Event, Freed, LetGo, ModelState},
    worker::{Model, Worker},
};
use crate::gpu::memory::return_to_system;

/// A pause shorter than this is not told as idleness: the next photo is being decoded.
const GRACE: Duration = Duration::from_secs(1);

impl Worker<'_> {
    /// Waits for the next image, doing meanwhile what the user asks. `None` when no image can come
    /// any more.
    pub fn next(&mut self, queue: &Receiver<Decoded>) -> Option<Decoded> {
        let idle_since = Instant::now();
        let mut told = None;
        let decoded = loop {
            self.do_what_is_asked();
            let unload_at = self.unload_at(idle_since);
            if told.is_some() && told != unload_at {
                self.shared.emitter.emit(Event::UnloadsIn(None));
                told = None;
            }
            let tell_at = unload_at
                .filter(|_| told.is_none())
                .map(|unload_at| idle_since + GRACE.min((unload_at - idle_since) / 2));
            select! {
                recv(queue) -> decoded => break decoded.ok(),
                recv(self.shared.requests.bell()) -> _ => {}
                recv(tell_at.or(unload_at).map_or_else(never, at)) -> _ => {
                    let left = unload_at.map(|at| at.saturating_duration_since(Instant::now()));
                    if left == Some(Duration::ZERO) {
                        self.let_go(LetGo::IdleModel);
                    } else {
                        self.shared.emitter.emit(Event::UnloadsIn(left));
                        told = unload_at;
                    }
                }
            }
        };
        if told.is_some() {
            self.shared.emitter.emit(Event::UnloadsIn(None));
        }
        decoded
    }

    /// When the model is to be let go if nothing needs it.
    fn unload_at(&self, idle_since: Instant) -> Option<Instant> {
        let is_loaded = matches!(self.model, Model::Ready(_)) || self.spare.is_some();
        self.asked.idle_unload.filter(|_| is_loaded).map(|idle| idle_since + idle)
    }

    fn do_what_is_asked(&mut self) {
        self.asked = self.shared.requests.take();
        for asked in std::mem::take(&mut self.asked.snapshots) {
            self.snapshots.save(asked);
        }
        if self.asked.free_cache {
            self.let_go(LetGo::Cache);
        }
        if self.asked.unload_model {
            self.let_go(LetGo::Model);
        }
    }

    fn let_go(&mut self, what: LetGo) {
        let meters = &self.shared.meters;
        let before = meters.sample();
        let started = Instant::now();
        match what {
            LetGo::Cache => self.memory.empty_cache(),
            LetGo::Model | LetGo::IdleModel => {
                self.drop_model();
                self.memory.empty_cache();
                return_to_system();
            }
        }
        let took_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let after = meters.sample();
        if matches!(what, LetGo::Model | LetGo::IdleModel) {
            let name = self.model_name();
            self.shared.emitter.emit(Event::Model(ModelState::Unloaded { name }));
        }
        let freed = Freed { what, before, after, took_us };
        self.shared.emitter.emit(Event::Freed(Box::new(freed)));
        for record in self.sweep() {
            self.shared.emitter.emit(Event::Cleanup { id: None, record });
        }
    }
}
