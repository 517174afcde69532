use image::{DynamicImage, GrayImage, Luma, Rgb, RgbImage, imageops};

use super::*;

const WAYS: [Refine; 3] = [Refine::Off, Refine::Fast, Refine::Matting];
const LANCZOS: Resampling = Resampling::Lanczos;

fn refined(photo: &DynamicImage, map: &SaliencyMap, way: Refine) -> Matte {
    let cancel = Cancel::default();
    let watch = Watch::silent(&cancel);
    refine(Guide::Photo(photo), map, LANCZOS, way, &watch).unwrap()
}

/// Two colours that differ by a wave's worth of texture, and where the first of them is.
fn two_colours(width: u32, height: u32, inside: impl Fn(f32, f32) -> f32) -> (RgbImage, GrayImage) {
    let alpha = GrayImage::from_fn(width, height, |x, y| {
        let alpha = inside(x as f32 + 0.5, y as f32 + 0.5).clamp(0.0, 1.0);
        Luma([(alpha * 255.0).round() as u8])
    });
    let photo = RgbImage::from_fn(width, height, |x, y| {
        let alpha = f32::from(alpha.get_pixel(x, y)[0]) / 255.0;
        let wave = 12.0 * ((x as f32 / 7.0).sin() + (y as f32 / 5.0).cos());
        let mix = |own: f32, other: f32| (own * alpha + other * (1.0 - alpha) + wave) as u8;
        Rgb([mix(190.0, 60.0), mix(140.0, 110.0), mix(70.0, 160.0)])
    });
    (photo, alpha)
}

/// What U²-Net would make of it: 320 pixels a side, soft, and a little beside the edge.
fn seen(alpha: &GrayImage, beside_px: f32) -> SaliencyMap {
    let blurred = imageops::blur(alpha, alpha.width() as f32 / 100.0);
    let side_px = 320;
    let small = imageops::resize(&blurred, side_px, side_px, imageops::FilterType::Triangle);
    let at = |x: u32, y: u32| {
        let x = (x as f32 + beside_px * side_px as f32 / alpha.width() as f32).max(0.0) as u32;
        f32::from(small.get_pixel(x.min(side_px - 1), y)[0]) / 255.0
    };
    let values = (0..side_px * side_px).map(|place| at(place % side_px, place / side_px)).collect();
    SaliencyMap { side_px, values }
}

fn error(matte: &Matte, alpha: &GrayImage) -> f64 {
    let sum: u64 = matte.0.iter().zip(alpha.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / 255.0 / f64::from(alpha.width() * alpha.height())
}

#[test]
fn nothing_everything_and_one_level_stay_what_they_are() {
    for size in [(1, 1), (1, 300), (300, 1), (7, 5), (640, 431)] {
        let photo = two_colours(size.0, size.1, |x, y| x / 9.0 + y / 7.0 - 3.0).0.into();
        for way in WAYS {
            for value in [0.0, 1.0, 0.4] {
                let map = SaliencyMap { side_px: 32, values: vec![value; 32 * 32] };
                let matte = refined(&photo, &map, way).0;
                assert_eq!(matte.dimensions(), size);
                let first = matte.as_raw()[0];
                let off = matte.iter().map(|level| level.abs_diff(first)).max().unwrap();
                assert!(off <= 2, "{way:?} {value} {size:?}: {off}");
                if value != 0.4 {
                    assert_eq!(f32::from(first), value * 255.0, "{way:?} {size:?}");
                }
            }
        }
    }
}

#[test]
fn an_edge_comes_to_where_the_colours_change() {
    for (width, height) in [(320, 240), (1200, 900)] {
        let radius = height as f32 / 3.0;
        let middle = (width as f32 / 2.0, height as f32 / 2.0);
        let (photo, alpha) = two_colours(width, height, |x, y| {
            let angle = (y - middle.1).atan2(x - middle.0);
            let wavy = radius * (1.0 + 0.06 * (angle * 23.0).sin());
            wavy - (x - middle.0).hypot(y - middle.1) + 0.5
        });
        let map = seen(&alpha, width as f32 / 320.0);
        let photo = photo.into();
        let [plain, fast, matting] = WAYS.map(|way| error(&refined(&photo, &map, way), &alpha));
        assert!(fast < 0.45 * plain, "{width}: fast {fast}, plain {plain}");
        assert!(matting < 0.3 * plain, "{width}: matting {matting}, plain {plain}");
    }
}

#[test]
fn a_photo_that_tells_nothing_does_no_harm() {
    let (_, alpha) = two_colours(400, 300, |x, y| 100.0 - (x - 200.0).hypot(y - 150.0));
    let map = seen(&alpha, 0.0);
    let grey = DynamicImage::from(RgbImage::from_pixel(400, 300, Rgb([90, 90, 90])));
    let plain = error(&refined(&grey, &map, Refine::Off), &alpha);
    // Without colours, matting fades from what is known on one side to what is on the other.
    for (way, bound) in [(Refine::Fast, 1.1), (Refine::Matting, 3.0)] {
        let refined = error(&refined(&grey, &map, way), &alpha);
        assert!(refined < bound * plain, "{way:?}: {refined}, plain {plain}");
    }
}

#[test]
fn what_is_mirrored_comes_out_mirrored() {
    let (photo, alpha) = two_colours(401, 300, |x, y| 90.0 - (x - 170.0).hypot(y - 140.0));
    let map = seen(&alpha, 2.0);
    let mirrored_map = SaliencyMap {
        side_px: map.side_px,
        values: map
            .values
            .chunks(map.side_px as usize)
            .flat_map(|row| row.iter().rev().copied())
            .collect(),
    };
    let mirrored = imageops::flip_horizontal(&photo).into();
    let photo = photo.into();
    for way in WAYS {
        let one = refined(&photo, &map, way).0;
        let other = imageops::flip_horizontal(&refined(&mirrored, &mirrored_map, way).0);
        let off = one.iter().zip(other.iter()).map(|(a, b)| a.abs_diff(*b));
        let (most, sum) = (off.clone().max().unwrap(), off.map(u64::from).sum::<u64>());
        // Conjugate gradients stop short of the end, and sums are rounded in another order.
        assert!(most <= 8 && sum < 401 * 300 / 20, "{way:?}: {most} {sum}");
    }
}

#[test]
fn sixteen_bits_and_the_screen_guide_as_eight_bits_do() {
    let (photo, alpha) = two_colours(300, 200, |x, y| 60.0 - (x - 150.0).hypot(y - 100.0));
    let map = seen(&alpha, 1.0);
    let photo = DynamicImage::from(photo);
    let cancel = Cancel::default();
    let watch = Watch::silent(&cancel);
    for way in WAYS {
        let eight = refined(&photo, &map, way);
        let deep = photo.to_rgb16().into();
        assert_eq!(refined(&deep, &map, way), eight, "{way:?}");
        let opaque = photo.to_rgba8().into();
        assert_eq!(refined(&opaque, &map, way), eight, "{way:?}");
        let picture = super::super::Picture { pixels: photo.clone(), metadata: Default::default() };
        let screen = super::super::thumbnail(&picture, 300);
        let shown = refine(Guide::Screen(&screen), &map, LANCZOS, way, &watch).unwrap();
        assert_eq!(shown, eight, "{way:?}");
    }
}

#[test]
fn a_small_picture_shows_what_the_full_size_is() {
    let (photo, alpha) = two_colours(2000, 1500, |x, y| 500.0 - (x - 900.0).hypot(y - 700.0));
    let map = seen(&alpha, 8.0);
    let photo = DynamicImage::from(photo);
    let small = photo.resize_exact(1000, 750, imageops::FilterType::Triangle);
    for way in WAYS {
        let full = refined(&photo, &map, way).0;
        let full = imageops::resize(&full, 1000, 750, imageops::FilterType::Triangle);
        let off = error(&refined(&small, &map, way), &full);
        assert!(off < 0.002, "{way:?}: {off}");
    }
}

#[test]
fn cancelled_work_ends_and_progress_only_rises() {
    let (photo, alpha) = two_colours(300, 200, |x, y| 60.0 - (x - 150.0).hypot(y - 100.0));
    let (photo, map) = (photo.into(), seen(&alpha, 1.0));
    let told = std::cell::RefCell::new(Vec::new());
    let cancel = Cancel::default();
    let progress = |part| told.borrow_mut().push(part);
    let watch = Watch { cancel: &cancel, progress: &progress };
    refine(Guide::Photo(&photo), &map, LANCZOS, Refine::Matting, &watch).unwrap();
    assert!(told.borrow().is_sorted() && told.borrow().last() == Some(&1.0), "{told:?}");
    cancel.cancel();
    for way in WAYS {
        assert!(refine(Guide::Photo(&photo), &map, LANCZOS, way, &watch).is_err(), "{way:?}");
    }
}
