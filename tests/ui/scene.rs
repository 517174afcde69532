//! What the engine might tell, and whole situations made of it.

use std::{env, path::PathBuf, sync::Arc};

use cutout::{
    engine::protocol::{
        CardMemory, CleanupPoint, CleanupRecord, DeviceInfo, Done, Event, Job, MemorySample,
        MemoryStats, ModelState, Outcome, Output, OutputKind, Preview, Step, Timings,
    },
    imaging::{Rgba, SaliencyMap},
};
use image::{GrayImage, RgbaImage, imageops};

use crate::window::Window;

const MIB: u64 = 1 << 20;

/// A job's good end, with a drawn photo.
pub fn done(job: &Job) -> Outcome {
    let size = job.preview_px.map(|_| (600, 400));
    done_with(job, size.map(|(width, height)| drawn(width, height)), (600, 400))
}

fn done_with(job: &Job, preview: Option<Preview>, size_px: (u32, u32)) -> Outcome {
    let output = |kind: OutputKind, word: &str| {
        let stem = job.source.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let path = job.source.with_file_name(format!("{stem}_{word}.png"));
        Output { kind, path, skipped: false }
    };
    let cutout = job.save.as_ref().filter(|save| save.cutout);
    let mask = job.save.as_ref().filter(|save| save.mask);
    let cutout = cutout.map(|_| output(OutputKind::Cutout, "cutout"));
    let mask = mask.map(|_| output(OutputKind::Mask, "mask"));
    Outcome::Done(Box::new(Done {
        saliency: Arc::new(SaliencyMap::empty(4)),
        no_clear_subject: false,
        size_px,
        preview,
        outputs: cutout.into_iter().chain(mask).collect(),
        timings: Timings { decode_ms: 30.0, infer_ms: 150.0, refine_ms: 30.0, save_ms: 0.0 },
        cleanups: Vec::new(),
    }))
}

/// A reading on a machine without a GPU.
pub fn sample(at_s: f64, resident_mib: u64) -> MemorySample {
    MemorySample { at_s, device: None, card: None, resident_bytes: resident_mib * MIB }
}

/// A reading on a machine with one.
pub fn gpu_sample(at_s: f64, allocated_mib: u64, reserved_mib: u64) -> MemorySample {
    let stats = MemoryStats {
        allocated_bytes: allocated_mib * MIB,
        reserved_bytes: reserved_mib * MIB,
        ..MemoryStats::default()
    };
    let card = CardMemory { free_bytes: 9200 * MIB, total_bytes: 12288 * MIB };
    MemorySample { at_s, device: Some(stats), card: Some(card), resident_bytes: 700 * MIB }
}

/// A cleanup point that took 0.4 ms, with reserved MiB before and after.
pub fn cleanup(point: CleanupPoint, reserved_mib: Option<(u64, u64)>) -> Event {
    let stats = |mib: u64| MemoryStats { reserved_bytes: mib * MIB, ..MemoryStats::default() };
    let before = reserved_mib.map(|(before, _)| stats(before));
    let after = reserved_mib.map(|(_, after)| stats(after));
    Event::Cleanup { id: None, record: CleanupRecord { point, before, after, took_us: 400 } }
}

/// A disc on a gradient, and the disc alone.
fn drawn(width: u32, height: u32) -> Preview {
    let (radius, middle) =
        (f64::from(height) * 0.35, (f64::from(width) / 2.0, f64::from(height) / 2.0));
    let photo = RgbaImage::from_fn(width, height, |x, y| {
        let distance = (f64::from(x) - middle.0).hypot(f64::from(y) - middle.1);
        if distance < radius {
            image::Rgba([235, 150, 40, 255])
        } else {
            image::Rgba([40, 90 + (y * 80 / height) as u8, 110, 255])
        }
    });
    let mask = GrayImage::from_fn(width, height, |x, y| {
        image::Luma([if photo.get_pixel(x, y)[0] > 200 { 255 } else { 0 }])
    });
    preview(&photo, &mask)
}

fn preview(photo: &RgbaImage, mask: &GrayImage) -> Preview {
    let mut after = photo.clone();
    for (pixel, alpha) in after.pixels_mut().zip(mask.pixels()) {
        for channel in 0..3 {
            pixel[channel] = (u16::from(pixel[channel]) * u16::from(alpha[0]) / 255) as u8;
        }
        pixel[3] = alpha[0];
    }
    Preview { before: rgba(photo.clone()), after: rgba(after) }
}

fn rgba(picture: RgbaImage) -> Rgba {
    Rgba {
        width_px: picture.width(),
        height_px: picture.height(),
        premultiplied: picture.into_raw(),
    }
}

/// A photo with its published mask where `CUTOUT_REFERENCE` names a folder of them, otherwise a
/// drawn one.
fn photo(name: &str) -> (RgbaImage, Preview) {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let folder = env::var_os("CUTOUT_REFERENCE").map(PathBuf::from).unwrap_or_default();
    let photo = image::open(folder.join("images").join(name)).map(|photo| photo.to_rgba8());
    let mask = image::open(folder.join("u2net").join(format!("{stem}.png")));
    match (photo, mask) {
        (Ok(photo), Ok(mask)) => {
            let preview = preview(&photo, &mask.to_luma8());
            (photo, preview)
        }
        _ => {
            let preview = drawn(600, 400);
            let before = preview.before.premultiplied.clone();
            (RgbaImage::from_raw(600, 400, before).unwrap(), preview)
        }
    }
}

/// A situation to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    FirstStart,
    NoModel,
    Hovering,
    Working,
    Done,
    Zoomed,
    Failed,
    Saved,
    LongNames,
}

pub const ALL: [Scene; 9] = [
    Scene::FirstStart,
    Scene::NoModel,
    Scene::Hovering,
    Scene::Working,
    Scene::Done,
    Scene::Zoomed,
    Scene::Failed,
    Scene::Saved,
    Scene::LongNames,
];

const PHOTOS: [&str; 9] = [
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

impl Scene {
    pub fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    pub fn play(self, window: &mut Window) {
        match self {
            Self::FirstStart => ready_on_cpu(window),
            Self::NoModel => {
                ready_on_cpu(window);
                let message = "The model U²-Net is not on this computer: get it with `cutout \
                               models fetch u2net` (176 MB), then start again."
                    .to_owned();
                window.tell(Event::Model(ModelState::Failed { message }));
            }
            Self::Hovering => {
                ready_on_cpu(window);
                window.add(&PHOTOS);
                window.hover_files(3);
            }
            Self::Working => {
                ready_on_gpu(window);
                window.add(&PHOTOS);
                let jobs = window.jobs();
                thumbnail(window, &jobs[0]);
                thumbnail(window, &jobs[1]);
                window.tell(Event::Step { id: jobs[0].id, step: Step::Inferring });
                window.tell(Event::Step { id: jobs[1].id, step: Step::Decoding });
            }
            Self::Done => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 6);
            }
            Self::Zoomed => {
                ready_on_cpu(window);
                all_done(window, &PHOTOS[1..], 8);
                window.click("Full size");
                window.click("Zoom in");
            }
            Self::Failed => {
                ready_on_cpu(window);
                all_done(window, &PHOTOS, 4);
                let job = window.jobs().remove(4);
                let message = "im_21.png: the file ends early, after 12 of 480 rows. Copy it \
                               again from where it came from."
                    .to_owned();
                window.finish(&job, Outcome::Failed { message });
                window.click_row("im_21.png");
            }
            Self::Saved => {
                ready_on_cpu(window);
                all_done(window, &["vangogh.jpeg", "0003.jpg"], 2);
                window.click("Save mask");
                let job = window.jobs().pop().expect("a job that saves");
                window.finish(&job, done_with(&job, None, (600, 400)));
            }
            Self::LongNames => {
                ready_on_gpu(window);
                window.add(&[
                    "Screenshot of a very long name that somebody's camera app gave 2024-05-17.png",
                    "ALLINCAPITALSWITHOUTASPACEANYWHERE_0000000000000001.jpeg",
                    "zażółć gęślą jaźń Grüße ελληνικά русский.png",
                ]);
                let job = window.jobs().remove(0);
                let Outcome::Done(mut outcome) = done(&job) else { unreachable!() };
                outcome.no_clear_subject = true;
                thumbnail(window, &job);
                window.finish(&job, Outcome::Done(outcome));
            }
        }
    }
}

fn thumbnail(window: &mut Window, job: &Job) {
    let name = job.source.file_name().unwrap().to_string_lossy().into_owned();
    let (photo, _) = photo(&name);
    let scale = 96.0 / f64::from(photo.width().max(photo.height()));
    let side = |px: u32| (f64::from(px) * scale).round().max(1.0) as u32;
    let small = imageops::thumbnail(&photo, side(photo.width()), side(photo.height()));
    let size_px = photo.dimensions();
    window.tell(Event::Thumbnail { id: job.id, picture: rgba(small), size_px });
}

/// Adds photos; the first so many are done.
fn all_done(window: &mut Window, names: &[&str], count: usize) {
    window.add(names);
    for job in window.jobs().iter().take(count) {
        let name = job.source.file_name().unwrap().to_string_lossy().into_owned();
        let (photo, preview) = photo(&name);
        thumbnail(window, job);
        let preview = job.preview_px.map(|_| preview);
        window.finish(job, done_with(job, preview, photo.dimensions()));
    }
}

fn ready_on_cpu(window: &mut Window) {
    let why = "No GPU is used: libcuda.so.1 cannot be opened, so there is no NVIDIA driver";
    window.tell(Event::Device(DeviceInfo {
        is_gpu: false,
        name: "CPU, 2 threads".to_owned(),
        why: why.to_owned(),
    }));
    ready(window);
    for tick in 0..120_u64 {
        window.send(Event::Memory(sample(tick as f64 / 4.0, 420 + (tick % 24) * 12)));
    }
    for point in CleanupPoint::ALL {
        window.tell(cleanup(point, None));
    }
}

fn ready_on_gpu(window: &mut Window) {
    window.tell(Event::Device(DeviceInfo {
        is_gpu: true,
        name: "NVIDIA RTX 4070".to_owned(),
        why: "The first GPU that CUDA offers".to_owned(),
    }));
    ready(window);
    for tick in 0..200_u64 {
        let wave = [0, 20, 90, 120, 30, 0, 0, 0][(tick % 8) as usize];
        window.send(Event::Memory(gpu_sample(tick as f64 / 4.0, 84 + wave, 104 + wave)));
    }
    window.tell(cleanup(CleanupPoint::AfterInference, Some((222, 164))));
    window.tell(cleanup(CleanupPoint::AfterMask, Some((164, 160))));
    window.tell(cleanup(CleanupPoint::AfterImage, Some((160, 160))));
    window.tell(cleanup(CleanupPoint::AfterJob, Some((160, 160))));
}

fn ready(window: &mut Window) {
    let name = "u2net".to_owned();
    window.tell(Event::Model(ModelState::Ready { name, load_ms: 412, weights_bytes: 168 * MIB }));
}
