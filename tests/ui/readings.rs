//! What the engine might tell of memory.

use cutout::engine::protocol::{
    BlockStats, CardMemory, CleanupPoint, CleanupRecord, Event, Freed, JobId, Ledger, LetGo,
    MemorySample, MemoryStats,
};

use crate::window::Window;

pub const MIB: u64 = 1 << 20;
const CARD_MIB: u64 = 12 << 10;
const MACHINE_BYTES: u64 = 16 << 30;

/// A card of 12 GiB and who holds how much of it, in MiB.
#[derive(Clone, Copy, Debug)]
pub struct Card {
    pub weights_mib: u64,
    pub working_mib: u64,
    pub cached_mib: u64,
    pub context_mib: u64,
    pub others_mib: u64,
    /// What tensors got beyond what they asked for.
    pub rounding_mib: u64,
}

impl Default for Card {
    fn default() -> Self {
        Self {
            weights_mib: 84,
            working_mib: 0,
            cached_mib: 20,
            context_mib: 412,
            others_mib: 2150,
            rounding_mib: 3,
        }
    }
}

impl Card {
    pub fn stats(self) -> MemoryStats {
        let allocated_bytes = (self.weights_mib + self.working_mib) * MIB;
        let reserved_bytes = allocated_bytes + self.cached_mib * MIB;
        MemoryStats {
            allocated_bytes,
            reserved_bytes,
            peak_allocated_bytes: allocated_bytes,
            peak_reserved_bytes: reserved_bytes,
            blocks: Some(BlockStats {
                requested_bytes: allocated_bytes.saturating_sub(self.rounding_mib * MIB),
                peak_requested_bytes: allocated_bytes,
                inactive_split_bytes: self.cached_mib / 4 * MIB,
                free_segment_bytes: (self.cached_mib - self.cached_mib / 4) * MIB,
                segments: 7,
                alloc_retries: 2,
                ooms: 1,
            }),
        }
    }

    pub fn sample(self, at_s: f64) -> MemorySample {
        let stats = self.stats();
        let process_bytes = stats.reserved_bytes + self.context_mib * MIB;
        let card = CardMemory {
            free_bytes: CARD_MIB * MIB - process_bytes - self.others_mib * MIB,
            total_bytes: CARD_MIB * MIB,
            process_bytes: Some(process_bytes),
            context_bytes: self.context_mib * MIB,
            driver_bytes: Some(326 * MIB),
        };
        MemorySample {
            at_s,
            device: Some(stats),
            card: Some(card),
            resident_bytes: 700 * MIB,
            tensor_bytes: 0,
            ledger: Ledger::of_card(&stats, self.weights_mib * MIB, &card),
        }
    }
}

/// A reading on a machine of 16 GiB without a GPU: 84 MiB of weights, 30 MiB of other tensors,
/// 46 MiB of photos.
pub fn on_cpu(at_s: f64, resident_mib: u64) -> MemorySample {
    let machine = cutout::gpu::memory::MachineMemory {
        available_bytes: 11 << 30,
        total_bytes: MACHINE_BYTES,
    };
    let tensor_bytes = 114 * MIB;
    MemorySample {
        at_s,
        device: None,
        card: None,
        resident_bytes: resident_mib * MIB,
        tensor_bytes,
        ledger: Ledger::of_machine(&machine, resident_mib * MIB, 84 * MIB, tensor_bytes, 46 * MIB),
    }
}

/// A cleanup point that took 0.4 ms, on a card before and after.
pub fn cleanup(point: CleanupPoint, at_s: f64, card: Option<(Card, Card)>) -> Event {
    let (before, after) = (card.map(|card| card.0.stats()), card.map(|card| card.1.stats()));
    let record = CleanupRecord { point, at_s, before, after, took_us: 400 };
    Event::Cleanup { id: None, record }
}

/// The points of one image that needs 138 MiB beside the weights.
pub fn image(window: &Window, id: JobId, at_s: f64) {
    let idle = Card { cached_mib: 0, ..Card::default() };
    for (point, cached_mib, later_s) in [
        (CleanupPoint::AfterInference, 58, 0.0),
        (CleanupPoint::AfterMask, 4, 0.004),
        (CleanupPoint::AfterImage, 0, 0.005),
        (CleanupPoint::AfterJob, 0, 0.006),
    ] {
        let mut before = Card { cached_mib, ..Card::default() }.stats();
        before.peak_allocated_bytes = 222 * MIB;
        before.peak_reserved_bytes = 236 * MIB;
        let (at_s, after) = (at_s + later_s, Some(idle.stats()));
        let record = CleanupRecord { point, at_s, before: Some(before), after, took_us: 175 };
        window.send(Event::Cleanup { id: Some(id), record });
    }
}

pub fn freed(what: LetGo, before: Card, after: Card) -> Event {
    let (before, after) = (before.sample(60.0), after.sample(60.2));
    Event::Freed(Box::new(Freed { what, before, after, took_us: 2100 }))
}

pub fn freed_on_cpu(what: LetGo, before_mib: u64, after_mib: u64) -> Event {
    let (before, after) = (on_cpu(60.0, before_mib), on_cpu(60.2, after_mib));
    Event::Freed(Box::new(Freed { what, before, after, took_us: 2100 }))
}
