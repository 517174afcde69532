//! Parts of pictures for the screen.

use fast_image_resize::FilterType;
use image::DynamicImage;

use super::{
    Matte, Rgba,
    compose::premultiplied,
    edit::Rect,
    resample::{self, Alpha},
};

/// A part of a picture, each pixel the mean of `step` by `step` of its pixels.
pub fn part(pixels: &DynamicImage, rect: Rect, step: u32) -> Rgba {
    let Rect { left_px, top_px, width_px, height_px } = rect;
    whole(pixels.crop_imm(left_px, top_px, width_px, height_px), step)
}

/// A part of a matte as an opaque grey picture, each pixel the mean of `step` by `step`.
pub fn matte_part(matte: &Matte, rect: Rect, step: u32) -> Rgba {
    let Rect { left_px, top_px, width_px, height_px } = rect;
    let part = image::imageops::crop_imm(&matte.0, left_px, top_px, width_px, height_px);
    whole(part.to_image().into(), step)
}

/// All of a picture, each pixel the mean of `step` by `step` of its pixels.
pub fn whole(pixels: DynamicImage, step: u32) -> Rgba {
    let small = match step {
        ..=1 => pixels,
        _ => {
            let [width_px, height_px] =
                [pixels.width(), pixels.height()].map(|side| side.div_ceil(step));
            resample::resample(&pixels, width_px, height_px, FilterType::Box, Alpha::Weigh)
        }
    };
    premultiplied(small.into_rgba8())
}

#[cfg(test)]
mod tests {
    use image::{GrayImage, Luma, Rgb, RgbImage, Rgba as RgbaPixel, RgbaImage};

    use super::*;

    #[test]
    fn a_part_is_cut_out_and_means_are_taken() {
        let photo: DynamicImage =
            RgbImage::from_fn(8, 4, |x, y| Rgb([x as u8 * 10, y as u8 * 10, 0])).into();
        let rect = Rect { left_px: 2, top_px: 2, width_px: 4, height_px: 2 };
        let at_full = part(&photo, rect, 1);
        assert_eq!((at_full.width_px, at_full.height_px), (4, 2));
        assert_eq!(at_full.premultiplied[..4], [20, 20, 0, 255]);
        let halved = part(&photo, rect, 2);
        assert_eq!(halved.premultiplied, [25, 25, 0, 255, 45, 25, 0, 255]);
    }

    #[test]
    fn a_mask_is_opaque_and_colours_are_premultiplied() {
        let matte = Matte(GrayImage::from_fn(4, 4, |x, _| Luma([x as u8 * 50])));
        let rect = Rect { left_px: 1, top_px: 0, width_px: 2, height_px: 1 };
        assert_eq!(
            matte_part(&matte, rect, 1).premultiplied,
            [50, 50, 50, 255, 100, 100, 100, 255]
        );
        let clear = RgbaImage::from_pixel(1, 1, RgbaPixel([200, 100, 0, 0]));
        assert_eq!(whole(clear.into(), 1).premultiplied, [0; 4]);
    }
}
