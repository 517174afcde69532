//! The working image: the photo at the size that refinement computes at.

use fast_image_resize::FilterType;
use image::{DynamicImage, RgbImage};

use super::{
    super::{Matte, resample, resize::fit_size_px},
    Guide,
    local::Colour,
    upsample::centred,
};

/// The photo at a smaller size, with its colours centred.
pub struct WorkingImage {
    pixels: DynamicImage,
    colours: Vec<Colour>,
}

impl WorkingImage {
    /// A photo with its longest side at most so long.
    pub fn of(guide: Guide, longest_px: u32) -> Self {
        let (width_px, height_px) = guide.size_px();
        let pixels: RgbImage = guide.at(fit_size_px(width_px, height_px, longest_px));
        let colours = pixels.as_raw().as_chunks().0.iter().copied().map(centred).collect();
        Self { pixels: pixels.into(), colours }
    }

    /// The same, smaller.
    pub fn within(&self, longest_px: u32) -> Self {
        Self::of(self.guide(), longest_px)
    }

    /// Its pixels.
    pub fn guide(&self) -> Guide<'_> {
        Guide::Photo(&self.pixels)
    }

    /// The colour of every pixel.
    pub fn colours(&self) -> &[Colour] {
        &self.colours
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (usize, usize) {
        (self.pixels.width() as usize, self.pixels.height() as usize)
    }

    /// A matte at its size.
    pub fn resized(&self, matte: &Matte) -> Matte {
        let (width_px, height_px) = self.guide().size_px();
        if matte.size_px() == (width_px, height_px) {
            return matte.clone();
        }
        let grey = DynamicImage::ImageLuma8(matte.0.clone());
        let other =
            resample::resample_like_pillow(&grey, width_px, height_px, FilterType::Bilinear);
        Matte(other.into_luma8())
    }
}
