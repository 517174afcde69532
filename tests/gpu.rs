//! What only a machine with a CUDA GPU can show. Built everywhere; where there is none, each test
//! prints why and ends. This one file is also what `cargo xtask gpu-bundle` takes along: each
//! finding is a line of JSON.

#[path = "common/skip.rs"]
mod skip;

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use cutout::{
    engine::{
        Engine, EngineOptions,
        backend::{Torch, TorchOptions},
        protocol::{
            CleanupPoint, CleanupRecord, Command, Done, Event, Job, JobId, MemorySample,
            MemoryStats, Outcome,
        },
    },
    gpu::{
        allocator::AllocatorSettings,
        device::{self, DeviceChoice, Selected},
        switches::CleanupSwitches,
    },
};
use serde_json::json;
use skip::skipped;

const MODEL: &str = "u2netp";
const PATIENCE: Duration = Duration::from_secs(300);

/// One test at a time: the allocator's counters are the process's.
static GPU: Mutex<()> = Mutex::new(());

/// The GPU, alone, or `None` with the reason printed.
fn gpu() -> Option<(Selected, MutexGuard<'static, ()>)> {
    let alone = GPU.lock().unwrap_or_else(PoisonError::into_inner);
    match device::select(DeviceChoice::Cuda(0), &AllocatorSettings::default()) {
        Ok(selected) => Some((selected, alone)),
        Err(error) => {
            skipped(error);
            None
        }
    }
}

fn finding(name: &str, value: &serde_json::Value) {
    println!("{}", json!({ "finding": name, "value": value }));
}

/// A disc on a gradient: something salient that needs no file of others.
fn photo(folder: &Path, width_px: u32, height_px: u32) -> std::path::PathBuf {
    let path = folder.join(format!("{width_px}x{height_px}.png"));
    let (middle_x, middle_y) = (f64::from(width_px) / 2.0, f64::from(height_px) / 2.0);
    let radius_px = middle_x.min(middle_y) * 0.6;
    let pixels = image::RgbImage::from_fn(width_px, height_px, |x, y| {
        let distance_px = (f64::from(x) - middle_x).hypot(f64::from(y) - middle_y);
        if distance_px < radius_px {
            image::Rgb([220, 90, (x % 64) as u8])
        } else {
            image::Rgb([40, 60, (120 + y % 64) as u8])
        }
    });
    pixels.save(&path).expect("a temporary folder can be written");
    path
}

struct Run {
    engine: Engine,
    next: u64,
    samples: Vec<MemorySample>,
}

impl Run {
    fn new(device: DeviceChoice, cleanup: CleanupSwitches) -> Self {
        let backend = Box::new(Torch::new(TorchOptions::new(device, MODEL)));
        let options = EngineOptions { cleanup, ..EngineOptions::default() };
        let engine = Engine::start(options, backend, || {}).expect("threads start");
        Self { engine, next: 0, samples: Vec::new() }
    }

    /// Runs one image to its end.
    fn image(&mut self, source: &Path) -> (Outcome, Vec<CleanupRecord>) {
        self.next += 1;
        let id = JobId(self.next);
        let job = Job {
            id,
            source: source.to_owned(),
            saliency: None,
            thumbnail: false,
            preview_px: None,
            edits: Arc::default(),
            cutout: false,
            save: None,
        };
        self.engine.send(Command::Submit(vec![job])).expect("the engine takes the job");
        let mut records = Vec::new();
        loop {
            match self.engine.events().recv_timeout(PATIENCE).expect("an event") {
                Event::Finished { outcome, .. } => return (outcome, records),
                Event::Cleanup { record, .. } => records.push(record),
                Event::Memory(sample) => self.samples.push(sample),
                _ => {}
            }
        }
    }

    fn done(&mut self, source: &Path) -> Done {
        match self.image(source).0 {
            Outcome::Done(done) => *done,
            other => panic!("{other:?}"),
        }
    }
}

fn last_reading(records: &[CleanupRecord]) -> MemoryStats {
    records.last().and_then(|record| record.after).expect("a GPU tells its memory")
}

#[test]
fn memory_returns_to_its_baseline_after_every_image() {
    let Some((gpu, _alone)) = gpu() else { return };
    finding("device", &json!(gpu.info));
    finding("card", &json!(gpu.memory.card()));
    let folder = tempfile::tempdir().unwrap();
    let mut run = Run::new(DeviceChoice::Cuda(0), CleanupSwitches::ALL_ON);
    let sizes = [(64, 64), (1500, 1000), (333, 4000), (3000, 2000)];
    let photos: Vec<_> = sizes.map(|(width, height)| photo(folder.path(), width, height)).into();
    let warm = last_reading(&run.done(&photos[0]).cleanups);
    for source in photos.iter().cycle().take(40) {
        let after = last_reading(&run.done(source).cleanups);
        assert_eq!(after.allocated_bytes, warm.allocated_bytes, "{}", source.display());
        assert_eq!(after.reserved_bytes, warm.reserved_bytes, "{}", source.display());
    }
    let done = run.done(&photos[1]);
    finding("baseline", &json!(warm));
    finding("cleanup_of_one_image", &json!(done.cleanups));
    finding("timings_of_one_image", &json!(done.timings));
    assert!(run.samples.iter().any(|sample| sample.device.is_some()), "live readings on a GPU");
}

#[test]
fn each_point_frees_what_it_says_when_the_others_are_off() {
    let Some(_gpu) = gpu() else { return };
    let folder = tempfile::tempdir().unwrap();
    let source = photo(folder.path(), 800, 600);
    for point in CleanupPoint::ALL {
        let mut run = Run::new(DeviceChoice::Cuda(0), CleanupSwitches::only(point));
        run.done(&source);
        let done = run.done(&source);
        finding("point_alone", &json!({ "point": point, "records": done.cleanups }));
        assert!(done.cleanups.iter().all(|record| record.point == point));
        assert_eq!(done.cleanups.is_empty(), point == CleanupPoint::OnError);
    }
}

#[test]
fn masks_agree_with_the_cpu() {
    let Some(_gpu) = gpu() else { return };
    if std::env::var_os("GPU_STAND_IN").is_some() {
        return skipped("a stand-in for CUDA computes no masks");
    }
    let folder = tempfile::tempdir().unwrap();
    let source = photo(folder.path(), 800, 600);
    let on_gpu = Run::new(DeviceChoice::Cuda(0), CleanupSwitches::ALL_ON)
        .done(&source)
        .saliency
        .first
        .clone();
    let on_cpu =
        Run::new(DeviceChoice::Cpu, CleanupSwitches::ALL_ON).done(&source).saliency.first.clone();
    let mean_difference = on_gpu
        .values
        .iter()
        .zip(&on_cpu.values)
        .map(|(gpu, cpu)| f64::from((gpu - cpu).abs()))
        .sum::<f64>()
        / on_gpu.values.len() as f64
        * 255.0;
    finding("gpu_to_cpu_mean_difference_of_255", &json!(mean_difference));
    assert!(mean_difference <= 0.5, "{mean_difference}/255");
}
