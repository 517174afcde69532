//! The four cleanup points of an image and the sweep after a job.

use std::{cell::RefCell, sync::Arc, time::Instant};

pub use super::point::CleanupPoint;
use super::{
    memory::{DeviceMemory, MemoryStats},
    switches::SharedSwitches,
};

/// What one cleanup point did. Every field is measured; memory is `None` where there is no GPU.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct CleanupRecord {
    /// Which point.
    pub point: CleanupPoint,
    /// When it was done, in seconds since the engine started.
    pub at_s: f64,
    /// Memory before the cache was emptied (tensors already dropped).
    pub before: Option<MemoryStats>,
    /// Memory after.
    pub after: Option<MemoryStats>,
    /// How long the point took, readings included, in microseconds.
    pub took_us: u64,
}

impl CleanupRecord {
    /// Reserved bytes that went back to the driver.
    pub fn freed_bytes(&self) -> u64 {
        match (self.before, self.after) {
            (Some(before), Some(after)) => {
                before.reserved_bytes.saturating_sub(after.reserved_bytes)
            }
            _ => 0,
        }
    }
}

/// Empties and measures the device's cache at the cleanup points. Lives on the inference thread.
pub struct Cleaner {
    memory: Arc<dyn DeviceMemory>,
    switches: SharedSwitches,
    started: Instant,
    records: RefCell<Vec<CleanupRecord>>,
}

impl Cleaner {
    /// A cleaner of this memory; `started` is when the engine did.
    pub fn new(memory: Arc<dyn DeviceMemory>, switches: SharedSwitches, started: Instant) -> Self {
        Self { memory, switches, started, records: RefCell::default() }
    }

    /// Begins an image: a new peak is counted from here, and point D runs when the guard is
    /// dropped, whatever happens. Declare the guard before any tensor of the image: what is
    /// still alive when it drops cannot be given back.
    pub fn image(&self) -> ImageGuard<'_> {
        self.memory.reset_peak();
        ImageGuard { cleaner: self }
    }

    /// Runs one point, unless it is switched off. The caller has dropped its tensors.
    pub fn run(&self, point: CleanupPoint) {
        if !self.switches.get().is_on(point) {
            return;
        }
        let started = Instant::now();
        let before = self.memory.stats();
        self.memory.empty_cache();
        let after = self.memory.stats();
        let took_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let at_s = self.started.elapsed().as_secs_f64();
        let record = CleanupRecord { point, at_s, before, after, took_us };
        tracing::debug!(?point, freed_bytes = record.freed_bytes(), took_us, "cleanup");
        self.records.borrow_mut().push(record);
    }

    /// Takes what the points did since the last call, in order.
    pub fn take_records(&self) -> Vec<CleanupRecord> {
        self.records.take()
    }
}

/// Runs point D when it is dropped.
#[must_use = "point D runs when the guard is dropped"]
pub struct ImageGuard<'a> {
    cleaner: &'a Cleaner,
}

impl Drop for ImageGuard<'_> {
    fn drop(&mut self) {
        self.cleaner.run(CleanupPoint::AfterImage);
    }
}
