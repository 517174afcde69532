//! Growing and shrinking a subject: every level of the field moves outwards by the same distance,
//! softness and all (grey dilation with a disc).
//!
//! The highest of what lies under the disc is sought in two parts. On the circle itself it is
//! sampled between pixels, which makes fractions of a pixel count and edges of every direction move
//! alike. Inside, where only something thinner than the disc can hide, whole pixels do: a row of
//! the disc is covered by two runs whose length is a power of two, and the highest of every such
//! run is known beforehand (Urbach and Wilkinson, 2008).

use std::ops::Range;

use super::{
    super::{Cancel, Cancelled, both},
    field::{Levels, invert},
};

/// Samples on the circle: a straight edge moves by 98 % of the radius at least.
const DIRECTIONS: u32 = 16;
/// Rows worked on at once, at least: where the disc is wider, as many as it is wide.
const STRIP_ROWS: usize = 64;
/// Side of the blocks that are left as they are where all is the same as far as the disc reaches.
const BLOCK_PX: usize = 32;

/// Moves the subject's edges outwards by a distance in pixels of the field, or inwards where it is
/// negative. Beyond the frame the field goes on as at its edge.
///
/// # Errors
/// Once `cancel` is raised.
pub fn grow(mut levels: Levels, by_px: f32, cancel: &Cancel) -> Result<Levels, Cancelled> {
    if by_px == 0.0 || levels.is_empty() {
        Ok(levels)
    } else if by_px > 0.0 {
        dilate(&levels, by_px, cancel)
    } else {
        invert(&mut levels);
        let mut grown = dilate(&levels, -by_px, cancel)?;
        invert(&mut grown);
        Ok(grown)
    }
}

fn dilate(levels: &Levels, radius_px: f32, cancel: &Cancel) -> Result<Levels, Cancelled> {
    let width = levels.width() as usize;
    let disc = Disc::new(radius_px);
    let strip_rows = STRIP_ROWS.max(2 * disc.reach).next_multiple_of(BLOCK_PX);
    let unequal = Unequal::of(levels, disc.reach);
    let mut highest = levels.clone();
    let strips: Vec<_> = highest.chunks_mut(strip_rows * width).enumerate().collect();
    let raise = |strips: Vec<(usize, &mut [u16])>| {
        strips.into_iter().try_for_each(|(number, rows)| {
            cancel.check()?;
            disc.raise(levels, number * strip_rows, &unequal, rows, cancel)
        })
    };
    // Every other one, as edges are seldom spread evenly.
    let (even, odd): (Vec<_>, Vec<_>) = strips.into_iter().partition(|(number, _)| number % 2 == 0);
    let (one, other) = both(|| raise(even), || raise(odd));
    one.and(other)?;
    Ok(highest)
}

/// In which blocks of a field the disc may change anything.
struct Unequal {
    across: usize,
    blocks: Vec<bool>,
}

impl Unequal {
    fn of(levels: &Levels, reach: usize) -> Self {
        let (width, height) = (levels.width() as usize, levels.height() as usize);
        let (across, down) = (width.div_ceil(BLOCK_PX), height.div_ceil(BLOCK_PX));
        let mut ranges = vec![(u16::MAX, 0); across * down];
        for (y, row) in levels.chunks_exact(width).enumerate() {
            let ranges = &mut ranges[y / BLOCK_PX * across..][..across];
            for (range, piece) in ranges.iter_mut().zip(row.chunks(BLOCK_PX)) {
                let lowest = piece.iter().fold(range.0, |lowest, &level| lowest.min(level));
                let highest = piece.iter().fold(range.1, |highest, &level| highest.max(level));
                *range = (lowest, highest);
            }
        }
        let reach = reach.div_ceil(BLOCK_PX);
        let is_raised = |block: usize| {
            let (x, y) = (block % across, block / across);
            let lowest = ranges[block].0;
            let rows = y.saturating_sub(reach)..(y + reach + 1).min(down);
            let columns = x.saturating_sub(reach)..(x + reach + 1).min(across);
            rows.into_iter().any(|y| {
                ranges[y * across..][columns.clone()].iter().any(|&(_, highest)| highest > lowest)
            })
        };
        Self { across, blocks: (0..ranges.len()).map(is_raised).collect() }
    }

    /// Pieces of a row, from left to right.
    fn pieces(&self, y: usize, width: usize) -> impl Iterator<Item = (usize, usize)> {
        let row = &self.blocks[y / BLOCK_PX * self.across..][..self.across];
        let mut first = 0;
        row.chunk_by(|a, b| a == b).filter_map(move |blocks| {
            let from = first * BLOCK_PX;
            first += blocks.len();
            blocks[0].then(|| (from, (first * BLOCK_PX).min(width)))
        })
    }
}

/// What is laid over every pixel.
struct Disc {
    circle: Vec<Shift>,
    /// How far whole pixels are looked at.
    inner: isize,
    /// How far anything is.
    reach: usize,
}

impl Disc {
    fn new(radius_px: f32) -> Self {
        Self {
            circle: (0..DIRECTIONS).map(|step| Shift::new(step, radius_px)).collect(),
            // The next quarter of a pixel is what the samples on the circle are made of.
            inner: (radius_px - 0.25).floor().max(0.0) as isize,
            reach: radius_px.ceil() as usize + 1,
        }
    }

    /// Raises the pixels of a strip, which starts at row `top`, to the highest under the disc.
    fn raise(
        &self,
        levels: &Levels,
        top: usize,
        unequal: &Unequal,
        rows: &mut [u16],
        cancel: &Cancel,
    ) -> Result<(), Cancelled> {
        let width = levels.width() as usize;
        let height = rows.len() / width;
        let pieces = |y: usize| unequal.pieces(top + y, width);
        if (0..height).step_by(BLOCK_PX).all(|y| pieces(y).next().is_none()) {
            return Ok(());
        }
        let padded = Padded::of(levels, top..top + height, self.reach);
        let runs = runs_of_powers_of_two(padded, 2 * self.inner as usize + 1, cancel)?;
        for (y, out) in rows.chunks_exact_mut(width).enumerate() {
            cancel.check()?;
            for (from, to) in pieces(y) {
                let out = &mut out[from..to];
                self.on_circle(&runs[0], (from, y), out);
                self.inside(&runs, (from, y), out);
            }
        }
        Ok(())
    }

    fn on_circle(&self, padded: &Padded, at: (usize, usize), out: &mut [u16]) {
        for Shift { whole: (dx, dy), weights: [a, b, c, d] } in &self.circle {
            let above = padded.row(at, (*dx, *dy), out.len() + 1);
            let below = padded.row(at, (*dx, *dy + 1), out.len() + 1);
            let pairs = above.windows(2).zip(below.windows(2));
            for (out, (above, below)) in out.iter_mut().zip(pairs) {
                let sum = u32::from(above[0]) * a
                    + u32::from(above[1]) * b
                    + u32::from(below[0]) * c
                    + u32::from(below[1]) * d;
                *out = (*out).max((sum >> 16) as u16);
            }
        }
    }

    fn inside(&self, runs: &[Padded], at: (usize, usize), out: &mut [u16]) {
        if self.inner == 0 {
            return;
        }
        for dy in -self.inner..=self.inner {
            let half = ((self.inner * self.inner - dy * dy) as f32).sqrt() as isize;
            let power = (2 * half + 1).ilog2();
            let last = half + 1 - (1 << power);
            let row = |dx| runs[power as usize].row(at, (dx, dy), out.len());
            let (left, right) = (row(-half), row(last));
            for (out, (&left, &right)) in out.iter_mut().zip(left.iter().zip(right)) {
                *out = (*out).max(left).max(right);
            }
        }
    }
}

/// Some rows of a field, with what lies around them; beyond the frame its edge is repeated.
#[derive(Clone)]
struct Padded {
    levels: Vec<u16>,
    stride: usize,
    margin: usize,
}

impl Padded {
    fn of(levels: &Levels, rows: Range<usize>, margin: usize) -> Self {
        let (width, height) = (levels.width() as usize, levels.height() as usize);
        let stride = width + 2 * margin;
        let mut padded = Vec::with_capacity(stride * (rows.len() + 2 * margin));
        for y in rows.start..rows.end + 2 * margin {
            let row = y.saturating_sub(margin).min(height - 1) * width;
            let row = &levels.as_raw()[row..row + width];
            padded.extend(std::iter::repeat_n(row[0], margin));
            padded.extend_from_slice(row);
            padded.extend(std::iter::repeat_n(row[width - 1], margin));
        }
        Self { levels: padded, stride, margin }
    }

    /// `len` levels, so far to the right of and below a place of the strip.
    fn row(&self, (x, y): (usize, usize), (dx, dy): (isize, isize), len: usize) -> &[u16] {
        let row = (y + self.margin).strict_add_signed(dy) * self.stride;
        let from = row + (x + self.margin).strict_add_signed(dx);
        &self.levels[from..from + len]
    }
}

/// A place on the circle, as the pixel to its upper left and what each of the four around it counts
/// for, in parts of 65536.
struct Shift {
    whole: (isize, isize),
    weights: [u32; 4],
}

impl Shift {
    fn new(step: u32, radius_px: f32) -> Self {
        let angle = step as f32 / DIRECTIONS as f32 * std::f32::consts::TAU;
        let (x, y) = (radius_px * angle.cos(), radius_px * angle.sin());
        let (right, down) = (x - x.floor(), y - y.floor());
        let part = |weight: f32| (weight * 65_536.0).round() as u32;
        let across = part(right);
        let lower = part(down);
        let d = ((u64::from(across) * u64::from(lower)) >> 16) as u32;
        let weights = [65_536 + d - across - lower, across - d, lower - d, d];
        Self { whole: (x.floor() as isize, y.floor() as isize), weights }
    }
}

/// For every power of two up to `longest`, the highest of the run of so many pixels that starts at
/// each pixel. Runs that would leave their row are cut short.
fn runs_of_powers_of_two(
    padded: Padded,
    longest: usize,
    cancel: &Cancel,
) -> Result<Vec<Padded>, Cancelled> {
    let mut runs = vec![padded];
    for power in 0..longest.ilog2() as usize {
        cancel.check()?;
        let half = 1 << power;
        let once = &runs[power];
        let mut twice = once.clone();
        let rows = twice.levels.chunks_exact_mut(once.stride);
        for (twice, once) in rows.zip(once.levels.chunks_exact(once.stride)) {
            for (twice, &later) in twice.iter_mut().zip(once.iter().skip(half)) {
                *twice = (*twice).max(later);
            }
        }
        runs.push(twice);
    }
    Ok(runs)
}

#[cfg(test)]
mod tests {
    use image::{Luma, imageops};

    use super::*;

    /// A disc whose edge is one pixel wide.
    fn disc(radius_px: f32) -> Levels {
        Levels::from_fn(120, 120, |x, y| {
            let distance = (x as f32 + 0.5 - 60.0).hypot(y as f32 + 0.5 - 60.0);
            Luma([((radius_px - distance + 0.5).clamp(0.0, 1.0) * 65_535.0) as u16])
        })
    }

    fn grown(levels: Levels, by_px: f32) -> Levels {
        grow(levels, by_px, &Cancel::default()).unwrap()
    }

    /// How many pixels the subject has, those of its edge in parts.
    fn area_px(levels: &Levels) -> f32 {
        levels.iter().map(|&level| f32::from(level) / 65_535.0).sum()
    }

    #[test]
    fn a_disc_grows_and_shrinks_by_fractions_of_a_pixel() {
        for (radius_px, by_px) in [
            (20.0, 0.3),
            (20.0, 1.0),
            (20.0, 2.5),
            (10.0, 30.0),
            (3.0, 25.5),
            (40.0, -0.4),
            (40.0, -7.25),
            (50.0, -31.0),
        ] {
            let area = area_px(&grown(disc(radius_px), by_px));
            let radius = (area / std::f32::consts::PI).sqrt();
            let expected = radius_px + by_px;
            // A straight edge moves by 98 % of the radius at least.
            let tolerance = 0.15 + 0.02 * by_px.abs();
            assert!((radius - expected).abs() < tolerance, "{radius_px} {by_px}: {radius}");
        }
    }

    #[test]
    fn strips_and_blocks_leave_no_seam() {
        // Two discs and a ramp, so that some blocks are passed over and some are not.
        let field = Levels::from_fn(330, 290, |x, y| {
            let from = |cx: f32, cy: f32| (x as f32 - cx).hypot(y as f32 - cy);
            let near = from(60.0, 64.5).min(from(220.0, 190.0));
            Luma([((21.0 - near).clamp(0.0, 1.0) * 65_535.0) as u16])
        });
        for by_px in [0.5, 3.0, 7.75, 45.0, -2.0, -9.5] {
            let whole = grown(field.clone(), by_px);
            for (left, top) in [(0, 0), (13, 0), (0, 29), (41, 37)] {
                let size = (field.width() - left, field.height() - top);
                let part = imageops::crop_imm(&field, left, top, size.0, size.1).to_image();
                let part = grown(part, by_px);
                // What lies beyond the part's own frame is not the same.
                let margin = by_px.abs().ceil() as u32 + 2;
                for (x, y, level) in part.enumerate_pixels() {
                    if (left == 0 || x >= margin) && (top == 0 || y >= margin) {
                        let expected = whole.get_pixel(x + left, y + top);
                        assert_eq!(level, expected, "{by_px} {left} {top}: {x} {y}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_soft_edge_moves_with_its_softness() {
        let ramp = |from: f32| {
            Levels::from_fn(100, 9, |x, _| {
                Luma([(((x as f32 - from) / 20.0).clamp(0.0, 1.0) * 65_535.0) as u16])
            })
        };
        for by_px in [-14.5, -3.0, -0.25, 0.5, 6.0, 20.0] {
            for (moved, expected) in grown(ramp(40.0), by_px).iter().zip(ramp(40.0 - by_px).iter())
            {
                assert!(moved.abs_diff(*expected) < 1000, "{by_px}: {moved} {expected}");
            }
        }
    }

    #[test]
    fn what_is_thinner_than_the_disc_grows_solid() {
        let line = Levels::from_fn(100, 100, |x, _| Luma([if x == 50 { 65_535 } else { 0 }]));
        let grown = grown(line, 20.0);
        for (x, _, level) in grown.enumerate_pixels() {
            match x.abs_diff(50) {
                0..=19 => assert_eq!(level[0], 65_535, "{x}"),
                22.. => assert_eq!(level[0], 0, "{x}"),
                _ => {}
            }
        }
    }

    #[test]
    fn what_the_frame_cuts_off_goes_on_beyond_it() {
        let half = Levels::from_fn(40, 40, |x, _| Luma([if x < 20 { 65_535 } else { 0 }]));
        let shrunk = grown(half, -10.0);
        assert!((0..40).all(|y| shrunk.get_pixel(0, y)[0] == 65_535));
        assert!((0..40).all(|y| shrunk.get_pixel(12, y)[0] == 0));
    }
}
