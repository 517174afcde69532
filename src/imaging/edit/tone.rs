//! From the field to the matte: the threshold, and how hard the edge is.

use fast_image_resize::FilterType;
use image::{DynamicImage, GrayImage};

use super::{
    super::{
        Cancel, Cancelled, Matte, both,
        matte::nearest_level,
        resample::{self, Alpha},
    },
    Rect,
    field::Levels,
};

/// Rows worked on at once.
const STRIP_ROWS: u32 = 64;
/// Keeps full saliency full and none none, and the network's noise out of sight, however far the
/// threshold is pushed.
const THRESHOLD_MARGIN: f32 = 0.02;
/// Steeper than any edge: a step.
const STEEPEST: f32 = 1e6;

/// What becomes half opaque.
fn threshold_of(threshold: f32) -> f32 {
    threshold.clamp(THRESHOLD_MARGIN, 1.0 - THRESHOLD_MARGIN)
}

/// The level of a field that becomes half opaque.
pub fn level(threshold: f32) -> u16 {
    (threshold_of(threshold) * f32::from(u16::MAX)).round() as u16
}

/// Brings a field to a picture's size and turns its levels to opacity: the threshold to a half,
/// and from there as steeply as `hardness` says, but never more steeply than from 0 to 1 within
/// one pixel, so that hard edges have no steps.
///
/// # Errors
/// Once `cancel` is raised.
pub fn matte(
    field: Levels,
    size_px: (u32, u32),
    filter: FilterType,
    (threshold, hardness): (f32, f32),
    cancel: &Cancel,
) -> Result<Matte, Cancelled> {
    let curve = Curve::new(threshold, hardness);
    let toned = Toned { field: DynamicImage::ImageLuma16(field), size_px, filter, curve };
    let strips: Vec<Rect> = Rect::whole(size_px).strips(STRIP_ROWS).collect();
    let (upper, lower) = strips.split_at(strips.len() / 2);
    let mut matte = vec![0; size_px.0 as usize * size_px.1 as usize];
    let upper_rows: u32 = upper.iter().map(|strip| strip.height_px).sum();
    let (above, below) = matte.split_at_mut(size_px.0 as usize * upper_rows as usize);
    let (one, other) =
        both(|| toned.strips(upper, above, cancel), || toned.strips(lower, below, cancel));
    one.and(other)?;
    let matte = GrayImage::from_raw(size_px.0, size_px.1, matte);
    Ok(Matte(matte.expect("one value for every pixel")))
}

/// A field on its way to a matte.
struct Toned {
    field: DynamicImage,
    size_px: (u32, u32),
    filter: FilterType,
    curve: Curve,
}

impl Toned {
    /// Makes these strips, one below the other.
    fn strips(&self, strips: &[Rect], out: &mut [u8], cancel: &Cancel) -> Result<(), Cancelled> {
        let width = self.size_px.0 as usize;
        let mut rows_out = out.chunks_exact_mut(width);
        for &strip in strips {
            cancel.check()?;
            // One row more on either side, to know how steep the first and the last are.
            let seen = Rect {
                top_px: strip.top_px.saturating_sub(1),
                height_px: (strip.bottom_px() + 1).min(self.size_px.1)
                    - strip.top_px.saturating_sub(1),
                ..strip
            };
            let part = seen.scaled(self.size_px, (self.field.width(), self.field.height()));
            let size = (seen.width_px, seen.height_px);
            let levels =
                resample::resample_part(&self.field, part, size, self.filter, Alpha::Ignore);
            let levels = levels.into_luma16();
            let row = |y: u32| {
                let y = y.clamp(seen.top_px, seen.bottom_px() - 1) - seen.top_px;
                &levels.as_raw()[y as usize * width..][..width]
            };
            for (y, out) in (strip.top_px..strip.bottom_px()).zip(&mut rows_out) {
                self.curve.row([row(y.saturating_sub(1)), row(y), row(y + 1)], out);
            }
        }
        Ok(())
    }
}

/// From level to opacity.
struct Curve {
    threshold: f32,
    /// Of the two straight parts, below and above the threshold.
    slopes: [f32; 2],
    steepness: f32,
}

impl Curve {
    fn new(threshold: f32, hardness: f32) -> Self {
        let threshold = threshold_of(threshold);
        Self {
            threshold,
            slopes: [0.5 / threshold, 0.5 / (1.0 - threshold)],
            steepness: (1.0 / (1.0 - hardness.clamp(0.0, 1.0))).min(STEEPEST),
        }
    }

    /// One row, given the levels above it, in it and below it.
    fn row(&self, [above, here, below]: [&[u16]; 3], out: &mut [u8]) {
        let last = here.len() - 1;
        for (x, out) in out.iter_mut().enumerate() {
            *out = match here[x] {
                0 => 0,
                u16::MAX => u8::MAX,
                level => {
                    let [left, right] = [here[x.saturating_sub(1)], here[(x + 1).min(last)]];
                    let difference = |a: u16, b: u16| (f32::from(a) - f32::from(b)) / 2.0;
                    let (across, down) = (difference(right, left), difference(below[x], above[x]));
                    let steep = (across * across + down * down).sqrt() / f32::from(u16::MAX);
                    self.opacity(f32::from(level) / f32::from(u16::MAX), steep)
                }
            };
        }
    }

    /// `steep` is how much the level changes from one pixel to the next.
    fn opacity(&self, level: f32, steep: f32) -> u8 {
        let slope = self.slopes[usize::from(level >= self.threshold)];
        let from_half = (level - self.threshold) * slope;
        let steepest = 1.0 / (steep * slope).max(1.0 / STEEPEST);
        let opacity = 0.5 + from_half * self.steepness.min(steepest).max(1.0);
        nearest_level(opacity * 255.0)
    }
}

#[cfg(test)]
mod tests {
    use image::Luma;

    use super::*;

    /// From none on the left to all on the right.
    fn ramp(width: u32) -> Levels {
        Levels::from_fn(width, 4, |x, _| {
            Luma([(f64::from(x) / f64::from(width - 1) * 65_535.0).round() as u16])
        })
    }

    fn row(field: Levels, width: u32, threshold: f32, hardness: f32) -> Vec<u8> {
        let tone = (threshold, hardness);
        let cancel = Cancel::default();
        let matte = matte(field, (width, 130), FilterType::Lanczos3, tone, &cancel).unwrap().0;
        let row = matte.rows().next().unwrap().map(|pixel| pixel[0]).collect::<Vec<_>>();
        assert!(matte.chunks(width as usize).all(|other| other == row));
        row
    }

    #[test]
    fn the_threshold_becomes_half_and_the_ends_stay() {
        for threshold in [0.0, 0.1, 0.5, 0.8, 1.0] {
            let row = row(ramp(256), 256, threshold, 0.0);
            assert_eq!((row[0], row[255]), (0, 255), "{threshold}");
            assert!(row.is_sorted(), "{threshold}");
            let half = row[(threshold * 255.0) as usize];
            let near_an_end = !(0.05..0.95).contains(&threshold);
            assert!(near_an_end || half.abs_diff(128) <= 6, "{threshold}: {half}");
        }
        let unchanged = row(ramp(256), 256, 0.5, 0.0);
        assert!((0..256).all(|x| unchanged[x].abs_diff(x as u8) <= 1));
    }

    #[test]
    fn hardness_narrows_the_edge_to_one_pixel_and_no_further() {
        let fading = |hardness| {
            let row = row(ramp(256), 256, 0.5, hardness);
            row.iter().filter(|&&opacity| opacity > 0 && opacity < 255).count()
        };
        let widths = [0.0, 0.5, 0.9, 0.99].map(fading);
        for (width, expected) in widths.into_iter().zip([254, 127, 25, 2]) {
            assert!(width.abs_diff(expected) <= 2, "{widths:?}");
        }
        // An edge between two pixels leaves none half covered.
        assert!(fading(1.0) <= 2, "{}", fading(1.0));
        // A field that is smaller than the picture.
        let row = row(ramp(8), 256, 0.5, 1.0);
        let fading = row.iter().filter(|&&opacity| opacity > 0 && opacity < 255).count();
        assert!(row.is_sorted() && fading <= 2, "{row:?}");
    }
}
