//! Resampling is the same however it is divided, and takes little room.

use image::{GrayImage, Luma, Rgba, RgbaImage};

use super::*;
use crate::imaging::resize::SCREEN_FILTER;

#[test]
fn halves_are_those_of_the_whole() {
    let noise = |x: u32, y: u32| (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) >> 5;
    let grey = |side| GrayImage::from_fn(side, side, |x, y| Luma([noise(x, y) as u8]));
    let small: DynamicImage = grey(320).into();
    let large: DynamicImage = grey(1201).into();
    for (pixels, part, size_px) in [
        (&small, [0.0, 0.0, 320.0, 320.0], (1403, 999)),
        (&large, [0.0, 0.0, 1201.0, 1201.0], (320, 1201)),
        (&large, [0.0, 0.0, 1201.0, 1201.0], (352, 301)),
        (&large, [3.3, 70.7, 1100.1, 1000.9], (500, 2)),
        (&large.to_rgb8().into(), [0.0, 0.25, 1201.0, 1111.0], (77, 333)),
        (&large.to_rgba8().into(), [0.0, 0.0, 1201.0, 1201.0], (351, 1)),
    ] {
        for filter in [FilterType::Bilinear, FilterType::Lanczos3, SCREEN_FILTER] {
            let found = resample_part(pixels, part, size_px, filter, Alpha::Ignore);
            let mut whole = DynamicImage::new(size_px.0, size_px.1, pixels.color());
            let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
            resample_into(&mut whole, pixels, part, options.use_alpha(false));
            let same = found.as_bytes() == whole.as_bytes();
            assert!(same, "{part:?} to {size_px:?} with {filter:?}");
        }
    }
}

/// A picture in which every pixel is another colour.
fn motley(width_px: u32, height_px: u32) -> DynamicImage {
    RgbaImage::from_fn(width_px, height_px, |x, y| {
        Rgba([(x * 3) as u8, (y * 5) as u8, (x ^ y) as u8, (x * 7 + y) as u8 | 1])
    })
    .into()
}

#[test]
fn pieces_and_bands_are_those_of_the_whole() {
    let photo = motley(203, 157);
    let kinds = [photo.to_luma8().into(), photo.to_rgb16().into(), photo.to_rgba16().into(), photo];
    for (pixels, size_px) in
        kinds.iter().flat_map(|pixels| [(pixels, (500, 44)), (pixels, (20, 300))])
    {
        let from = [3.5, 0.0, 190.0, 157.0];
        let whole = at_once(pixels, from, size_px, FilterType::Lanczos3, Alpha::Ignore);
        let pieces = Pieces { from, size_px, most_px: (7, 13) };
        let mut made = DynamicImage::new(size_px.0, size_px.1, pixels.color());
        for piece in pieces.all() {
            let one =
                at_once(pixels, piece.from, piece.size_px, FilterType::Lanczos3, Alpha::Ignore);
            pieces::put(&mut made, &one, piece.at_px);
        }
        // Fractions of a pixel are rounded at other places.
        let pairs = made.as_bytes().iter().zip(whole.as_bytes());
        let worst = pairs.map(|(a, b)| a.abs_diff(*b)).filter(|&off| off != 255).max();
        assert!(worst <= Some(1), "{worst:?}: {:?} to {size_px:?}", pixels.color());
    }
}

#[test]
fn long_sides_stay_small_on_the_way() {
    const LONG: f64 = 8_323_073.0;
    for ((width, height), size_px, expected) in [
        // As for the network: a side that is short in both orders goes first.
        ((24.0, LONG), (320, 320), (24, 320)),
        ((LONG, 24.0), (320, 320), (320, 24)),
        ((1.0, 4e6), (320, 320), (1, 320)),
        ((4e6, 1.0), (320, 320), (320, 1)),
        // As for a matte of such a photo.
        ((320.0, 320.0), (4_000_000, 1), (320, 1)),
        ((320.0, 320.0), (1, 4_000_000), (1, 320)),
        // As Pillow does, as long as there is room.
        ((4000.0, 3000.0), (320, 320), (320, 3000)),
        ((300.0, 50_000.0), (320, 320), (320, 50_000)),
        ((1.0, 20_000.0), (320, 320), (320, 20_000)),
    ] {
        assert_eq!(first_step_px((width, height), size_px, 4), expected, "{width} x {height}");
    }
    for (from, size_px) in [((320.0, 1.0), (100_000_000, 1)), ((1.0, 320.0), (1, 100_000_000))] {
        let from = [0.0, 0.0, from.0, from.1];
        let pieces = Pieces::of(from, size_px, FilterType::Lanczos3, 4);
        assert!(pieces.most_px.0.max(pieces.most_px.1) < 2_000_000, "{:?}", pieces.most_px);
        assert!(pieces.all().count() < 200);
    }
    let photo = Pieces::of([0.0, 0.0, 4000.0, 3000.0], (320, 3000), FilterType::Lanczos3, 8);
    assert!(photo.is_one(), "photos are made in one go");
}

#[test]
fn a_long_side_is_thinned_out_to_what_its_middle_shows() {
    let long: DynamicImage =
        GrayImage::from_fn(1, 3_000_000, |_, y| Luma([if y < 1_500_000 { 10 } else { 200 }]))
            .into();
    let (few, part) = thin::thinned(&long, [0.0, 0.0, 1.0, 3e6], (1, 320));
    assert_eq!((few.height(), part[3]), (20_548, 20_548.0));
    let small = resample(&long, 1, 320, FilterType::Box, Alpha::Ignore).into_luma8();
    assert_eq!((small[(0, 0)].0, small[(0, 319)].0), ([10], [200]));
    let (same, _) = thin::thinned(&long, [0.0, 0.0, 1.0, 3e6], (1, 1_000_000));
    assert_eq!(same.height(), 3_000_000);
}

#[test]
fn what_is_weighed_band_by_band_is_weighed_as_a_whole() {
    let pixels = motley(401, 399);
    let part = [0.0, 10.0, 401.0, 380.0];
    for size_px in [(100, 95), (401, 40), (450, 500)] {
        let whole = at_once(&pixels, part, size_px, SCREEN_FILTER, Alpha::Weigh);
        let bands = band_by_band(&pixels, part, size_px, SCREEN_FILTER, 40 * 401 * 4);
        for (a, b) in whole.as_bytes().iter().zip(bands.as_bytes()) {
            assert!(a.abs_diff(*b) <= 1, "{a} {b} at {size_px:?}");
        }
    }
}
