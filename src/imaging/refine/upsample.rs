//! Lines found at a smaller size, laid over the photo at its full size: the colours of every pixel
//! give its opacity (joint upsampling; He and Sun, *Fast Guided Filter*, 2015).

use std::ops::Range;

use image::GrayImage;

use super::{
    super::{Cancel, Cancelled, Matte, both, matte::nearest_level, spans::Spans},
    Guide,
    local::{Line, on_line},
};

/// Rows worked on before the next look at `cancel`.
const STRIP_ROWS: usize = 64;
/// Levels so near to the subject or to the background are it: the network is hardly ever quite sure,
/// and half of a cutout would let a hundredth through.
const NEARLY: u8 = 3;

/// What opacity is along the edge, at a size of its own.
pub struct Edge {
    /// Width and height in pixels.
    size: (usize, usize),
    /// The pixels that it tells something about.
    told: Spans,
    /// For these what opacity is, for colours from -0.5 to 0.5 and a one; times its share.
    lines: Vec<Line>,
    /// For these how much it counts beside the plain matte: 0 to 1.
    shares: Vec<f32>,
    /// See [`Edge::new`].
    faint: f32,
}

impl Edge {
    /// An edge of lines and shares for the pixels that are told about. Opacities below `faint` become
    /// none and those as near to one become all; what lies between is stretched.
    pub fn new(
        size: (usize, usize),
        told: Spans,
        (mut lines, shares): (Vec<Line>, Vec<f32>),
        faint: f32,
    ) -> Self {
        for place in told.places() {
            lines[place] = lines[place].map(|part| part * shares[place]);
        }
        Self { size, told, lines, shares, faint }
    }
}

/// The plain matte with the edge laid over it, and what is nearly sure made so.
///
/// # Errors
/// Once `cancel` is raised.
pub fn upsample(
    edge: &Edge,
    guide: Guide,
    plain: Matte,
    cancel: &Cancel,
) -> Result<Matte, Cancelled> {
    let (width, height) = plain.size_px();
    let mut levels = plain.0.into_raw();
    let columns = taps(edge.size.0, width as usize);
    let rows = taps(edge.size.1, height as usize);
    let sheet = Sheet { edge, guide, columns, rows };
    let middle = height as usize / 2;
    let (upper, lower) = levels.split_at_mut(middle * width as usize);
    let (one, other) =
        both(|| sheet.lay_over(upper, 0, cancel), || sheet.lay_over(lower, middle, cancel));
    one.and(other)?;
    Ok(Matte(GrayImage::from_raw(width, height, levels).expect("one level for every pixel")))
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

struct Sheet<'a> {
    edge: &'a Edge,
    guide: Guide<'a>,
    columns: Vec<Tap>,
    rows: Vec<Tap>,
}

impl Sheet<'_> {
    fn lay_over(&self, levels: &mut [u8], first: usize, cancel: &Cancel) -> Result<(), Cancelled> {
        let width = self.columns.len();
        let mut mixed = vec![([0.0; 4], 0.0); self.edge.size.0];
        let mut colours = vec![[0; 3]; width];
        for (number, levels) in levels.chunks_exact_mut(width).enumerate() {
            if number % STRIP_ROWS == 0 {
                cancel.check()?;
            }
            let y = first + number;
            for span in self.mix_rows(self.rows[y], &mut mixed) {
                let columns = self.under(&span);
                let colours = &mut colours[columns.clone()];
                self.guide.read(y as u32, columns.start as u32, colours);
                for ((x, level), colour) in
                    columns.clone().zip(&mut levels[columns]).zip(colours.iter())
                {
                    *level = self.level(*level, self.columns[x], &mixed, *colour);
                }
            }
            levels.iter_mut().for_each(|level| *level = settled(*level));
        }
        Ok(())
    }

    /// Lines and shares between two rows, where either tells something. Gives those places.
    fn mix_rows(&self, row: Tap, mixed: &mut [(Line, f32)]) -> Vec<Range<usize>> {
        let Edge { size: (width, _), told, lines, shares, .. } = self.edge;
        let both = told.row(row.before).iter().chain(told.row(row.after)).cloned();
        let mut spans: Vec<Range<usize>> = both.collect();
        spans.sort_unstable_by_key(|span| span.start);
        spans.dedup();
        let mut joined: Vec<Range<usize>> = Vec::new();
        for span in spans {
            match joined.last_mut() {
                Some(last) if span.start <= last.end + 2 => last.end = last.end.max(span.end),
                _ => joined.push(span),
            }
        }
        for span in &joined {
            let first = span.start.saturating_sub(1);
            let end = (span.end + 1).min(*width);
            for (x, mixed) in (first..end).zip(&mut mixed[first..end]) {
                let (a, b) = (row.before * width + x, row.after * width + x);
                *mixed = mix((lines[a], shares[a]), (lines[b], shares[b]), row.share_after);
            }
        }
        joined
    }

    /// The columns of the full size that lie within a piece of a row of the smaller, or between it
    /// and the pixel beside.
    fn under(&self, span: &Range<usize>) -> Range<usize> {
        let start = self.columns.partition_point(|tap| tap.after < span.start);
        let end = self.columns.partition_point(|tap| tap.before < span.end);
        start..end
    }

    fn level(&self, plain: u8, tap: Tap, mixed: &[(Line, f32)], colour: [u8; 3]) -> u8 {
        let (line, share) = mix(mixed[tap.before], mixed[tap.after], tap.share_after);
        if share <= 0.0 {
            return plain;
        }
        let faint = self.edge.faint;
        let alpha = on_line(&line, &centred(colour)) / share;
        let alpha = ((alpha - faint) / (1.0 - 2.0 * faint)).clamp(0.0, 1.0);
        let plain = f32::from(plain);
        nearest_level(plain + (alpha * 255.0 - plain) * share.min(1.0))
    }
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
