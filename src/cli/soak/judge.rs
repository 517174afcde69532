//! Whether the baseline was met, and why not.

use serde::Serialize;

use super::figures::{Drift, Figures, Track};

/// How far resident memory on the CPU may drift.
const MAX_RESIDENT_DRIFT_PERCENT: f64 = 2.0;
/// Readings at rest below which the drift of resident memory is told but not judged.
const MIN_RESIDENT_READINGS: usize = 40;

/// The judgement.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    pub passed: bool,
    /// Why not.
    pub reasons: Vec<String>,
}

/// Resident memory at rest: medians of the first and the last tenth after warm-up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Resident {
    pub first_bytes: u64,
    pub last_bytes: u64,
    pub max_bytes: u64,
    pub drift: Drift,
    pub readings: usize,
    /// On a GPU, and after few images, the drift is only told.
    pub judged: bool,
}

impl Resident {
    /// `None` without a reading.
    pub fn of(readings_bytes: &[u64], on_gpu: bool) -> Option<Self> {
        let tenth = readings_bytes.len().div_ceil(10);
        let first_bytes = median(readings_bytes.get(..tenth)?)?;
        let last_bytes = median(&readings_bytes[readings_bytes.len() - tenth..])?;
        Some(Self {
            first_bytes,
            last_bytes,
            max_bytes: readings_bytes.iter().copied().max()?,
            drift: Drift::between(first_bytes, last_bytes),
            readings: readings_bytes.len(),
            judged: !on_gpu && readings_bytes.len() >= MIN_RESIDENT_READINGS,
        })
    }
}

fn median(values: &[u64]) -> Option<u64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied()
}

/// Judges a soak.
pub fn judge(figures: &Figures, resident: Option<&Resident>) -> Verdict {
    let mut reasons = Vec::new();
    if figures.wrong > 0 || figures.outcomes.failed != figures.expected_failures {
        reasons.push(format!(
            "{} images failed where {} had to, and {} ended otherwise than planned; the first: {}",
            figures.outcomes.failed,
            figures.expected_failures,
            figures.wrong,
            figures.first_wrong.as_deref().unwrap_or("none"),
        ));
    }
    let mut exact = |what: &str, track: &Track| {
        let off = track.above_baseline + track.below_baseline;
        if off > 0 {
            reasons.push(format!(
                "{what} bytes were off the baseline of {} in {off} of {} readings ({} to {})",
                track.baseline_bytes, track.readings, track.min_bytes, track.max_bytes
            ));
        }
    };
    exact("allocated", &figures.allocated);
    exact("live tensor", &figures.tensors);
    if figures.reserved.above_baseline > 0 && figures.cache_emptied {
        reasons.push(format!(
            "reserved bytes were above the emptied cache's {} in {} of {} readings (up to {})",
            figures.reserved.baseline_bytes,
            figures.reserved.above_baseline,
            figures.reserved.readings,
            figures.reserved.max_bytes
        ));
    }
    if figures.allocated.readings + figures.tensors.readings == 0 {
        reasons.push("no reading of memory came after warm-up".to_owned());
    }
    if let Some(Resident { drift, judged: true, .. }) = resident
        && drift.percent.abs() > MAX_RESIDENT_DRIFT_PERCENT
    {
        reasons.push(format!(
            "resident bytes drifted by {:.2} %, over {MAX_RESIDENT_DRIFT_PERCENT} %",
            drift.percent
        ));
    }
    Verdict { passed: reasons.is_empty(), reasons }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::protocol::MemoryStats;

    fn gpu(after_images: &[(u64, u64)]) -> Figures {
        let mut figures = Figures { cache_emptied: true, ..Figures::default() };
        figures.begin_baseline();
        for &(allocated_bytes, reserved_bytes) in after_images {
            figures.after_image(&MemoryStats {
                allocated_bytes,
                reserved_bytes,
                ..MemoryStats::default()
            });
        }
        figures
    }

    #[test]
    fn what_is_off_the_baseline_is_a_reason() {
        /// Allocated and reserved bytes after each image.
        type Readings = &'static [(u64, u64)];
        let cases: [(Readings, Option<&str>); 5] = [
            (&[(100, 200), (100, 200)], None),
            (&[(100, 200), (100, 180)], None),
            (&[(100, 200), (101, 200), (100, 200)], Some("allocated bytes were off")),
            (&[(100, 200), (100, 201)], Some("reserved bytes were above")),
            (&[], Some("no reading")),
        ];
        for (after_images, expected) in cases {
            let verdict = judge(&gpu(after_images), None);
            assert_eq!(verdict.passed, expected.is_none(), "{after_images:?}");
            let reasons = verdict.reasons.join("; ");
            assert!(reasons.contains(expected.unwrap_or_default()), "{reasons}");
        }
    }

    #[test]
    fn failures_must_be_exactly_those_that_were_planned() {
        for (failed, expected, wrong, passes) in
            [(3, 3, 0, true), (3, 2, 1, false), (2, 3, 1, false), (3, 3, 2, false)]
        {
            let mut figures = gpu(&[(1, 1)]);
            figures.outcomes.failed = failed;
            (figures.expected_failures, figures.wrong) = (expected, wrong);
            assert_eq!(judge(&figures, None).passed, passes);
        }
    }

    #[test]
    fn resident_memory_is_judged_on_the_cpu_after_enough_images() {
        let rising: Vec<u64> = (0..100).map(|step| 1000 + step).collect();
        let cases = [
            (rising.as_slice(), false, false),
            (&rising[..10], false, true),
            (&rising, true, true),
            (&[1000; 100], false, true),
        ];
        for (readings, on_gpu, passes) in cases {
            let resident = Resident::of(readings, on_gpu).unwrap();
            assert_eq!(judge(&gpu(&[(1, 1)]), Some(&resident)).passed, passes, "{resident:?}");
        }
        assert_eq!(Resident::of(&rising, false).unwrap().drift.bytes, 90);
        assert_eq!(Resident::of(&[], false), None);
    }
}
