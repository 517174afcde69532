//! How long edges take at several sizes of photo, in milliseconds: the median of several runs.
//!
//! `cargo bench --bench refine`; the photos are drawn: a furry subject of two textures.

use std::time::Instant;

use cutout::imaging::{
    Cancel, Foreground, Halvings, Matte, Metadata, Picture, Refine, Resampling, SaliencyMap,
    refine::{Guide, Watch, refine},
    thumbnail,
};
use image::{DynamicImage, Rgb, RgbImage};

const RUNS: usize = 7;
/// The longest side of a preview.
const PREVIEW_PX: u32 = 1600;

fn main() {
    println!("{:>12} {:>9} {:>9} {:>9} {:>9}", "size", "off", "fast", "matting", "colours");
    let map = seen();
    for (width, height) in [(640, 480), (1280, 960), (2000, 1500), (4000, 3000), (8160, 6144)] {
        let photo = draw(width, height);
        row(&format!("{width}x{height}"), Guide::Photo(&photo), &map);
        if (width, height) == (4000, 3000) {
            let picture = Picture { pixels: photo, metadata: Metadata::default() };
            let small = thumbnail(&picture, PREVIEW_PX);
            row("its preview", Guide::Screen(&small), &map);
        }
    }
}

fn row(name: &str, guide: Guide, map: &SaliencyMap) {
    let cancel = Cancel::default();
    let watch = Watch::silent(&cancel);
    let refined = |way| -> Matte {
        refine(guide, map, Resampling::Lanczos, way, &watch).expect("nobody cancels")
    };
    let [off, fast, matting] =
        [Refine::Off, Refine::Fast, Refine::Matting].map(|way| median_ms(|| drop(refined(way))));
    let matte = refined(Refine::Fast);
    let colours = median_ms(|| {
        drop(Foreground::estimate(guide, &Halvings::of(guide), &matte, &cancel));
    });
    println!("{name:>12} {off:>9.1} {fast:>9.1} {matting:>9.1} {colours:>9.1}");
}

/// How far the subject reaches in this direction, with its fur: 0.5 is half of the height.
fn reach(angle: f32) -> f32 {
    0.33 + 0.02 * (angle * 9.0).sin() + 0.02 * (angle * 211.0).sin()
}

fn draw(width: u32, height: u32) -> DynamicImage {
    let middle = (width as f32 / 2.0, height as f32 / 2.0);
    let mut state = 1_u32;
    RgbImage::from_fn(width, height, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (state >> 29) as f32;
        let (x, y) = ((x as f32 - middle.0) / height as f32, (y as f32 - middle.1) / height as f32);
        let edge = reach(y.atan2(x)) - x.hypot(y);
        let alpha = (edge * height as f32 + 0.5).clamp(0.0, 1.0);
        let wave = 20.0 * ((x * 40.0).sin() + (y * 31.0).cos()) + noise;
        let mix = |own: f32, other: f32| (own * alpha + other * (1.0 - alpha) + wave) as u8;
        Rgb([mix(170.0, 60.0), mix(120.0, 100.0), mix(70.0, 130.0)])
    })
    .into()
}

/// What a network would see in it: without the fur.
fn seen() -> SaliencyMap {
    let side_px = 320;
    let values = (0..side_px * side_px)
        .map(|place| {
            let at = |pixel: u32| (pixel as f32 + 0.5) / side_px as f32 - 0.5;
            let (x, y) = (at(place % side_px) * 4.0 / 3.0, at(place / side_px));
            let edge = reach(0.0) - x.hypot(y);
            (edge * 40.0 + 0.5).clamp(0.0, 1.0)
        })
        .collect();
    SaliencyMap { side_px, values }
}

fn median_ms(mut work: impl FnMut()) -> f64 {
    let mut took: Vec<f64> = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    took.sort_by(f64::total_cmp);
    took[RUNS / 2]
}
