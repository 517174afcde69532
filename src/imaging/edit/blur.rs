//! Pictures out of focus. A blurred picture has little to tell, so it is kept small, and brought to
//! its size a part at a time: the blur takes the same time however far it reaches, and a photo and
//! its small picture for the screen are blurred alike.

use fast_image_resize::FilterType;
use image::{DynamicImage, GrayImage};
use libblur::{ConvolutionMode, EdgeMode, EdgeMode2D, GaussianBlurParams, ThreadingPolicy};

use super::{
    super::{
        resample::{self, Alpha},
        resize::SCREEN_FILTER,
    },
    Rect,
};

/// What is kept is so small that the blur's standard deviation is this many of its pixels: between
/// them a straight line is then within half a level of the curve.
const SIGMA_PX: f32 = 4.0;

/// Wider than any picture.
const WIDEST_PX: f32 = 1e6;
/// A standard deviation so small that no pixel changes.
const SHARP_PX: f32 = 0.1;

/// A picture out of focus.
pub struct Blurred {
    small: DynamicImage,
    size_px: (u32, u32),
}

impl Blurred {
    /// Blurs a picture whose alpha, if it has one, is premultiplied. `radius_px` is how far the
    /// blur reaches: two standard deviations of a Gaussian. Beyond the frame a picture goes on as
    /// at its edge.
    pub fn new(pixels: &DynamicImage, radius_px: f32) -> Self {
        let size_px = (pixels.width(), pixels.height());
        let sigma_px = radius_px.min(WIDEST_PX) / 2.0;
        let smaller = (sigma_px / SIGMA_PX).max(1.0);
        let side = |side_px: u32| ((side_px as f32 / smaller).round() as u32).max(1);
        let small_px = (side(size_px.0), side(size_px.1));
        let small = if small_px == size_px {
            pixels.clone()
        } else {
            resample::resample(pixels, small_px.0, small_px.1, SCREEN_FILTER, Alpha::Ignore)
        };
        let small = if sigma_px >= SHARP_PX { blur(small, sigma_px / smaller) } else { small };
        Self { small, size_px }
    }

    /// A part of it at its full size.
    pub fn part(&self, rect: Rect) -> DynamicImage {
        let from = rect.scaled(self.size_px, (self.small.width(), self.small.height()));
        let size = (rect.width_px, rect.height_px);
        resample::resample_part(&self.small, from, size, FilterType::Bilinear, Alpha::Ignore)
    }
}

fn blur(pixels: DynamicImage, sigma_px: f32) -> DynamicImage {
    libblur::gaussian_blur_image(
        pixels,
        GaussianBlurParams::new_from_sigma(f64::from(sigma_px)),
        EdgeMode2D::new(EdgeMode::Clamp),
        ConvolutionMode::Exact,
        ThreadingPolicy::Single,
    )
    .expect("the picture's own size and kind")
}

/// A grey picture out of focus, moved to the right and down. What comes into the frame is what lay
/// at its edge.
pub struct Moved {
    /// With a margin on every side, so that what is moved into the frame is there to be read.
    blurred: Blurred,
    margin_px: [u32; 2],
    /// In pixels of the small picture.
    by_px: [f64; 2],
    inner_px: (u32, u32),
}

impl Moved {
    /// Blurs as [`Blurred::new`] does and moves.
    pub fn new(grey: &GrayImage, radius_px: f32, by_px: [f32; 2]) -> Self {
        let mut blurred = Blurred::new(&DynamicImage::ImageLuma8(grey.clone()), radius_px);
        let small = blurred.small.to_luma8();
        let inner_px = small.dimensions();
        let per_pixel = [
            f64::from(inner_px.0) / f64::from(blurred.size_px.0),
            f64::from(inner_px.1) / f64::from(blurred.size_px.1),
        ];
        // Farther than this there is nothing but the edge.
        let most_px = [f64::from(inner_px.0), f64::from(inner_px.1)];
        let by_px = [0, 1].map(|axis| {
            (f64::from(by_px[axis]) * per_pixel[axis]).clamp(-most_px[axis], most_px[axis])
        });
        let margin_px = by_px.map(|by| by.abs().ceil() as u32);
        let padded = GrayImage::from_fn(
            inner_px.0 + 2 * margin_px[0],
            inner_px.1 + 2 * margin_px[1],
            |x, y| {
                let x = x.saturating_sub(margin_px[0]).min(inner_px.0 - 1);
                let y = y.saturating_sub(margin_px[1]).min(inner_px.1 - 1);
                *small.get_pixel(x, y)
            },
        );
        blurred.small = padded.into();
        Self { blurred, margin_px, by_px, inner_px }
    }

    /// A part of it at its full size.
    pub fn part(&self, rect: Rect) -> GrayImage {
        let [left, top, width, height] = rect.scaled(self.blurred.size_px, self.inner_px);
        let from = [
            (left + f64::from(self.margin_px[0]) - self.by_px[0]).max(0.0),
            (top + f64::from(self.margin_px[1]) - self.by_px[1]).max(0.0),
            width,
            height,
        ];
        let (small, size) = (&self.blurred.small, (rect.width_px, rect.height_px));
        resample::resample_part(small, from, size, FilterType::Bilinear, Alpha::Ignore).into_luma8()
    }
}

#[cfg(test)]
mod tests {
    use image::{Luma, Rgba, RgbaImage};

    use super::*;

    fn step(width: u32) -> GrayImage {
        GrayImage::from_fn(width, 40, |x, _| Luma([if x < width / 2 { 0 } else { 255 }]))
    }

    #[test]
    fn a_step_becomes_a_bell_curves_sum_whatever_it_was_kept_at() {
        for (width, radius_px) in [(60, 3.0), (200, 16.0), (200, 17.0), (800, 100.0)] {
            let blurred = Blurred::new(&step(width).into(), radius_px);
            let row = blurred.part(Rect { top_px: 20, height_px: 1, ..Rect::whole((width, 40)) });
            for (x, &level) in row.to_luma8().iter().enumerate() {
                let from_step = x as f32 + 0.5 - width as f32 / 2.0;
                let exact = 255.0 * normal_sum(from_step / (radius_px / 2.0));
                assert!((f32::from(level) - exact).abs() < 6.0, "{radius_px}: {x} {level} {exact}");
            }
        }
    }

    /// The normal distribution's, by the logistic approximation: within 1 %.
    fn normal_sum(deviations: f32) -> f32 {
        1.0 / (1.0 + (-1.5976 * deviations - 0.070_56 * deviations.powi(3)).exp())
    }

    #[test]
    fn one_colour_stays_what_it_is_at_any_size() {
        for size_px in [(1, 1), (2, 1), (1, 7), (61, 90)] {
            let rgba = RgbaImage::from_pixel(size_px.0, size_px.1, Rgba([20, 90, 160, 200]));
            let eight = DynamicImage::from(rgba);
            let (sixteen, deep) = (eight.to_rgb16().into(), eight.to_rgba16().into());
            let (grey, rgb) = (eight.to_luma8().into(), eight.to_rgb8().into());
            for pixels in [eight, sixteen, deep, grey, rgb] {
                for sigma_px in [SHARP_PX, 0.3, 0.79, 0.8, 1.0, SIGMA_PX] {
                    let blurred = blur(pixels.clone(), sigma_px);
                    assert_eq!(blurred.color(), pixels.color());
                    let [was, is] = [&pixels, &blurred].map(DynamicImage::to_rgba16);
                    let off = was.iter().zip(is.iter()).map(|(a, b)| a.abs_diff(*b)).max();
                    assert!(off <= Some(1), "{:?} {size_px:?} {sigma_px}: {off:?}", pixels.color());
                }
            }
        }
    }

    #[test]
    fn no_radius_blurs_nothing() {
        for radius_px in [0.0, -3.0, 0.01] {
            let blurred = Blurred::new(&step(60).into(), radius_px);
            assert_eq!(blurred.part(Rect::whole((60, 40))).into_luma8(), step(60));
        }
    }

    #[test]
    fn a_moved_picture_brings_its_edge_with_it() {
        for (by_px, first_light) in [([0.0, 0.0], 30), ([7.0, 3.0], 37), ([-12.0, 0.0], 18)] {
            let moved = Moved::new(&step(60), 0.0, by_px).part(Rect::whole((60, 40)));
            for (x, _, level) in moved.enumerate_pixels() {
                assert_eq!(level[0], if x < first_light { 0 } else { 255 }, "{by_px:?} {x}");
            }
        }
        let half = Moved::new(&step(60), 0.0, [0.5, 0.0]).part(Rect::whole((60, 40)));
        assert!(half.get_pixel(30, 9)[0].abs_diff(127) <= 1, "{}", half.get_pixel(30, 9)[0]);
    }
}
