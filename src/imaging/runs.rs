//! Runs of chosen pixels of a picture, row by row.

use std::ops::Range;

use super::both;

/// Pixels from which a second thread is worth its start.
const WORTH_TWO_THREADS_PX: usize = 1_000_000;

/// The runs of every row, in order and not touching.
#[derive(Clone, Debug, PartialEq)]
pub struct Runs {
    width: usize,
    /// Those of all rows, one row after the other.
    all: Vec<Range<usize>>,
    /// Up to which of them each row's go.
    ends: Vec<usize>,
}

impl Runs {
    /// The pixels of a picture that are chosen.
    pub fn of<T: Sync>(width: usize, pixels: &[T], chosen: impl Fn(&T) -> bool + Sync) -> Self {
        let some = |pixels: &[T]| {
            let rows = pixels.chunks_exact(width.max(1));
            let mut runs = Self::with_room(width, rows.len());
            for row in rows {
                runs.end_row(|all| push_chosen(row, &chosen, all));
            }
            runs
        };
        if pixels.len() < WORTH_TWO_THREADS_PX {
            return some(pixels);
        }
        let middle = pixels.len() / width.max(1) / 2 * width;
        let (upper, lower) = pixels.split_at(middle);
        let (mut runs, below) = both(|| some(upper), || some(lower));
        let above = runs.all.len();
        runs.all.extend(below.all);
        runs.ends.extend(below.ends.iter().map(|end| above + end));
        runs
    }

    fn with_room(width: usize, rows: usize) -> Self {
        Self { width, all: Vec::new(), ends: Vec::with_capacity(rows) }
    }

    /// Adds a row of pieces, which may come in any order and touch.
    fn end_row(&mut self, push: impl FnOnce(&mut Vec<Range<usize>>)) {
        let first = self.all.len();
        push(&mut self.all);
        self.all[first..].sort_unstable_by_key(|run| run.start);
        let mut end = first;
        for at in first..self.all.len() {
            let run = self.all[at].clone();
            match self.all[first..end].last_mut() {
                Some(last) if run.start <= last.end => last.end = last.end.max(run.end),
                _ => {
                    self.all[end] = run;
                    end += 1;
                }
            }
        }
        self.all.truncate(end);
        self.ends.push(end);
    }

    /// Those of a row.
    pub fn row(&self, y: usize) -> &[Range<usize>] {
        let first = y.checked_sub(1).map_or(0, |above| self.ends[above]);
        &self.all[first..self.ends[y]]
    }

    /// How many rows there are.
    pub fn height(&self) -> usize {
        self.ends.len()
    }

    /// The places of all pixels, row by row.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        (0..self.height()).flat_map(|y| {
            let from = y * self.width;
            self.row(y).iter().flat_map(move |run| from + run.start..from + run.end)
        })
    }

    /// With all pixels that lie so many columns and rows away, or fewer.
    pub fn grown(&self, columns: usize, rows: usize) -> Self {
        let height = self.height();
        let mut wide = Self::with_room(self.width, height);
        for y in 0..height {
            let wider = self
                .row(y)
                .iter()
                .map(|run| run.start.saturating_sub(columns)..(run.end + columns).min(self.width));
            wide.end_row(|all| all.extend(wider));
        }
        if rows == 0 {
            return wide;
        }
        let mut grown = Self::with_room(self.width, height);
        for y in 0..height {
            let near = y.saturating_sub(rows)..(y + rows + 1).min(height);
            grown.end_row(|all| near.for_each(|y| all.extend_from_slice(wide.row(y))));
        }
        grown
    }

    /// These and others of a picture of the same size.
    pub fn and(&self, others: &Self) -> Self {
        let mut both = Self::with_room(self.width, self.height());
        for y in 0..self.height() {
            both.end_row(|all| {
                all.extend_from_slice(self.row(y));
                all.extend_from_slice(others.row(y));
            });
        }
        both
    }

    /// Those in some rows, for a picture that has only the rows around them.
    pub fn strip(&self, rows: Range<usize>, around: Range<usize>) -> Self {
        let mut strip = Self::with_room(self.width, around.len());
        for y in around {
            let row = if rows.contains(&y) { self.row(y) } else { &[] };
            strip.end_row(|all| all.extend_from_slice(row));
        }
        strip
    }

    /// The pixels of a smaller picture that these lie on, by the middles of theirs.
    pub fn onto(&self, width: usize, height: usize) -> Self {
        let mut small = Self::with_room(width, height);
        let mut rows = (0..self.height()).peekable();
        let column = |x| lies_on(x, self.width, width);
        for small_y in 0..height {
            small.end_row(|all| {
                while let Some(y) = rows.next_if(|&y| lies_on(y, self.height(), height) == small_y)
                {
                    let row = self.row(y).iter();
                    all.extend(row.map(|run| column(run.start)..column(run.end - 1) + 1));
                }
            });
        }
        small
    }
}

/// The pixel of a row of `to` that the middle of a pixel of a row of `from` lies on.
pub fn lies_on(at: usize, from: usize, to: usize) -> usize {
    (2 * at + 1) * to / (2 * from)
}

fn push_chosen<T>(row: &[T], chosen: impl Fn(&T) -> bool, runs: &mut Vec<Range<usize>>) {
    let mut at = 0;
    loop {
        let start = at + leading(&row[at..], |pixel| !chosen(pixel));
        if start == row.len() {
            return;
        }
        at = start + leading(&row[start..], &chosen);
        runs.push(start..at);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(rows: &[&str]) -> Runs {
        Runs::of(rows[0].len(), rows.concat().as_bytes(), |&pixel| pixel == b'#')
    }

    #[test]
    fn pieces_grow_and_join() {
        let runs = drawn(&["#    ##", "       ", "       ", "      #"]);
        assert_eq!(runs.row(0), [0..1, 5..7]);
        assert_eq!(runs.places().collect::<Vec<_>>(), [0, 5, 6, 27]);
        let grown = runs.grown(2, 1);
        assert_eq!(grown, drawn(&["#######", "#######", "    ###", "    ###"]));
        assert_eq!(grown.places().count(), 20);
        assert_eq!(runs.grown(0, 0), runs);
        assert_eq!(runs.strip(2..4, 1..4), drawn(&["       ", "       ", "      #"]));
    }

    #[test]
    fn halves_of_a_large_picture_are_those_of_its_rows() {
        let (width, height) = (1000, WORTH_TWO_THREADS_PX / 1000 + 1);
        let pixels: Vec<usize> = (0..width * height).map(|at| at * 31 % 1009).collect();
        let runs = Runs::of(width, &pixels, |&value| value < 300);
        assert_eq!(runs.height(), height);
        for (y, row) in pixels.chunks_exact(width).enumerate() {
            let alone = Runs::of(width, row, |&value| value < 300);
            assert_eq!(runs.row(y), alone.row(0), "row {y}");
        }
    }

    #[test]
    fn pieces_of_two_are_joined_and_made_smaller() {
        let runs = drawn(&["##   # ", "       ", "     # "]);
        let others = drawn(&["  #   #", "#      ", "    ###"]);
        assert_eq!(runs.and(&others), drawn(&["###  ##", "#      ", "    ###"]));
        assert_eq!(runs.onto(4, 2), drawn(&["#  #", "   #"]));
        assert_eq!(runs.onto(1, 1), drawn(&["#"]));
        assert_eq!(runs.onto(7, 3), runs);
    }
}
