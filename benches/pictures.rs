//! How long each step of the imaging room takes, in milliseconds: the median of several runs.
//!
//! `cargo bench --bench pictures [-- PHOTO...]`; without a photo, drawn ones of 12 and 50
//! megapixels are used.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use cutout::imaging::{
    Cancel, Existing, FileFormat, Limits, PngEffort, Resampling, SaliencyMap, cutout, decode,
    matte_from_map, network_input, preview, save_cutout, save_mask, thumbnail,
};
use image::{DynamicImage, Rgb, RgbImage};

const RUNS: usize = 7;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut photos: Vec<PathBuf> =
        std::env::args_os().skip(1).map(PathBuf::from).filter(|path| path.is_file()).collect();
    if photos.is_empty() {
        for (name, width, height) in [("12mp.jpg", 4000, 3000), ("50mp.jpg", 8160, 6144)] {
            let path = folder.path().join(name);
            draw(width, height).save(&path).expect("the drawn photo");
            photos.push(path);
        }
        let path = folder.path().join("12mp.png");
        draw(4000, 3000).save(&path).expect("the drawn photo");
        photos.push(path);
    }
    for photo in &photos {
        measure(photo, folder.path());
    }
}

fn measure(photo: &Path, folder: &Path) {
    let (limits, cancel) = (Limits::default(), Cancel::default());
    let picture = decode(photo, &limits, &cancel).expect("a picture");
    let (width, height) = (picture.pixels.width(), picture.pixels.height());
    println!("\n{} ({width} x {height})", photo.display());
    println!("  {:<24} {:>9}", "step", "ms");

    let row = |step: &str, work: &mut dyn FnMut()| {
        println!("  {step:<24} {:>9.2}", median(work).as_secs_f64() * 1000.0);
    };
    row("decode", &mut || {
        decode(photo, &limits, &cancel).expect("a picture");
    });
    for (name, resampling) in
        [("Lanczos", Resampling::Lanczos), ("bilinear", Resampling::AuthorsBilinear)]
    {
        row(&format!("network input, {name}"), &mut || {
            network_input(&picture, 320, resampling);
        });
    }
    let map = disc(320);
    row("matte", &mut || {
        matte_from_map(&map, width, height, Resampling::Lanczos);
    });
    let matte = matte_from_map(&map, width, height, Resampling::Lanczos);
    row("compose", &mut || {
        cutout(&picture, &matte);
    });
    row("preview of 1600 px", &mut || {
        preview(&picture, &matte, 1600);
    });
    row("thumbnail of 96 px", &mut || {
        thumbnail(&picture, 96);
    });
    let composed = cutout(&picture, &matte);
    let mut sizes = Vec::new();
    for (name, format) in [
        ("PNG, fast", FileFormat::Png(PngEffort::Fast)),
        ("PNG", FileFormat::Png(PngEffort::Balanced)),
        ("PNG, small", FileFormat::Png(PngEffort::Small)),
        ("WebP, lossless", FileFormat::WebpLossless),
        ("WebP, quality 90", FileFormat::Webp { quality: 90 }),
        ("JPEG, quality 90", FileFormat::Jpeg { quality: 90, colour: [255; 3] }),
        ("TIFF", FileFormat::Tiff),
    ] {
        let path = folder.join("cutout").with_extension(format.extension());
        row(&format!("write as {name}"), &mut || {
            let existing = Existing::Replace;
            save_cutout(&path, &composed, &picture.metadata, format, existing, &cancel)
                .expect("written");
        });
        let bytes = std::fs::metadata(&path).expect("written").len();
        sizes.push(format!("{name} {:.1} MB", bytes as f64 / 1e6));
    }
    let path = folder.join("mask.png");
    row("write the mask", &mut || {
        save_mask(&path, &matte, PngEffort::Balanced, Existing::Replace, &cancel).expect("written");
    });
    let mask_bytes = std::fs::metadata(&path).expect("written").len();
    println!("  {}, mask {:.2} MB", sizes.join(", "), mask_bytes as f64 / 1e6);
}

fn median(work: &mut dyn FnMut()) -> Duration {
    let mut times: Vec<_> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}

/// Soft shapes with a little noise, about as hard to compress as a photo.
fn draw(width: u32, height: u32) -> DynamicImage {
    let mut state = 1_u32;
    RgbImage::from_fn(width, height, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (state >> 29) as f32;
        let wave = |x_period: f32, y_period: f32| {
            (124.0 + 110.0 * (x as f32 / x_period).sin() * (y as f32 / y_period).cos() + noise)
                as u8
        };
        Rgb([wave(310.0, 170.0), wave(97.0, 410.0), wave(530.0, 61.0)])
    })
    .into()
}

/// A soft disc in the middle.
fn disc(side_px: u32) -> SaliencyMap {
    let centre = side_px as f32 / 2.0;
    let values = (0..side_px * side_px)
        .map(|index| {
            let (x, y) = ((index % side_px) as f32 - centre, (index / side_px) as f32 - centre);
            ((centre * 0.7 - x.hypot(y)) / 4.0 + 0.5).clamp(0.0, 1.0)
        })
        .collect();
    SaliencyMap { side_px, values }
}
