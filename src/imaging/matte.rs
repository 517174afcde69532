//! From the network's map to the opacity of every pixel.

use image::{DynamicImage, GrayImage};

use super::{
    Resampling, SaliencyMap,
    resample::{self, Alpha},
    resize::{self, SCREEN_FILTER},
};

/// Soft opacity per pixel: 0 for background, 255 for subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matte(pub GrayImage);

/// Brings a map to a picture's size: to 8 bits, cut off rather than rounded, and then resampled as
/// Pillow does; with Lanczos as rembg, bilinearly as the authors.
///
/// # Panics
/// Where the map does not hold `side_px * side_px` values.
pub fn matte_from_map(
    map: &SaliencyMap,
    width_px: u32,
    height_px: u32,
    resampling: Resampling,
) -> Matte {
    let small = GrayImage::from_raw(map.side_px, map.side_px, map.levels())
        .expect("a map holds as many values as its sides say");
    let filter = resize::map_filter(resampling);
    let matte = resample::resample_like_pillow(&small.into(), width_px, height_px, filter);
    Matte(matte.into_luma8())
}

/// The level nearest to a value; what lies beyond 0 to 255 is cut off. Not with `round`, which is a call
/// into the C library where the processor is not known to have an instruction for it.
pub(super) fn nearest_level(value: f32) -> u8 {
    (value + 0.5) as u8
}

impl Matte {
    /// Width and height in pixels.
    pub fn size_px(&self) -> (u32, u32) {
        self.0.dimensions()
    }

    /// Bytes of its pixels.
    pub fn bytes(&self) -> usize {
        self.0.as_raw().len()
    }

    /// The same matte for a smaller picture on the screen.
    pub(super) fn for_screen(&self, width_px: u32, height_px: u32) -> Self {
        let grey = DynamicImage::from(self.0.clone());
        let small = resample::resample(&grey, width_px, height_px, SCREEN_FILTER, Alpha::Ignore);
        Self(small.into_luma8())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: [Resampling; 2] = [Resampling::Lanczos, Resampling::AuthorsBilinear];

    #[test]
    fn nothing_and_everything_stay_so_at_any_shape() {
        for (width, height) in [(1, 1), (1, 20_000), (20_000, 1), (5, 3), (320, 320), (1000, 700)] {
            for (value, level) in [(0.0, 0), (1.0, 255)] {
                for resampling in BOTH {
                    let map = SaliencyMap { side_px: 32, values: vec![value; 32 * 32] };
                    let matte = matte_from_map(&map, width, height, resampling);
                    assert_eq!(matte.size_px(), (width, height));
                    assert!(matte.0.iter().all(|&pixel| pixel == level), "{width}x{height}");
                }
            }
        }
    }

    #[test]
    fn values_are_cut_off_and_kept_in_range() {
        for (value, level) in
            [(0.5, 127), (0.999, 254), (1.5, 255), (-1.0, 0), (f32::NAN, 0), (1.0 / 255.5, 0)]
        {
            let map = SaliencyMap { side_px: 1, values: vec![value] };
            assert_eq!(matte_from_map(&map, 1, 1, Resampling::Lanczos).0.as_raw(), &[level]);
        }
    }

    #[test]
    fn a_step_stays_where_it_is() {
        let values = (0..16 * 16).map(|index| f32::from(index % 16 >= 8)).collect();
        let map = SaliencyMap { side_px: 16, values };
        for resampling in BOTH {
            let matte = matte_from_map(&map, 160, 80, resampling);
            assert_eq!(matte.0.get_pixel(45, 40).0, [0]);
            assert_eq!(matte.0.get_pixel(114, 40).0, [255]);
            let (left, right) = (matte.0.get_pixel(79, 40).0[0], matte.0.get_pixel(80, 40).0[0]);
            assert!(left < 128 && right >= 128, "{left} {right} {resampling:?}");
        }
    }
}
