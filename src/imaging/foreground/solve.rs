//! Foreground and background at one size, from those at half of it.

use super::{
    super::{Cancel, Cancelled, both},
    is_soft,
    level::Level,
};

/// Steps at sizes of at most [`SMALL_PX`] a side, where colours have far to go, and at others.
const STEPS: (usize, usize) = (10, 2);
/// See [`STEPS`].
const SMALL_PX: u32 = 32;
/// How much alike neighbours are, wherever they are (the paper's epsilon).
const SMOOTHNESS: f32 = 1e-5;
/// The highest value of a [`Pair`].
const HIGHEST: f32 = 255.0 * 256.0;
/// Rows worked on at once.
const STRIP_ROWS: u32 = 64;

/// Foreground and background of a pixel: 0 to 255, in parts of 1/256.
type Pair = [[u16; 3]; 2];

/// Foreground and background of every pixel at some size.
pub struct Known {
    size_px: (u32, u32),
    pairs: Vec<Pair>,
}

/// Where nothing is known yet.
pub fn smallest() -> Known {
    Known { size_px: (1, 1), pairs: vec![[[128 * 256; 3]; 2]] }
}

/// Every pixel at the level's size.
///
/// # Errors
/// Once `cancel` is raised.
pub fn finer(level: &Level, known: &Known, cancel: &Cancel) -> Result<Known, Cancelled> {
    let strips = in_strips(level, cancel, |strip| {
        strip.solve(level, known, Wanted::All);
        let width = strip.width;
        strip.pairs[strip.halo_above * width..][..strip.rows * width].to_vec()
    })?;
    Ok(Known { size_px: level.size_px(), pairs: strips.concat() })
}

/// The foreground of the soft pixels of every row: 0 to 65535.
///
/// # Errors
/// Once `cancel` is raised.
pub fn finest(
    level: &Level,
    known: &Known,
    cancel: &Cancel,
) -> Result<Vec<Vec<[u16; 3]>>, Cancelled> {
    let strips = in_strips(level, cancel, |strip| {
        strip.solve(level, known, Wanted::Edge);
        strip.foregrounds()
    })?;
    Ok(strips.concat())
}

/// Works on strips of rows, from both ends at the same time.
fn in_strips<T: Send>(
    level: &Level,
    cancel: &Cancel,
    work: impl Fn(&mut Strip) -> T + Sync,
) -> Result<Vec<T>, Cancelled> {
    let tops: Vec<u32> = (0..level.size_px().1).step_by(STRIP_ROWS as usize).collect();
    let some = |tops: &[u32]| -> Result<Vec<T>, Cancelled> {
        let strip = |&top| {
            cancel.check()?;
            Ok(work(&mut Strip::new(level, top)))
        };
        tops.iter().map(strip).collect()
    };
    if tops.len() == 1 {
        return some(&tops);
    }
    let (upper, lower) = tops.split_at(tops.len() / 2);
    let (above, below) = both(|| some(upper), || some(lower));
    let mut all = above?;
    all.extend(below?);
    Ok(all)
}

/// Which pixels are read afterwards.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// All.
    All,
    /// Those that are soft.
    Edge,
}

/// Some rows, and so many around them as the steps reach.
struct Strip {
    top: u32,
    width: usize,
    rows: usize,
    halo_above: usize,
    steps: usize,
    photo: Vec<[u8; 3]>,
    alphas: Vec<u8>,
    pairs: Vec<Pair>,
}

impl Strip {
    fn new(level: &Level, top: u32) -> Self {
        let (width, height) = level.size_px();
        let steps = if width.max(height) <= SMALL_PX { STEPS.0 } else { STEPS.1 };
        let rows = STRIP_ROWS.min(height - top);
        let first = top.saturating_sub(steps as u32);
        let end = (top + rows + steps as u32).min(height);
        let stride = width as usize;
        let mut photo = vec![[0; 3]; stride * (end - first) as usize];
        for (y, row) in (first..end).zip(photo.chunks_exact_mut(stride)) {
            level.guide.read(y, 0, row);
        }
        let alphas = level.matte.as_raw()[first as usize * stride..end as usize * stride].to_vec();
        Self {
            top: first,
            width: stride,
            rows: rows as usize,
            halo_above: (top - first) as usize,
            steps,
            photo,
            alphas,
            pairs: Vec::new(),
        }
    }

    fn solve(&mut self, level: &Level, known: &Known, wanted: Wanted) {
        self.begin(level, known, wanted);
        let near = self.near_the_edge(1);
        let places: Vec<usize> = (0..near.len()).filter(|&place| near[place]).collect();
        let mut solved = Vec::with_capacity(places.len());
        for _ in 0..self.steps {
            solved.clear();
            solved.extend(places.iter().map(|&place| self.step(place)));
            for (&place, &pair) in places.iter().zip(&solved) {
                self.pairs[place] = pair;
            }
        }
    }

    /// What is known at half of the size; what the photo shows by itself is what it shows.
    fn begin(&mut self, level: &Level, known: &Known, wanted: Wanted) {
        let (width, height) = level.size_px();
        let half = |at: u32, of: u32, known: u32| {
            ((u64::from(2 * at + 1) * u64::from(known)) / u64::from(2 * of)) as usize
        };
        let columns: Vec<usize> = (0..width).map(|x| half(x, width, known.size_px.0)).collect();
        // Steps change what is one pixel away and read what is two.
        let near = match wanted {
            Wanted::All => vec![true; self.photo.len()],
            Wanted::Edge => self.near_the_edge(2),
        };
        self.pairs = vec![Pair::default(); self.photo.len()];
        for (number, near) in near.chunks_exact(self.width).enumerate() {
            let from =
                half(self.top + number as u32, height, known.size_px.1) * known.size_px.0 as usize;
            for x in (0..self.width).filter(|&x| near[x]) {
                let place = number * self.width + x;
                let [foreground, background] = known.pairs[from + columns[x]];
                let pixel = self.photo[place].map(|value| u16::from(value) * 256);
                self.pairs[place] = match self.alphas[place] {
                    0 => [foreground, pixel],
                    u8::MAX => [pixel, background],
                    _ => [foreground, background],
                };
            }
        }
    }

    /// Whether a pixel is soft, or so near to one that is.
    fn near_the_edge(&self, reach: usize) -> Vec<bool> {
        let (width, height) = (self.width, self.alphas.len() / self.width);
        let mut near = vec![false; self.alphas.len()];
        for (y, row) in self.alphas.chunks_exact(width).enumerate() {
            for x in (0..width).filter(|&x| is_soft(row[x])) {
                let columns = x.saturating_sub(reach)..(x + reach + 1).min(width);
                for y in y.saturating_sub(reach)..(y + reach + 1).min(height) {
                    near[y * width + columns.start..y * width + columns.end].fill(true);
                }
            }
        }
        near
    }

    /// The pair of a pixel that suits its colour and its four neighbours best (the paper's
    /// equation 7).
    fn step(&self, place: usize) -> Pair {
        let (x, last) = (place % self.width, self.alphas.len() - self.width);
        let alpha = f32::from(self.alphas[place]) / 255.0;
        let mut sums = [[0.0_f32; 3]; 2];
        let mut weights = 0.0;
        let neighbours = [
            (x > 0).then(|| place - 1),
            (x + 1 < self.width).then_some(place + 1),
            (place >= self.width).then(|| place - self.width),
            (place < last).then_some(place + self.width),
        ];
        for neighbour in neighbours.into_iter().flatten() {
            let step = (alpha - f32::from(self.alphas[neighbour]) / 255.0).abs();
            let weight = SMOOTHNESS + step;
            weights += weight;
            for (sums, colour) in sums.iter_mut().zip(&self.pairs[neighbour]) {
                for (sum, &value) in sums.iter_mut().zip(colour) {
                    *sum += weight * f32::from(value);
                }
            }
        }
        if weights == 0.0 {
            // The only pixel.
            return [self.photo[place].map(|value| u16::from(value) * 256); 2];
        }
        let through = 1.0 - alpha;
        let (of_foreground, of_background) = (alpha * alpha + weights, through * through + weights);
        let mixed = alpha * through;
        let per = 1.0 / (of_foreground * of_background - mixed * mixed).max(f32::MIN_POSITIVE);
        let mut pair = [[0; 3]; 2];
        for channel in 0..3 {
            let value = 256.0 * f32::from(self.photo[place][channel]);
            let (foreground, background) =
                (alpha * value + sums[0][channel], through * value + sums[1][channel]);
            let rounded = |value: f32| value.clamp(0.0, HIGHEST).round() as u16;
            pair[0][channel] = rounded(per * (of_background * foreground - mixed * background));
            pair[1][channel] = rounded(per * (of_foreground * background - mixed * foreground));
        }
        pair
    }

    fn foregrounds(&self) -> Vec<Vec<[u16; 3]>> {
        let rows = self.pairs.chunks_exact(self.width).zip(self.alphas.chunks_exact(self.width));
        let soft = |(pairs, alphas): (&[Pair], &[u8])| {
            let soft = pairs.iter().zip(alphas).filter(|&(_, &alpha)| is_soft(alpha));
            soft.map(|([foreground, _], _)| {
                foreground.map(|value| (u32::from(value) * 257 / 256) as u16)
            })
            .collect()
        };
        rows.skip(self.halo_above).take(self.rows).map(soft).collect()
    }
}
