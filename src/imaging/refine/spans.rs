//! Which pixels of a picture count, row by row: pieces from a column up to another.

use std::ops::Range;

/// Pieces of every row, in order and apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Spans {
    width: usize,
    rows: Vec<Vec<Range<usize>>>,
}

impl Spans {
    /// The pixels of a picture that are chosen.
    pub fn of(width: usize, chosen: impl IntoIterator<Item = bool>) -> Self {
        let mut chosen = chosen.into_iter().peekable();
        let mut rows = Vec::new();
        while chosen.peek().is_some() {
            let mut row: Vec<Range<usize>> = Vec::new();
            for (x, _) in chosen.by_ref().take(width).enumerate().filter(|&(_, chosen)| chosen) {
                match row.last_mut() {
                    Some(last) if last.end == x => last.end += 1,
                    _ => row.push(x..x + 1),
                }
            }
            rows.push(row);
        }
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
        let height = self.rows.len();
        let row = |y: usize| {
            let near = &self.rows[y.saturating_sub(rows)..(y + rows + 1).min(height)];
            let wider = |span: &Range<usize>| {
                span.start.saturating_sub(columns)..(span.end + columns).min(self.width)
            };
            let mut spans: Vec<_> = near.iter().flatten().map(wider).collect();
            spans.sort_unstable_by_key(|span| span.start);
            let mut joined: Vec<Range<usize>> = Vec::new();
            for span in spans {
                match joined.last_mut() {
                    Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                    _ => joined.push(span),
                }
            }
            joined
        };
        Self { width: self.width, rows: (0..height).map(row).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_grow_and_join() {
        let chosen = ["#    ##", "       ", "       ", "      #"].concat();
        let spans = Spans::of(7, chosen.chars().map(|chosen| chosen == '#'));
        assert_eq!(spans.row(0), [0..1, 5..7]);
        assert_eq!(spans.places().collect::<Vec<_>>(), [0, 5, 6, 27]);
        let grown = spans.grown(2, 1);
        let rows: Vec<_> = (0..grown.height()).map(|y| format!("{:?}", grown.row(y))).collect();
        assert_eq!(rows, ["[0..7]", "[0..7]", "[4..7]", "[4..7]"]);
        assert_eq!(grown.places().count(), 20);
        assert_eq!(spans.grown(0, 0), spans);
    }
}
