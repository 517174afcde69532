//! Figures for monitoring: every event of the engine that carries one is recorded here, and nowhere
//! else, and so is the window's time for a frame. Where no recorder is installed each call is a no-op.

use std::{collections::BTreeMap, time::Duration};

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

use super::protocol::{
    CleanupPoint, CleanupRecord, Event, MemorySample, Outcome, Rung, Step, Timings,
};

const GPU_ALLOCATED: &str = "cutout_gpu_allocated_bytes";
const GPU_RESERVED: &str = "cutout_gpu_reserved_bytes";
const GPU_PEAK_ALLOCATED: &str = "cutout_gpu_peak_allocated_bytes";
const RESIDENT: &str = "cutout_resident_bytes";
const TENSORS: &str = "cutout_tensor_bytes";
const QUEUE_LENGTH: &str = "cutout_queue_length";
const FREED: &str = "cutout_cleanup_freed_bytes_total";
const IMAGES: &str = "cutout_images_total";
const RUNGS: &str = "cutout_rungs_total";
const CLEANUP_SECONDS: &str = "cutout_cleanup_seconds";
const STEP_SECONDS: &str = "cutout_step_seconds";
const FRAME_SECONDS: &str = "cutout_frame_seconds";
const FRAME_OWN_SECONDS: &str = "cutout_frame_own_seconds";

const FRAME_BOUNDS_S: &[f64] = &[
    5e-4, 1e-3, 2e-3, 3e-3, 4e-3, 6e-3, 8e-3, 0.01, 0.012, 0.014, 0.016, 0.02, 0.025, 0.033, 0.05,
    0.1, 0.25,
];

/// Upper bounds of the histograms' buckets in seconds, by name.
pub fn buckets_s() -> BTreeMap<&'static str, &'static [f64]> {
    BTreeMap::from([
        (
            CLEANUP_SECONDS,
            [1e-6, 1e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.05, 0.25].as_slice(),
        ),
        (
            STEP_SECONDS,
            [1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0]
                .as_slice(),
        ),
        (FRAME_SECONDS, FRAME_BOUNDS_S),
        (FRAME_OWN_SECONDS, FRAME_BOUNDS_S),
    ])
}

/// Tells the installed recorder what each figure means, and starts the counters at zero.
pub fn describe() {
    for (name, words) in [
        (GPU_ALLOCATED, "Bytes in live tensors on the GPU; absent on the CPU"),
        (GPU_RESERVED, "Bytes that libtorch's caching allocator holds; absent on the CPU"),
        (GPU_PEAK_ALLOCATED, "Most bytes in live tensors in the image under way, or the last"),
        (RESIDENT, "Resident memory of this process"),
        (TENSORS, "On the CPU: bytes in live tensors, weights included; 0 on a GPU"),
    ] {
        describe_gauge!(name, Unit::Bytes, words);
    }
    describe_gauge!(QUEUE_LENGTH, Unit::Count, "Images that wait for a decoder");
    describe_counter!(FREED, Unit::Bytes, "Reserved bytes given back, by cleanup point");
    describe_counter!(IMAGES, Unit::Count, "Images that ended, by outcome");
    describe_counter!(RUNGS, Unit::Count, "What was tried when memory ran out, by rung");
    describe_histogram!(CLEANUP_SECONDS, Unit::Seconds, "Time of a cleanup, by point");
    describe_histogram!(STEP_SECONDS, Unit::Seconds, "Time of a step of the images that are done");
    describe_histogram!(
        FRAME_SECONDS,
        Unit::Seconds,
        "Time of the window's own code for a frame, without drawing on the screen"
    );
    describe_histogram!(
        FRAME_OWN_SECONDS,
        Unit::Seconds,
        "The same without the time in which other threads had the core"
    );
    for point in CleanupPoint::ALL {
        counter!(FREED, "point" => point.key()).increment(0);
    }
    for outcome in ["done", "skipped", "failed", "cancelled"] {
        counter!(IMAGES, "outcome" => outcome).increment(0);
    }
    queue_length(0);
}

/// Records what an event tells.
pub fn record(event: &Event) {
    match event {
        Event::Memory(sample) => memory(sample),
        Event::Cleanup { record, .. } => cleanup(record),
        Event::Rung { rung, .. } => counter!(RUNGS, "rung" => rung.key()).increment(1),
        Event::Finished { outcome, .. } => ended(outcome),
        _ => {}
    }
}

/// How many images wait for a decoder.
pub fn queue_length(images: usize) {
    gauge!(QUEUE_LENGTH).set(images as f64);
}

/// How long the window's own code took for a frame, and how much of it its thread was computing.
pub fn frame(took: Duration, own: Duration) {
    histogram!(FRAME_SECONDS).record(took);
    histogram!(FRAME_OWN_SECONDS).record(own);
}

fn memory(sample: &MemorySample) {
    if let Some(device) = &sample.device {
        gauge!(GPU_ALLOCATED).set(device.allocated_bytes as f64);
        gauge!(GPU_RESERVED).set(device.reserved_bytes as f64);
        gauge!(GPU_PEAK_ALLOCATED).set(device.peak_allocated_bytes as f64);
    }
    gauge!(RESIDENT).set(sample.resident_bytes as f64);
    gauge!(TENSORS).set(sample.tensor_bytes as f64);
}

fn cleanup(record: &CleanupRecord) {
    let point = record.point.key();
    counter!(FREED, "point" => point).increment(record.freed_bytes());
    histogram!(CLEANUP_SECONDS, "point" => point).record(record.took_us as f64 / 1e6);
}

fn ended(outcome: &Outcome) {
    let word = match outcome {
        Outcome::Done(done) => {
            steps(&done.timings);
            // A preview or a save of an image that is done already is no further image.
            if done.pass.is_none() {
                return;
            }
            "done"
        }
        Outcome::Skipped { .. } | Outcome::Exists { .. } => "skipped",
        Outcome::Failed { .. } => "failed",
        Outcome::Cancelled => "cancelled",
    };
    counter!(IMAGES, "outcome" => word).increment(1);
}

fn steps(timings: &Timings) {
    let Timings { decode_ms, infer_ms, refine_ms, save_ms } = *timings;
    for (step, took_ms) in [
        (Step::Decoding, decode_ms),
        (Step::Inferring, infer_ms),
        (Step::Refining, refine_ms),
        (Step::Saving, save_ms),
    ] {
        // A step that was not needed takes exactly nothing.
        if took_ms > 0.0 {
            histogram!(STEP_SECONDS, "step" => step.key()).record(took_ms / 1e3);
        }
    }
}

impl Step {
    /// Its name in figures.
    fn key(self) -> &'static str {
        match self {
            Self::Decoding => "decoding",
            Self::Inferring => "inferring",
            Self::Refining => "refining",
            Self::Saving => "saving",
        }
    }
}

impl Rung {
    /// Its name in figures.
    pub fn key(self) -> &'static str {
        match self {
            Self::EmptyCache => "empty_cache",
            Self::HalveBatch { .. } => "halve_batch",
            Self::LowerPrecision { .. } => "lower_precision",
            Self::OnCpu => "on_cpu",
            Self::GpuFailed => "gpu_failed",
        }
    }
}
