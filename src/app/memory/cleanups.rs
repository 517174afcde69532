//! What the cleanup points did, and what the choice of them costs and saves.

use crate::engine::protocol::{CleanupPoint, CleanupRecord};

/// What each cleanup point did since the program started.
#[derive(Clone, Debug, Default)]
pub struct Cleanups {
    totals: [PointTotals; CleanupPoint::ALL.len()],
    measure: Measure,
}

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

/// What was measured since the points were last switched.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measure {
    /// Images that went through the network.
    pub images: u64,
    /// Their time there, all together, in milliseconds.
    pub infer_ms: f64,
    /// The points' time, all together, in microseconds.
    pub took_us: u64,
    /// Most bytes reserved before any point ran.
    pub most_bytes: u64,
    /// Bytes reserved after the last point.
    pub left_bytes: u64,
}

impl Measure {
    /// The points' time for each image, in microseconds; `None` before the first image.
    pub fn us_an_image(&self) -> Option<f64> {
        (self.images > 0).then(|| self.took_us as f64 / self.images as f64)
    }

    /// The points' share of an image's time, in percent.
    pub fn percent(&self) -> Option<f64> {
        (self.infer_ms > 0.0).then(|| self.took_us as f64 / 10.0 / self.infer_ms)
    }

    /// Bytes that the points keep from being reserved between images: without them the cache
    /// stays as large as it was at its largest.
    pub fn spared_bytes(&self) -> u64 {
        self.most_bytes.saturating_sub(self.left_bytes)
    }
}

impl Cleanups {
    /// Counts one run.
    pub fn push(&mut self, record: &CleanupRecord) {
        let totals = &mut self.totals[record.point as usize];
        totals.calls += 1;
        totals.freed_bytes += record.freed_bytes();
        totals.took_us += record.took_us;
        self.measure.took_us += record.took_us;
        if let (Some(before), Some(after)) = (record.before, record.after) {
            self.measure.most_bytes = self.measure.most_bytes.max(before.reserved_bytes);
            self.measure.left_bytes = after.reserved_bytes;
        }
    }

    /// Counts an image that went through the network in so many milliseconds.
    pub fn count_image(&mut self, infer_ms: f64) {
        self.measure.images += 1;
        self.measure.infer_ms += infer_ms;
    }

    /// The points were switched, or the device is another: what they cost is measured anew.
    pub fn measure_anew(&mut self) {
        self.measure = Measure::default();
    }

    /// What was measured since the points were last switched.
    pub fn measure(&self) -> &Measure {
        &self.measure
    }

    /// Every point with its totals, in the order in which they run.
    pub fn totals(&self) -> impl Iterator<Item = (CleanupPoint, PointTotals)> {
        CleanupPoint::ALL.into_iter().zip(self.totals)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::protocol::MemoryStats;

    fn record(point: CleanupPoint, reserved: Option<(u64, u64)>) -> CleanupRecord {
        let stats = |reserved_bytes| MemoryStats { reserved_bytes, ..MemoryStats::default() };
        let (before, after) = (reserved.map(|r| stats(r.0)), reserved.map(|r| stats(r.1)));
        CleanupRecord { point, at_s: 1.0, before, after, took_us: 7 }
    }

    #[test]
    fn points_add_up_separately() {
        let mut cleanups = Cleanups::default();
        cleanups.push(&record(CleanupPoint::AfterMask, Some((50, 20))));
        cleanups.push(&record(CleanupPoint::AfterMask, Some((40, 20))));
        cleanups.push(&record(CleanupPoint::AfterImage, None));
        let totals: Vec<_> = cleanups.totals().filter(|(_, totals)| totals.calls > 0).collect();
        let expected = [
            (CleanupPoint::AfterMask, PointTotals { calls: 2, freed_bytes: 50, took_us: 14 }),
            (CleanupPoint::AfterImage, PointTotals { calls: 1, freed_bytes: 0, took_us: 7 }),
        ];
        assert_eq!(totals, expected);
    }

    #[test]
    fn the_cost_is_measured_anew_after_a_switch() {
        let mut cleanups = Cleanups::default();
        assert_eq!(cleanups.measure().us_an_image(), None);
        cleanups.push(&record(CleanupPoint::AfterInference, Some((90, 40))));
        cleanups.push(&record(CleanupPoint::AfterImage, Some((50, 30))));
        cleanups.count_image(0.1);
        cleanups.count_image(0.1);
        let measure = cleanups.measure();
        assert_eq!(measure.us_an_image(), Some(7.0));
        assert_eq!(measure.percent().map(f64::round), Some(7.0));
        assert_eq!(measure.spared_bytes(), 60);
        cleanups.measure_anew();
        assert_eq!(*cleanups.measure(), Measure::default());
        assert_eq!(cleanups.totals().map(|(_, totals)| totals.calls).sum::<u64>(), 2);
    }
}
