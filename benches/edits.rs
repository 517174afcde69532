//! How long each edit takes on the screen and at full size, in milliseconds: the median of several
//! runs. The bar: a change on the screen takes less than 50 ms, with all edits on as well. The first
//! picture of a photo, for which nothing is known yet, has no bar.
//!
//! `cargo bench --bench edits [-- PHOTO]`; without a photo, a drawn one of 12 megapixels is used.

use std::{hint::black_box, path::PathBuf, sync::Arc, time::Instant};

use cutout::imaging::{
    Cancel, Limits, Metadata, Mipmap, Picture, Resampling, Rgba, SaliencyMap, both, decode,
    edit::{
        Backdrop, Background, BrushTool, Edits, Live, MaskEdits, Proxy, Shadow, Source, Stroke,
        Trim, edited_matte, render,
    },
    refine::{Guide, Watch},
    thumbnail,
};
use image::{Rgb, RgbImage};

const RUNS: usize = 9;
/// As in the window.
const PREVIEW_PX: u32 = 1600;
const BAR_MS: f64 = 50.0;

fn main() {
    let cancel = Cancel::default();
    let photo = std::env::args_os().skip(1).map(PathBuf::from).find(|path| path.is_file());
    let picture = match photo {
        Some(path) => decode(&path, &Limits::default(), &cancel).expect("a picture"),
        None => drawn(4000, 3000),
    };
    let photo_px = (picture.pixels.width(), picture.pixels.height());
    let scene = Scene {
        before: Arc::new(thumbnail(&picture, PREVIEW_PX)),
        map: Arc::new(ring(320)),
        backdrop: Backdrop::new(drawn(3000, 2000)),
        picture,
        proxy: Proxy::full(photo_px),
    };
    println!("{} x {}, shown at {PREVIEW_PX} px", photo_px.0, photo_px.1);
    println!("  {:<24} {:>9} {:>9} {:>9}", "edit", "first", "change", "full size");
    let mut slowest = 0.0_f64;
    for (name, edits, changed) in cases(photo_px) {
        let first = scene.first_ms(&edits);
        let change = scene.change_ms(&edits, &changed);
        let full = scene.full_ms(&edits);
        slowest = slowest.max(change);
        println!("  {name:<24} {first:>9.1} {change:>9.1} {full:>9.1}");
    }
    let verdict = if slowest < BAR_MS { "under" } else { "OVER" };
    println!("  slowest change on the screen: {slowest:.1} ms, {verdict} the bar of {BAR_MS} ms");
}

struct Scene {
    picture: Picture,
    before: Arc<Rgba>,
    map: Arc<SaliencyMap>,
    backdrop: Backdrop,
    proxy: Proxy,
}

impl Scene {
    fn live(&self) -> Live {
        let (before, map) = (self.before.clone(), self.map.clone());
        Live::new(before, map, self.proxy.photo_px, Resampling::Lanczos)
    }

    /// With nothing kept from before.
    fn first_ms(&self, edits: &Edits) -> f64 {
        median_ms(|_| {
            let mut live = self.live();
            let backdrop = self.backdrop.covering(live.proxy().size_px);
            let started = Instant::now();
            self.show(&mut live, edits, &backdrop);
            started.elapsed().as_secs_f64() * 1e3
        })
    }

    /// From one value to the next, as while a slider is dragged.
    fn change_ms(&self, edits: &Edits, changed: &Edits) -> f64 {
        let mut live = self.live();
        let backdrop = self.backdrop.covering(live.proxy().size_px);
        self.show(&mut live, edits, &backdrop);
        median_ms(|run| {
            let next = if run % 2 == 0 { changed } else { edits };
            let started = Instant::now();
            self.show(&mut live, next, &backdrop);
            started.elapsed().as_secs_f64() * 1e3
        })
    }

    fn show(&self, live: &mut Live, edits: &Edits, backdrop: &Backdrop) {
        let made = live.show(edits, Some(backdrop), &Cancel::default()).expect("not cancelled");
        black_box(both(|| Mipmap::of(made.after), || Mipmap::of(made.mask)));
    }

    fn full_ms(&self, edits: &Edits) -> f64 {
        let cancel = Cancel::default();
        median_ms(|_| {
            let started = Instant::now();
            let source = Source {
                guide: Guide::Photo(&self.picture.pixels),
                map: &self.map,
                proxy: self.proxy,
                resampling: Resampling::Lanczos,
            };
            let matte =
                edited_matte(source, edits, &Watch::silent(&cancel)).expect("not cancelled");
            let backdrop = Some(&self.backdrop);
            black_box(render(&self.picture, &matte, edits, &self.proxy, backdrop, &cancel))
                .expect("not cancelled");
            started.elapsed().as_secs_f64() * 1e3
        })
    }
}

/// A name, edits, and the same a step of the slider further.
fn cases(photo_px: (u32, u32)) -> Vec<(&'static str, Edits, Edits)> {
    let none = MaskEdits::default();
    let masked = |mask: MaskEdits| Edits { mask, ..Edits::default() };
    let on = |background: Background| Edits { background, ..Edits::default() };
    let strokes = |points: usize| {
        let [width, height] = [photo_px.0 as f32, photo_px.1 as f32];
        let line = (0..points).map(|step| {
            let part = step as f32 / 400.0;
            [width * (0.1 + 0.8 * part), height * (0.5 + 0.3 * (part * 12.0).sin())]
        });
        let points_px = line.collect();
        let stroke = Stroke { tool: BrushTool::Erase, radius_px: 80.0, softness: 0.5, points_px };
        vec![Arc::new(stroke)]
    };
    let shadow = |opacity| Some(Shadow { opacity, ..Shadow::default() });
    let all = |threshold, points| Edits {
        mask: MaskEdits {
            threshold,
            hardness: 0.6,
            grow_px: 30.0,
            feather_px: 12.0,
            keep_largest: true,
            fill_holes: true,
            ..MaskEdits::default()
        },
        strokes: strokes(points),
        background: Background::Blurred { radius_px: 60.0 },
        trim: Some(Trim { margin_px: 20 }),
        shadow: shadow(0.5),
        ..Edits::default()
    };
    let mask = |name, change: fn(&mut MaskEdits, f32), values: [f32; 2]| {
        let [edits, changed] = values.map(|value| {
            let mut mask = none;
            change(&mut mask, value);
            masked(mask)
        });
        (name, edits, changed)
    };
    vec![
        ("nothing", Edits::default(), on(Background::Colour([9, 9, 9]))),
        mask("threshold", |mask, value| mask.threshold = value, [0.3, 0.31]),
        mask("hardness", |mask, value| mask.hardness = value, [0.9, 1.0]),
        mask("grow by 10", |mask, value| mask.grow_px = value, [10.0, 11.0]),
        mask("grow by 100", |mask, value| mask.grow_px = value, [100.0, 99.0]),
        mask("shrink by 100", |mask, value| mask.grow_px = value, [-100.0, -99.0]),
        mask("feather of 5", |mask, value| mask.feather_px = value, [5.0, 6.0]),
        mask("feather of 20", |mask, value| mask.feather_px = value, [20.0, 21.0]),
        mask("feather of 100", |mask, value| mask.feather_px = value, [100.0, 99.0]),
        mask("largest part", |mask, value| mask.keep_largest = value > 0.0, [1.0, 0.0]),
        mask("holes", |mask, value| mask.fill_holes = value > 0.0, [1.0, 0.0]),
        (
            "stroke of 400 points",
            Edits { strokes: strokes(400), ..Edits::default() },
            Edits { strokes: strokes(399), ..Edits::default() },
        ),
        ("colour", on(Background::Colour([1, 2, 3])), on(Background::Colour([1, 2, 4]))),
        ("picture", on(Background::Picture("sea.jpg".into())), Edits::default()),
        (
            "blurred original",
            on(Background::Blurred { radius_px: 60.0 }),
            on(Background::Blurred { radius_px: 61.0 }),
        ),
        (
            "shadow",
            Edits { shadow: shadow(0.5), ..Edits::default() },
            Edits { shadow: shadow(0.51), ..Edits::default() },
        ),
        (
            "trim",
            Edits { trim: Some(Trim { margin_px: 20 }), ..Edits::default() },
            Edits { trim: Some(Trim { margin_px: 21 }), ..Edits::default() },
        ),
        ("all, threshold moved", all(0.4, 400), all(0.41, 400)),
        ("all, brush moved", all(0.4, 400), all(0.4, 399)),
    ]
}

/// The median of what several runs report.
fn median_ms(mut run: impl FnMut(usize) -> f64) -> f64 {
    let mut times: Vec<_> = (0..RUNS).map(&mut run).collect();
    times.sort_by(f64::total_cmp);
    times[RUNS / 2]
}

/// Soft shapes with a little noise.
fn drawn(width: u32, height: u32) -> Picture {
    let mut state = 1_u32;
    let pixels = RgbImage::from_fn(width, height, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (state >> 29) as f32;
        let wave = |across: f32, down: f32| {
            (124.0 + 110.0 * (x as f32 / across).sin() * (y as f32 / down).cos() + noise) as u8
        };
        Rgb([wave(310.0, 170.0), wave(97.0, 410.0), wave(530.0, 61.0)])
    });
    Picture { pixels: pixels.into(), metadata: Metadata::default() }
}

/// A soft ring, so that there is a hole to fill.
fn ring(side_px: u32) -> SaliencyMap {
    let centre = side_px as f32 / 2.0;
    let values = (0..side_px * side_px)
        .map(|index| {
            let (x, y) = ((index % side_px) as f32 - centre, (index / side_px) as f32 - centre);
            let from_rim = (x.hypot(y) - centre * 0.5).abs();
            ((centre * 0.25 - from_rim) / 4.0 + 0.5).clamp(0.0, 1.0)
        })
        .collect();
    SaliencyMap { side_px, values }
}
