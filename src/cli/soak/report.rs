//! What a soak says in the end: one JSON object, or the same in words.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

use super::{
    SoakArgs,
    figures::{Drift, DurationSummary, Figures, Outcomes, Sampling, Track},
    judge::{Resident, Verdict, judge},
};
use crate::{
    engine::protocol::{BlockStats, DeviceInfo, Precision},
    gpu,
};

#[derive(Serialize)]
struct Failures {
    expected: u64,
    seen: u64,
    /// Images that ended otherwise than planned.
    wrong: u64,
    first_wrong: Option<String>,
}

#[derive(Serialize)]
struct Point {
    freed_bytes: u64,
    #[serde(flatten)]
    took: DurationSummary,
}

/// A track and how far it went.
#[derive(Serialize)]
struct Tracked {
    #[serde(flatten)]
    track: Track,
    drift: Drift,
}

impl Tracked {
    fn of(track: Track) -> Option<Self> {
        (track.readings > 0).then(|| Self { drift: track.drift(), track })
    }
}

/// The result of a soak. Every figure is measured.
#[derive(Serialize)]
pub struct Report {
    cutout: &'static str,
    libtorch: String,
    device: Option<DeviceInfo>,
    model: String,
    random_weights: bool,
    precision: Option<Precision>,
    cleanup_points: String,
    count: u64,
    warm_up_images: u64,
    mixed_sizes: bool,
    inject_errors: bool,
    outcomes: Outcomes,
    failures: Failures,
    weights_bytes: u64,
    peak_bytes: u64,
    peak_requested_bytes: Option<u64>,
    largest_pass: usize,
    images_on_gpu: u64,
    allocated: Option<Tracked>,
    reserved: Option<Tracked>,
    blocks_at_rest: Option<BlockStats>,
    live_tensors_without_weights: Option<Tracked>,
    resident: Option<Resident>,
    cleanup: BTreeMap<&'static str, Point>,
    rungs: BTreeMap<&'static str, u64>,
    infer: DurationSummary,
    sampling: Sampling,
    memory_thread_percent_of_a_core: Option<f64>,
    seconds: f64,
    images_per_s: f64,
    /// Whether the baseline was met, and why not.
    #[serde(flatten)]
    pub verdict: Verdict,
}

impl Report {
    /// What was asked for and what came of it.
    pub fn new(args: &SoakArgs, figures: Figures) -> Self {
        let on_gpu = figures.device.as_ref().is_some_and(|device| device.is_gpu);
        let resident = Resident::of(&figures.resident_bytes, on_gpu);
        let verdict = judge(&figures, resident.as_ref());
        let point = |figures: &super::figures::PointFigures| Point {
            freed_bytes: figures.freed_bytes,
            took: figures.took.summary(),
        };
        Self {
            cutout: env!("CARGO_PKG_VERSION"),
            libtorch: gpu::torch_version(),
            device: figures.device,
            model: args.engine.model.clone(),
            random_weights: args.random_weights,
            precision: figures.precision,
            cleanup_points: args.engine.cleanup.unwrap_or_default().to_string(),
            count: args.count,
            warm_up_images: figures.warm_up_images,
            mixed_sizes: args.mixed_sizes,
            inject_errors: args.inject_errors,
            failures: Failures {
                expected: figures.expected_failures,
                seen: figures.outcomes.failed,
                wrong: figures.wrong,
                first_wrong: figures.first_wrong,
            },
            outcomes: figures.outcomes,
            weights_bytes: figures.weights_bytes,
            peak_bytes: figures.peak_bytes,
            peak_requested_bytes: figures.peak_requested_bytes,
            largest_pass: figures.largest_pass,
            images_on_gpu: figures.images_on_gpu,
            allocated: Tracked::of(figures.allocated),
            reserved: Tracked::of(figures.reserved),
            blocks_at_rest: figures.blocks,
            live_tensors_without_weights: Tracked::of(figures.tensors),
            resident,
            cleanup: figures.cleanup.iter().map(|(&key, figures)| (key, point(figures))).collect(),
            rungs: figures.rungs,
            infer: figures.infer.summary(),
            sampling: figures.sampling,
            memory_thread_percent_of_a_core: figures.memory_thread_percent,
            seconds: figures.seconds,
            images_per_s: args.count as f64 / figures.seconds.max(f64::EPSILON),
            verdict,
        }
    }
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let device = self.device.as_ref().map_or("no device", |device| &device.name);
        let precision = self.precision.map_or("", Precision::name);
        writeln!(
            f,
            "{} images with {} {precision} on {device} in {:.1} s ({:.2} a second)",
            self.count, self.model, self.seconds, self.images_per_s
        )?;
        let Outcomes { done, failed, skipped, cancelled } = self.outcomes;
        writeln!(
            f,
            "outcomes: {done} done, {failed} failed ({} expected), {skipped} skipped, {cancelled} \
             cancelled",
            self.failures.expected
        )?;
        writeln!(
            f,
            "peak {:.1} MiB in live tensors, of which weights {:.1} MiB; {} images together at most",
            mib(self.peak_bytes),
            mib(self.weights_bytes),
            self.largest_pass
        )?;
        for (what, tracked) in [
            ("allocated", &self.allocated),
            ("reserved", &self.reserved),
            ("live tensors without weights", &self.live_tensors_without_weights),
        ] {
            let Some(Tracked { track, drift }) = tracked else { continue };
            writeln!(
                f,
                "{what} after images: {:.3} to {:.3} MiB, baseline {:.3} MiB, drift {} bytes \
                 ({:.3} %)",
                mib(track.min_bytes),
                mib(track.max_bytes),
                mib(track.baseline_bytes),
                drift.bytes,
                drift.percent
            )?;
        }
        if let Some(blocks) = self.blocks_at_rest {
            writeln!(
                f,
                "blocks at rest: {:.3} MiB asked for, {:.3} MiB unused in split segments, {:.3} MiB in \
                 free ones, {} segments; {} retries, {} times out of memory",
                mib(blocks.requested_bytes),
                mib(blocks.inactive_split_bytes),
                mib(blocks.free_segment_bytes),
                blocks.segments,
                blocks.alloc_retries,
                blocks.ooms
            )?;
        }
        if let Some(Resident { first_bytes, last_bytes, drift, judged, .. }) = self.resident {
            let note = if judged { "" } else { ", not judged" };
            writeln!(
                f,
                "resident at rest: {:.1} MiB, later {:.1} MiB, drift {} bytes ({:.2} %{note})",
                mib(first_bytes),
                mib(last_bytes),
                drift.bytes,
                drift.percent
            )?;
        }
        for (point, Point { freed_bytes, took }) in &self.cleanup {
            writeln!(
                f,
                "cleanup {point}: {} calls freed {:.1} MiB; {} µs half of the time, 90 % {} µs, \
                 99 % {} µs, at most {} µs",
                took.calls,
                mib(*freed_bytes),
                took.p50_us,
                took.p90_us,
                took.p99_us,
                took.max_us
            )?;
        }
        for (rung, times) in &self.rungs {
            writeln!(f, "ladder: {rung} {times} times")?;
        }
        write!(
            f,
            "memory was read {} times, {} of them with an image in the network",
            self.sampling.readings, self.sampling.while_inferring
        )?;
        match self.memory_thread_percent_of_a_core {
            Some(percent) => writeln!(f, "; that took {percent:.3} % of a core")?,
            None => writeln!(f)?,
        }
        for reason in &self.verdict.reasons {
            writeln!(f, "not met: {reason}")?;
        }
        Ok(())
    }
}
