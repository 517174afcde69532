//! Figures for monitoring: every event of the engine that carries one is recorded here, and nowhere
//! else, and so is the window's time for a frame. Where no recorder is installed each call is a no-op.

use std::{collections::BTreeMap, time::Duration};

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

use super::protocol::{
    BlockStats, CleanupPoint, CleanupRecord, Event, MemorySample, Outcome, Rung, Step, Timings,
};

const GPU_ALLOCATED: &str = "cutout_gpu_allocated_bytes";
const GPU_RESERVED: &str = "cutout_gpu_reserved_bytes";
const GPU_PEAK_ALLOCATED: &str = "cutout_gpu_peak_allocated_bytes";
const GPU_REQUESTED: &str = "cutout_gpu_requested_bytes";
const GPU_INACTIVE_SPLIT: &str = "cutout_gpu_inactive_split_bytes";
const GPU_FREE_SEGMENT: &str = "cutout_gpu_free_segment_bytes";
const GPU_SEGMENTS: &str = "cutout_gpu_segments";
const GPU_ALLOC_RETRIES: &str = "cutout_gpu_alloc_retries_total";
const GPU_OOMS: &str = "cutout_gpu_ooms_total";
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
        (GPU_REQUESTED, "Bytes that live tensors asked for, before rounding; absent on the CPU"),
        (GPU_INACTIVE_SPLIT, "Unused bytes in segments that are partly used; absent on the CPU"),
        (GPU_FREE_SEGMENT, "Unused bytes in segments that are wholly unused; absent on the CPU"),
        (RESIDENT, "Resident memory of this process"),
        (TENSORS, "On the CPU: bytes in live tensors, weights included; 0 on a GPU"),
    ] {
        describe_gauge!(name, Unit::Bytes, words);
    }
    describe_gauge!(GPU_SEGMENTS, Unit::Count, "Segments held from the driver; absent on the CPU");
    describe_counter!(
        GPU_ALLOC_RETRIES,
        Unit::Count,
        "Cache emptied because the driver had no memory"
    );
    describe_counter!(GPU_OOMS, Unit::Count, "Allocations that failed for want of memory");
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
        device.blocks.iter().for_each(blocks);
    }
    gauge!(RESIDENT).set(sample.resident_bytes as f64);
    gauge!(TENSORS).set(sample.tensor_bytes as f64);
}

fn blocks(blocks: &BlockStats) {
    for (name, value) in [
        (GPU_REQUESTED, blocks.requested_bytes),
        (GPU_INACTIVE_SPLIT, blocks.inactive_split_bytes),
        (GPU_FREE_SEGMENT, blocks.free_segment_bytes),
        (GPU_SEGMENTS, blocks.segments),
    ] {
        gauge!(name).set(value as f64);
    }
    counter!(GPU_ALLOC_RETRIES).absolute(blocks.alloc_retries);
    counter!(GPU_OOMS).absolute(blocks.ooms);
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

#[cfg(test)]
mod tests {
    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;
    use crate::engine::protocol::{CardMemory, Ledger, MemoryStats};

    /// What is served after such a reading.
    fn served(device: Option<MemoryStats>) -> String {
        let recorder = PrometheusBuilder::new().build_recorder();
        let ledger = Ledger::of_card(&MemoryStats::default(), 0, &CardMemory::default());
        metrics::with_local_recorder(&recorder, || {
            describe();
            record(&Event::Memory(MemorySample {
                at_s: 0.0,
                device,
                card: None,
                resident_bytes: 9,
                tensor_bytes: 0,
                ledger,
            }));
        });
        recorder.handle().render()
    }

    #[test]
    fn the_allocators_figures_are_served_where_it_tells_them() {
        let blocks = BlockStats {
            requested_bytes: 11,
            peak_requested_bytes: 12,
            inactive_split_bytes: 13,
            free_segment_bytes: 14,
            segments: 15,
            alloc_retries: 16,
            ooms: 17,
        };
        let stats = MemoryStats { allocated_bytes: 10, ..MemoryStats::default() };
        let of_the_blocks = [
            "cutout_gpu_requested_bytes 11",
            "cutout_gpu_inactive_split_bytes 13",
            "cutout_gpu_free_segment_bytes 14",
            "cutout_gpu_segments 15",
            "cutout_gpu_alloc_retries_total 16",
            "cutout_gpu_ooms_total 17",
        ];
        let told = served(Some(MemoryStats { blocks: Some(blocks), ..stats }));
        let by_the_driver = served(Some(stats));
        let on_cpu = served(None);
        let has_line = |text: &str, line: &str| text.lines().any(|served| served == line);
        for line in of_the_blocks {
            assert!(has_line(&told, line), "{line} of {told}");
            let name = line.split(' ').next().unwrap();
            let is_served = |text: &str| text.lines().any(|line| line.starts_with(name));
            assert!(!is_served(&by_the_driver) && !is_served(&on_cpu), "{name}");
        }
        assert!(has_line(&by_the_driver, "cutout_gpu_allocated_bytes 10"), "{by_the_driver}");
    }
}
