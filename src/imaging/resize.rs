//! Pictures at other sizes: for the network, and small for the screen.

use fast_image_resize::FilterType;
use image::{DynamicImage, ImageBuffer, Pixel, Primitive};

use super::{
    NetworkInput, Picture, Resampling,
    edit::Rect,
    resample::{Alpha, resample, resample_part_like_pillow},
};

/// Brings a photo to the network's square, its shape not kept. An alpha channel is dropped without
/// a look at it; 16-bit samples are scaled to [0, 255].
///
/// Lanczos rounds 8-bit samples as Pillow's `Image.resize` does; bilinear gives fractions.
pub fn network_input(picture: &Picture, side_px: u32, resampling: Resampling) -> NetworkInput {
    let whole = Rect::whole((picture.pixels.width(), picture.pixels.height()));
    network_input_of(picture, whole, side_px, resampling)
}

/// Brings a part of a photo, which must lie within it, to the network's square, as
/// [`network_input`] brings all of it.
pub fn network_input_of(
    picture: &Picture,
    part: Rect,
    side_px: u32,
    resampling: Resampling,
) -> NetworkInput {
    let pixels = &picture.pixels;
    let rgb = match resampling {
        Resampling::Lanczos => match square_like_pillow(pixels, part, side_px) {
            DynamicImage::ImageRgb8(small) => interleaved_rgb(&small, 1.0),
            DynamicImage::ImageRgba8(small) => interleaved_rgb(&small, 1.0),
            DynamicImage::ImageRgb16(small) => interleaved_rgb(&small, 257.0),
            DynamicImage::ImageRgba16(small) => interleaved_rgb(&small, 257.0),
            other => interleaved_rgb(&other.into_rgb8(), 1.0),
        },
        Resampling::AuthorsBilinear => match pixels {
            DynamicImage::ImageRgb8(pixels) => bilinear_rgb(pixels, part, side_px, 1.0),
            DynamicImage::ImageRgba8(pixels) => bilinear_rgb(pixels, part, side_px, 1.0),
            DynamicImage::ImageRgb16(pixels) => bilinear_rgb(pixels, part, side_px, 257.0),
            DynamicImage::ImageRgba16(pixels) => bilinear_rgb(pixels, part, side_px, 257.0),
            other => bilinear_rgb(&other.to_rgb8(), part, side_px, 1.0),
        },
    };
    NetworkInput { side_px, rgb }
}

/// The picture in 8 bits with its longest side at most `longest_px`, its shape kept; never
/// enlarged.
pub fn fit(picture: &Picture, longest_px: u32) -> DynamicImage {
    let pixels = &picture.pixels;
    let (width_px, height_px) = fit_size_px(pixels.width(), pixels.height(), longest_px);
    let small = resample(pixels, width_px, height_px, SCREEN_FILTER, Alpha::Weigh);
    match small {
        DynamicImage::ImageRgb16(_) => small.into_rgb8().into(),
        DynamicImage::ImageRgba16(_) => small.into_rgba8().into(),
        _ => small,
    }
}

/// The width and height that [`fit`] gives a picture, each at least 1.
pub fn fit_size_px(width_px: u32, height_px: u32, longest_px: u32) -> (u32, u32) {
    let longest = width_px.max(height_px);
    if longest <= longest_px {
        return (width_px, height_px);
    }
    let scale = f64::from(longest_px) / f64::from(longest);
    let scaled = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
    (scaled(width_px), scaled(height_px))
}

/// Sharper than a box or a triangle at the cost of the latter.
pub(super) const SCREEN_FILTER: FilterType = FilterType::Hamming;

/// How maps come to a picture's size.
pub(super) fn map_filter(resampling: Resampling) -> FilterType {
    match resampling {
        Resampling::Lanczos => FilterType::Lanczos3,
        Resampling::AuthorsBilinear => FilterType::Bilinear,
    }
}

/// A part of a picture as a square for the network, in Pillow's order.
fn square_like_pillow(pixels: &DynamicImage, part: Rect, side_px: u32) -> DynamicImage {
    let Rect { left_px, top_px, width_px, height_px } = part;
    let part = [left_px, top_px, width_px, height_px].map(f64::from);
    resample_part_like_pillow(pixels, part, (side_px, side_px), FilterType::Lanczos3)
}

fn interleaved_rgb<P>(pixels: &ImageBuffer<P, Vec<P::Subpixel>>, divisor: f32) -> Vec<f32>
where
    P: Pixel<Subpixel: Primitive + Into<f32>>,
{
    let sample = |&value: &P::Subpixel| value.into() / divisor;
    pixels.pixels().flat_map(|pixel| pixel.channels()[..3].iter().map(sample)).collect()
}

/// Bilinear between pixel centres (half-pixel, edges repeated), without anti-aliasing.
fn bilinear_rgb<P>(
    pixels: &ImageBuffer<P, Vec<P::Subpixel>>,
    part: Rect,
    side_px: u32,
    divisor: f32,
) -> Vec<f32>
where
    P: Pixel<Subpixel: Primitive + Into<f32>>,
{
    let taps = |start_px, input_px| {
        (0..side_px).map(move |index| Tap::new(index, side_px, start_px, input_px))
    };
    let columns: Vec<Tap> = taps(part.left_px, part.width_px).collect();
    let mut rgb = Vec::with_capacity(3 * side_px as usize * side_px as usize);
    for row in taps(part.top_px, part.height_px) {
        for column in &columns {
            for channel in 0..3 {
                let sample = |x, y| -> f32 { pixels.get_pixel(x, y).channels()[channel].into() };
                let along = |y| column.mix(sample(column.before, y), sample(column.after, y));
                rgb.push(row.mix(along(row.before), along(row.after)) / divisor);
            }
        }
    }
    rgb
}

/// Where one output sample lies between two input samples.
struct Tap {
    before: u32,
    after: u32,
    weight_after: f32,
}

impl Tap {
    /// The input begins at `start_px`.
    fn new(index: u32, output_px: u32, start_px: u32, input_px: u32) -> Self {
        let last = f64::from(input_px - 1);
        let scale = f64::from(input_px) / f64::from(output_px);
        let at = ((f64::from(index) + 0.5) * scale - 0.5).clamp(0.0, last);
        let before = at.floor();
        Self {
            before: start_px + before as u32,
            after: start_px + (before + 1.0).min(last) as u32,
            weight_after: (at - before) as f32,
        }
    }

    fn mix(&self, before: f32, after: f32) -> f32 {
        before + (after - before) * self.weight_after
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;
    use crate::imaging::Metadata;

    fn picture(pixels: impl Into<DynamicImage>) -> Picture {
        Picture { pixels: pixels.into(), metadata: Metadata::default() }
    }

    #[test]
    fn sizes_keep_their_shape_and_never_vanish() {
        for (size, longest, expected) in [
            ((4000, 3000), 1600, (1600, 1200)),
            ((3000, 4000), 1600, (1200, 1600)),
            ((800, 600), 1600, (800, 600)),
            ((1, 20_000), 96, (1, 96)),
            ((20_000, 1), 96, (96, 1)),
            ((1, 1), 96, (1, 1)),
        ] {
            assert_eq!(fit_size_px(size.0, size.1, longest), expected, "{size:?}");
        }
    }

    #[test]
    fn a_constant_stays_constant_at_any_size_and_depth() {
        let colour = [13_u8, 137, 251];
        for (width, height) in [(1, 1), (1, 2000), (2000, 1), (7, 5), (640, 333)] {
            let rgb = DynamicImage::from(RgbImage::from_pixel(width, height, Rgb(colour)));
            let [r, g, b] = colour;
            let rgba = RgbaImage::from_pixel(width, height, Rgba([r, g, b, 0]));
            for pixels in [rgb.to_rgb16().into(), rgb, rgba.into()] {
                for resampling in [Resampling::Lanczos, Resampling::AuthorsBilinear] {
                    let input = network_input(&picture(pixels.clone()), 32, resampling);
                    assert_eq!(input.rgb.len(), 3 * 32 * 32);
                    assert!(
                        input.rgb.chunks(3).all(|rgb| rgb == colour.map(f32::from)),
                        "{width}x{height} {resampling:?}"
                    );
                    assert!(input.is_flat());
                }
            }
        }
    }

    #[test]
    fn bilinear_reads_between_pixel_centres_without_anti_aliasing() {
        let ramp = RgbImage::from_fn(4, 1, |x, _| Rgb([x as u8 * 80; 3]));
        let red = |side| {
            let input = network_input(&picture(ramp.clone()), side, Resampling::AuthorsBilinear);
            input.rgb.iter().step_by(3).take(side as usize).copied().collect::<Vec<_>>()
        };
        assert_eq!(red(4), [0.0, 80.0, 160.0, 240.0]);
        assert_eq!(red(2), [40.0, 200.0]);
        assert_eq!(red(8), [0.0, 20.0, 60.0, 100.0, 140.0, 180.0, 220.0, 240.0]);
    }

    #[test]
    fn a_part_is_what_its_own_picture_is() {
        let photo = DynamicImage::from(RgbImage::from_fn(90, 70, |x, y| {
            Rgb([(x * 2) as u8, (y * 3) as u8, (x + y) as u8])
        }));
        let part = Rect { left_px: 20, top_px: 10, width_px: 50, height_px: 40 };
        let cut_out = photo.crop_imm(20, 10, 50, 40);
        for pixels in [photo.clone(), photo.to_rgba8().into(), photo.to_rgb16().into()] {
            for resampling in [Resampling::Lanczos, Resampling::AuthorsBilinear] {
                let seen = network_input_of(&picture(pixels.clone()), part, 16, resampling).rgb;
                let alone = network_input(&picture(cut_out.clone()), 16, resampling).rgb;
                // What lies beside the part counts, so that its own edges are a little smoother.
                let inner = |index: &usize| (2..14).contains(&(index / 3 % 16));
                for index in (0..seen.len()).filter(inner) {
                    let (seen, alone) = (seen[index], alone[index]);
                    assert!((seen - alone).abs() <= 1.1, "{seen} {alone} {resampling:?}");
                }
            }
        }
    }

    #[test]
    fn sixteen_bits_give_what_eight_bits_give() {
        let eight = DynamicImage::from(RgbImage::from_fn(61, 43, |x, y| {
            Rgb([(x * 4) as u8, (y * 5) as u8, (x * y % 256) as u8])
        }));
        let sixteen = DynamicImage::from(eight.to_rgb16());
        for resampling in [Resampling::Lanczos, Resampling::AuthorsBilinear] {
            let eight = network_input(&picture(eight.clone()), 20, resampling).rgb;
            let sixteen = network_input(&picture(sixteen.clone()), 20, resampling).rgb;
            for (eight, sixteen) in eight.into_iter().zip(sixteen) {
                assert!((eight - sixteen).abs() <= 1.01, "{eight} {sixteen} {resampling:?}");
            }
        }
    }

    #[test]
    fn what_is_transparent_does_not_colour_a_small_picture() {
        let half = RgbaImage::from_fn(100, 100, |x, _| {
            if x % 2 == 0 { Rgba([200, 100, 50, 255]) } else { Rgba([0, 255, 0, 0]) }
        });
        let small = fit(&picture(half), 50).into_rgba8();
        assert!(
            small
                .pixels()
                .all(|pixel| pixel.0[0].abs_diff(200) <= 2 && pixel.0[1].abs_diff(100) <= 2)
        );
    }
}
