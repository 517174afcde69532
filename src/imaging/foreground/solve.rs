//! Foreground and background at one size, from those at half of it.

use super::{
    super::{Cancel, Cancelled, both, runs::lies_on},
    is_soft,
    known::{Known, Pair},
    level::Level,
};

/// Steps at sizes of at most [`SMALL_PX`] a side, where colours have far to go, and at others.
const STEPS: (usize, usize) = (10, 2);
/// See [`STEPS`].
const SMALL_PX: usize = 32;
/// How much alike neighbours are, wherever they are (the paper's epsilon).
const SMOOTHNESS: f32 = 1e-5;
/// A level of a matte, from 0 to 1.
const LEVEL: f32 = 1.0 / 255.0;
/// The highest value of a [`Pair`].
const HIGHEST: f32 = 255.0 * 256.0;
/// Rows worked on at once.
const STRIP_ROWS: usize = 64;
/// Rows from which a second thread is worth its start.
const WORTH_TWO_THREADS_ROWS: usize = 4 * STRIP_ROWS;

/// Where nothing is known yet: the one pixel of the smallest size is both.
pub fn smallest(level: &Level) -> Known {
    assert_eq!(level.size(), (1, 1), "the smallest size is one pixel");
    let mut pixel = [[0; 3]];
    level.guide.read(0, 0, &mut pixel);
    let pairs = level.read.places().map(|_| [shown(pixel[0]); 2]).collect();
    Known::new((1, 1), level.read.clone(), vec![pairs])
}

/// What is read at the level's size.
///
/// # Errors
/// Once `cancel` is raised.
pub fn finer(level: &Level, known: &Known, cancel: &Cancel) -> Result<Known, Cancelled> {
    let strips = in_strips(level, cancel, |top, room| {
        let strip = Strip::solved(level, known, top, room);
        strip.read().flatten().copied().collect()
    })?;
    Ok(Known::new(level.size(), level.read.clone(), strips))
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
    let strips = in_strips(level, cancel, |top, room| {
        let strip = Strip::solved(level, known, top, room);
        (0..strip.rows).map(|row| strip.foregrounds(row).collect()).collect::<Vec<_>>()
    })?;
    Ok(strips.into_iter().flatten().collect())
}

/// Works on strips of rows, every other one at the same time. Each is called by its first row.
fn in_strips<T: Send>(
    level: &Level,
    cancel: &Cancel,
    work: impl Fn(usize, &mut Room) -> T + Sync,
) -> Result<Vec<T>, Cancelled> {
    let height = level.size().1;
    let strips = |first: usize, step: usize| -> Result<Vec<T>, Cancelled> {
        let mut room = Room::default();
        let tops = (first..height).step_by(step);
        tops.map(|top| cancel.check().map(|()| work(top, &mut room))).collect()
    };
    if height < WORTH_TWO_THREADS_ROWS {
        return strips(0, STRIP_ROWS);
    }
    let every_other = |first| strips(first, 2 * STRIP_ROWS);
    let (even, odd) = both(|| every_other(0), || every_other(STRIP_ROWS));
    let (even, mut odd) = (even?, odd?.into_iter());
    Ok(even.into_iter().flat_map(|strip| [Some(strip), odd.next()]).flatten().collect())
}

/// What strips are worked on in, one after the other: photo and pairs, of which a strip reads only what
/// it has written.
#[derive(Default)]
struct Room {
    photo: Vec<[u8; 3]>,
    pairs: Vec<Pair>,
    found: Vec<Pair>,
}

/// Some rows of a level, and so many around them as the steps reach.
struct Strip<'a> {
    level: &'a Level<'a>,
    /// The first row that is seen, and one past the last.
    seen: (usize, usize),
    /// The first that is worked on, and how many are.
    top: usize,
    rows: usize,
    width: usize,
    alphas: &'a [u8],
    room: &'a mut Room,
}

impl<'a> Strip<'a> {
    fn solved(level: &'a Level, known: &Known, top: usize, room: &'a mut Room) -> Self {
        let (width, height) = level.size();
        let steps = if width.max(height) <= SMALL_PX { STEPS.0 } else { STEPS.1 };
        let rows = STRIP_ROWS.min(height - top);
        let seen = (top.saturating_sub(steps), (top + rows + steps).min(height));
        let pixels = width * (seen.1 - seen.0);
        room.photo.resize(pixels, [0; 3]);
        room.pairs.resize(pixels, Pair::default());
        let mut strip = Self {
            level,
            seen,
            top,
            rows,
            width,
            alphas: &level.matte.as_raw()[seen.0 * width..seen.1 * width],
            room,
        };
        strip.begin(known);
        for _ in 0..steps {
            strip.step();
        }
        strip
    }

    /// The photo, and what is known at half of the size; what the photo shows by itself is what it
    /// shows.
    fn begin(&mut self, known: &Known) {
        let (width, height) = self.level.size();
        let columns: Vec<usize> = (0..width).map(|x| lies_on(x, width, known.size().0)).collect();
        let mut under = vec![Pair::default(); known.size().0];
        let mut under_row = None;
        for y in self.seen.0..self.seen.1 {
            let runs = self.level.read.row(y);
            if runs.is_empty() {
                continue;
            }
            let row_under = known.row_under(y, height);
            if under_row.replace(row_under) != Some(row_under) {
                known.spread(row_under, &mut under);
            }
            let from = (y - self.seen.0) * width;
            for run in runs {
                let places = from + run.start..from + run.end;
                let photo = &mut self.room.photo[places.clone()];
                self.level.guide.read(y as u32, run.start as u32, photo);
                let pairs = self.room.pairs[places.clone()].iter_mut().zip(&columns[run.clone()]);
                let seen = photo.iter().zip(&self.alphas[places]);
                for ((pair, &column), (&pixel, &alpha)) in pairs.zip(seen) {
                    *pair = under[column];
                    match alpha {
                        0 => pair[1] = shown(pixel),
                        u8::MAX => pair[0] = shown(pixel),
                        _ => {}
                    }
                }
            }
        }
    }

    /// One step for all pixels at the same time.
    fn step(&mut self) {
        let mut found = std::mem::take(&mut self.room.found);
        found.clear();
        let last = self.alphas.len() - self.width;
        for y in self.seen.0..self.seen.1 {
            let from = (y - self.seen.0) * self.width;
            for x in self.level.solved.row(y).iter().cloned().flatten() {
                let place = from + x;
                // Beyond the frame it goes on as at its edge.
                let beside = [
                    if x > 0 { place - 1 } else { place },
                    if x + 1 < self.width { place + 1 } else { place },
                    if place >= self.width { place - self.width } else { place },
                    if place < last { place + self.width } else { place },
                ];
                found.push(self.best(place, beside));
            }
        }
        let mut best = found.iter();
        for y in self.seen.0..self.seen.1 {
            let from = (y - self.seen.0) * self.width;
            for run in self.level.solved.row(y) {
                let pairs = &mut self.room.pairs[from + run.start..from + run.end];
                pairs.iter_mut().zip(&mut best).for_each(|(pair, &best)| *pair = best);
            }
        }
        self.room.found = found;
    }

    /// The pair of a pixel that suits its colour and its four neighbours best (the paper's
    /// equation 7).
    fn best(&self, place: usize, beside: [usize; 4]) -> Pair {
        let own = self.alphas[place];
        let alpha = f32::from(own) * LEVEL;
        let mut sums = [[0.0_f32; 4]; 2];
        let mut weights = 0.0;
        for neighbour in beside {
            let step = f32::from(own.abs_diff(self.alphas[neighbour])) * LEVEL;
            let weight = SMOOTHNESS + step;
            weights += weight;
            for (sums, colour) in sums.iter_mut().zip(&self.room.pairs[neighbour]) {
                for (sum, &value) in sums.iter_mut().zip(colour) {
                    *sum += weight * f32::from(value);
                }
            }
        }
        let through = 1.0 - alpha;
        let (of_foreground, of_background) = (alpha * alpha + weights, through * through + weights);
        let mixed = alpha * through;
        let per = 1.0 / (of_foreground * of_background - mixed * mixed);
        let pixel = shown(self.room.photo[place]).map(f32::from);
        let mut pair = Pair::default();
        for channel in 0..4 {
            let foreground = alpha * pixel[channel] + sums[0][channel];
            let background = through * pixel[channel] + sums[1][channel];
            pair[0][channel] = rounded(per * (of_background * foreground - mixed * background));
            pair[1][channel] = rounded(per * (of_foreground * background - mixed * foreground));
        }
        pair
    }

    /// The pairs that are read, piece by piece.
    fn read(&self) -> impl Iterator<Item = &[Pair]> {
        (self.top..self.top + self.rows).flat_map(move |y| {
            let from = (y - self.seen.0) * self.width;
            let runs = self.level.read.row(y).iter();
            runs.map(move |run| &self.room.pairs[from + run.start..from + run.end])
        })
    }

    /// Of the soft pixels of a row.
    fn foregrounds(&self, row: usize) -> impl Iterator<Item = [u16; 3]> {
        let from = (self.top + row - self.seen.0) * self.width;
        let runs = self.level.read.row(self.top + row).iter();
        let places = runs.flat_map(move |run| from + run.start..from + run.end);
        places.filter(|&place| is_soft(self.alphas[place])).map(|place| {
            let [r, g, b, _] = self.room.pairs[place][0];
            [r, g, b].map(|value| (u32::from(value) * 257 / 256) as u16)
        })
    }
}

/// A colour as a [`Pair`] holds it.
fn shown([r, g, b]: [u8; 3]) -> [u16; 4] {
    [r, g, b, 0].map(|value| u16::from(value) * 256)
}

/// To the nearest: behind a float's point, whole numbers are what its last bits count.
fn rounded(value: f32) -> u16 {
    const LAST_BITS_COUNT_ONES: f32 = 8_388_608.0;
    (value.clamp(0.0, HIGHEST) + LAST_BITS_COUNT_ONES).to_bits() as u16
}
