//! Pixels as composition reckons with them.

use std::borrow::Cow;

use image::{DynamicImage, ImageBuffer, Pixel, Rgba};

/// Red, green and blue, each multiplied by the alpha that follows them; 0 to 1.
pub type Premultiplied = [f32; 4];

/// Samples of 8 or 16 bits.
pub trait Sample: image::Primitive + Into<f32> {
    /// The highest value: one.
    const ONE: f32;

    /// From 0 to 1 to the nearest value.
    fn of(value: f32) -> Self;
}

impl Sample for u8 {
    const ONE: f32 = 255.0;

    fn of(value: f32) -> Self {
        (value * Self::ONE + 0.5) as Self
    }
}

impl Sample for u16 {
    const ONE: f32 = 65_535.0;

    fn of(value: f32) -> Self {
        (value * Self::ONE + 0.5) as Self
    }
}

/// One pixel over another.
pub fn over(upper: Premultiplied, lower: Premultiplied) -> Premultiplied {
    let through = 1.0 - upper[3];
    std::array::from_fn(|channel| upper[channel] + lower[channel] * through)
}

/// The pixels of a picture whose alpha, if it has one, is premultiplied.
pub fn read(pixels: &DynamicImage) -> Vec<Premultiplied> {
    match pixels {
        DynamicImage::ImageRgb8(rgb) => read_opaque(rgb),
        DynamicImage::ImageRgb16(rgb) => read_opaque(rgb),
        DynamicImage::ImageRgba8(rgba) => read_rgba(rgba),
        DynamicImage::ImageRgba16(rgba) => read_rgba(rgba),
        other => read_rgba(&other.to_rgba16()),
    }
}

fn read_opaque<P: Pixel<Subpixel: Sample>>(
    rgb: &ImageBuffer<P, Vec<P::Subpixel>>,
) -> Vec<Premultiplied> {
    let value = |sample: P::Subpixel| sample.into() / P::Subpixel::ONE;
    let (pixels, _) = rgb.as_raw().as_chunks::<3>();
    pixels.iter().map(|&[r, g, b]| [value(r), value(g), value(b), 1.0]).collect()
}

fn read_rgba<P: Pixel<Subpixel: Sample>>(
    rgba: &ImageBuffer<P, Vec<P::Subpixel>>,
) -> Vec<Premultiplied> {
    let (pixels, _) = rgba.as_raw().as_chunks::<4>();
    pixels.iter().map(|pixel| pixel.map(|sample| sample.into() / P::Subpixel::ONE)).collect()
}

/// The picture with its alpha, if it has one, multiplied into its colours.
pub fn premultiplied(pixels: &DynamicImage) -> Cow<'_, DynamicImage> {
    match pixels {
        DynamicImage::ImageRgba8(rgba) => {
            let mut rgba = rgba.clone();
            multiply(&mut rgba);
            Cow::Owned(rgba.into())
        }
        DynamicImage::ImageRgba16(rgba) => {
            let mut rgba = rgba.clone();
            multiply(&mut rgba);
            Cow::Owned(rgba.into())
        }
        opaque => Cow::Borrowed(opaque),
    }
}

fn multiply<T: Sample>(pixels: &mut ImageBuffer<Rgba<T>, Vec<T>>)
where
    Rgba<T>: Pixel<Subpixel = T>,
{
    for Rgba([r, g, b, a]) in pixels.pixels_mut() {
        let alpha: f32 = (*a).into() / T::ONE;
        for colour in [r, g, b] {
            let value: f32 = (*colour).into() / T::ONE;
            *colour = T::of(value * alpha);
        }
    }
}
