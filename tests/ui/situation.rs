//! What the engine tells until a situation is there.

use std::sync::Arc;

use cutout::engine::protocol::{
    CleanupPoint, DeviceInfo, Event, GpuChoice, Job, JobId, ModelState, NoGpu, Precision, Rung,
    Step,
};
use image::imageops;

use crate::{
    pictures::{done, done_with, photo, rgba},
    readings::{self, Card, MIB},
    window::Window,
};

pub const PHOTOS: [&str; 9] = [
    "girl.png",
    "boat.jpg",
    "hockey.png",
    "im_14.png",
    "im_21.png",
    "lamp2_meitu_1.jpg",
    "rifle1.jpg",
    "0003.jpg",
    "vangogh.jpeg",
];

pub fn numbered(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("IMG_{number:04}.jpg")).collect()
}

pub fn thumbnail(window: &mut Window, job: &Job) {
    let name = job.source.file_name().unwrap().to_string_lossy().into_owned();
    let (photo, _) = photo(&name);
    let scale = 96.0 / f64::from(photo.width().max(photo.height()));
    let side = |px: u32| (f64::from(px) * scale).round().max(1.0) as u32;
    let small = imageops::thumbnail(&photo, side(photo.width()), side(photo.height()));
    let size_px = photo.dimensions();
    window.tell(Event::Thumbnail {
        id: job.id,
        picture: Arc::unwrap_or_clone(rgba(small)),
        size_px,
    });
}

/// Adds photos; the first so many are done.
pub fn all_done(window: &mut Window, names: &[impl AsRef<str>], count: usize) {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    window.add(&names);
    for job in window.jobs().iter().take(count) {
        let name = job.source.file_name().unwrap().to_string_lossy().into_owned();
        let (photo, preview) = photo(&name);
        thumbnail(window, job);
        let preview = job.preview_px.map(|_| preview);
        window.finish(job, done_with(job, preview, photo.dimensions()));
    }
}

/// Four rungs on four rows.
pub fn out_of_memory(window: &mut Window) {
    ready_on_gpu(window);
    window.add(&PHOTOS);
    let jobs = window.jobs();
    for (job, rung, is_done) in [
        (&jobs[0], Rung::OnCpu, true),
        (&jobs[1], Rung::HalveBatch { images: 2 }, true),
        (&jobs[2], Rung::LowerPrecision { precision: Precision::Fp16 }, false),
        (&jobs[3], Rung::EmptyCache, false),
    ] {
        thumbnail(window, job);
        window.tell(Event::Step { id: job.id, step: Step::Inferring });
        window.tell(Event::Rung { id: job.id, rung });
        if is_done {
            window.finish(job, done(job));
        }
    }
}

pub fn on_cpu(why: NoGpu) -> DeviceInfo {
    DeviceInfo {
        is_gpu: false,
        name: "CPU, 2 threads".to_owned(),
        why: why.to_string(),
        advice: Some("Install NVIDIA's driver and start Cutout again.".to_owned()),
        no_gpu: Some(why),
        gpu: None,
        cpu_threads: Some(2),
        driver: None,
        allocator: String::new(),
    }
}

pub fn on_gpu() -> DeviceInfo {
    DeviceInfo {
        is_gpu: true,
        name: "NVIDIA RTX 4070".to_owned(),
        why: "NVIDIA driver 580.65".to_owned(),
        advice: None,
        no_gpu: None,
        gpu: Some(GpuChoice {
            count: 1,
            driver: Some("580.65".to_owned()),
            driver_cuda: Some("13.0".to_owned()),
            ..GpuChoice::default()
        }),
        cpu_threads: None,
        driver: Some("580.65".to_owned()),
        allocator: "expandable_segments:True".to_owned(),
    }
}

pub fn ready_on_cpu(window: &mut Window) {
    let words = "libcuda.so.1: cannot open shared object file: No such file or directory";
    window.tell(Event::Device(on_cpu(NoGpu::NoDriver(words.to_owned()))));
    ready(window, Precision::Fp32);
    for tick in 0..120_u64 {
        window.send(Event::Memory(readings::on_cpu(tick as f64 / 4.0, 420 + (tick % 24) * 12)));
    }
    for point in CleanupPoint::ALL {
        window.send(readings::cleanup(point, 20.0, None));
    }
    window.harness.run();
}

/// A minute of work on a card: an image every six seconds.
pub fn ready_on_gpu(window: &mut Window) {
    window.tell(Event::Device(on_gpu()));
    ready(window, Precision::Fp16);
    for tick in 0..240_u64 {
        let at_s = tick as f64 / 4.0;
        window.send(Event::Memory(Card::default().sample(at_s)));
        if tick % 24 == 20 {
            readings::image(window, JobId(0), at_s + 0.1);
        }
    }
    window.send(Event::Memory(
        Card { working_mib: 62, cached_mib: 18, ..Card::default() }.sample(60.0),
    ));
    window.harness.run();
}

pub fn ready(window: &mut Window, precision: Precision) {
    let (name, weights_bytes) = ("u2net".to_owned(), 84 * MIB);
    window.tell(Event::Model(ModelState::Ready { name, load_ms: 412, weights_bytes, precision }));
}
