//! What libtorch's caching allocator holds, and what the process does.
//!
//! On the CPU the program has the C library keep what is freed ([`keep_what_is_freed`]): feature maps and
//! pictures come and go by the dozen a second, and each new page would be cleared first. Three seconds after
//! the last photo `cutout-memory` gives it back.

use std::sync::Arc;

pub use super::stats::{BlockStats, CardMemory, CardUser, CardUsers, MachineMemory, MemoryStats};
use super::{
    card::Card,
    snapshot::{self, NoSnapshot, Snapshot},
};
use crate::ffi;

/// The allocator of one device. On a machine without a GPU every call is a safe no-op that says
/// `None`. Calls never panic: a C++ exception ends in `None` and a log line.
pub trait DeviceMemory: Send + Sync {
    /// The allocator's counters, or `None` where there is no GPU.
    fn stats(&self) -> Option<MemoryStats>;
    /// The driver's counters, or `None` where there is no GPU.
    fn card(&self) -> Option<CardMemory>;
    /// Bytes that no program holds, or `None` where there is no GPU; quicker than all of
    /// [`DeviceMemory::card`].
    fn free_bytes(&self) -> Option<u64> {
        self.card().map(|card| card.free_bytes)
    }
    /// How often the driver refused memory since the process started, whether or not there was some
    /// once the cache was given back; `None` where nobody counts.
    fn refusals(&self) -> Option<u64> {
        let blocks = self.stats()?.blocks?;
        Some(blocks.alloc_retries + blocks.ooms)
    }
    /// The other programs on the card, or `None` where the driver does not tell or there is no GPU.
    fn users(&self) -> Option<CardUsers> {
        None
    }
    /// Gives cached blocks that no tensor uses back to the driver.
    fn empty_cache(&self);
    /// Starts a new peak from what is held now.
    fn reset_peak(&self);
    /// Has libtorch record what the allocator does from now on.
    ///
    /// # Errors
    /// Why it cannot.
    fn record_history(&self) -> Result<(), NoSnapshot> {
        Err(NoSnapshot::NoGpu)
    }
    /// A snapshot of what is held now, with the history as far as it was recorded.
    ///
    /// # Errors
    /// Why there is none.
    fn snapshot(&self) -> Result<Snapshot, NoSnapshot> {
        Err(NoSnapshot::NoGpu)
    }
    /// Whether a snapshot is taken whenever the allocator finds no memory, with every tensor still
    /// there.
    ///
    /// # Errors
    /// Why it cannot.
    fn snapshot_when_memory_runs_out(&self, _wanted: bool) -> Result<(), NoSnapshot> {
        Err(NoSnapshot::NoGpu)
    }
    /// What was taken when the allocator last found no memory, unless it was handed out already.
    fn taken_snapshot(&self) -> Option<Snapshot> {
        None
    }
    /// From now on what the calling thread allocates is recorded with this label.
    fn label(&self, _text: &str) {}
}

/// The memory of one CUDA device through libtorch.
#[derive(Clone)]
pub struct CudaMemory {
    /// The device's number.
    pub device: usize,
    /// The card as the driver knows it, where it does.
    pub card: Option<Arc<Card>>,
    /// Bytes of the driver's context and libraries, as measured when the context was opened.
    pub context_bytes: u64,
}

impl DeviceMemory for CudaMemory {
    fn stats(&self) -> Option<MemoryStats> {
        let stats = logged("memory statistics", ffi::memory_stats(self.device))?;
        Some(MemoryStats {
            allocated_bytes: stats.allocated_bytes,
            reserved_bytes: stats.reserved_bytes,
            peak_allocated_bytes: stats.peak_allocated_bytes,
            peak_reserved_bytes: stats.peak_reserved_bytes,
            blocks: (stats.tells_blocks != 0).then(|| BlockStats {
                requested_bytes: stats.requested_bytes,
                peak_requested_bytes: stats.peak_requested_bytes,
                inactive_split_bytes: stats.inactive_split_bytes,
                free_segment_bytes: stats
                    .reserved_bytes
                    .saturating_sub(stats.active_bytes)
                    .saturating_sub(stats.inactive_split_bytes),
                segments: stats.segments,
                alloc_retries: stats.alloc_retries,
                ooms: stats.ooms,
            }),
        })
    }

    fn card(&self) -> Option<CardMemory> {
        let (free_bytes, total_bytes) = logged("card memory", ffi::card_memory(self.device))?;
        let of_cuda = CardMemory { free_bytes, total_bytes, ..CardMemory::default() };
        let told = self.card.as_ref().and_then(|card| card.memory().ok());
        let reserved_bytes = self.stats().map_or(0, |stats| stats.reserved_bytes);
        Some(CardMemory {
            process_bytes: self.card.as_ref().and_then(|card| card.process_bytes(reserved_bytes)),
            context_bytes: self.context_bytes,
            ..told.unwrap_or(of_cuda)
        })
    }

    fn free_bytes(&self) -> Option<u64> {
        logged("card memory", ffi::card_memory(self.device)).map(|(free_bytes, _)| free_bytes)
    }

    fn users(&self) -> Option<CardUsers> {
        let reserved_bytes = || self.stats().map_or(0, |stats| stats.reserved_bytes);
        self.card.as_ref()?.users(reserved_bytes)
    }

    fn empty_cache(&self) {
        logged("empty cache", ffi::empty_cache());
    }

    fn reset_peak(&self) {
        logged("reset peak", ffi::reset_peak(self.device));
    }

    fn record_history(&self) -> Result<(), NoSnapshot> {
        snapshot::record()
    }

    fn snapshot(&self) -> Result<Snapshot, NoSnapshot> {
        snapshot::take()
    }

    fn snapshot_when_memory_runs_out(&self, wanted: bool) -> Result<(), NoSnapshot> {
        snapshot::take_when_memory_runs_out(wanted)
    }

    fn taken_snapshot(&self) -> Option<Snapshot> {
        snapshot::taken_when_memory_ran_out()
    }

    fn label(&self, text: &str) {
        // One that is missing shows in the snapshot, and nowhere else.
        drop(snapshot::label(text));
    }
}

fn logged<T>(what: &str, result: Result<T, ffi::FfiError>) -> Option<T> {
    result.inspect_err(|error| tracing::warn!("{what}: {error}")).ok()
}

/// A machine without a GPU: there is no cache to empty and nothing to count.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoDeviceMemory;

impl DeviceMemory for NoDeviceMemory {
    fn stats(&self) -> Option<MemoryStats> {
        None
    }

    fn card(&self) -> Option<CardMemory> {
        None
    }

    fn empty_cache(&self) {}

    fn reset_peak(&self) {}
}

/// Resident memory of this process in bytes; 0 where the system does not tell.
pub fn resident_bytes() -> u64 {
    memory_stats::memory_stats().map_or(0, |stats| stats.physical_mem as u64)
}

/// Has memory that is freed kept for what is allocated next, until [`return_to_system`]. A program
/// calls it first of all.
pub fn keep_what_is_freed() {
    ffi::keep_heap();
}

/// Gives memory that was freed back to the system, where the C library keeps it otherwise.
pub fn return_to_system() {
    ffi::trim_heap();
}

/// The machine's memory; zeros where the system does not tell.
pub fn machine() -> MachineMemory {
    use sysinfo::{MemoryRefreshKind, RefreshKind, System};
    let ram = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    System::new_with_specifics(ram).map_or_else(
        |_| MachineMemory::default(),
        |system| MachineMemory {
            available_bytes: system.available_memory(),
            total_bytes: system.total_memory(),
        },
    )
}
