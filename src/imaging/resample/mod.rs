//! Resampling in memory that does not grow with a picture's longer side.
//!
//! What a filter weighs is remembered for every pixel that it gives, and what it gives across is kept
//! until it goes down: of a picture of one column and a hundred million rows both are gigabytes. So a
//! long side is first thinned out, and made piece by piece.

mod pieces;
mod thin;

use fast_image_resize::{
    FilterType, IntoImageView, IntoImageViewMut, ResizeAlg, ResizeOptions, Resizer, images::Image,
};
use image::DynamicImage;

use super::both;
use pieces::Pieces;

/// What an alpha channel means to the colours beside it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Alpha {
    /// Nothing: every channel is resampled by itself.
    Ignore,
    /// Colours count as much as they are opaque.
    Weigh,
}

/// What may be kept between across and down, or of weights.
const ROOM_BYTES: u64 = 64 << 20;

/// Pixels from which a second thread is worth its start.
const WORTH_TWO_THREADS_PX: f64 = 1e6;

/// Resamples a part in Pillow's order, across and then down, which shows where Lanczos overshoots: each
/// pass is cut off at 0 and 255. Alpha is a channel like any other. Where far more would be kept
/// between the two than the other order keeps, that is taken.
pub fn resample_part_like_pillow(
    pixels: &DynamicImage,
    [left, top, width, height]: [f64; 4],
    (width_px, height_px): (u32, u32),
    filter: FilterType,
) -> DynamicImage {
    let between_px = first_step_px((width, height), (width_px, height_px), pixel_bytes(pixels));
    let part = [left, top, width, height];
    let step = resample_part(pixels, part, between_px, filter, Alpha::Ignore);
    resample(&step, width_px, height_px, filter, Alpha::Ignore)
}

/// The size after the first of two steps.
fn first_step_px(
    (width, height): (f64, f64),
    (width_px, height_px): (u32, u32),
    pixel_bytes: u64,
) -> (u32, u32) {
    let [across, down] =
        [(width_px, height.round() as u32), (width.round() as u32, height_px)].map(at_least_one);
    let bytes = |(width_px, height_px): (u32, u32)| {
        u64::from(width_px) * u64::from(height_px) * pixel_bytes
    };
    if bytes(across) > ROOM_BYTES && bytes(down) < bytes(across) { down } else { across }
}

fn at_least_one((width_px, height_px): (u32, u32)) -> (u32, u32) {
    (width_px.max(1), height_px.max(1))
}

fn pixel_bytes(pixels: &DynamicImage) -> u64 {
    u64::from(pixels.color().bytes_per_pixel())
}

/// Resamples with anti-aliasing. The kind of pixel stays.
pub fn resample(
    pixels: &DynamicImage,
    width_px: u32,
    height_px: u32,
    filter: FilterType,
    alpha: Alpha,
) -> DynamicImage {
    let whole = [0.0, 0.0, f64::from(pixels.width()), f64::from(pixels.height())];
    resample_part(pixels, whole, (width_px, height_px), filter, alpha)
}

/// Resamples a part of a picture: left, top, width and height, which need not be whole and must lie
/// within it. Pixels beside the part count as they do for the whole. The upper and the lower half of
/// a large picture are made at the same time.
pub fn resample_part(
    pixels: &DynamicImage,
    part: [f64; 4],
    size_px: (u32, u32),
    filter: FilterType,
    alpha: Alpha,
) -> DynamicImage {
    let (pixels, part) = thin::thinned(pixels, part, size_px);
    let pieces = Pieces::of(part, size_px, filter, pixel_bytes(&pixels));
    if pieces.is_one() {
        return at_once(&pixels, part, size_px, filter, alpha);
    }
    let mut whole = DynamicImage::new(size_px.0, size_px.1, pixels.color());
    for piece in pieces.all() {
        let made = at_once(&pixels, piece.from, piece.size_px, filter, alpha);
        pieces::put(&mut whole, &made, piece.at_px);
    }
    whole
}

/// As [`resample_part_like_pillow`], all of a picture.
pub fn resample_like_pillow(
    pixels: &DynamicImage,
    width_px: u32,
    height_px: u32,
    filter: FilterType,
) -> DynamicImage {
    let whole = [0.0, 0.0, f64::from(pixels.width()), f64::from(pixels.height())];
    resample_part_like_pillow(pixels, whole, (width_px, height_px), filter)
}

/// Resamples in one go.
fn at_once(
    pixels: &DynamicImage,
    [left, top, width, height]: [f64; 4],
    (width_px, height_px): (u32, u32),
    filter: FilterType,
    alpha: Alpha,
) -> DynamicImage {
    let mut resampled = DynamicImage::new(width_px, height_px, pixels.color());
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(filter))
        .use_alpha(alpha == Alpha::Weigh);
    let work_px = (width * height).max(f64::from(width_px) * f64::from(height_px));
    // Alpha is multiplied into all of a picture, whatever part of it is asked for.
    let weighs = alpha == Alpha::Weigh && pixels.color().has_alpha();
    let divides = work_px >= WORTH_TWO_THREADS_PX && !weighs && height_px > 1;
    if weighs && pixels.as_bytes().len() as u64 > ROOM_BYTES && height_px > 1 {
        let part = [left, top, width, height];
        return band_by_band(pixels, part, (width_px, height_px), filter, ROOM_BYTES / 2);
    }
    let (Some(kind), Some(bytes)) = (pixels.pixel_type(), bytes_of(&mut resampled, divides)) else {
        resample_into(&mut resampled, pixels, [left, top, width, height], options);
        return resampled;
    };
    let upper_px = height_px / 2;
    let upper = height * f64::from(upper_px) / f64::from(height_px);
    let (above, below) = bytes.split_at_mut(bytes.len() / height_px as usize * upper_px as usize);
    let half = |bytes, rows_px, top, height| {
        let mut half = Image::from_slice_u8(width_px, rows_px, bytes, kind).expect("these rows");
        resample_into(&mut half, pixels, [left, top, width, height], options);
    };
    both(
        || half(above, upper_px, top, upper),
        || half(below, height_px - upper_px, top + upper, height - upper),
    );
    resampled
}

/// Resamples with alpha so many rows at a time that what alpha is multiplied into takes little room.
fn band_by_band(
    pixels: &DynamicImage,
    [left, top, width, height]: [f64; 4],
    (width_px, height_px): (u32, u32),
    filter: FilterType,
    band_bytes: u64,
) -> DynamicImage {
    let scale = height / f64::from(height_px);
    let margin = pieces::reach(filter, scale) + 1.0;
    let row_bytes = u64::from(pixels.width()) * pixel_bytes(pixels);
    let rows = (band_bytes / row_bytes.max(1)).max(1) as f64;
    let rows_px = ((rows / scale.max(f64::MIN_POSITIVE)) as u32).clamp(1, height_px);
    let mut whole = DynamicImage::new(width_px, height_px, pixels.color());
    for first_px in (0..height_px).step_by(rows_px as usize) {
        let rows_px = rows_px.min(height_px - first_px);
        let from = top + scale * f64::from(first_px);
        let to = from + scale * f64::from(rows_px);
        let first = (from - margin).floor().max(0.0) as u32;
        let end = ((to + margin).ceil() as u32).min(pixels.height());
        let band = pixels.crop_imm(0, first, pixels.width(), end - first);
        let part = [left, from - f64::from(first), width, to - from];
        let mut made = DynamicImage::new(width_px, rows_px, pixels.color());
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
        resample_into(&mut made, &band, part, options.use_alpha(true));
        pieces::put(&mut whole, &made, (0, first_px));
    }
    whole
}

/// The bytes of a picture that is to be divided, if each is a sample.
fn bytes_of(pixels: &mut DynamicImage, divides: bool) -> Option<&mut [u8]> {
    match pixels {
        DynamicImage::ImageLuma8(pixels) if divides => Some(pixels),
        DynamicImage::ImageRgb8(pixels) if divides => Some(pixels),
        DynamicImage::ImageRgba8(pixels) if divides => Some(pixels),
        _ => None,
    }
}

fn resample_into(
    out: &mut impl IntoImageViewMut,
    pixels: &DynamicImage,
    [left, top, width, height]: [f64; 4],
    options: ResizeOptions,
) {
    // Sums of fractions may end a hair beyond the last pixel.
    let width = width.min(f64::from(pixels.width()) - left);
    let height = height.min(f64::from(pixels.height()) - top);
    Resizer::new()
        .resize(pixels, out, &options.crop(left, top, width, height))
        .expect("the same kind of pixel, and a part that lies within");
}

#[cfg(test)]
mod tests;
