//! The last minute of memory, in slots of time: bounded however many readings come.

use std::collections::VecDeque;

use crate::engine::protocol::{CleanupPoint, CleanupRecord, MemorySample};

/// How much of the past is kept for the plot, in seconds.
pub const HISTORY_S: f64 = 60.0;
/// The time of one slot, in seconds: at most 600 of them are kept.
const SLOT_S: f64 = 0.1;

/// Which slot a time falls in.
pub(super) fn slot_of(at_s: f64) -> i64 {
    (at_s / SLOT_S).floor() as i64
}

/// Memory over time.
#[derive(Clone, Debug, Default)]
pub struct MemoryHistory {
    latest: Option<MemorySample>,
    slots: VecDeque<Slot>,
    /// Highest of each since the program started.
    pub peak: Reading,
}

/// The two lines of the plot at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// Seconds since the engine started.
    pub at_s: f64,
    /// Bytes in live tensors: allocated on a GPU.
    pub live_bytes: u64,
    /// Reserved bytes on a GPU, resident bytes of this process on CPU.
    pub held_bytes: u64,
}

/// The readings of one slot of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    /// The earliest reading.
    pub first: Reading,
    /// The latest reading.
    pub last: Reading,
    /// The range of the live bytes.
    pub live: Span,
    /// The range of the held bytes.
    pub held: Span,
}

/// A range of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The least.
    pub low_bytes: u64,
    /// The most.
    pub high_bytes: u64,
}

impl Span {
    fn of(bytes: u64) -> Self {
        Self { low_bytes: bytes, high_bytes: bytes }
    }

    fn take_in(&mut self, bytes: u64) {
        self.low_bytes = self.low_bytes.min(bytes);
        self.high_bytes = self.high_bytes.max(bytes);
    }
}

impl Slot {
    fn of(reading: Reading) -> Self {
        let (live, held) = (Span::of(reading.live_bytes), Span::of(reading.held_bytes));
        Self { first: reading, last: reading, live, held }
    }

    fn take_in(&mut self, reading: Reading) {
        self.live.take_in(reading.live_bytes);
        self.held.take_in(reading.held_bytes);
        if reading.at_s < self.first.at_s {
            self.first = reading;
        } else if reading.at_s >= self.last.at_s {
            self.last = reading;
        }
    }
}

impl MemoryHistory {
    /// Takes a reading in. A change of device starts the lines anew: they tell of other memory.
    pub fn push(&mut self, sample: MemorySample) {
        if self.latest.is_some_and(|old| old.device.is_some() != sample.device.is_some()) {
            *self = Self::default();
        }
        let (live_bytes, held_bytes) = match sample.device {
            Some(device) => (device.allocated_bytes, device.reserved_bytes),
            None => (sample.tensor_bytes, sample.resident_bytes),
        };
        self.latest = Some(sample);
        self.add(Reading { at_s: sample.at_s, live_bytes, held_bytes });
        if let Some(device) = sample.device {
            self.raise_peak(device.peak_allocated_bytes, device.peak_reserved_bytes);
        }
    }

    /// Takes in the readings of a cleanup point, so that a peak shorter than the time between two
    /// samples shows. At point A that is the peak of the pass that has just ended.
    pub fn push_record(&mut self, record: &CleanupRecord) {
        let (Some(before), Some(after)) = (record.before, record.after) else { return };
        let began_s = record.at_s - record.took_us as f64 / 1e6;
        if record.point == CleanupPoint::AfterInference && before.peak_allocated_bytes > 0 {
            self.add(Reading {
                at_s: began_s,
                live_bytes: before.peak_allocated_bytes,
                held_bytes: before.peak_reserved_bytes.max(before.reserved_bytes),
            });
        }
        for (at_s, stats) in [(began_s, before), (record.at_s, after)] {
            let (live_bytes, held_bytes) = (stats.allocated_bytes, stats.reserved_bytes);
            self.add(Reading { at_s, live_bytes, held_bytes });
        }
    }

    fn add(&mut self, reading: Reading) {
        self.raise_peak(reading.live_bytes, reading.held_bytes);
        let slot = slot_of(reading.at_s);
        // Records come a moment after the samples of their time: the place is near the end.
        let after = self.slots.iter().rposition(|known| slot_of(known.first.at_s) <= slot);
        match after {
            Some(index) if slot_of(self.slots[index].first.at_s) == slot => {
                self.slots[index].take_in(reading);
            }
            Some(index) => self.slots.insert(index + 1, Slot::of(reading)),
            None => self.slots.push_front(Slot::of(reading)),
        }
        let newest_s = self.slots.back().map_or(0.0, |slot| slot.last.at_s);
        while self.slots.front().is_some_and(|slot| slot.last.at_s < newest_s - HISTORY_S) {
            self.slots.pop_front();
        }
    }

    fn raise_peak(&mut self, live_bytes: u64, held_bytes: u64) {
        self.peak.live_bytes = self.peak.live_bytes.max(live_bytes);
        self.peak.held_bytes = self.peak.held_bytes.max(held_bytes);
    }

    /// The last reading.
    pub fn latest(&self) -> Option<&MemorySample> {
        self.latest.as_ref()
    }

    /// When the last reading was taken, in seconds since the engine started.
    pub fn newest_s(&self) -> f64 {
        self.slots.back().map_or(0.0, |slot| slot.last.at_s)
    }

    /// The last minute, oldest first.
    pub fn slots(&self) -> impl ExactSizeIterator<Item = &Slot> {
        self.slots.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::protocol::{Ledger, MemoryStats};

    fn sample(at_s: f64, allocated_bytes: u64) -> MemorySample {
        let stats = MemoryStats { allocated_bytes, ..MemoryStats::default() };
        MemorySample {
            at_s,
            device: Some(stats),
            card: None,
            resident_bytes: 0,
            tensor_bytes: 0,
            ledger: Ledger::of_card(&stats, 0, &Default::default()),
        }
    }

    #[test]
    fn a_minute_is_kept_in_bounded_slots_and_no_peak_is_lost() {
        let mut history = MemoryHistory::default();
        for tick in 0..400_000_u32 {
            history.push(sample(f64::from(tick) / 4000.0, if tick == 390_001 { 900 } else { 100 }));
        }
        assert!(history.slots().len() <= 601, "{}", history.slots().len());
        let highest = history.slots().map(|slot| slot.live.high_bytes).max();
        assert_eq!((highest, history.peak.live_bytes), (Some(900), 900));
        assert!(history.slots().all(|slot| slot.first.at_s >= history.newest_s() - 60.2));
    }

    #[test]
    fn a_late_record_shows_between_the_samples() {
        let mut history = MemoryHistory::default();
        history.push(sample(1.0, 100));
        history.push(sample(1.4, 100));
        let stats = |allocated_bytes, peak_allocated_bytes| {
            Some(MemoryStats { allocated_bytes, peak_allocated_bytes, ..MemoryStats::default() })
        };
        history.push_record(&CleanupRecord {
            point: CleanupPoint::AfterInference,
            at_s: 1.2,
            before: stats(200, 700),
            after: stats(150, 700),
            took_us: 5,
        });
        let highest: Vec<_> = history.slots().map(|slot| slot.live.high_bytes).collect();
        // The point began a few microseconds earlier: in the slot before or in the same.
        assert!(highest == [100, 700, 100] || highest == [100, 700, 150, 100], "{highest:?}");
        assert_eq!(history.newest_s(), 1.4);
    }

    #[test]
    fn another_device_starts_the_lines_anew() {
        let mut history = MemoryHistory::default();
        history.push(sample(1.0, 500));
        history.push(MemorySample { device: None, tensor_bytes: 7, ..sample(2.0, 0) });
        assert_eq!(history.slots().map(|slot| slot.live.high_bytes).collect::<Vec<_>>(), [7]);
    }
}
