//! How far work is that takes a while, told a few times a second.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use super::{protocol::Event, ticket::Ticket};

/// At least so long lies between two events, and before the first: quick work tells nothing.
const INTERVAL: Duration = Duration::from_millis(200);

/// Tells how far a job's refinement is.
pub struct Telling<'a> {
    ticket: &'a Ticket,
    told: Cell<Instant>,
}

impl<'a> Telling<'a> {
    /// The refinement of this job begins.
    pub fn begin(ticket: &'a Ticket) -> Self {
        Self { ticket, told: Cell::new(Instant::now()) }
    }

    /// Tells that so much is done, 0 to 1, where it is time to. Never waits for a reader.
    pub fn tell(&self, done: f32) {
        self.tell_at(done, Instant::now());
    }

    fn tell_at(&self, done: f32, now: Instant) {
        if now.saturating_duration_since(self.told.get()) < INTERVAL {
            return;
        }
        self.told.set(now);
        let (id, done) = (self.ticket.id(), done.clamp(0.0, 1.0));
        self.ticket.emitter().emit_replaceable(Event::Refining { id, done });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::engine::{
        protocol::JobId,
        ticket::{Emitter, NetworkState, Running},
    };

    #[test]
    fn five_times_a_second_at_most_and_nobody_is_waited_for() {
        let (events, told) = crossbeam_channel::bounded(20);
        let emitter = Emitter::new(events, Arc::new(|| {}));
        let ticket = Ticket::open(JobId(7), NetworkState::Done, emitter, Running::default());
        let telling = Telling::begin(&ticket);
        let start = telling.told.get();
        let until = |ms: u64| {
            for at_ms in (0..ms).step_by(10) {
                telling.tell_at(at_ms as f32 / 2000.0, start + Duration::from_millis(at_ms));
            }
        };
        until(1001);
        let told_of: Vec<f32> = told
            .try_iter()
            .map(|event| match event {
                Event::Refining { id: JobId(7), done } => done,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(told_of, [0.1, 0.2, 0.3, 0.4, 0.5]);
        telling.told.set(start);
        until(60_000);
        assert_eq!(told.len(), 20, "what finds no room is left out");
        // The ticket's own end waits for a reader as long as there is one.
        drop(told);
    }
}
