//! The memory thread: reads the counters while the other threads work.

use std::{sync::Arc, thread::JoinHandle, time::Duration};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};

use super::{
    protocol::{Event, MemorySample, Part},
    shared::Shared,
};

/// Four a second are promised; five leave room for a late wake-up.
const PERIOD: Duration = Duration::from_millis(200);
/// The thread's name: a system shows its first 15 characters.
pub const THREAD: &str = "cutout-memory";
/// Below this an idle process's memory counts as unchanged, and that of the others.
const NOTICEABLE_BYTES: u64 = 1 << 20;

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
        loop {
            let sample = shared.meters.sample();
            if !shared.running.is_empty() || told.is_none_or(|told| differs(&told, &sample)) {
                shared.emitter.emit_replaceable(Event::Memory(sample));
                told = Some(sample);
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
