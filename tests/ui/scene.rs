//! What the engine might tell, and whole situations made of it.

use std::{env, path::PathBuf, sync::Arc, time::Duration};

use cutout::{
    engine::protocol::{
        CleanupPoint, DeviceInfo, Done, Event, Job, JobId, LetGo, ModelState, NoGpu, Outcome,
        Output, OutputKind, Pass, Precision, Preview, Rung, Step, Timings,
    },
    imaging::{Mipmap, Rgba, SaliencyMap},
};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use image::{DynamicImage, GrayImage, RgbaImage, imageops};

use crate::{
    readings::{self, Card, MIB},
    window::Window,
};

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
        doubts: Vec::new(),
        size_px,
        preview,
        outputs: cutout.into_iter().chain(mask).collect(),
        timings: Timings { decode_ms: 30.0, infer_ms: 150.0, refine_ms: 30.0, save_ms: 0.0 },
        cleanups: Vec::new(),
        pass: job.saliency.is_none().then_some(Pass {
            precision: Precision::Fp16,
            images: 1,
            on_gpu: true,
            peak_bytes: 170 * MIB,
        }),
    }))
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
    let grey = DynamicImage::from(mask.clone()).into_rgba8();
    let [before, after, mask] =
        [photo.clone(), after, grey].map(|picture| Mipmap::of(rgba(picture)));
    Preview { before, after, mask, trim_px: None, problem: None }
}

fn rgba(picture: RgbaImage) -> Arc<Rgba> {
    Arc::new(Rgba {
        width_px: picture.width(),
        height_px: picture.height(),
        premultiplied: picture.into_raw(),
    })
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
            let before = preview.before.full().premultiplied.clone();
            (RgbaImage::from_raw(600, 400, before).unwrap(), preview)
        }
    }
}

/// A message in the window's language.
fn said(key: &str) -> String {
    cutout::lang::text(key, &[])
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
    OutOfMemory,
    Freed,
    Idle,
    Unloaded,
    FailedOver,
    Dense,
    Closed,
    Explained,
    MarkTold,
    Presets,
    Advanced,
    MenuOpen,
    Palette,
    Shortcuts,
    About,
    Adjusted,
    CopyTo,
    Painting,
}

pub const ALL: [Scene; 27] = [
    Scene::FirstStart,
    Scene::NoModel,
    Scene::Hovering,
    Scene::Working,
    Scene::Done,
    Scene::Zoomed,
    Scene::Failed,
    Scene::Saved,
    Scene::LongNames,
    Scene::OutOfMemory,
    Scene::Freed,
    Scene::Idle,
    Scene::Unloaded,
    Scene::FailedOver,
    Scene::Dense,
    Scene::Closed,
    Scene::Explained,
    Scene::MarkTold,
    Scene::Presets,
    Scene::Advanced,
    Scene::Adjusted,
    Scene::CopyTo,
    Scene::Painting,
    Scene::MenuOpen,
    Scene::Palette,
    Scene::Shortcuts,
    Scene::About,
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
                window.press(Modifiers::NONE, Key::Num1);
                window.press(Modifiers::NONE, Key::Plus);
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
                window.click(&said("toolbar-save-mask"));
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
            Self::OutOfMemory => out_of_memory(window),
            Self::Freed => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                let card = Card { cached_mib: 62, ..Card::default() };
                window.tell(readings::freed(LetGo::Cache, card, Card { cached_mib: 4, ..card }));
            }
            Self::Idle => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                window.click(&said("memory-unload-after"));
                window.tell(Event::UnloadsIn(Some(Duration::from_secs(272))));
            }
            Self::Unloaded => {
                ready_on_cpu(window);
                all_done(window, &PHOTOS, 9);
                window.tell(readings::freed_on_cpu(LetGo::IdleModel, 612, 440));
                window.tell(Event::Model(ModelState::Unloaded { name: "u2net".to_owned() }));
            }
            Self::FailedOver => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 4);
                let words = "CUDA error: unspecified launch failure".to_owned();
                window.tell(Event::Device(on_cpu(NoGpu::Failed(words))));
                window.tell(Event::Memory(readings::on_cpu(60.0, 900)));
                let job = window.jobs().remove(4);
                window.tell(Event::Rung { id: job.id, rung: Rung::GpuFailed });
                window.finish(&job, done(&job));
            }
            Self::Dense => {
                ready_on_gpu(window);
                window.add(&PHOTOS);
                let jobs: Vec<JobId> = window.jobs().iter().map(|job| job.id).collect();
                for image in 0..400_u32 {
                    let at_s = 20.0 + f64::from(image) / 10.0;
                    readings::image(window, jobs[image as usize % jobs.len()], at_s);
                }
                window.harness.run();
            }
            Self::Explained => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                window.hover(&format!("{}  412 MiB", said("part-context")));
            }
            Self::MarkTold => {
                ready_on_gpu(window);
                window.add(&PHOTOS[..1]);
                readings::image(window, window.jobs()[0].id, 30.0);
                all_done(window, &[], 1);
                window.harness.run();
                let plot = window.harness.get_by_label(&said("timeline-name")).rect();
                window.harness.hover_at(plot.center());
                window.harness.run_steps(20);
            }
            Self::Presets => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                window.click(&said("point-after-mask"));
                window.click(&said("points-title"));
            }
            Self::Advanced => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                // In a small window it lies below what is seen.
                window.harness.get_by_label(&said("advanced-button")).scroll_to_me();
                window.harness.run();
                window.click(&said("advanced-button"));
                window.click(&said("advanced-split"));
            }
            Self::MenuOpen => {
                ready_on_cpu(window);
                all_done(window, &PHOTOS, 3);
                window.click(&said("menu-file"));
            }
            Self::Palette => {
                ready_on_cpu(window);
                all_done(window, &PHOTOS, 3);
                window.press(Modifiers::COMMAND, Key::K);
                window.press(Modifiers::NONE, Key::ArrowDown);
            }
            Self::Shortcuts => {
                ready_on_cpu(window);
                window.press(Modifiers::NONE, Key::F1);
            }
            Self::About => {
                ready_on_cpu(window);
                window.click(&said("menu-help"));
                window.click(&said("command-about"));
            }
            Self::Adjusted => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                let background = said("inspector-background");
                let colour = said("inspector-background-colour-name");
                for control in [
                    said("inspector-brush"),
                    said("inspector-shadow"),
                    said("inspector-trim"),
                    format!("{background}: {}", said("inspector-background-colour")),
                    format!("{colour}: {}", said("colour-light-grey")),
                ] {
                    window.harness.get_by_label(&control).scroll_to_me();
                    window.harness.run();
                    window.click(&control);
                }
            }
            Self::Painting => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                window.press(egui::Modifiers::NONE, egui::Key::B);
                window.press(egui::Modifiers::NONE, egui::Key::X);
                let name = ("name", PHOTOS[0].into());
                let name = cutout::lang::text("viewer-name-before-and-after", &[name]);
                let picture = window.harness.get_by_label(&name).rect();
                let at = |x: f32, y: f32| picture.lerp_inside(egui::vec2(x, y));
                window.harness.hover_at(at(0.4, 0.3));
                window.harness.drag_at(at(0.4, 0.3));
                for step in 0_u8..9 {
                    let step = f32::from(step) / 20.0;
                    window.harness.hover_at(at(0.4 + step * 0.6, 0.3 + step));
                }
                window.harness.run();
            }
            Self::CopyTo => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                window.click(&said("inspector-fill-holes"));
                window.click(&said("inspector-copy-to"));
            }
            Self::Closed => {
                ready_on_cpu(window);
                all_done(window, &PHOTOS, 3);
                window.click(&said("memory-hide"));
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
    window.tell(Event::Thumbnail {
        id: job.id,
        picture: Arc::unwrap_or_clone(rgba(small)),
        size_px,
    });
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

/// Four rungs on four rows.
fn out_of_memory(window: &mut Window) {
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
        cpu_threads: None,
        driver: Some("580.65".to_owned()),
        allocator: "expandable_segments:True".to_owned(),
    }
}

fn ready_on_cpu(window: &mut Window) {
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
fn ready_on_gpu(window: &mut Window) {
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

fn ready(window: &mut Window, precision: Precision) {
    let (name, weights_bytes) = ("u2net".to_owned(), 84 * MIB);
    window.tell(Event::Model(ModelState::Ready { name, load_ms: 412, weights_bytes, precision }));
}
