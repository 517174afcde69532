//! Progress of slow work, reported a few times a second.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use super::{protocol::Event, ticket::Ticket};

/// Least time between two events, and before the first: quick work reports nothing.
const INTERVAL: Duration = Duration::from_millis(200);

/// Reports the progress of a job's refinement, at most once an interval.
pub struct ProgressThrottle<'a> {
    ticket: &'a Ticket,
    reported: Cell<Instant>,
}

impl<'a> ProgressThrottle<'a> {
    /// Starts the first interval.
    pub fn new(ticket: &'a Ticket) -> Self {
        Self { ticket, reported: Cell::new(Instant::now()) }
    }

    /// Reports the share that is done, 0 to 1, unless the interval has not passed. Never blocks.
    pub fn report(&self, done: f32) {
        self.report_at(done, Instant::now());
    }

    fn report_at(&self, done: f32, now: Instant) {
        if now.saturating_duration_since(self.reported.get()) < INTERVAL {
            return;
        }
        self.reported.set(now);
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
        let (events, reported) = crossbeam_channel::bounded(20);
        let emitter = Emitter::new(events, Arc::new(|| {}));
        let ticket = Ticket::open(JobId(7), NetworkState::Done, emitter, Running::default());
        let throttle = ProgressThrottle::new(&ticket);
        let start = throttle.reported.get();
        let until = |ms: u64| {
            for at_ms in (0..ms).step_by(10) {
                throttle.report_at(at_ms as f32 / 2000.0, start + Duration::from_millis(at_ms));
            }
        };
        until(1001);
        let told_of: Vec<f32> = reported
            .try_iter()
            .map(|event| match event {
                Event::Refining { id: JobId(7), done } => done,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(told_of, [0.1, 0.2, 0.3, 0.4, 0.5]);
        throttle.reported.set(start);
        until(60_000);
        assert_eq!(reported.len(), 20, "what finds no room is left out");
        // The ticket's own end waits for a reader as long as there is one.
        drop(reported);
    }
}
