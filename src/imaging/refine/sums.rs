//! Sums over square windows, for chosen pixels only.

use std::ops::Range;

use super::super::{both, runs::Runs};

/// Rows that are worked on together: what is remembered about them stays in a core's cache.
const STRIP_ROWS: usize = 32;

/// Values of the pixels of a picture, and their sums over windows. The room that they take is there for
/// the next picture: it would be cleared, and halves of one piece of work wait for each other's memory.
#[derive(Default)]
pub struct Sums<const N: usize> {
    values: Vec<[f32; N]>,
    across: Vec<[f32; N]>,
    sums: Vec<[f32; N]>,
}

impl<const N: usize> Sums<N> {
    /// The values of so many pixels, to be set wherever windows reach; until then they are any.
    pub fn values(&mut self, count: usize) -> &mut [[f32; N]] {
        for room in [&mut self.values, &mut self.across, &mut self.sums] {
            room.resize(count, [0.0; N]);
        }
        &mut self.values
    }

    /// For every chosen pixel the sum of what lies at most `radius` columns and rows away, cut off at
    /// the frame; other pixels have no meaning.
    pub fn over_windows(&mut self, width: usize, chosen: &Runs, radius: usize) -> &[[f32; N]] {
        let seen = chosen.grown(0, radius);
        for (y, out) in self.across.chunks_exact_mut(width).enumerate() {
            let row = &self.values[y * width..][..width];
            for run in seen.row(y) {
                let start = run.start;
                let mut sum = [0.0; N];
                for value in &row[start.saturating_sub(radius)..(start + radius).min(width)] {
                    add(&mut sum, value);
                }
                for x in run.clone() {
                    if x + radius < width {
                        add(&mut sum, &row[x + radius]);
                    }
                    out[x] = sum;
                    if x >= radius {
                        for (sum, &value) in sum.iter_mut().zip(&row[x - radius]) {
                            *sum -= value;
                        }
                    }
                }
            }
        }
        let height = chosen.height();
        for (y, out) in self.sums.chunks_exact_mut(width).enumerate() {
            for run in chosen.row(y) {
                let out = &mut out[run.clone()];
                let row = |near: usize| &self.across[near * width..][run.clone()];
                let first = y.saturating_sub(radius);
                out.copy_from_slice(row(first));
                for near in first + 1..(y + radius + 1).min(height) {
                    for (sum, value) in out.iter_mut().zip(row(near)) {
                        add(sum, value);
                    }
                }
            }
        }
        &self.sums
    }
}

/// Pixels in the window around a pixel.
pub fn window_px(place: usize, (width, height): (usize, usize), radius: usize) -> f32 {
    let count = |at: usize, of: usize| (at + radius).min(of - 1) - at.saturating_sub(radius) + 1;
    (count(place % width, width) * count(place / width, height)) as f32
}

/// Fills a picture strip by strip, the upper and the lower half at the same time. `fill` is told which
/// rows are its strip's, and which lie no more than `margin` rows away from them; each half has a room.
pub fn in_strips<T: Send, R: Default>(
    pixels: &mut [T],
    (width, height): (usize, usize),
    margin: usize,
    fill: impl Fn(Range<usize>, Range<usize>, &mut [T], &mut R) + Sync,
) {
    let middle = height / 2;
    let (upper, lower) = pixels.split_at_mut(middle * width);
    let some = |first: usize, pixels: &mut [T]| {
        let mut room = R::default();
        let firsts = (first..).step_by(STRIP_ROWS);
        for (first, pixels) in firsts.zip(pixels.chunks_mut(STRIP_ROWS * width)) {
            let end = first + pixels.len() / width;
            let near = first.saturating_sub(margin)..(end + margin).min(height);
            fill(first..end, near, pixels, &mut room);
        }
    };
    both(|| some(0, upper), || some(middle, lower));
}

fn add<const N: usize>(sum: &mut [f32; N], value: &[f32; N]) {
    for (sum, &value) in sum.iter_mut().zip(value) {
        *sum += value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_windows() {
        let (width, height) = (13, 9);
        let values: Vec<[f32; 2]> =
            (0..width * height).map(|place| [(place * 7 % 11) as f32, 1.0]).collect();
        let chosen = Runs::of(width, &values, |[value, _]| *value < 6.0);
        let mut sums = Sums::default();
        for radius in [1, 2, 20] {
            // What lies beyond the windows must not count.
            let room = sums.values(values.len());
            room.fill([f32::NAN; 2]);
            for place in chosen.grown(radius, radius).places() {
                room[place] = values[place];
            }
            let sums = sums.over_windows(width, &chosen, radius);
            for place in chosen.places() {
                let (x, y) = (place % width, place / width);
                let mut expected = [0.0; 2];
                for (other, value) in values.iter().enumerate() {
                    let (near_x, near_y) = (other % width, other / width);
                    if near_x.abs_diff(x) <= radius && near_y.abs_diff(y) <= radius {
                        add(&mut expected, value);
                    }
                }
                assert_eq!(sums[place], expected, "{x} {y} {radius}");
                assert_eq!(expected[1], window_px(place, (width, height), radius));
            }
        }
    }
}
