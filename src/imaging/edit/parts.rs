//! Which pixels of a field hang together: keeping the largest part, and filling holes.

use std::ops::Range;

use super::{
    super::runs::Runs,
    field::{Levels, invert},
};

/// Leaves only the part with the most pixels of at least `threshold`, and the soft rim that is
/// nearer to it than to any other. A field that nowhere reaches the threshold stays as it is.
pub fn keep_largest(levels: &mut Levels, threshold: u16) {
    let parts = Parts::of(levels, threshold, Neighbours::Eight);
    let areas_px = &parts.areas_px;
    // Of equals the first, so that the choice never flickers.
    let largest = (0..areas_px.len()).rev().max_by_key(|&part| areas_px[part]);
    let stays: Vec<bool> = (0..areas_px.len()).map(|part| Some(part) == largest).collect();
    drop_others(levels, threshold, &parts, Rim::Everything, &stays);
}

/// Makes subject of the background that does not hang together with the frame's edge.
pub fn fill_holes(levels: &mut Levels, threshold: u16) {
    invert(levels);
    let threshold = u16::MAX - threshold.saturating_sub(1);
    let parts = Parts::of(levels, threshold, Neighbours::Four);
    drop_others(levels, threshold, &parts, Rim::Falling, &parts.at_edge);
    invert(levels);
}

/// Which pixels beside each other hang together. Subject and background take different ones, so
/// that a line one pixel wide parts what it separates.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Neighbours {
    /// Those that share a side.
    Four,
    /// Those that share a corner, too.
    Eight,
}

/// The parts of a field.
struct Parts {
    runs: Runs,
    /// For each run its part.
    of_runs: Vec<u32>,
    /// For each part its pixels.
    areas_px: Vec<u64>,
    /// For each part whether it touches the frame's edge.
    at_edge: Vec<bool>,
}

impl Parts {
    /// Labels runs of pixels row by row and joins those that touch (union-find).
    fn of(levels: &Levels, threshold: u16, neighbours: Neighbours) -> Self {
        let (width, height) = (levels.width() as usize, levels.height() as usize);
        let reach = usize::from(neighbours == Neighbours::Eight);
        let runs = Runs::of(width, levels, |&level| level >= threshold);
        let mut parents: Vec<u32> = Vec::new();
        let mut above: &[Range<usize>] = &[];
        for y in 0..height {
            let row = runs.row(y);
            let (first_above, first) = (parents.len() - above.len(), parents.len());
            parents.extend((first..first + row.len()).map(|run| run as u32));
            let mut candidate = 0;
            for (this, run) in (first..).zip(row) {
                while above.get(candidate).is_some_and(|above| above.end + reach <= run.start) {
                    candidate += 1;
                }
                let touching = above[candidate..].iter().zip(first_above + candidate..);
                for (_, other) in touching.take_while(|(above, _)| above.start < run.end + reach) {
                    join(&mut parents, other as u32, this as u32);
                }
            }
            above = row;
        }
        const UNSEEN: u32 = u32::MAX;
        let mut part_of_root = vec![UNSEEN; parents.len()];
        let (mut of_runs, mut areas_px, mut at_edge) = (Vec::new(), Vec::new(), Vec::new());
        for (y, run) in (0..height).flat_map(|y| runs.row(y).iter().map(move |run| (y, run))) {
            let root = root_of(&mut parents, of_runs.len() as u32) as usize;
            if part_of_root[root] == UNSEEN {
                part_of_root[root] = areas_px.len() as u32;
                areas_px.push(0);
                at_edge.push(false);
            }
            let part = part_of_root[root] as usize;
            of_runs.push(part as u32);
            areas_px[part] += run.len() as u64;
            at_edge[part] |= y == 0 || y == height - 1 || run.start == 0 || run.end == width;
        }
        Self { runs, of_runs, areas_px, at_edge }
    }

    /// For each pixel whether its part stays.
    fn fates(&self, width: usize, stays: &[bool]) -> Vec<Fate> {
        let mut fates = vec![Fate::Open; width * self.runs.height()];
        let mut parts = self.of_runs.iter();
        for (y, row) in fates.chunks_exact_mut(width).enumerate() {
            for (run, &part) in self.runs.row(y).iter().zip(&mut parts) {
                row[run.clone()].fill(if stays[part as usize] { Fate::Stays } else { Fate::Goes });
            }
        }
        fates
    }
}

fn root_of(parents: &mut [u32], mut node: u32) -> u32 {
    while parents[node as usize] != node {
        let next = parents[parents[node as usize] as usize];
        parents[node as usize] = next;
        node = next;
    }
    node
}

/// The older root stays, so that parts are numbered from the top left.
fn join(parents: &mut [u32], a: u32, b: u32) {
    let (a, b) = (root_of(parents, a), root_of(parents, b));
    parents[a.max(b) as usize] = a.min(b);
}

/// Soft rims end where less than this is left: one level of eight bits.
const RIM_ENDS: u16 = 257;

/// How far the soft rim of a part goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rim {
    /// Up to where it meets that of another; what no part reaches is cleared.
    Everything,
    /// For as long as it falls off; what no part reaches stays.
    Falling,
}

/// What becomes of a pixel.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Fate {
    /// That of a part that reaches it, if one does.
    Open,
    Stays,
    Goes,
}

/// Clears every part that is not to stay, and the rim around it: a pixel of a rim belongs to the
/// part from which the fewest steps lead to it.
fn drop_others(levels: &mut Levels, threshold: u16, parts: &Parts, rim: Rim, stays: &[bool]) {
    if stays.is_empty() || (rim == Rim::Falling && stays.iter().all(|&stays| stays)) {
        return;
    }
    let width = levels.width() as usize;
    let mut fates = parts.fates(width, stays);
    let in_rim = Runs::of(width, levels, |&level| (RIM_ENDS..threshold).contains(&level));
    spread(levels, width, &in_rim, &mut fates, rim);
    let clears_unreached = rim == Rim::Everything;
    for (level, &fate) in levels.iter_mut().zip(&fates) {
        let is_cleared = (fate == Fate::Goes) | (clears_unreached & (fate == Fate::Open));
        *level = if is_cleared { 0 } else { *level };
    }
}

/// Gives the pixels of the rims the fates of their parts, step by step.
fn spread(levels: &[u16], width: usize, in_rim: &Runs, fates: &mut [Fate], rim: Rim) {
    let beside = |at: usize| {
        let x = at % width;
        let left = (x > 0).then(|| at - 1);
        let right = (x + 1 < width).then(|| at + 1);
        let above = (at >= width).then(|| at - width);
        let below = (at + width < levels.len()).then(|| at + width);
        [left, right, above, below].into_iter().flatten()
    };
    let spreads = |fates: &[Fate], from: usize, to: usize| {
        fates[to] == Fate::Open
            && levels[to] >= RIM_ENDS
            && (rim == Rim::Everything || levels[to] <= levels[from])
    };
    let mut front = Vec::new();
    for to in in_rim.places() {
        front.extend(beside(to).filter(|&at| fates[at] != Fate::Open && spreads(fates, at, to)));
    }
    front.sort_unstable();
    front.dedup();
    let mut next = Vec::new();
    while !front.is_empty() {
        for at in front.drain(..) {
            for to in beside(at) {
                if spreads(fates, at, to) {
                    fates[to] = fates[at];
                    next.push(to);
                }
            }
        }
        std::mem::swap(&mut front, &mut next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Digits from 0 to 9, for tenths; spaces are left out.
    fn levels(rows: &[&str]) -> Levels {
        let rows: Vec<Vec<u16>> = rows
            .iter()
            .map(|row| row.bytes().filter(u8::is_ascii_digit).map(level).collect())
            .collect();
        let (width, height) = (rows[0].len() as u32, rows.len() as u32);
        Levels::from_raw(width, height, rows.concat()).unwrap()
    }

    fn level(digit: u8) -> u16 {
        // Nine is all.
        u16::from(digit - b'0') * (u16::MAX / 9)
    }

    fn words(levels: &Levels) -> Vec<String> {
        let digit = |&level: &u16| char::from(b'0' + (level / (u16::MAX / 9)) as u8);
        levels.chunks(levels.width() as usize).map(|row| row.iter().map(digit).collect()).collect()
    }

    const HALF: u16 = u16::MAX / 2;

    #[test]
    fn only_the_largest_part_and_its_rim_stay() {
        for (given, expected) in [
            // The rims meet in the middle.
            (["9993219900", "9993219900"], ["9993200000", "9993200000"]),
            // Joined at a corner is joined.
            (["9900009999", "0099000000"], ["9900000000", "0099000000"]),
            // Joined further down is joined.
            (["9090990000", "9990990000"], ["9090000000", "9990000000"]),
            // Of equals the first.
            (["9900990000", "0000000000"], ["9900000000", "0000000000"]),
            // A veil that no part reaches goes.
            (["9990003000", "9990003000"], ["9990000000", "9990000000"]),
            // Nothing is a part.
            (["1230000321", "1230000321"], ["1230000321", "1230000321"]),
        ] {
            let mut levels = levels(&given);
            keep_largest(&mut levels, HALF);
            assert_eq!(words(&levels), expected, "{given:?}");
        }
    }

    #[test]
    fn holes_are_filled_and_bays_are_not() {
        for (given, expected) in [
            (
                ["000000", "099990", "093090", "099990", "000000"],
                ["000000", "099990", "099990", "099990", "000000"],
            ),
            // Open to the left.
            (
                ["000000", "099990", "000090", "099990", "000000"],
                ["000000", "099990", "000090", "099990", "000000"],
            ),
            // Open at a corner only: a line of one pixel closes.
            (
                ["000000", "099900", "090090", "099990", "000000"],
                ["000000", "099900", "099990", "099990", "000000"],
            ),
            // The hole's rim is filled with it, the outer one stays.
            (
                ["033333", "369996", "396069", "369996", "033333"],
                ["033333", "369996", "399999", "369996", "033333"],
            ),
        ] {
            let mut levels = levels(&given);
            fill_holes(&mut levels, HALF);
            assert_eq!(words(&levels), expected, "{given:?}");
        }
    }

    #[test]
    fn parts_that_meet_late_are_one() {
        // A comb, a spiral and a checkerboard: runs that touch only rows later.
        for (rows, eight, four) in [
            (vec!["90909", "90909", "99999"], 1, 1),
            (vec!["99999", "00009", "99909", "90009", "99999"], 1, 1),
            (vec!["9090", "0909", "9090"], 1, 6),
            (vec!["9009", "0990"], 1, 3),
        ] {
            for (neighbours, expected) in [(Neighbours::Eight, eight), (Neighbours::Four, four)] {
                let parts = Parts::of(&levels(&rows), HALF, neighbours);
                assert_eq!(parts.areas_px.len(), expected, "{rows:?}");
                let area: u64 = parts.areas_px.iter().sum();
                let nines = rows.concat().matches('9').count() as u64;
                assert_eq!(area, nines);
            }
        }
    }
}
