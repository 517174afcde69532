//! What the memory panel knows: the last minute, the session's peaks, and the cleanup points.

use std::collections::VecDeque;

use crate::engine::protocol::{CleanupPoint, CleanupRecord, MemorySample};

/// How much of the past is kept for the plot, in seconds.
pub const HISTORY_S: f64 = 60.0;

/// Memory over time.
#[derive(Clone, Debug, Default)]
pub struct MemoryHistory {
    samples: VecDeque<MemorySample>,
    /// Highest of each since the program started.
    pub peak: Peak,
}

/// The session's highest readings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Peak {
    /// Bytes in live tensors on the GPU.
    pub allocated_bytes: u64,
    /// Bytes that the allocator held from the driver.
    pub reserved_bytes: u64,
    /// Resident memory of this process.
    pub resident_bytes: u64,
}

impl MemoryHistory {
    /// Takes a reading in and lets go of what is older than [`HISTORY_S`].
    pub fn push(&mut self, sample: MemorySample) {
        if let Some(device) = sample.device {
            let allocated_bytes = device.allocated_bytes.max(device.peak_allocated_bytes);
            let reserved_bytes = device.reserved_bytes.max(device.peak_reserved_bytes);
            self.peak.allocated_bytes = self.peak.allocated_bytes.max(allocated_bytes);
            self.peak.reserved_bytes = self.peak.reserved_bytes.max(reserved_bytes);
        }
        self.peak.resident_bytes = self.peak.resident_bytes.max(sample.resident_bytes);
        self.samples.push_back(sample);
        while self.samples.front().is_some_and(|first| first.at_s < sample.at_s - HISTORY_S) {
            self.samples.pop_front();
        }
    }

    /// The last reading.
    pub fn latest(&self) -> Option<&MemorySample> {
        self.samples.back()
    }

    /// The readings of the last minute, oldest first.
    pub fn samples(&self) -> impl Iterator<Item = &MemorySample> {
        self.samples.iter()
    }
}

/// What each cleanup point did since the program started.
#[derive(Clone, Debug, Default)]
pub struct Cleanups([PointTotals; CleanupPoint::ALL.len()]);

/// What one cleanup point did since the program started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PointTotals {
    /// How often it ran.
    pub calls: u64,
    /// Reserved bytes that it gave back to the driver, all calls together.
    pub freed_bytes: u64,
    /// How long it took, all calls together, in microseconds.
    pub took_us: u64,
}

impl Cleanups {
    /// Counts one run.
    pub fn push(&mut self, record: &CleanupRecord) {
        for (totals, point) in self.0.iter_mut().zip(CleanupPoint::ALL) {
            if point == record.point {
                totals.calls += 1;
                totals.freed_bytes += record.freed_bytes();
                totals.took_us += record.took_us;
            }
        }
    }

    /// Every point with its totals, in the order in which they run.
    pub fn totals(&self) -> impl Iterator<Item = (CleanupPoint, PointTotals)> {
        CleanupPoint::ALL.into_iter().zip(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::protocol::MemoryStats;

    #[test]
    fn history_keeps_a_minute_and_the_session_peak() {
        let mut history = MemoryHistory::default();
        for second in 0..200_u32 {
            let allocated_bytes = if second == 3 { 900 } else { 100 };
            history.push(MemorySample {
                at_s: f64::from(second),
                device: Some(MemoryStats { allocated_bytes, ..MemoryStats::default() }),
                card: None,
                resident_bytes: u64::from(second),
            });
        }
        assert_eq!(history.samples().count(), 61);
        assert_eq!(history.peak.allocated_bytes, 900);
        assert_eq!(history.peak.resident_bytes, 199);
    }

    #[test]
    fn points_add_up_separately() {
        let stats = |reserved_bytes| Some(MemoryStats { reserved_bytes, ..MemoryStats::default() });
        let record = |point, before, after| CleanupRecord { point, before, after, took_us: 7 };
        let mut cleanups = Cleanups::default();
        cleanups.push(&record(CleanupPoint::AfterMask, stats(50), stats(20)));
        cleanups.push(&record(CleanupPoint::AfterMask, stats(40), stats(20)));
        cleanups.push(&record(CleanupPoint::AfterImage, None, None));
        let totals: Vec<_> = cleanups.totals().filter(|(_, totals)| totals.calls > 0).collect();
        let expected = [
            (CleanupPoint::AfterMask, PointTotals { calls: 2, freed_bytes: 50, took_us: 14 }),
            (CleanupPoint::AfterImage, PointTotals { calls: 1, freed_bytes: 0, took_us: 7 }),
        ];
        assert_eq!(totals, expected);
    }
}
