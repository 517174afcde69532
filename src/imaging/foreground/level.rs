//! Photo and matte, halved again and again.

use fast_image_resize::FilterType;
use image::{DynamicImage, GrayImage, RgbImage};

use super::super::{
    Matte,
    refine::Guide,
    resize::{self, Alpha},
};

/// Photo and matte at one size.
#[derive(Clone, Copy)]
pub struct Level<'a> {
    /// The photo.
    pub guide: Guide<'a>,
    /// The matte: one level a pixel.
    pub matte: &'a GrayImage,
}

impl Level<'_> {
    /// Width and height in pixels.
    pub fn size_px(&self) -> (u32, u32) {
        self.matte.dimensions()
    }
}

/// Photo and matte at all sizes, each half of the one before in width and height, rounded up.
pub struct Pyramid<'a> {
    guide: Guide<'a>,
    matte: &'a Matte,
    /// From half of the full size to one pixel.
    smaller: Vec<(DynamicImage, GrayImage)>,
}

impl<'a> Pyramid<'a> {
    /// Halves photo and matte.
    pub fn of(guide: Guide<'a>, matte: &'a Matte) -> Self {
        let mut smaller: Vec<(DynamicImage, GrayImage)> = Vec::new();
        let mut size_px = matte.size_px();
        while size_px != (1, 1) {
            size_px = (size_px.0.div_ceil(2), size_px.1.div_ceil(2));
            let next = match smaller.last() {
                Some((rgb, matte)) => (halved(rgb, size_px), matte_halved(matte, size_px)),
                None => (first(guide, size_px), matte_halved(&matte.0, size_px)),
            };
            smaller.push(next);
        }
        Self { guide, matte, smaller }
    }

    /// Photo and matte at full size.
    pub fn full(&self) -> Level<'_> {
        Level { guide: self.guide, matte: &self.matte.0 }
    }

    /// All smaller sizes, the largest first.
    pub fn levels(&self) -> impl DoubleEndedIterator<Item = Level<'_>> {
        self.smaller.iter().map(|(rgb, matte)| Level { guide: Guide::Photo(rgb), matte })
    }
}

fn first(guide: Guide, size_px: (u32, u32)) -> DynamicImage {
    match guide {
        Guide::Photo(rgb @ DynamicImage::ImageRgb8(_)) => halved(rgb, size_px),
        _ => RgbImage::into(guide.at(size_px)),
    }
}

fn halved(pixels: &DynamicImage, (width_px, height_px): (u32, u32)) -> DynamicImage {
    resize::resample(pixels, width_px, height_px, FilterType::Box, Alpha::Ignore)
}

fn matte_halved(matte: &GrayImage, size_px: (u32, u32)) -> GrayImage {
    halved(&DynamicImage::ImageLuma8(matte.clone()), size_px).into_luma8()
}
