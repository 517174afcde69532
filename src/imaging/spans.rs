//! Which pixels of a picture count, row by row: pieces from a column up to another.

use std::ops::Range;

use super::both;

/// Pixels from which a second thread is worth its start.
const WORTH_TWO_THREADS_PX: usize = 1_000_000;

/// Pieces of every row, in order and apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Spans {
    width: usize,
    rows: Vec<Vec<Range<usize>>>,
}

impl Spans {
    /// The pixels of a picture that are chosen.
    pub fn of<T: Sync>(width: usize, pixels: &[T], chosen: impl Fn(&T) -> bool + Sync) -> Self {
        let some = |pixels: &[T]| -> Vec<_> {
            pixels.chunks_exact(width.max(1)).map(|row| chosen_spans(row, &chosen)).collect()
        };
        if pixels.len() < WORTH_TWO_THREADS_PX {
            return Self { width, rows: some(pixels) };
        }
        let middle = pixels.len() / width.max(1) / 2 * width;
        let (upper, lower) = pixels.split_at(middle);
        let (mut rows, below) = both(|| some(upper), || some(lower));
        rows.extend(below);
        Self { width, rows }
    }

    /// Those of a row.
    pub fn row(&self, y: usize) -> &[Range<usize>] {
        &self.rows[y]
    }

    /// How many rows there are.
    pub fn height(&self) -> usize {
        self.rows.len()
    }

    /// The places of all pixels, row by row.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        self.rows.iter().zip((0..).step_by(self.width.max(1))).flat_map(|(row, from)| {
            row.iter().flat_map(move |span| from + span.start..from + span.end)
        })
    }

    /// With all pixels that lie so many columns and rows away, or fewer.
    pub fn grown(&self, columns: usize, rows: usize) -> Self {
        let wider = |span: &Range<usize>| {
            span.start.saturating_sub(columns)..(span.end + columns).min(self.width)
        };
        let wide = |row: &Vec<_>| joined(row.iter().map(wider).collect());
        let wide: Vec<_> = self.rows.iter().map(wide).collect();
        let row = |y: usize| {
            joined(wide[y.saturating_sub(rows)..(y + rows + 1).min(wide.len())].concat())
        };
        Self { width: self.width, rows: (0..wide.len()).map(row).collect() }
    }

    /// These and others of a picture of the same size.
    pub fn and(&self, others: &Self) -> Self {
        let row = |(own, other): (&Vec<_>, &Vec<_>)| joined([&own[..], other].concat());
        Self { width: self.width, rows: self.rows.iter().zip(&others.rows).map(row).collect() }
    }

    /// Those in some rows, for a picture that has only the rows around them.
    pub fn strip(&self, rows: Range<usize>, around: Range<usize>) -> Self {
        let row = |y| if rows.contains(&y) { self.rows[y].clone() } else { Vec::new() };
        Self { width: self.width, rows: around.map(row).collect() }
    }

    /// The pixels of a smaller picture that these lie on, by the middles of theirs.
    pub fn onto(&self, width: usize, height: usize) -> Self {
        let mut rows = vec![Vec::new(); height];
        for (y, row) in self.rows.iter().enumerate() {
            let column = |x| lies_on(x, self.width, width);
            let onto = row.iter().map(|span| column(span.start)..column(span.end - 1) + 1);
            rows[lies_on(y, self.rows.len(), height)].extend(onto);
        }
        Self { width, rows: rows.into_iter().map(joined).collect() }
    }
}

/// The pixel of a row of `to` that the middle of a pixel of a row of `from` lies on.
pub fn lies_on(at: usize, from: usize, to: usize) -> usize {
    (2 * at + 1) * to / (2 * from)
}

fn chosen_spans<T>(row: &[T], chosen: impl Fn(&T) -> bool) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut at = 0;
    loop {
        let start = at + leading(&row[at..], |pixel| !chosen(pixel));
        if start == row.len() {
            return spans;
        }
        at = start + leading(&row[start..], &chosen);
        spans.push(start..at);
    }
}

/// How many pixels from the first on are so.
fn leading<T>(pixels: &[T], are: impl Fn(&T) -> bool) -> usize {
    // Most are like their neighbours, and a block is looked at in a few instructions.
    const BLOCK: usize = 64;
    let blocks = pixels.chunks_exact(BLOCK);
    let alike = |block: &&[T]| block.iter().fold(true, |alike, pixel| alike & are(pixel));
    let passed = BLOCK * blocks.take_while(alike).count();
    let rest = pixels[passed..].iter().position(|pixel| !are(pixel));
    rest.map_or(pixels.len(), |rest| passed + rest)
}

/// In order, and one where they touch.
fn joined(mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.sort_unstable_by_key(|span| span.start);
    spans.dedup_by(|span, last| {
        let touches = span.start <= last.end;
        if touches {
            last.end = last.end.max(span.end);
        }
        touches
    });
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(rows: &[&str]) -> Spans {
        Spans::of(rows[0].len(), rows.concat().as_bytes(), |&pixel| pixel == b'#')
    }

    #[test]
    fn pieces_grow_and_join() {
        let spans = drawn(&["#    ##", "       ", "       ", "      #"]);
        assert_eq!(spans.row(0), [0..1, 5..7]);
        assert_eq!(spans.places().collect::<Vec<_>>(), [0, 5, 6, 27]);
        let grown = spans.grown(2, 1);
        assert_eq!(grown, drawn(&["#######", "#######", "    ###", "    ###"]));
        assert_eq!(grown.places().count(), 20);
        assert_eq!(spans.grown(0, 0), spans);
        assert_eq!(spans.strip(2..4, 1..4), drawn(&["       ", "       ", "      #"]));
    }

    #[test]
    fn pieces_of_two_are_joined_and_made_smaller() {
        let spans = drawn(&["##   # ", "       ", "     # "]);
        let others = drawn(&["  #   #", "#      ", "    ###"]);
        assert_eq!(spans.and(&others), drawn(&["###  ##", "#      ", "    ###"]));
        assert_eq!(spans.onto(4, 2), drawn(&["#  #", "   #"]));
        assert_eq!(spans.onto(1, 1), drawn(&["#"]));
        assert_eq!(spans.onto(7, 3), spans);
    }
}
