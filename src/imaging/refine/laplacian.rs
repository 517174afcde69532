//! The matting Laplacian (Levin, Lischinski and Weiss, 2008, equation 12): how far opacities are from
//! being a linear function of colour in every window of 3 x 3 pixels.

use super::{
    super::{both, runs::Runs},
    local::{Colour, Spread},
    sums::in_strips,
};

/// Around a pixel, the pixels that lie in a window with it: 5 columns and rows.
const SIDE: usize = 5;
/// See [`SIDE`].
const REACH: usize = SIDE / 2;
/// Keeps lines flat that colours do not call for (the paper's epsilon).
const EPSILON: f32 = 1e-6;

/// The matting Laplacian, for the pixels whose opacity is unknown (the paper's equation 12).
pub struct Laplacian {
    /// Where the unknown pixels lie in the picture.
    pub places: Vec<usize>,
    /// Columns of the picture.
    width: usize,
    /// Columns of the picture with a margin of [`REACH`] on either side.
    stride: usize,
    /// Where the unknown pixels lie in that.
    padded: Vec<usize>,
    /// What each of them asks of the pixels around it.
    rows: Vec<[f32; SIDE * SIDE]>,
}

impl Laplacian {
    /// Looks at all windows of 3 x 3 pixels in which an unknown pixel lies.
    pub fn of(colours: &[Colour], (width, height): (usize, usize), unknown: &Runs) -> Self {
        let mut spreads = vec![Spread::default(); colours.len()];
        let middles = unknown.grown(1, 1);
        in_strips(&mut spreads, (width, height), 0, |rows, _, out, (): &mut ()| {
            for (y, out) in rows.zip(out.chunks_exact_mut(width)) {
                if y == 0 || y + 1 >= height {
                    continue;
                }
                for x in middles.row(y).iter().cloned().flatten() {
                    if x > 0 && x + 1 < width {
                        let window: [Colour; 9] = std::array::from_fn(|at| {
                            colours[(y + at / 3 - 1) * width + x + at % 3 - 1]
                        });
                        out[x] = Spread::of_few(&window, EPSILON / 9.0);
                    }
                }
            }
        });
        let known: Vec<usize> = unknown.places().collect();
        let row = |&place: &usize| {
            let (x, y) = (place % width, place / width);
            let mut row = [0.0; SIDE * SIDE];
            for window in 0..9 {
                let (left, top) = (x + window % 3, y + window / 3);
                // The window's middle is at (left - 1, top - 1).
                if left < 2 || top < 2 || left >= width || top >= height {
                    continue;
                }
                let spread = &spreads[(top - 1) * width + left - 1];
                let own = spread.tilt(&colours[place]);
                for at in 0..9 {
                    let (column, line) = (left - 2 + at % 3, top - 2 + at / 3);
                    let other = spread.beside(&colours[line * width + column]);
                    let alike = own.iter().zip(&other).map(|(a, b)| a * b).sum::<f32>();
                    let offset = (line + REACH - y) * SIDE + column + REACH - x;
                    row[offset] -= (1.0 + alike) / 9.0;
                }
                row[REACH * SIDE + REACH] += 1.0;
            }
            row
        };
        let (upper, lower) = known.split_at(known.len() / 2);
        let some = |places: &[usize]| places.iter().map(row).collect::<Vec<_>>();
        let (mut rows, below) = both(|| some(upper), || some(lower));
        rows.extend(below);
        let stride = width + 2 * REACH;
        let padded = |&place: &usize| (place / width + REACH) * stride + place % width + REACH;
        let padded = known.iter().map(padded).collect();
        Self { places: known, width, stride, padded, rows }
    }

    /// What it makes of opacities that have the margin: one value for each unknown pixel.
    pub fn of_opacities(&self, alphas: &[f32], out: &mut [f32]) {
        let middle = out.len() / 2;
        let (upper, lower) = out.split_at_mut(middle);
        let some = |first: usize, out: &mut [f32]| {
            let rows = self.rows[first..].iter().zip(&self.padded[first..]);
            for (out, (row, &place)) in out.iter_mut().zip(rows) {
                let from = place - REACH * self.stride - REACH;
                *out = (0..SIDE)
                    .map(|line| {
                        let near = &alphas[from + line * self.stride..][..SIDE];
                        let row = &row[line * SIDE..][..SIDE];
                        row.iter().zip(near).map(|(a, b)| a * b).sum::<f32>()
                    })
                    .sum();
            }
        };
        both(|| some(0, upper), || some(middle, lower));
    }

    /// What it asks of each unknown pixel itself.
    pub fn diagonal(&self) -> impl Iterator<Item = f32> {
        self.rows.iter().map(|row| row[REACH * SIDE + REACH])
    }

    /// Opacities of a picture, with the margin.
    pub fn with_margin(&self, alphas: &[f32]) -> Vec<f32> {
        let height = alphas.len() / self.width;
        let mut wide = vec![0.0; self.stride * (height + 2 * REACH)];
        let rows = wide.chunks_exact_mut(self.stride).skip(REACH);
        for (row, alphas) in rows.zip(alphas.chunks_exact(self.width)) {
            row[REACH..REACH + self.width].copy_from_slice(alphas);
        }
        wide
    }

    /// Puts a value for each unknown pixel into a picture with the margin.
    pub fn put(&self, values: &[f32], wide: &mut [f32]) {
        for (&place, &value) in self.padded.iter().zip(values) {
            wide[place] = value;
        }
    }
}
