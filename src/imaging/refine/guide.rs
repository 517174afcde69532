//! The photo as refinement sees it: 8 bits of red, green and blue, an alpha multiplied in.

use image::{DynamicImage, RgbImage};

use super::super::{
    Rgba,
    compose::multiply_8,
    resample::{self, Alpha},
    resize::SCREEN_FILTER,
};

/// The picture whose colours guide refinement: a photo at its full size, or what is left of it on
/// the screen.
#[derive(Clone, Copy)]
pub enum Guide<'a> {
    /// A photo.
    Photo(&'a DynamicImage),
    /// A small picture for the screen.
    Screen(&'a Rgba),
}

impl Guide<'_> {
    /// Width and height in pixels.
    pub fn size_px(&self) -> (u32, u32) {
        match self {
            Self::Photo(pixels) => (pixels.width(), pixels.height()),
            Self::Screen(pixels) => (pixels.width_px, pixels.height_px),
        }
    }

    /// All of it at another size.
    pub(in super::super) fn at(&self, (width_px, height_px): (u32, u32)) -> RgbImage {
        let resample = |pixels: &DynamicImage| {
            resample::resample(pixels, width_px, height_px, SCREEN_FILTER, Alpha::Weigh)
        };
        match self {
            Self::Photo(pixels) if self.size_px() != (width_px, height_px) => {
                let small = resample(pixels);
                Guide::Photo(&small).whole()
            }
            Self::Screen(_) if self.size_px() != (width_px, height_px) => {
                resample(&self.whole().into()).into_rgb8()
            }
            _ => self.whole(),
        }
    }

    fn whole(&self) -> RgbImage {
        let (width_px, height_px) = self.size_px();
        let mut whole = RgbImage::new(width_px, height_px);
        for (y, row) in (0..).zip(whole.chunks_exact_mut(3 * width_px as usize)) {
            self.read(y, 0, row.as_chunks_mut().0);
        }
        whole
    }

    /// A piece of row `y`, from `left_px` on.
    pub(in super::super) fn read(&self, y: u32, left_px: u32, out: &mut [[u8; 3]]) {
        let from = y as usize * self.size_px().0 as usize + left_px as usize;
        let range = from..from + out.len();
        match self {
            Self::Photo(DynamicImage::ImageRgb8(rgb)) => {
                out.copy_from_slice(&rgb.as_raw().as_chunks().0[range]);
            }
            Self::Photo(DynamicImage::ImageRgb16(rgb)) => {
                convert(&rgb.as_raw().as_chunks().0[range], out, |pixel: [u16; 3]| {
                    pixel.map(narrow)
                });
            }
            Self::Photo(DynamicImage::ImageRgba8(rgba)) => {
                convert(&rgba.as_raw().as_chunks().0[range], out, multiply);
            }
            Self::Photo(DynamicImage::ImageRgba16(rgba)) => {
                convert(&rgba.as_raw().as_chunks().0[range], out, |pixel: [u16; 4]| {
                    multiply(pixel.map(narrow))
                });
            }
            // No photo is decoded to any other kind of pixel.
            Self::Photo(other) => {
                let part = other.crop_imm(left_px, y, out.len() as u32, 1).into_rgba8();
                convert(part.as_raw().as_chunks().0, out, multiply);
            }
            Self::Screen(screen) => {
                convert(&screen.premultiplied.as_chunks().0[range], out, |[r, g, b, _]| [r, g, b]);
            }
        }
    }
}

fn convert<P: Copy>(pixels: &[P], out: &mut [[u8; 3]], rgb: impl Fn(P) -> [u8; 3]) {
    for (out, &pixel) in out.iter_mut().zip(pixels) {
        *out = rgb(pixel);
    }
}

/// From 16 bits to the nearest of 8.
fn narrow(sample: u16) -> u8 {
    ((u32::from(sample) + 128) / 257) as u8
}

fn multiply([r, g, b, alpha]: [u8; 4]) -> [u8; 3] {
    [r, g, b].map(|channel| multiply_8(channel, alpha))
}
