//! A photo, halved again and again.

use fast_image_resize::FilterType;
use image::{DynamicImage, GrayImage, RgbImage, imageops};

use super::super::{
    Matte,
    refine::Guide,
    resample::{self, Alpha},
};

/// A photo at all sizes, each half of the one before in width and height, rounded up. It outlives
/// the mattes of a photo that is changed.
pub struct Halvings {
    full_px: (u32, u32),
    /// From half of the full size to one pixel.
    smaller: Vec<DynamicImage>,
}

impl Halvings {
    /// Halves a photo.
    pub fn of(guide: Guide) -> Self {
        let full_px = guide.size_px();
        let mut smaller: Vec<DynamicImage> = Vec::new();
        for size_px in sizes_px(full_px) {
            let next = match (smaller.last(), guide) {
                (Some(last), _) => halved(last, size_px),
                (None, Guide::Photo(rgb @ DynamicImage::ImageRgb8(_))) => halved(rgb, size_px),
                (None, _) => RgbImage::into(guide.at(size_px)),
            };
            smaller.push(next);
        }
        Self { full_px, smaller }
    }

    /// The photo's own size.
    pub fn full_px(&self) -> (u32, u32) {
        self.full_px
    }

    /// All smaller sizes, the largest first.
    pub fn smaller(&self) -> impl Iterator<Item = Guide<'_>> {
        self.smaller.iter().map(Guide::Photo)
    }
}

/// A matte at the same smaller sizes.
pub fn matte_halvings(matte: &Matte) -> Vec<GrayImage> {
    let mut smaller: Vec<GrayImage> = Vec::new();
    for size_px in sizes_px(matte.size_px()) {
        smaller.push(halved_matte(smaller.last().unwrap_or(&matte.0), size_px));
    }
    smaller
}

/// Halves a matte some rows at a time, as what is resampled has to be copied first.
fn halved_matte(matte: &GrayImage, (width_px, height_px): (u32, u32)) -> GrayImage {
    const BAND_BYTES: u32 = 32 << 20;
    let rows_px = (BAND_BYTES / matte.width() / 2).clamp(1, height_px);
    let scale = f64::from(matte.height()) / f64::from(height_px);
    let mut levels = Vec::with_capacity(width_px as usize * height_px as usize);
    for top_px in (0..height_px).step_by(rows_px as usize) {
        let rows_px = rows_px.min(height_px - top_px);
        let (from, to) = (scale * f64::from(top_px), scale * f64::from(top_px + rows_px));
        let (first, end) = (from as u32, (to.ceil() as u32).min(matte.height()));
        let band = imageops::crop_imm(matte, 0, first, matte.width(), end - first).to_image();
        let part = [0.0, from - f64::from(first), f64::from(matte.width()), to - from];
        let (size_px, box_filter) = ((width_px, rows_px), FilterType::Box);
        let halved =
            resample::resample_part(&band.into(), part, size_px, box_filter, Alpha::Ignore);
        levels.extend(halved.into_luma8().into_raw());
    }
    GrayImage::from_raw(width_px, height_px, levels).expect("one level for every pixel")
}

fn sizes_px(full_px: (u32, u32)) -> impl Iterator<Item = (u32, u32)> {
    let half = |&(width_px, height_px): &(u32, u32)| {
        (width_px.max(height_px) > 1).then(|| (width_px.div_ceil(2), height_px.div_ceil(2)))
    };
    std::iter::successors(Some(full_px), half).skip(1)
}

fn halved(pixels: &DynamicImage, (width_px, height_px): (u32, u32)) -> DynamicImage {
    resample::resample(pixels, width_px, height_px, FilterType::Box, Alpha::Ignore)
}
