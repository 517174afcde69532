//! Lines found at a smaller size, laid over the photo at its full size: the colours of every pixel
//! give its opacity (joint upsampling; He and Sun, *Fast Guided Filter*, 2015).

use std::ops::Range;

use image::GrayImage;

use super::{
    super::{Cancel, Cancelled, Matte, both, matte::nearest_level, runs::Runs},
    Guide,
    local::Line,
};

/// Rows worked on before the next look at `cancel`.
const STRIP_ROWS: usize = 64;
/// Levels so near to the subject or to the background are it: the network is hardly ever quite sure,
/// and half of a cutout would let a hundredth through.
const NEARLY: u8 = 3;

/// A matte, and what opacity is along its edge.
pub struct Edge {
    /// Where nothing is told.
    plain: Matte,
    /// The pixels that it tells something about.
    told: Runs,
    /// For these what opacity is, for colours from -0.5 to 0.5 and a one; times its share.
    lines: Vec<Line>,
    /// For these how much it counts beside the plain matte: 0 to 1.
    shares: Vec<f32>,
    /// See [`Edge::new`].
    faint: f32,
}

impl Edge {
    /// An edge of lines and shares for the pixels that are told about, one for every pixel of the matte.
    /// Opacities below `faint` become none and those as near to one become all; what lies between is
    /// stretched.
    pub fn new(
        plain: Matte,
        told: Runs,
        (mut lines, shares): (Vec<Line>, Vec<f32>),
        faint: f32,
    ) -> Self {
        for place in told.places() {
            lines[place] = lines[place].map(|part| part * shares[place]);
        }
        Self { plain, told, lines, shares, faint }
    }

    /// Columns and rows.
    fn size(&self) -> (usize, usize) {
        let (width_px, height_px) = self.plain.size_px();
        (width_px as usize, height_px as usize)
    }
}

/// The matte at the guide's size with the edge laid over it, and what is nearly sure made so.
///
/// # Errors
/// Once `cancel` is raised.
pub fn upsample(edge: &Edge, guide: Guide, cancel: &Cancel) -> Result<Matte, Cancelled> {
    let (width_px, height_px) = guide.size_px();
    let (width, height) = (width_px as usize, height_px as usize);
    let mut levels = vec![0; width * height];
    let sheet = Sheet::new(edge, guide);
    let middle = height / 2;
    let (upper, lower) = levels.split_at_mut(middle * width);
    let (one, other) =
        both(|| sheet.lay_over(upper, 0, cancel), || sheet.lay_over(lower, middle, cancel));
    one.and(other)?;
    Ok(Matte(GrayImage::from_raw(width_px, height_px, levels).expect("one level for every pixel")))
}

/// Where a pixel lies between two of the smaller size.
#[derive(Clone, Copy)]
struct Tap {
    before: usize,
    after: usize,
    share_after: f32,
}

fn taps(from: usize, to: usize) -> Vec<Tap> {
    let tap = |at: usize| {
        let at = ((at as f32 + 0.5) * from as f32 / to as f32 - 0.5).clamp(0.0, (from - 1) as f32);
        let before = at as usize;
        Tap { before, after: (before + 1).min(from - 1), share_after: at - before as f32 }
    };
    (0..to).map(tap).collect()
}

/// The columns that lie between the same two of the smaller size.
struct Between {
    columns: Range<usize>,
    before: usize,
    after: usize,
}

struct Sheet<'a> {
    edge: &'a Edge,
    guide: Guide<'a>,
    columns: Vec<Tap>,
    betweens: Vec<Between>,
    rows: Vec<Tap>,
}

impl<'a> Sheet<'a> {
    fn new(edge: &'a Edge, guide: Guide<'a>) -> Self {
        let ((width_px, height_px), (width, height)) = (guide.size_px(), edge.size());
        let columns = taps(width, width_px as usize);
        let mut end = 0;
        let alike = columns.chunk_by(|one, next| one.before == next.before);
        let betweens = alike.map(|taps| {
            let &Tap { before, after, .. } = &taps[0];
            let start = end;
            end += taps.len();
            Between { columns: start..end, before, after }
        });
        let betweens = betweens.collect();
        Self { edge, guide, columns, betweens, rows: taps(height, height_px as usize) }
    }

    fn lay_over(&self, levels: &mut [u8], first: usize, cancel: &Cancel) -> Result<(), Cancelled> {
        let (width, small) = (self.columns.len(), self.edge.size().0);
        let mut mixed = vec![([0.0; 4], 0.0); small];
        let mut plain = vec![0.0; small];
        let mut stretches = Vec::new();
        let mut colours = vec![[0; 3]; width];
        for (number, levels) in levels.chunks_exact_mut(width).enumerate() {
            if number % STRIP_ROWS == 0 {
                cancel.check()?;
            }
            let y = first + number;
            if number == 0 || self.rows[y].before != self.rows[y - 1].before {
                self.find_stretches(self.rows[y], &mut stretches);
            }
            self.mix_plain(self.rows[y], &mut plain);
            self.enlarge(&plain, &stretches, levels);
            for run in self.mix_rows(self.rows[y], &mut mixed) {
                let betweens = self.under(&run);
                let (Some(leftmost), Some(last)) = (betweens.first(), betweens.last()) else {
                    continue;
                };
                let left = leftmost.columns.start;
                let colours = &mut colours[left..last.columns.end];
                self.guide.read(y as u32, left as u32, colours);
                for between in betweens {
                    let columns = between.columns.clone();
                    let colours = &colours[columns.start - left..columns.end - left];
                    let cell = Cell::between(mixed[between.before], mixed[between.after]);
                    self.fill(&cell, colours, &self.columns[columns.clone()], &mut levels[columns]);
                }
            }
            levels.iter_mut().for_each(|level| *level = settled(*level));
        }
        Ok(())
    }

    /// A row of the plain matte.
    fn plain_row(&self, y: usize) -> &[u8] {
        let width = self.edge.size().0;
        &self.edge.plain.0.as_raw()[y * width..][..width]
    }

    /// What lies between two rows of the plain matte, in stretches along which neither changes, or
    /// between two columns each: most of a matte is one level far and wide.
    fn find_stretches(&self, row: Tap, stretches: &mut Vec<Range<usize>>) {
        let rows = [self.plain_row(row.before), self.plain_row(row.after)];
        let alike = |one: &Between, next: &Between| {
            rows.iter().all(|row| {
                let level = row[one.before];
                [one.after, next.before, next.after].iter().all(|&at| row[at] == level)
            })
        };
        stretches.clear();
        let mut end = 0;
        stretches.extend(self.betweens.chunk_by(alike).map(|betweens| {
            let start = end;
            end += betweens.len();
            start..end
        }));
    }

    /// The plain matte between two rows.
    fn mix_plain(&self, row: Tap, mixed: &mut [f32]) {
        let (before, after) = (self.plain_row(row.before), self.plain_row(row.after));
        for ((mixed, &a), &b) in mixed.iter_mut().zip(before).zip(after) {
            let (a, b) = (f32::from(a), f32::from(b));
            *mixed = a + row.share_after * (b - a);
        }
    }

    /// A row of the plain matte.
    fn enlarge(&self, plain: &[f32], stretches: &[Range<usize>], levels: &mut [u8]) {
        for stretch in stretches {
            let betweens = &self.betweens[stretch.clone()];
            let (first, last) = (&betweens[0], &betweens[betweens.len() - 1]);
            let (start, rise) = (plain[first.before], plain[first.after] - plain[first.before]);
            let columns = first.columns.start..last.columns.end;
            let levels = &mut levels[columns.clone()];
            if rise == 0.0 {
                levels.fill(nearest_level(start));
            } else {
                for (level, tap) in levels.iter_mut().zip(&self.columns[columns]) {
                    *level = nearest_level(start + tap.share_after * rise);
                }
            }
        }
    }

    /// Lines and shares between two rows, where either tells something. Gives those places.
    fn mix_rows(&self, row: Tap, mixed: &mut [(Line, f32)]) -> Vec<Range<usize>> {
        let Edge { told, lines, shares, .. } = self.edge;
        let width = mixed.len();
        let both = told.row(row.before).iter().chain(told.row(row.after)).cloned();
        let mut runs: Vec<Range<usize>> = both.collect();
        runs.sort_unstable_by_key(|run| run.start);
        runs.dedup();
        let mut joined: Vec<Range<usize>> = Vec::new();
        for run in runs {
            match joined.last_mut() {
                Some(last) if run.start <= last.end + 2 => last.end = last.end.max(run.end),
                _ => joined.push(run),
            }
        }
        for run in &joined {
            let first = run.start.saturating_sub(1);
            let end = (run.end + 1).min(width);
            for (x, mixed) in (first..end).zip(&mut mixed[first..end]) {
                let (a, b) = (row.before * width + x, row.after * width + x);
                *mixed = mix((lines[a], shares[a]), (lines[b], shares[b]), row.share_after);
            }
        }
        joined
    }

    /// What lies within a piece of a row of the smaller size, or between it and the pixel beside.
    fn under(&self, run: &Range<usize>) -> &[Between] {
        let start = self.betweens.partition_point(|between| between.after < run.start);
        let end = self.betweens.partition_point(|between| between.before < run.end);
        &self.betweens[start..end]
    }

    fn fill(&self, cell: &Cell, colours: &[[u8; 3]], taps: &[Tap], levels: &mut [u8]) {
        if cell.tells_nothing() {
            return;
        }
        for ((level, &colour), tap) in levels.iter_mut().zip(colours).zip(taps) {
            *level = cell.level(*level, colour, tap.share_after, self.edge.faint);
        }
    }
}

/// What lies between two pixels of the smaller size: what is told at the first, and how it changes
/// towards the second. Lines count by their shares, and are for colours of 0 to 255.
struct Cell {
    line: Line,
    slope: Line,
    share: f32,
    rise: f32,
}

impl Cell {
    fn between(first: (Line, f32), second: (Line, f32)) -> Self {
        let (line, after) = (of_samples(first.0), of_samples(second.0));
        let slope = std::array::from_fn(|part| after[part] - line[part]);
        Self { line, slope, share: first.1, rise: second.1 - first.1 }
    }

    fn tells_nothing(&self) -> bool {
        self.share <= 0.0 && self.share + self.rise <= 0.0
    }

    /// `at`: 0 at the first, 1 at the second.
    fn level(&self, plain: u8, colour: [u8; 3], at: f32, faint: f32) -> u8 {
        let [r, g, b] = colour.map(f32::from);
        let along = |[x, y, z, offset]: Line| x * r + y * g + z * b + offset;
        let share = self.share + at * self.rise;
        let told = along(self.line) + at * along(self.slope);
        let alpha = told / share.max(f32::MIN_POSITIVE);
        let alpha = ((alpha - faint) / (1.0 - 2.0 * faint)).clamp(0.0, 1.0);
        let plain = f32::from(plain);
        nearest_level(plain + (alpha * 255.0 - plain) * share.min(1.0))
    }
}

/// The line for colours as they are in a picture.
fn of_samples([r, g, b, offset]: Line) -> Line {
    let per = 1.0 / 255.0;
    [r * per, g * per, b * per, offset - 0.5 * (r + g + b)]
}

fn settled(level: u8) -> u8 {
    match level {
        0..=NEARLY => 0,
        level if level >= u8::MAX - NEARLY => u8::MAX,
        level => level,
    }
}

/// What lies between two, lines counting by their shares.
fn mix(a: (Line, f32), b: (Line, f32), share_b: f32) -> (Line, f32) {
    let share_a = 1.0 - share_b;
    let line = std::array::from_fn(|part| a.0[part] * share_a + b.0[part] * share_b);
    (line, a.1 * share_a + b.1 * share_b)
}

/// A colour from -0.5 to 0.5, and a one.
pub fn centred(colour: [u8; 3]) -> [f32; 4] {
    let [r, g, b] = colour.map(|value| f32::from(value) / 255.0 - 0.5);
    [r, g, b, 1.0]
}
