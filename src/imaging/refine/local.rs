//! Opacity as a linear function of colour within small windows: `alpha = a . I + b`. It is what the
//! guided filter (He, Sun and Tang, *Guided Image Filtering*, 2010) and the matting Laplacian (Levin,
//! Lischinski and Weiss, *A Closed-Form Solution to Natural Image Matting*, 2008) share: one filters
//! with it, the other seeks the opacities that it leaves as they are.

use super::{
    super::spans::Spans,
    sums::{in_halves, window_sums},
};

/// A colour: red, green and blue, -0.5 to 0.5, and a one.
pub type Colour = [f32; 4];
/// What opacity is in a window: `a` for red, green and blue, then `b`.
pub type Line = [f32; 4];

/// Opacities whose variance is less are much the same: any line explains them.
const LEAST_SPREAD: f32 = 1e-4;
/// No window counts for nothing: running sums of large and tiny shares would lose the tiny ones.
const LEAST_EXPLAINED: f32 = 0.3;

/// The colours of a picture, window by window.
pub struct Windows<'a> {
    colours: &'a [Colour],
    /// How much each pixel counts.
    weights: Option<&'a [f32]>,
    size: (usize, usize),
    radius: usize,
    /// The pixels whose opacity is sought.
    wanted: &'a Spans,
    /// The middles of the windows that these lie in.
    middles: Spans,
    spreads: Vec<Spread>,
}

/// The colours in a window.
#[derive(Clone, Copy, Default)]
pub struct Spread {
    mean: [f32; 3],
    /// The inverse of their covariance, the regularisation added: xx, xy, xz, yy, yz, zz.
    inverse: [f32; 6],
    per_weight: f32,
}

impl<'a> Windows<'a> {
    /// Looks at the windows of `2 * radius + 1` pixels a side around all that lie near the wanted
    /// pixels. `epsilon` keeps lines flat that colours do not call for.
    pub fn new(
        colours: &'a [Colour],
        weights: Option<&'a [f32]>,
        size: (usize, usize),
        wanted: &'a Spans,
        radius: usize,
        epsilon: f32,
    ) -> Self {
        let middles = wanted.grown(radius, radius);
        let seen = middles.grown(radius, radius);
        let mut firsts = vec![[0.0_f32; 4]; colours.len()];
        let mut seconds = vec![[0.0_f32; 6]; colours.len()];
        for place in seen.places() {
            let [r, g, b, one] = colours[place];
            let weight = weights.map_or(1.0, |weights| weights[place]);
            firsts[place] = [r, g, b, one].map(|value| value * weight);
            seconds[place] = [r * r, r * g, r * b, g * g, g * b, b * b].map(|v| v * weight);
        }
        let firsts = window_sums(&firsts, size.0, &middles, radius);
        let seconds = window_sums(&seconds, size.0, &middles, radius);
        let mut spreads = vec![Spread::default(); colours.len()];
        in_halves(&mut spreads, size.0, |y, out| {
            for x in middles.row(y).iter().cloned().flatten() {
                let place = y * size.0 + x;
                out[x] = Spread::of(firsts[place], seconds[place], epsilon);
            }
        });
        Self { colours, weights, size, radius, wanted, middles, spreads }
    }

    /// The lines that fit these opacities best, for the wanted pixels: each the mean of those of all
    /// windows that its pixel lies in, a window counting as much as its line explains.
    pub fn lines(&self, alphas: &[f32]) -> Vec<Line> {
        let (width, _) = self.size;
        let mut products = vec![[0.0; 5]; alphas.len()];
        let seen = self.middles.grown(self.radius, self.radius);
        in_halves(&mut products, width, |y, out| {
            for x in seen.row(y).iter().cloned().flatten() {
                let place = y * width + x;
                let weighted = alphas[place] * self.weights.map_or(1.0, |weights| weights[place]);
                let [r, g, b, one] = self.colours[place].map(|value| value * weighted);
                out[x] = [r, g, b, one, weighted * alphas[place]];
            }
        });
        let sums = window_sums(&products, width, &self.middles, self.radius);
        let mut lines = products;
        in_halves(&mut lines, width, |y, out| {
            for x in self.middles.row(y).iter().cloned().flatten() {
                let (line, explained) = self.spreads[y * width + x].line(sums[y * width + x]);
                let [r, g, b, offset] = line.map(|part| part * explained);
                out[x] = [r, g, b, offset, explained];
            }
        });
        let sums = window_sums(&lines, width, self.wanted, self.radius);
        let mut lines = vec![[0.0; 4]; alphas.len()];
        for place in self.wanted.places() {
            let [r, g, b, offset, explained] = sums[place];
            lines[place] = [r, g, b, offset].map(|part| part / explained.max(f32::MIN_POSITIVE));
        }
        lines
    }
}

/// The opacity of a colour.
pub fn on_line(line: &Line, colour: &Colour) -> f32 {
    line.iter().zip(colour).map(|(a, value)| a * value).sum()
}

impl Spread {
    fn of(firsts: [f32; 4], seconds: [f32; 6], epsilon: f32) -> Self {
        let per_weight = 1.0 / firsts[3].max(f32::MIN_POSITIVE);
        let [r, g, b] = [firsts[0], firsts[1], firsts[2]].map(|sum| sum * per_weight);
        let [rr, rg, rb, gg, gb, bb] = seconds.map(|sum| sum * per_weight);
        let covariance = [rr - r * r, rg - r * g, rb - r * b, gg - g * g, gb - g * b, bb - b * b];
        Self { mean: [r, g, b], inverse: inverse(covariance, epsilon), per_weight }
    }

    /// Of a few colours, with more care for what is small.
    pub fn of_few(colours: &[Colour], epsilon: f32) -> Self {
        let per_weight = 1.0 / colours.len() as f32;
        let mean = std::array::from_fn(|channel| {
            colours.iter().map(|colour| colour[channel]).sum::<f32>() * per_weight
        });
        let mut covariance = [0.0; 6];
        for colour in colours {
            let [r, g, b]: [f32; 3] =
                std::array::from_fn(|channel| colour[channel] - mean[channel]);
            for (sum, product) in
                covariance.iter_mut().zip([r * r, r * g, r * b, g * g, g * b, b * b])
            {
                *sum += product * per_weight;
            }
        }
        Self { mean, inverse: inverse(covariance, epsilon), per_weight }
    }

    /// How far a colour lies from the mean.
    pub fn beside(&self, colour: &Colour) -> [f32; 3] {
        std::array::from_fn(|channel| colour[channel] - self.mean[channel])
    }

    /// The same, times the inverse of the covariance.
    pub fn tilt(&self, colour: &Colour) -> [f32; 3] {
        let [r, g, b] = self.beside(colour);
        let [xx, xy, xz, yy, yz, zz] = self.inverse;
        [xx * r + xy * g + xz * b, xy * r + yy * g + yz * b, xz * r + yz * g + zz * b]
    }

    /// The line of a window, given the sums of its opacities with their colours and themselves, and
    /// how much of their spread it explains.
    fn line(&self, [r, g, b, one, square]: [f32; 5]) -> (Line, f32) {
        let Self { mean, inverse: [xx, xy, xz, yy, yz, zz], per_weight } = *self;
        let alpha = one * per_weight;
        let together = [r, g, b];
        let [r, g, b]: [f32; 3] =
            std::array::from_fn(|channel| together[channel] * per_weight - mean[channel] * alpha);
        let a = [xx * r + xy * g + xz * b, xy * r + yy * g + yz * b, xz * r + yz * g + zz * b];
        let offset = alpha - a.iter().zip(&mean).map(|(a, mean)| a * mean).sum::<f32>();
        let spread = square * per_weight - alpha * alpha;
        let explained = a[0] * r + a[1] * g + a[2] * b;
        // To the fourth, so that windows across an edge that colours show go before all others.
        let part = (explained.max(0.0) + LEAST_SPREAD) / (spread.max(0.0) + LEAST_SPREAD);
        let share = part.clamp(LEAST_EXPLAINED, 1.0).powi(4);
        ([a[0], a[1], a[2], offset], share)
    }
}

/// In double precision: colours on a line leave next to nothing of the determinant.
fn inverse(covariance: [f32; 6], epsilon: f32) -> [f32; 6] {
    let [rr, xy, xz, gg, yz, bb] = covariance.map(f64::from);
    let epsilon = f64::from(epsilon);
    let (xx, yy, zz) = (rr + epsilon, gg + epsilon, bb + epsilon);
    let cofactors = [
        yy * zz - yz * yz,
        xz * yz - xy * zz,
        xy * yz - xz * yy,
        xx * zz - xz * xz,
        xy * xz - xx * yz,
        xx * yy - xy * xy,
    ];
    let determinant = xx * cofactors[0] + xy * cofactors[1] + xz * cofactors[2];
    let per = 1.0 / determinant.max(epsilon * epsilon * epsilon);
    cofactors.map(|value| (value * per) as f32)
}
