//! The memory thread: reads the counters while the other threads work.

use std::{
    sync::{Arc, OnceLock},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};

use super::{
    protocol::{Event, MemorySample},
    ticket::{Emitter, Running},
};
use crate::gpu::memory::{DeviceMemory, resident_bytes};

/// The issue asks for four a second; five leave room for a late wake-up.
const PERIOD: Duration = Duration::from_millis(200);
/// Below this an idle process's resident memory counts as unchanged.
const NOTICEABLE_BYTES: u64 = 1 << 20;

/// Starts the thread; it ends when `stop` is disconnected, and holds `ending`
/// until then.
pub fn spawn(
    emitter: Emitter,
    running: Running,
    memory: Arc<OnceLock<Arc<dyn DeviceMemory>>>,
    stop: Receiver<()>,
    ending: Sender<()>,
) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name("cutout-memory".to_owned()).spawn(move || {
        let _until_the_end = ending;
        let started = Instant::now();
        let mut told = None;
        loop {
            let sample = MemorySample {
                at_s: started.elapsed().as_secs_f64(),
                device: memory.get().and_then(|memory| memory.stats()),
                card: memory.get().and_then(|memory| memory.card()),
                resident_bytes: resident_bytes(),
            };
            if !running.is_empty() || told.is_none_or(|told| differs(&told, &sample)) {
                emitter.emit_replaceable(Event::Memory(sample));
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
    told.device != now.device
        || told.resident_bytes.abs_diff(now.resident_bytes) >= NOTICEABLE_BYTES
}
