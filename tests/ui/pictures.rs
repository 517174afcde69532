//! Drawn photos and what the engine makes of them.

use std::{env, path::PathBuf, sync::Arc};

use cutout::{
    engine::protocol::{
        Destination, Done, Job, Outcome, Output, OutputKind, Pass, Precision, Preview, Timings,
    },
    imaging::{Mipmap, Rgba, SaliencyMap, SaliencyMaps, Second},
};
use image::{DynamicImage, GrayImage, RgbaImage};

use crate::readings::MIB;

/// A job's good end, with a drawn photo.
pub fn done(job: &Job) -> Outcome {
    let size = job.preview_px.map(|_| (600, 400));
    done_with(job, size.map(|(width, height)| drawn(width, height, 0.0)), (600, 400))
}

pub fn done_with(job: &Job, preview: Option<Preview>, size_px: (u32, u32)) -> Outcome {
    let output = |kind: OutputKind, word: &str| {
        let stem = job.source.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let name = format!("{stem}_{word}.png");
        let path = match job.save.as_ref().map(|save| &save.options.folder) {
            Some(Destination::Folder(folder)) => folder.join(name),
            _ => job.source.with_file_name(name),
        };
        Output { kind, path, skipped: false }
    };
    let cutout = job.save.as_ref().filter(|save| save.cutout);
    let mask = job.save.as_ref().filter(|save| save.mask);
    let cutout = cutout.map(|_| output(OutputKind::Cutout, "cutout"));
    let mask = mask.map(|_| output(OutputKind::Mask, "mask"));
    Outcome::Done(Box::new(Done {
        saliency: Arc::new(SaliencyMaps { first: SaliencyMap::empty(4), second: Second::Nothing }),
        no_clear_subject: false,
        doubts: Vec::new(),
        size_px,
        preview,
        cutout: job.cutout.then(|| Arc::new(RgbaImage::new(4, 3))),
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

/// A drawn photo whose mask has a soft edge.
pub fn soft() -> Preview {
    drawn(600, 400, 12.0)
}

/// A disc on a gradient, and the disc alone, which fades outwards so far.
fn drawn(width: u32, height: u32, soft_px: f64) -> Preview {
    let (radius, middle) =
        (f64::from(height) * 0.35, (f64::from(width) / 2.0, f64::from(height) / 2.0));
    let outside_px =
        |x: u32, y: u32| (f64::from(x) - middle.0).hypot(f64::from(y) - middle.1) - radius;
    let photo = RgbaImage::from_fn(width, height, |x, y| {
        if outside_px(x, y) < 0.0 {
            image::Rgba([235, 150, 40, 255])
        } else {
            image::Rgba([40, 90 + (y * 80 / height) as u8, 110, 255])
        }
    });
    let mask = GrayImage::from_fn(width, height, |x, y| {
        let left = match outside_px(x, y) {
            ..0.0 => 1.0,
            outside_px if outside_px < soft_px => 1.0 - outside_px / soft_px,
            _ => 0.0,
        };
        image::Luma([(255.0 * left) as u8])
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

pub fn rgba(picture: RgbaImage) -> Arc<Rgba> {
    Arc::new(Rgba {
        width_px: picture.width(),
        height_px: picture.height(),
        premultiplied: picture.into_raw(),
    })
}

/// A photo with its published mask where `CUTOUT_REFERENCE` names a folder of them, otherwise a
/// drawn one.
pub fn photo(name: &str) -> (RgbaImage, Preview) {
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
            let preview = drawn(600, 400, 0.0);
            let before = preview.before.full().premultiplied.clone();
            (RgbaImage::from_raw(600, 400, before).unwrap(), preview)
        }
    }
}
