//! Picture and matte put together.

use std::borrow::Cow;

use image::{DynamicImage, ImageBuffer, Pixel, Primitive as _, Rgba as RgbaPixel, RgbaImage};

use super::{Matte, Picture, Rgba, edit::Rect, resize};

/// Gives the picture the matte as alpha, multiplied into an alpha that it had. RGBA of the
/// picture's own depth. What can be seen keeps its exact colour; what is wholly transparent has
/// none: programs that ignore alpha would show the background, and nobody needs its bytes.
///
/// # Panics
/// Where picture and matte differ in size.
pub fn cutout(picture: &Picture, matte: &Matte) -> DynamicImage {
    cutout_part(picture, matte, Rect::whole(matte.size_px()))
}

/// A part of what [`cutout`] gives.
///
/// # Panics
/// As [`cutout`].
pub(super) fn cutout_part(picture: &Picture, matte: &Matte, rect: Rect) -> DynamicImage {
    let pixels = &picture.pixels;
    let size_px = (pixels.width(), pixels.height());
    assert_eq!(size_px, matte.size_px(), "picture and matte differ in size");
    match pixels {
        DynamicImage::ImageRgb8(rgb) => {
            join(rgb, matte, rect, |[r, g, b], opacity| [r, g, b, opacity]).into()
        }
        DynamicImage::ImageRgb16(rgb) => {
            join(rgb, matte, rect, |[r, g, b], opacity| [r, g, b, widen(opacity)]).into()
        }
        DynamicImage::ImageRgba16(rgba) => {
            let alpha = |a, opacity| multiply_16(a, widen(opacity));
            join(rgba, matte, rect, |[r, g, b, a], opacity| [r, g, b, alpha(a, opacity)]).into()
        }
        other => {
            let rgba = other.as_rgba8().map_or_else(|| Cow::Owned(other.to_rgba8()), Cow::Borrowed);
            join(&rgba, matte, rect, |[r, g, b, a], opacity| [r, g, b, multiply_8(a, opacity)])
                .into()
        }
    }
}

/// A picture for the list, its longest side at most `longest_px`.
pub fn thumbnail(picture: &Picture, longest_px: u32) -> Rgba {
    premultiplied(resize::fit(picture, longest_px).into_rgba8())
}

/// A picture for the screen, its colours multiplied by their alpha.
pub(super) fn premultiplied(mut picture: RgbaImage) -> Rgba {
    for RgbaPixel([r, g, b, a]) in picture.pixels_mut() {
        for colour in [r, g, b] {
            *colour = multiply_8(*colour, *a);
        }
    }
    let (width_px, height_px) = picture.dimensions();
    Rgba { width_px, height_px, premultiplied: picture.into_raw() }
}

/// The picture before and after, of the same size, their longest side at most `longest_px`.
///
/// The matte may have any size: that of the picture, or one made for the preview alone, at
/// [`fit_size_px`](super::fit_size_px).
pub fn preview(picture: &Picture, matte: &Matte, longest_px: u32) -> (Rgba, Rgba) {
    let before = thumbnail(picture, longest_px);
    let matte = matte.for_screen(before.width_px, before.height_px);
    let mut after = before.clone();
    for (pixel, &opacity) in
        after.premultiplied.as_chunks_mut::<4>().0.iter_mut().zip(matte.0.iter())
    {
        *pixel = pixel.map(|channel| multiply_8(channel, opacity));
    }
    (before, after)
}

/// A matte as a picture: opaque grey.
pub fn mask_picture(matte: &Matte) -> Rgba {
    let grey = matte.0.iter().map(|&level| [level, level, level, 255]);
    let (width_px, height_px) = matte.size_px();
    Rgba { width_px, height_px, premultiplied: grey.collect::<Vec<_>>().into_flattened() }
}

/// Makes one RGBA pixel of each of the picture's `N` samples and its opacity, within a part.
fn join<P: Pixel, const N: usize>(
    pixels: &ImageBuffer<P, Vec<P::Subpixel>>,
    matte: &Matte,
    rect: Rect,
    rgba: impl Fn([P::Subpixel; N], u8) -> [P::Subpixel; 4],
) -> ImageBuffer<RgbaPixel<P::Subpixel>, Vec<P::Subpixel>>
where
    RgbaPixel<P::Subpixel>: Pixel<Subpixel = P::Subpixel>,
{
    let (pixels_of_n, _) = pixels.as_chunks::<N>();
    let hidden = [P::Subpixel::DEFAULT_MIN_VALUE; 4];
    let mut joined = Vec::with_capacity(rect.width_px as usize * rect.height_px as usize);
    for y in rect.top_px..rect.bottom_px() {
        let begin = y as usize * pixels.width() as usize;
        let row = begin + rect.left_px as usize..begin + rect.right_px() as usize;
        let row = pixels_of_n[row.clone()].iter().zip(&matte.0.as_raw()[row]);
        joined.extend(
            row.map(|(&pixel, &opacity)| rgba(pixel, opacity))
                .map(|rgba| if rgba[3] == hidden[3] { hidden } else { rgba }),
        );
    }
    ImageBuffer::from_raw(rect.width_px, rect.height_px, joined.into_flattened())
        .expect("four samples for every pixel")
}

/// 0 to 0 and 255 to 65535.
fn widen(opacity: u8) -> u16 {
    u16::from(opacity) * 257
}

/// `a * b` with 255 as one, rounded.
pub(super) fn multiply_8(a: u8, b: u8) -> u8 {
    // Never exactly between two whole numbers, so that this is the nearest.
    let product = u16::from(a) * u16::from(b) + 128;
    ((product + (product >> 8)) >> 8) as u8
}

/// `a * b` with 65535 as one, rounded.
fn multiply_16(a: u16, b: u16) -> u16 {
    ((u32::from(a) * u32::from(b) + 32_767) / 65_535) as u16
}

#[cfg(test)]
mod tests {
    use image::{GrayImage, Luma, RgbImage, Rgba32FImage};

    use super::*;
    use crate::imaging::Metadata;

    fn picture(pixels: impl Into<DynamicImage>) -> Picture {
        Picture { pixels: pixels.into(), metadata: Metadata::default() }
    }

    /// Every pixel another colour and alpha.
    fn motley() -> RgbaImage {
        RgbaImage::from_fn(64, 48, |x, y| {
            RgbaPixel([x as u8 * 4, y as u8 * 5, (x ^ y) as u8, (x * 4 + y) as u8])
        })
    }

    fn ramp() -> Matte {
        Matte(GrayImage::from_fn(64, 48, |x, _| Luma([(x * 255 / 63) as u8])))
    }

    #[test]
    fn multiplication_rounds_and_one_is_one() {
        for a in 0..=255_u8 {
            assert_eq!((multiply_8(a, 255), multiply_8(255, a), multiply_8(a, 0)), (a, a, 0));
            for b in 0..=255_u8 {
                let exact = (f64::from(a) * f64::from(b) / 255.0).round() as u8;
                assert_eq!(multiply_8(a, b), exact, "{a} * {b}");
            }
        }
        for a in 0..=65_535_u16 {
            assert_eq!((multiply_16(a, widen(255)), multiply_16(a, 0)), (a, 0));
        }
        assert_eq!(multiply_16(65_534, 65_534), 65_533);
    }

    #[test]
    fn what_is_seen_keeps_its_colour_what_is_not_has_none_and_alphas_multiply() {
        let motley = DynamicImage::from(motley());
        for pixels in [
            motley.to_rgb8().into(),
            motley.to_rgb16().into(),
            motley.to_rgba16().into(),
            motley.clone(),
        ] {
            let cutout = cutout(&picture(pixels.clone()), &ramp());
            let (seen, own) = (cutout.to_rgba16(), pixels.to_rgb16());
            for (RgbaPixel([r, g, b, a]), own) in seen.pixels().zip(own.pixels()) {
                assert_eq!([*r, *g, *b], if *a == 0 { [0; 3] } else { own.0 });
            }
            let deep = pixels.color().bytes_per_pixel() / pixels.color().channel_count() == 2;
            let expected = if deep { image::ColorType::Rgba16 } else { image::ColorType::Rgba8 };
            assert_eq!(cutout.color(), expected);
            let matte = ramp().0;
            let alphas = pixels.to_rgba8();
            for (x, y, pixel) in cutout.to_rgba8().enumerate_pixels() {
                let expected = multiply_8(alphas.get_pixel(x, y).0[3], matte.get_pixel(x, y).0[0]);
                assert!(pixel.0[3].abs_diff(expected) <= u8::from(deep));
            }
        }
    }

    #[test]
    fn a_kind_of_pixel_that_decoding_never_gives_is_brought_to_eight_bits() {
        let floats = Rgba32FImage::from_pixel(64, 48, RgbaPixel([1.0, 0.0, 0.0, 1.0]));
        let cutout = cutout(&picture(floats), &ramp());
        assert_eq!(cutout.as_rgba8().unwrap().get_pixel(63, 0).0, [255, 0, 0, 255]);
    }

    #[test]
    #[should_panic(expected = "differ in size")]
    fn sizes_must_agree() {
        cutout(&picture(RgbImage::new(64, 47)), &ramp());
    }

    #[test]
    fn previews_are_premultiplied_and_of_one_size() {
        let red = RgbaImage::from_pixel(400, 200, RgbaPixel([255, 0, 0, 128]));
        let matte =
            Matte(GrayImage::from_fn(400, 200, |x, _| Luma([if x < 200 { 0 } else { 255 }])));
        for matte in [matte.for_screen(40, 20), matte] {
            let (before, after) = preview(&picture(red.clone()), &matte, 40);
            assert_eq!((before.width_px, before.height_px), (40, 20));
            assert_eq!((after.width_px, after.height_px), (40, 20));
            assert!(before.premultiplied.chunks(4).all(|pixel| pixel == [128, 0, 0, 128]));
            assert_eq!(after.premultiplied[..4], [0; 4]);
            assert_eq!(after.premultiplied[39 * 4..40 * 4], [128, 0, 0, 128]);
            let mask = mask_picture(&matte);
            assert_eq!((mask.width_px, mask.height_px), matte.size_px());
            assert_eq!(mask.premultiplied[..4], [0, 0, 0, 255]);
            assert_eq!(mask.premultiplied[mask.premultiplied.len() - 4..], [255; 4]);
        }
    }
}
