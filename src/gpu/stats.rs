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
    /// How the allocator lays tensors out. `None` where it does not tell: libtorch's own does, the
    /// driver's (`backend:cudaMallocAsync`) does not.
    #[serde(flatten)]
    pub blocks: Option<BlockStats>,
}

/// How libtorch's own allocator lays tensors out: it takes segments from the driver, and splits them
/// into blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct BlockStats {
    /// Bytes that live tensors asked for; `allocated_bytes` are what they got.
    pub requested_bytes: u64,
    /// Highest `requested_bytes` since the last [`DeviceMemory::reset_peak`](super::memory::DeviceMemory::reset_peak).
    pub peak_requested_bytes: u64,
    /// Unused bytes in segments of which another part is used: fragmentation. The driver cannot have
    /// them back. libtorch does not count those of expandable segments.
    pub inactive_split_bytes: u64,
    /// Unused bytes of segments that are wholly unused, which emptying the cache gives back. With
    /// expandable segments all their unused bytes: only pages that are wholly unused can go back.
    pub free_segment_bytes: u64,
    /// How many segments are held; expandable ones are not counted.
    pub segments: u64,
    /// Since the program started: how often the driver had no memory, so that the cache was emptied
    /// before it was asked again.
    pub alloc_retries: u64,
    /// Since the program started: how often there was no memory even then.
    pub ooms: u64,
}

impl MemoryStats {
    /// Bytes that tensors got beyond what they asked for; `None` where the allocator does not tell.
    pub fn rounding_bytes(&self) -> Option<u64> {
        self.blocks.map(|blocks| self.allocated_bytes.saturating_sub(blocks.requested_bytes))
    }
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

/// Programs other than this one with memory on the card, as NVML lists them.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_what_tensors_got_beyond_what_they_asked_for() {
        let stats = |requested_bytes: Option<u64>| MemoryStats {
            allocated_bytes: 1024,
            blocks: requested_bytes
                .map(|requested_bytes| BlockStats { requested_bytes, ..Default::default() }),
            ..Default::default()
        };
        for (requested_bytes, expected) in
            [(Some(1000), Some(24)), (Some(2000), Some(0)), (None, None)]
        {
            assert_eq!(stats(requested_bytes).rounding_bytes(), expected, "{requested_bytes:?}");
        }
    }

    #[test]
    fn figures_that_are_not_told_are_not_written() {
        let mut stats = MemoryStats { allocated_bytes: 7, ..Default::default() };
        let keys = |stats: &MemoryStats| serde_json::to_value(stats).unwrap();
        assert_eq!(keys(&stats).get("requested_bytes"), None);
        stats.blocks = Some(BlockStats { requested_bytes: 5, segments: 3, ..Default::default() });
        let told = keys(&stats);
        for (key, expected) in [("allocated_bytes", 7), ("requested_bytes", 5), ("segments", 3)] {
            assert_eq!(told[key], expected, "{told}");
        }
    }
}
