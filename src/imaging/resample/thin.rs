//! Long sides, thinned out before a filter looks at them.

use std::borrow::Cow;

use image::{DynamicImage, ImageBuffer, Pixel};

/// Shorter sides are looked at whole: no camera's is as long.
const LONG_PX: u32 = 1 << 18;
/// So many pixels are left for each that is made.
const LEFT_FOR_EACH: f64 = 64.0;

/// The picture and the part of it that is meant, where a side is very long and much less is made of it,
/// with only every so-manieth of its columns or rows.
pub fn thinned(
    pixels: &DynamicImage,
    [left, top, width, height]: [f64; 4],
    (width_px, height_px): (u32, u32),
) -> (Cow<'_, DynamicImage>, [f64; 4]) {
    let step = |side_px: u32, length: f64, made_px: u32| match side_px {
        ..LONG_PX => 1,
        _ => ((length / (f64::from(made_px) * LEFT_FOR_EACH)) as u32).max(1),
    };
    let steps = (step(pixels.width(), width, width_px), step(pixels.height(), height, height_px));
    if steps == (1, 1) {
        return (Cow::Borrowed(pixels), [left, top, width, height]);
    }
    let few = match pixels {
        DynamicImage::ImageLuma8(pixels) => every(pixels, steps).into(),
        DynamicImage::ImageLuma16(pixels) => every(pixels, steps).into(),
        DynamicImage::ImageRgb8(pixels) => every(pixels, steps).into(),
        DynamicImage::ImageRgb16(pixels) => every(pixels, steps).into(),
        DynamicImage::ImageRgba8(pixels) => every(pixels, steps).into(),
        DynamicImage::ImageRgba16(pixels) => every(pixels, steps).into(),
        // No photo is decoded to any other kind of pixel, and no map is.
        _ => return (Cow::Borrowed(pixels), [left, top, width, height]),
    };
    let few: DynamicImage = few;
    let across = f64::from(few.width()) / f64::from(pixels.width());
    let down = f64::from(few.height()) / f64::from(pixels.height());
    (Cow::Owned(few), [left * across, top * down, width * across, height * down])
}

/// Every so-manieth column and row.
fn every<P: Pixel>(
    pixels: &ImageBuffer<P, Vec<P::Subpixel>>,
    (across, down): (u32, u32),
) -> ImageBuffer<P, Vec<P::Subpixel>> {
    let last = |side_px: u32| side_px - 1;
    ImageBuffer::from_fn(pixels.width().div_ceil(across), pixels.height().div_ceil(down), |x, y| {
        // The middle one of those that it stands for.
        let x = (x * across + across / 2).min(last(pixels.width()));
        let y = (y * down + down / 2).min(last(pixels.height()));
        *pixels.get_pixel(x, y)
    })
}
