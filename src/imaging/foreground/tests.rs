use fast_image_resize::FilterType;
use image::{DynamicImage, GrayImage, Luma, Rgb, RgbImage, imageops};

use super::{
    super::resample::{Alpha, resample},
    *,
};

const SUBJECT: [u8; 3] = [200, 90, 30];
const BACKGROUND: [u8; 3] = [20, 120, 220];

fn known(photo: &DynamicImage, matte: &Matte, cancel: &Cancel) -> Result<Foreground, Cancelled> {
    let guide = Guide::Photo(photo);
    Foreground::estimate(guide, &Halvings::of(guide), matte, cancel)
}

fn estimate(photo: RgbImage, matte: &Matte) -> Vec<(u32, u32, [u8; 3])> {
    let photo = DynamicImage::from(photo);
    let known = known(&photo, matte, &Cancel::default()).unwrap();
    let (width, height) = matte.size_px();
    let row = |y| {
        let row = known.row(matte, y, 0, width);
        row.map(move |(x, colour)| (x as u32, y, colour.map(|value| (value >> 8) as u8)))
            .collect::<Vec<_>>()
    };
    (0..height).flat_map(row).collect()
}

/// A disc with an edge that fades over so many pixels.
fn disc(width: u32, height: u32, fade_px: f32) -> Matte {
    let radius = width.min(height) as f32 / 3.0;
    Matte(GrayImage::from_fn(width, height, |x, y| {
        let (x, y) = (x as f32 + 0.5 - width as f32 / 2.3, y as f32 + 0.5 - height as f32 / 2.0);
        let alpha = (radius - x.hypot(y)) / fade_px + 0.5;
        Luma([(alpha.clamp(0.0, 1.0) * 255.0).round() as u8])
    }))
}

fn mixed(matte: &Matte, subject: impl Fn(u32, u32) -> [u8; 3]) -> RgbImage {
    RgbImage::from_fn(matte.0.width(), matte.0.height(), |x, y| {
        let alpha = f32::from(matte.0.get_pixel(x, y)[0]) / 255.0;
        let subject = subject(x, y);
        Rgb(std::array::from_fn(|channel| {
            let (own, other) = (f32::from(subject[channel]), f32::from(BACKGROUND[channel]));
            (own * alpha + other * (1.0 - alpha)).round() as u8
        }))
    })
}

#[test]
fn colours_are_freed_of_a_background() {
    for (width, height, fade_px) in [(120, 90, 4.0), (301, 207, 20.0), (640, 480, 80.0)] {
        let matte = disc(width, height, fade_px);
        let subject = |x: u32, _| SUBJECT.map(|value| value - (x * 30 / width) as u8);
        let photo = mixed(&matte, subject);
        let mut sum = [0.0, 0.0];
        for (x, y, colour) in estimate(photo.clone(), &matte) {
            let alpha = f64::from(matte.0.get_pixel(x, y)[0]) / 255.0;
            let mixed = photo.get_pixel(x, y).0;
            for (expected, (own, mixed)) in subject(x, y).iter().zip(colour.iter().zip(mixed)) {
                sum[0] += alpha * f64::from(own.abs_diff(*expected));
                sum[1] += alpha * f64::from(mixed.abs_diff(*expected));
            }
        }
        assert!(sum[0] < 0.12 * sum[1], "{width}x{height}, {fade_px}: {sum:?}");
    }
}

#[test]
fn only_soft_pixels_have_colours_of_their_own() {
    let matte = disc(120, 90, 9.0);
    let soft = matte.0.iter().filter(|&&level| is_soft(level)).count();
    assert_eq!(estimate(mixed(&matte, |_, _| SUBJECT), &matte).len(), soft);
    for level in [0, 255] {
        for (width, height) in [(1, 1), (1, 70), (70, 1), (33, 21)] {
            let matte = Matte(GrayImage::from_pixel(width, height, Luma([level])));
            assert!(estimate(RgbImage::new(width, height), &matte).is_empty());
        }
    }
}

#[test]
fn a_photo_of_one_colour_stays_so() {
    let matte = disc(97, 201, 30.0);
    let photo = RgbImage::from_pixel(97, 201, Rgb(SUBJECT));
    for (x, y, colour) in estimate(photo, &matte) {
        let off = colour.iter().zip(SUBJECT).map(|(own, expected)| own.abs_diff(expected)).max();
        assert!(off <= Some(1), "{x} {y} {colour:?}");
    }
}

#[test]
fn a_mirrored_photo_has_mirrored_colours() {
    let matte = disc(203, 150, 25.0);
    let photo = mixed(&matte, |x, y| [x as u8, y as u8, (x ^ y) as u8]);
    let mirrored = Matte(imageops::flip_horizontal(&matte.0));
    let mut other = estimate(imageops::flip_horizontal(&photo), &mirrored);
    other.iter_mut().for_each(|(x, ..)| *x = 202 - *x);
    other.sort_by_key(|&(x, y, _)| (y, x));
    let one = estimate(photo, &matte);
    assert_eq!(one.len(), other.len());
    let mut sum = 0.0;
    for ((x, y, one), (_, _, other)) in one.iter().zip(&other) {
        // Where next to nothing of the subject shows, its colour is anybody's guess.
        let alpha = f32::from(matte.0.get_pixel(*x, *y)[0]) / 255.0;
        let off = one.iter().zip(other).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        let seen = alpha * f32::from(off);
        assert!(seen <= 4.0, "{x} {y}: {one:?} {other:?}");
        sum += seen;
    }
    assert!(sum / (one.len() as f32) < 0.5, "{sum}");
}

#[test]
fn a_piece_of_a_row_has_the_colours_of_the_row() {
    let matte = disc(120, 90, 40.0);
    let photo = DynamicImage::from(mixed(&matte, |x, _| [x as u8 * 2, 9, 200]));
    let known = known(&photo, &matte, &Cancel::default()).unwrap();
    let whole = known.row(&matte, 45, 0, 120).filter(|(x, _)| (30..80).contains(x));
    let piece = known.row(&matte, 45, 30, 50).map(|(x, colour)| (x + 30, colour));
    assert!(piece.eq(whole));
}

#[test]
fn cancelled_work_ends() {
    let cancel = Cancel::default();
    cancel.cancel();
    let photo = DynamicImage::new_rgb8(120, 90);
    let ended = known(&photo, &disc(120, 90, 9.0), &cancel);
    assert!(ended.is_err());
}

#[test]
fn a_matte_without_an_edge_is_not_worked_on() {
    for level in [0, 255] {
        assert!(!Foreground::is_worthwhile(&Matte(GrayImage::from_pixel(30, 20, Luma([level])))));
    }
    assert!(Foreground::is_worthwhile(&disc(120, 90, 9.0)));
    let fog = GrayImage::from_pixel(6_000, 6_000, Luma([100]));
    assert!(!Foreground::is_worthwhile(&Matte(fog)));
}

#[test]
fn a_large_matte_is_halved_as_a_small_one() {
    let matte = disc(5_001, 7_003, 900.0);
    let halved = matte_halvings(&matte).swap_remove(0);
    let (width_px, height_px) = (2_501, 3_502);
    assert_eq!(halved.dimensions(), (width_px, height_px));
    let whole = DynamicImage::from(matte.0);
    let expected = resample(&whole, width_px, height_px, FilterType::Box, Alpha::Ignore);
    let levels = halved.iter().zip(expected.as_bytes());
    assert!(levels.map(|(one, other)| one.abs_diff(*other)).max() <= Some(1));
}
