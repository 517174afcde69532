//! Readings of memory: plain data.

/// One reading of the device's memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct MemoryStats {
    /// Bytes in live tensors.
    pub allocated_bytes: u64,
    /// Bytes that the caching allocator holds from the driver, live tensors included.
    pub reserved_bytes: u64,
    /// Highest `allocated_bytes` since the last [`DeviceMemory::reset_peak`](super::memory::DeviceMemory::reset_peak).
    pub peak_allocated_bytes: u64,
    /// Highest `reserved_bytes` since the last [`DeviceMemory::reset_peak`](super::memory::DeviceMemory::reset_peak).
    pub peak_reserved_bytes: u64,
}

/// What the driver says of the whole card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct CardMemory {
    /// Bytes that no program holds.
    pub free_bytes: u64,
    /// Bytes that the card has.
    pub total_bytes: u64,
    /// Bytes of this process as the driver counts them, where it tells: tensors, cache, context
    /// and libraries.
    pub process_bytes: Option<u64>,
    /// Bytes of the driver's context and libraries, as measured when the context was opened.
    pub context_bytes: u64,
    /// Bytes that the driver keeps for itself, where it tells; they count as used.
    pub driver_bytes: Option<u64>,
}

/// What the system says of the whole machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct MachineMemory {
    /// Bytes that a program could still have.
    pub available_bytes: u64,
    /// Bytes that the machine has.
    pub total_bytes: u64,
}

/// Another program on the card.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CardUser {
    /// Its number in the system.
    pub pid: u32,
    /// Its file's name, or "pid 7" where the driver does not tell it.
    pub name: String,
    /// Bytes that it holds, where the driver tells.
    pub bytes: Option<u64>,
}

/// The other programs on a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardUsers {
    /// Largest first.
    pub others: std::sync::Arc<[CardUser]>,
    /// The driver does not name this program, so it may be one of them under another number, as it is
    /// in some containers.
    pub may_be_own: bool,
}

impl CardUsers {
    /// Bytes of all of them, as far as the driver tells.
    pub fn bytes(&self) -> u64 {
        self.others.iter().filter_map(|user| user.bytes).sum()
    }
}
