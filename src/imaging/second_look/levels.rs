//! Maps as pictures of 16 bits.

use image::{DynamicImage, ImageBuffer, Luma};

use super::super::{
    Resampling, SaliencyMap,
    resample::{self, Alpha},
    resize,
};

/// Saliency in 16 bits.
pub type Levels = ImageBuffer<Luma<u16>, Vec<u16>>;

/// All of a map of this size: left, top, width and height.
pub fn whole(side_px: u32) -> [f64; 4] {
    [0.0, 0.0, f64::from(side_px), f64::from(side_px)]
}

/// A map's levels, no finer than 8 bits, so that maps that were kept as files give the same.
pub fn levels(map: &SaliencyMap) -> Levels {
    let level = |&level: &u8| match level {
        0 => 0,
        u8::MAX => u16::MAX,
        level => u16::from(level) * 257 + 128,
    };
    Levels::from_raw(map.side_px, map.side_px, map.levels().iter().map(level).collect())
        .expect("a map holds as many values as its sides say")
}

/// A part of a map (left, top, width and height) at another size.
pub fn resampled(levels: &Levels, part: [f64; 4], size_px: (u32, u32)) -> Levels {
    let filter = resize::map_filter(Resampling::Lanczos);
    let levels = DynamicImage::ImageLuma16(levels.clone());
    resample::resample_part(&levels, part, size_px, filter, Alpha::Ignore).into_luma16()
}
