//! Growing and shrinking a subject: every level of the field moves outwards by the same distance,
//! softness and all (grey dilation with a disc).
//!
//! The highest of what lies under the disc is sought in two parts. On the circle itself it is
//! sampled between pixels, which makes fractions of a pixel count and edges of every direction move
//! alike. Inside, where only something thinner than the disc can hide, whole pixels do: a row of
//! the disc is covered by two runs whose length is a power of two, and the highest of every such
//! run is known beforehand (Urbach and Wilkinson, 2008).

use super::{
    super::{Cancel, Cancelled},
    field::{Levels, invert},
};

/// Samples on the circle: a straight edge moves by 98 % of the radius at least.
const DIRECTIONS: u32 = 16;

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
    let padded = Padded::of(levels, radius_px.ceil() as usize + 1);
    let mut highest = levels.clone();
    on_circle(&padded, radius_px, &mut highest, cancel)?;
    inside(&padded, radius_px, &mut highest, cancel)?;
    Ok(highest)
}

/// A field with its edge repeated on every side.
struct Padded {
    levels: Vec<u16>,
    stride: usize,
    margin: usize,
}

impl Padded {
    fn of(levels: &Levels, margin: usize) -> Self {
        let (width, height) = (levels.width() as usize, levels.height() as usize);
        let stride = width + 2 * margin;
        let mut padded = Vec::with_capacity(stride * (height + 2 * margin));
        for y in 0..height + 2 * margin {
            let row = y.saturating_sub(margin).min(height - 1) * width;
            let row = &levels.as_raw()[row..row + width];
            padded.extend(std::iter::repeat_n(row[0], margin));
            padded.extend_from_slice(row);
            padded.extend(std::iter::repeat_n(row[width - 1], margin));
        }
        Self { levels: padded, stride, margin }
    }

    /// `len` levels of the row that lies `dy` below row `y`, starting `dx` right of the first.
    fn row(&self, y: usize, (dx, dy): (isize, isize), len: usize) -> &[u16] {
        run(&self.levels, self.stride, self.margin, y, (dx, dy), len)
    }
}

fn run(
    levels: &[u16],
    stride: usize,
    margin: usize,
    y: usize,
    (dx, dy): (isize, isize),
    len: usize,
) -> &[u16] {
    let from = (y + margin).strict_add_signed(dy) * stride + margin.strict_add_signed(dx);
    &levels[from..from + len]
}

/// Raises each pixel to the highest of the samples on a circle around it.
fn on_circle(
    padded: &Padded,
    radius_px: f32,
    highest: &mut Levels,
    cancel: &Cancel,
) -> Result<(), Cancelled> {
    let width = highest.width() as usize;
    let shifts: Vec<Shift> = (0..DIRECTIONS).map(|step| Shift::new(step, radius_px)).collect();
    for (y, out) in highest.chunks_exact_mut(width).enumerate() {
        cancel.check()?;
        for Shift { whole: (dx, dy), weights: [a, b, c, d] } in &shifts {
            let above = padded.row(y, (*dx, *dy), width + 1);
            let below = padded.row(y, (*dx, *dy + 1), width + 1);
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
    Ok(())
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

/// Raises each pixel to the highest of the whole pixels well inside the disc.
fn inside(
    padded: &Padded,
    radius_px: f32,
    highest: &mut Levels,
    cancel: &Cancel,
) -> Result<(), Cancelled> {
    // The next quarter of a pixel is what the samples on the circle are made of.
    let radius = (radius_px - 0.25).floor().max(0.0) as isize;
    if radius == 0 {
        return Ok(());
    }
    let runs = runs_of_powers_of_two(padded, 2 * radius as usize + 1, cancel)?;
    let width = highest.width() as usize;
    let (stride, margin) = (padded.stride, padded.margin);
    for (y, out) in highest.chunks_exact_mut(width).enumerate() {
        cancel.check()?;
        for dy in -radius..=radius {
            let half = ((radius * radius - dy * dy) as f32).sqrt() as isize;
            let power = (2 * half + 1).ilog2();
            let last = half + 1 - (1 << power);
            let row = |dx| run(&runs[power as usize], stride, margin, y, (dx, dy), width);
            for (out, (&left, &right)) in out.iter_mut().zip(row(-half).iter().zip(row(last))) {
                *out = (*out).max(left).max(right);
            }
        }
    }
    Ok(())
}

/// For every power of two up to `longest`, the highest of the run of so many pixels that starts at
/// each pixel. Runs that would leave their row are cut short.
fn runs_of_powers_of_two(
    padded: &Padded,
    longest: usize,
    cancel: &Cancel,
) -> Result<Vec<Vec<u16>>, Cancelled> {
    let mut runs = vec![padded.levels.clone()];
    for power in 0..longest.ilog2() as usize {
        cancel.check()?;
        let half = 1 << power;
        let mut twice = runs[power].clone();
        let rows = twice.chunks_exact_mut(padded.stride);
        for (twice, once) in rows.zip(runs[power].chunks_exact(padded.stride)) {
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
    use image::Luma;

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
