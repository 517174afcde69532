//! Readings of memory.

use super::{CardMemory, Ledger, MemoryStats};

/// Memory at one moment.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct MemorySample {
    /// Seconds since the engine started.
    pub at_s: f64,
    /// The allocator's counters; `None` on CPU.
    pub device: Option<MemoryStats>,
    /// The driver's counters; `None` on CPU.
    pub card: Option<CardMemory>,
    /// Resident memory of this process.
    pub resident_bytes: u64,
    /// On CPU: bytes in live tensors of the inference thread, weights included; 0 on a GPU.
    pub tensor_bytes: u64,
    /// Who holds the card's memory, or on CPU the machine's.
    pub ledger: Ledger,
}

/// What letting go did.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Freed {
    /// What was let go.
    pub what: LetGo,
    /// Memory before.
    pub before: MemorySample,
    /// Memory after: what stays is in its ledger.
    pub after: MemorySample,
    /// How long it took, in microseconds.
    pub took_us: u64,
}

/// What can be let go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LetGo {
    /// libtorch's cache.
    Cache,
    /// The model, because the user asked.
    Model,
    /// The model, because no image needed it for the time that was set.
    IdleModel,
}
