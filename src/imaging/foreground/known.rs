//! What is known of both colours of the pixels along the edge.

use super::super::runs::{Runs, lies_on};

/// Foreground and background of a pixel: red, green and blue from 0 to 255, in parts of 1/256, and
/// nothing.
pub type Pair = [[u16; 4]; 2];

/// Foreground and background of some pixels of a picture.
pub struct Known {
    size: (usize, usize),
    runs: Runs,
    /// For each row the piece that has its pairs, and where they start in it.
    starts: Vec<(usize, usize)>,
    /// Pairs of whole rows.
    pieces: Vec<Vec<Pair>>,
}

impl Known {
    /// Pairs of the pixels that are chosen, in pieces of whole rows, in the order of the pixels.
    ///
    /// # Panics
    /// Where there is not a pair for every chosen pixel.
    pub fn new(size: (usize, usize), runs: Runs, pieces: Vec<Vec<Pair>>) -> Self {
        let mut starts = Vec::with_capacity(size.1);
        let (mut piece, mut start) = (0, 0);
        for y in 0..size.1 {
            while piece + 1 < pieces.len() && start == pieces[piece].len() {
                (piece, start) = (piece + 1, 0);
            }
            starts.push((piece, start));
            start += runs.row(y).iter().map(|run| run.len()).sum::<usize>();
        }
        let all = (piece + 1 >= pieces.len(), start);
        let last = pieces.last().map_or(0, Vec::len);
        assert_eq!(all, (true, last), "a pair for every chosen pixel");
        Self { size, runs, starts, pieces }
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (usize, usize) {
        self.size
    }

    /// Puts the pairs of a row in their places.
    pub fn spread(&self, y: usize, row: &mut [Pair]) {
        let (piece, mut from) = self.starts[y];
        for run in self.runs.row(y) {
            row[run.clone()].copy_from_slice(&self.pieces[piece][from..from + run.len()]);
            from += run.len();
        }
    }

    /// The row that the middle of a row of a picture of another height lies on.
    pub fn row_under(&self, y: usize, height: usize) -> usize {
        lies_on(y, height, self.size.1)
    }
}
