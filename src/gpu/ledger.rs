//! Who holds the memory: parts that add up to the whole of the card, or of the machine.

use super::stats::{CardMemory, MachineMemory, MemoryStats};

/// Whose memory is divided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Whole {
    /// The GPU's.
    Card,
    /// The machine's: the work is done on the CPU.
    #[default]
    Machine,
}

/// One part of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The model's weights, as they are loaded and after. On a card what the allocator gave for
    /// them: its rounding, and the rest of blocks that it does not split, are theirs.
    Weights,
    /// Tensors of the image under way: all beyond the weights.
    WorkingSet,
    /// On a card: reserved by libtorch's allocator and not in a tensor.
    Cached,
    /// On a card: the driver's context and libraries of this process.
    Context,
    /// On a machine: decoded photos on their way.
    Pictures,
    /// On a machine: everything else of this process.
    Program,
    /// What other programs hold, and on a card what the driver keeps for itself.
    Others,
    /// What nobody holds.
    Free,
}

/// Parts that add up to the whole, to the byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Ledger {
    /// Whose memory.
    pub whole: Whole,
    /// All of it.
    pub total_bytes: u64,
    /// In the order in which they are drawn; their bytes add up to `total_bytes`.
    pub parts: [(Part, u64); 6],
    /// How many of the bytes under [`Part::Others`] the driver keeps for itself, if it tells.
    pub driver_bytes: Option<u64>,
    /// On a card: the driver does not tell this process's share, so the context is what was
    /// measured when it was opened.
    pub context_is_estimate: bool,
}

impl Ledger {
    /// Divides a card; `weights_bytes` is what the allocator gave for the weights. Readings are taken one after the other, so each part is what the ones
    /// before it left at most: the sum holds whatever changed in between.
    pub fn of_card(stats: &MemoryStats, weights_bytes: u64, card: &CardMemory) -> Self {
        let used_bytes = card.total_bytes.saturating_sub(card.free_bytes);
        let mut rest = Rest(used_bytes);
        let weights = rest.take(weights_bytes.min(stats.allocated_bytes));
        let working_set = rest.take(stats.allocated_bytes.saturating_sub(weights_bytes));
        let cached = rest.take(stats.reserved_bytes.saturating_sub(stats.allocated_bytes));
        let context = rest.take(match card.process_bytes {
            Some(process_bytes) => process_bytes.saturating_sub(stats.reserved_bytes),
            None => card.context_bytes,
        });
        Self {
            whole: Whole::Card,
            total_bytes: card.total_bytes,
            parts: [
                (Part::Weights, weights),
                (Part::WorkingSet, working_set),
                (Part::Cached, cached),
                (Part::Context, context),
                (Part::Others, rest.0),
                (Part::Free, card.total_bytes - used_bytes),
            ],
            driver_bytes: card.driver_bytes,
            context_is_estimate: card.process_bytes.is_none(),
        }
    }

    /// Divides a machine; `tensor_bytes` are those of live tensors, weights included.
    pub fn of_machine(
        machine: &MachineMemory,
        resident_bytes: u64,
        weights_bytes: u64,
        tensor_bytes: u64,
        pictures_bytes: u64,
    ) -> Self {
        let used_bytes = machine.total_bytes.saturating_sub(machine.available_bytes);
        let program_bytes = resident_bytes.min(used_bytes);
        let mut rest = Rest(program_bytes);
        let weights = rest.take(weights_bytes.min(tensor_bytes));
        let working_set = rest.take(tensor_bytes.saturating_sub(weights_bytes));
        let pictures = rest.take(pictures_bytes);
        Self {
            whole: Whole::Machine,
            total_bytes: machine.total_bytes,
            parts: [
                (Part::Weights, weights),
                (Part::WorkingSet, working_set),
                (Part::Pictures, pictures),
                (Part::Program, rest.0),
                (Part::Others, used_bytes - program_bytes),
                (Part::Free, machine.total_bytes - used_bytes),
            ],
            driver_bytes: None,
            context_is_estimate: false,
        }
    }

    /// The bytes of a part; 0 where this whole has no such part.
    pub fn bytes_of(&self, part: Part) -> u64 {
        self.parts.iter().find(|(other, _)| *other == part).map_or(0, |(_, bytes)| *bytes)
    }
}

/// Bytes that no part has yet.
struct Rest(u64);

impl Rest {
    /// So many of them, or all that are left.
    fn take(&mut self, bytes: u64) -> u64 {
        let taken = bytes.min(self.0);
        self.0 -= taken;
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stats(allocated_bytes: u64, reserved_bytes: u64) -> MemoryStats {
        MemoryStats { allocated_bytes, reserved_bytes, ..MemoryStats::default() }
    }

    fn card(free_bytes: u64, process_bytes: Option<u64>) -> CardMemory {
        CardMemory {
            total_bytes: 1000,
            free_bytes,
            process_bytes,
            context_bytes: 70,
            driver_bytes: None,
        }
    }

    #[test]
    fn the_parts_of_a_card_add_up_whatever_the_readings() {
        // stats, weights, card, expected: weights, working set, cached, context, others, free
        let cases = [
            (stats(150, 200), 100, card(500, Some(280)), [100, 50, 50, 80, 220, 500]),
            (stats(150, 200), 100, card(500, None), [100, 50, 50, 70, 230, 500]),
            // The weights are not on the card yet, or no more.
            (stats(0, 0), 100, card(900, Some(80)), [0, 0, 0, 80, 20, 900]),
            (stats(40, 40), 100, card(900, Some(80)), [40, 0, 0, 40, 20, 900]),
            // Memory was given back between the readings.
            (stats(150, 200), 100, card(880, Some(280)), [100, 20, 0, 0, 0, 880]),
            (stats(150, 200), 100, card(1200, None), [0, 0, 0, 0, 0, 1000]),
        ];
        for (stats, weights_bytes, card, expected) in cases {
            let ledger = Ledger::of_card(&stats, weights_bytes, &card);
            assert_eq!(ledger.parts.map(|(_, bytes)| bytes), expected, "{stats:?} {card:?}");
            let sum: u64 = ledger.parts.iter().map(|(_, bytes)| bytes).sum();
            assert_eq!(sum, ledger.total_bytes);
        }
    }

    #[test]
    fn the_parts_of_a_machine_add_up_whatever_the_readings() {
        let machine = MachineMemory { total_bytes: 1000, available_bytes: 600 };
        // resident, weights, tensors, pictures; weights, working set, pictures, program, others, free
        let cases = [
            ([300, 100, 130, 50], [100, 30, 50, 120, 100, 600]),
            ([300, 0, 0, 0], [0, 0, 0, 300, 100, 600]),
            // The weights are being dropped.
            ([300, 100, 40, 50], [40, 0, 50, 210, 100, 600]),
            // Pages that were never touched count as held, but are not resident.
            ([120, 100, 130, 50], [100, 20, 0, 0, 280, 600]),
            ([900, 100, 130, 50], [100, 30, 50, 220, 0, 600]),
        ];
        for ([resident, weights, tensors, pictures], expected) in cases {
            let ledger = Ledger::of_machine(&machine, resident, weights, tensors, pictures);
            assert_eq!(ledger.parts.map(|(_, bytes)| bytes), expected);
            let sum: u64 = ledger.parts.iter().map(|(_, bytes)| bytes).sum();
            assert_eq!(sum, ledger.total_bytes);
        }
    }
}
