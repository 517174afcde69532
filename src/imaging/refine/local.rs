//! Opacity as a linear function of colour within small windows: `alpha = a . I + b`. It is what the
//! guided filter (He, Sun and Tang, *Guided Image Filtering*, 2010) and the matting Laplacian (Levin,
//! Lischinski and Weiss, *A Closed-Form Solution to Natural Image Matting*, 2008) share: one filters
//! with it, the other seeks the opacities that it leaves as they are.

use std::ops::Range;

use super::{
    super::runs::Runs,
    sums::{Sums, in_strips},
};

/// A colour: red, green and blue, -0.5 to 0.5, and a one.
pub type Colour = [f32; 4];
/// What opacity is in a window: `a` for red, green and blue, then `b`.
pub type Line = [f32; 4];

/// Opacities whose variance is less are much the same: any line explains them.
const LEAST_SPREAD: f32 = 1e-4;
/// No window counts for nothing: running sums of large and tiny shares would lose the tiny ones.
const LEAST_EXPLAINED: f32 = 0.3;

/// A picture whose windows are looked at.
pub struct Scene<'a> {
    /// Its pixels.
    pub colours: &'a [Colour],
    /// How much each of them counts; all the same without.
    pub weights: Option<&'a [f32]>,
    /// Columns and rows.
    pub size: (usize, usize),
    /// Windows have `2 * radius + 1` pixels a side.
    pub radius: usize,
    /// Keeps lines flat that colours do not call for.
    pub epsilon: f32,
}

/// A few rows of a scene, window by window.
struct Windows<'a> {
    colours: &'a [Colour],
    weights: Option<&'a [f32]>,
    width: usize,
    radius: usize,
    epsilon: f32,
    /// The pixels whose lines are sought.
    wanted: &'a Runs,
    /// The middles of the windows that these lie in.
    middles: Runs,
    /// The pixels of these windows.
    seen: Runs,
}

/// What is found of windows, strip after strip.
#[derive(Default)]
struct Room {
    firsts: Sums<4>,
    seconds: Sums<6>,
    spreads: Vec<Spread>,
    products: Sums<5>,
    lines: Sums<5>,
}

/// The colours in a window.
#[derive(Clone, Copy, Default)]
pub struct Spread {
    mean: [f32; 3],
    /// The inverse of their covariance, the regularisation added: xx, xy, xz, yy, yz, zz.
    inverse: [f32; 6],
    per_weight: f32,
}

impl Scene<'_> {
    /// The lines that fit these opacities best, for the wanted pixels: each the mean of those of all
    /// windows that its pixel lies in, a window counting as much as its line explains.
    pub fn lines(&self, wanted: &Runs, alphas: &[f32]) -> Vec<Line> {
        let mut lines = vec![[0.0; 4]; alphas.len()];
        // A window that a wanted pixel lies in reaches twice its radius away from it.
        in_strips(&mut lines, self.size, 2 * self.radius, |rows, near, out, room| {
            let wanted = wanted.strip(rows.clone(), near.clone());
            let first = (rows.start - near.start) * self.size.0;
            let pixels = near.start * self.size.0..near.end * self.size.0;
            let windows = Windows::new(self, pixels.clone(), &wanted);
            windows.lines(&alphas[pixels], room, first, out);
        });
        lines
    }
}

impl<'a> Windows<'a> {
    fn new(scene: &Scene<'a>, pixels: Range<usize>, wanted: &'a Runs) -> Self {
        let &Scene { size: (width, _), radius, epsilon, .. } = scene;
        let colours = &scene.colours[pixels.clone()];
        let weights = scene.weights.map(|weights| &weights[pixels]);
        let middles = wanted.grown(radius, radius);
        let seen = middles.grown(radius, radius);
        Self { colours, weights, width, radius, epsilon, wanted, middles, seen }
    }

    fn weight(&self, place: usize) -> f32 {
        self.weights.map_or(1.0, |weights| weights[place])
    }

    /// What lies in each window.
    fn spreads(&self, Room { firsts, seconds, spreads, .. }: &mut Room) {
        let count = self.colours.len();
        let (first, second) = (firsts.values(count), seconds.values(count));
        for place in self.seen.places() {
            let ([r, g, b, one], weight) = (self.colours[place], self.weight(place));
            first[place] = [r, g, b, one].map(|value| value * weight);
            second[place] = [r * r, r * g, r * b, g * g, g * b, b * b].map(|v| v * weight);
        }
        let firsts = firsts.over_windows(self.width, &self.middles, self.radius);
        let seconds = seconds.over_windows(self.width, &self.middles, self.radius);
        spreads.resize(count, Spread::default());
        for place in self.middles.places() {
            spreads[place] = Spread::of(firsts[place], seconds[place], self.epsilon);
        }
    }

    /// The lines of the pixels from `first` on.
    fn lines(&self, alphas: &[f32], room: &mut Room, first: usize, out: &mut [Line]) {
        self.spreads(room);
        let Room { spreads, products, lines, .. } = room;
        let values = products.values(alphas.len());
        for place in self.seen.places() {
            let weighted = alphas[place] * self.weight(place);
            let [r, g, b, one] = self.colours[place].map(|value| value * weighted);
            values[place] = [r, g, b, one, weighted * alphas[place]];
        }
        let sums = products.over_windows(self.width, &self.middles, self.radius);
        let values = lines.values(alphas.len());
        for place in self.middles.places() {
            let (line, explained) = spreads[place].line(sums[place]);
            let [r, g, b, offset] = line.map(|part| part * explained);
            values[place] = [r, g, b, offset, explained];
        }
        let sums = lines.over_windows(self.width, self.wanted, self.radius);
        for place in self.wanted.places() {
            let [r, g, b, offset, explained] = sums[place];
            let per = 1.0 / explained.max(f32::MIN_POSITIVE);
            out[place - first] = [r, g, b, offset].map(|part| part * per);
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The opacity of a colour.
    fn on_line(line: &Line, colour: &Colour) -> f32 {
        line.iter().zip(colour).map(|(a, value)| a * value).sum()
    }

    #[test]
    fn lines_are_the_same_whatever_the_strips() {
        let size @ (width, height) = (29, 171);
        let value = |place: usize, by: usize| (place * by % 97) as f32 / 97.0 - 0.5;
        let places = 0..width * height;
        let colours: Vec<Colour> = places
            .clone()
            .map(|place| [value(place, 31), value(place, 57), value(place, 13), 1.0])
            .collect();
        let alphas: Vec<f32> = places.clone().map(|place| value(place, 7) + 0.5).collect();
        let weights: Vec<f32> = places.clone().map(|place| value(place, 5) + 1.0).collect();
        let wanted = Runs::of(width, &alphas, |&alpha| alpha < 0.3);
        for (radius, weights) in [(1, None), (2, Some(&weights[..])), (40, None)] {
            let scene = Scene { colours: &colours, weights, size, radius, epsilon: 1e-5 };
            let found = scene.lines(&wanted, &alphas);
            let mut whole = vec![[0.0; 4]; colours.len()];
            let windows = Windows::new(&scene, places.clone(), &wanted);
            windows.lines(&alphas, &mut Room::default(), 0, &mut whole);
            // Running sums begin elsewhere, so that they are rounded otherwise.
            for place in wanted.places() {
                let [found, whole] =
                    [&found, &whole].map(|all| on_line(&all[place], &colours[place]));
                assert!(
                    (found - whole).abs() < 1e-3,
                    "{place} of radius {radius}: {found} {whole}"
                );
            }
        }
    }
}
