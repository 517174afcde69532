//! What a soak measures, in fixed memory however many images there are.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::engine::protocol::{
    BlockStats, CleanupPoint, CleanupRecord, DeviceInfo, MemorySample, MemoryStats, Pass, Precision,
};

/// A minute: what takes longer counts as that.
const LONGEST_US: u64 = 60_000_000;

/// How often something took how long. Percentiles are exact to three digits.
pub struct Durations(Histogram<u64>);

impl Default for Durations {
    fn default() -> Self {
        Self(Histogram::new_with_max(LONGEST_US, 3).expect("a minute and three digits are valid"))
    }
}

impl Durations {
    /// Counts one.
    pub fn add(&mut self, took_us: u64) {
        self.0.saturating_record(took_us);
    }

    /// What they come to.
    pub fn summary(&self) -> DurationSummary {
        DurationSummary {
            calls: self.0.len(),
            p50_us: self.0.value_at_quantile(0.50),
            p90_us: self.0.value_at_quantile(0.90),
            p99_us: self.0.value_at_quantile(0.99),
            max_us: self.0.max(),
        }
    }
}

/// How long calls took, in microseconds.
#[derive(Clone, Copy, Serialize)]
pub struct DurationSummary {
    pub calls: u64,
    pub p50_us: u64,
    pub p90_us: u64,
    pub p99_us: u64,
    pub max_us: u64,
}

/// A figure that must come back to its baseline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Track {
    /// The first reading after warm-up, or after the weights changed.
    pub baseline_bytes: u64,
    pub min_bytes: u64,
    pub max_bytes: u64,
    pub last_bytes: u64,
    pub readings: u64,
    /// Readings that were above the baseline.
    pub above_baseline: u64,
    /// Readings that were below it.
    pub below_baseline: u64,
    /// How often a new baseline was begun because the weights changed.
    pub new_baselines: u64,
    /// Whether the next reading is a baseline.
    #[serde(skip)]
    fresh: bool,
}

impl Track {
    /// The next reading is the baseline.
    pub fn begin(&mut self) {
        self.new_baselines += u64::from(self.readings > 0);
        self.fresh = true;
    }

    /// Takes a reading; before the first baseline it does not count.
    pub fn see(&mut self, bytes: u64) {
        if self.fresh {
            (self.baseline_bytes, self.min_bytes, self.max_bytes) = (bytes, bytes, bytes);
            self.fresh = false;
        } else if self.readings == 0 {
            return;
        }
        self.readings += 1;
        self.min_bytes = self.min_bytes.min(bytes);
        self.max_bytes = self.max_bytes.max(bytes);
        self.last_bytes = bytes;
        self.above_baseline += u64::from(bytes > self.baseline_bytes);
        self.below_baseline += u64::from(bytes < self.baseline_bytes);
    }

    /// From the baseline to the last reading.
    pub fn drift(&self) -> Drift {
        Drift::between(self.baseline_bytes, self.last_bytes)
    }
}

/// How far a figure went.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Drift {
    pub bytes: i64,
    pub percent: f64,
}

impl Drift {
    /// From one value to another; 0 % of nothing.
    pub fn between(from_bytes: u64, to_bytes: u64) -> Self {
        let bytes = to_bytes as i64 - from_bytes as i64;
        Self { bytes, percent: bytes as f64 / from_bytes.max(1) as f64 * 100.0 }
    }
}

/// How images ended.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Outcomes {
    pub done: u64,
    pub failed: u64,
    pub skipped: u64,
    pub cancelled: u64,
}

/// One cleanup point.
#[derive(Default)]
pub struct PointFigures {
    pub took: Durations,
    pub freed_bytes: u64,
}

/// Readings that the memory thread made.
#[derive(Clone, Copy, Default, Serialize)]
pub struct Sampling {
    pub readings: u64,
    /// Readings told while an image was in the network.
    pub while_inferring: u64,
}

/// Everything that a soak measures.
#[derive(Default)]
pub struct Figures {
    pub device: Option<DeviceInfo>,
    pub precision: Option<Precision>,
    pub weights_bytes: u64,
    pub outcomes: Outcomes,
    pub expected_failures: u64,
    /// Images that ended otherwise than planned.
    pub wrong: u64,
    /// What the first of them said.
    pub first_wrong: Option<String>,
    /// Highest bytes in live tensors of any pass, weights included.
    pub peak_bytes: u64,
    /// Most images that went through the network together.
    pub largest_pass: usize,
    pub images_on_gpu: u64,
    pub infer: Durations,
    pub cleanup: BTreeMap<&'static str, PointFigures>,
    pub rungs: BTreeMap<&'static str, u64>,
    pub sampling: Sampling,
    /// Whether a cleanup point empties the cache at the end of each image.
    pub cache_emptied: bool,
    pub warm_up_images: u64,
    /// On a GPU, after each image and at rest.
    pub allocated: Track,
    /// On a GPU, after each image and at rest.
    pub reserved: Track,
    /// On a GPU: how the allocator laid tensors out when no image was under way, at last.
    pub blocks: Option<BlockStats>,
    /// On a GPU: most bytes that tensors asked for in any image, weights included, if it is told.
    pub peak_requested_bytes: Option<u64>,
    /// On the CPU, at rest: bytes in live tensors without the weights.
    pub tensors: Track,
    /// Resident bytes at rest, since the end of warm-up.
    pub resident_bytes: Vec<u64>,
    pub seconds: f64,
    pub memory_thread_percent: Option<f64>,
}

impl Figures {
    /// Warm-up is over, or the weights are others now.
    pub fn begin_baseline(&mut self) {
        for track in [&mut self.allocated, &mut self.reserved, &mut self.tensors] {
            track.begin();
        }
    }

    /// A cleanup point ran.
    pub fn cleanup(&mut self, record: &CleanupRecord) {
        let point = self.cleanup.entry(record.point.key()).or_default();
        point.took.add(record.took_us);
        point.freed_bytes += record.freed_bytes();
        if let Some(blocks) = record.before.and_then(|stats| stats.blocks) {
            self.peak_requested_bytes =
                self.peak_requested_bytes.max(Some(blocks.peak_requested_bytes));
        }
    }

    /// An image has ended; the GPU's memory as its last cleanup point left it.
    pub fn after_image(&mut self, stats: &MemoryStats) {
        self.allocated.see(stats.allocated_bytes);
        self.reserved.see(stats.reserved_bytes);
    }

    /// No image is under way.
    pub fn at_rest(&mut self, sample: &MemorySample) {
        match &sample.device {
            Some(stats) => {
                self.after_image(stats);
                self.blocks = stats.blocks;
            }
            None => self.tensors.see(sample.tensor_bytes.saturating_sub(self.weights_bytes)),
        }
        self.resident_bytes.push(sample.resident_bytes);
    }

    /// An image went through the network.
    pub fn pass(&mut self, pass: &Pass) {
        self.peak_bytes = self.peak_bytes.max(pass.peak_bytes);
        self.largest_pass = self.largest_pass.max(pass.images);
        self.images_on_gpu += u64::from(pass.on_gpu);
    }
}

/// Whether memory is at its baseline once this point has run.
pub fn ends_an_image(point: CleanupPoint) -> bool {
    matches!(point, CleanupPoint::AfterImage | CleanupPoint::AfterJob)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_count_from_the_baseline_on() {
        let mut track = Track::default();
        track.see(900);
        track.begin();
        for bytes in [100, 100, 130, 90, 100] {
            track.see(bytes);
        }
        assert_eq!((track.baseline_bytes, track.readings), (100, 5));
        assert_eq!((track.min_bytes, track.max_bytes, track.last_bytes), (90, 130, 100));
        assert_eq!((track.above_baseline, track.below_baseline), (1, 1));
        assert_eq!(track.drift(), Drift { bytes: 0, percent: 0.0 });
        track.begin();
        track.see(50);
        assert_eq!((track.baseline_bytes, track.new_baselines, track.above_baseline), (50, 1, 1));
    }

    #[test]
    fn percentiles_are_of_what_was_counted() {
        let mut durations = Durations::default();
        (1..=1000).for_each(|took_us| durations.add(took_us));
        durations.add(LONGEST_US * 2);
        let DurationSummary { calls, p50_us, p90_us, p99_us, max_us } = durations.summary();
        assert_eq!((calls, p50_us, p90_us, p99_us), (1001, 501, 901, 991));
        assert!(max_us.abs_diff(LONGEST_US) < LONGEST_US / 500, "{max_us}");
    }
}
