//! The memory thread: reads the counters while the other threads work, and gives what they freed
//! back to the system once they rest.

use std::{sync::Arc, thread::JoinHandle, time::Duration};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};

use super::{
    protocol::{Event, MemorySample, Part},
    shared::Shared,
};
use crate::gpu::memory::return_to_system;

/// Four a second are promised; five leave room for a late wake-up.
const PERIOD: Duration = Duration::from_millis(200);
/// The thread's name: a system shows its first 15 characters.
pub const THREAD: &str = "cutout-memory";
/// Below this an idle process's memory counts as unchanged, and that of the others.
const NOTICEABLE_BYTES: u64 = 1 << 20;
/// After so many periods without work (3 s), freed memory goes back. Before, the next photo may be on
/// its way, and takes a quarter longer where the system has to clear each page for it.
const RESTED_PERIODS: u32 = 15;

/// Starts the thread; it ends when `stop` is disconnected, and holds `ending` until then.
///
/// # Errors
/// Where the system gives no thread.
pub fn spawn(
    shared: Arc<Shared>,
    stop: Receiver<()>,
    ending: Sender<()>,
) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name(THREAD.to_owned()).spawn(move || {
        let _until_the_end = ending;
        let mut told = None;
        let mut told_users = None;
        let mut idle_periods = RESTED_PERIODS;
        loop {
            idle_periods =
                if shared.running.is_empty() { idle_periods.saturating_add(1) } else { 0 };
            if idle_periods == RESTED_PERIODS {
                return_to_system();
            }
            let sample = shared.meters.sample();
            if !shared.running.is_empty() || told.is_none_or(|told| differs(&told, &sample)) {
                shared.emitter.emit_replaceable(Event::Memory(sample));
                told = Some(sample);
            }
            let users = shared.meters.card_users();
            if users != told_users
                && shared.emitter.emit_replaceable(Event::CardUsers(users.clone()))
            {
                told_users = users;
            }
            if stop.recv_timeout(PERIOD) != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
    })
}

/// Whether an idle window has a reason to redraw.
fn differs(told: &MemorySample, now: &MemorySample) -> bool {
    let part = |sample: &MemorySample, part| sample.ledger.bytes_of(part);
    let noticeably =
        |told_bytes: u64, now_bytes: u64| told_bytes.abs_diff(now_bytes) >= NOTICEABLE_BYTES;
    told.device != now.device
        || noticeably(told.resident_bytes, now.resident_bytes)
        || noticeably(part(told, Part::Pictures), part(now, Part::Pictures))
        || noticeably(part(told, Part::Others), part(now, Part::Others))
            && now.at_s - told.at_s >= 1.0
}
