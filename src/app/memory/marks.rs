//! The marks of the timeline: which cleanup point ran when, for which image.

use std::{collections::VecDeque, sync::Arc};

use super::history::{HISTORY_S, slot_of};
use crate::engine::protocol::CleanupRecord;

/// Runs of one cleanup point within one slot of time.
#[derive(Clone, Debug)]
pub struct Mark {
    /// The run that freed most.
    pub record: CleanupRecord,
    /// The image that it ran for.
    pub image: Option<Arc<str>>,
    /// How many more ran within a tenth of a second.
    pub others: u32,
}

/// The marks of the last minute, oldest first: at most five for each tenth of a second.
#[derive(Clone, Debug, Default)]
pub struct Marks(VecDeque<Mark>);

impl Marks {
    /// Marks a run, and lets go of what is older than [`HISTORY_S`].
    pub fn push(&mut self, record: CleanupRecord, image: Option<&str>) {
        let slot = slot_of(record.at_s);
        let near = self.0.iter_mut().rev();
        let mut near = near.take_while(|mark| slot_of(mark.record.at_s) >= slot);
        let same = near
            .find(|mark| mark.record.point == record.point && slot_of(mark.record.at_s) == slot);
        match same {
            Some(mark) => {
                mark.others = mark.others.saturating_add(1);
                if record.freed_bytes() > mark.record.freed_bytes() {
                    (mark.record, mark.image) = (record, image.map(Arc::from));
                }
            }
            None => {
                let earlier = |mark: &Mark| slot_of(mark.record.at_s) <= slot;
                let index = self.0.iter().rposition(earlier).map_or(0, |index| index + 1);
                self.0.insert(index, Mark { record, image: image.map(Arc::from), others: 0 });
            }
        }
        let newest_s = self.0.back().map_or(0.0, |mark| mark.record.at_s);
        while self.0.front().is_some_and(|mark| mark.record.at_s < newest_s - HISTORY_S) {
            self.0.pop_front();
        }
    }

    /// Every mark, oldest first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Mark> {
        self.0.iter()
    }

    /// Forgets them all.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::protocol::{CleanupPoint, MemoryStats};

    fn record(point: CleanupPoint, at_s: f64, freed_bytes: u64) -> CleanupRecord {
        let stats = |reserved_bytes| Some(MemoryStats { reserved_bytes, ..Default::default() });
        CleanupRecord { point, at_s, before: stats(freed_bytes), after: stats(0), took_us: 9 }
    }

    #[test]
    fn marks_stay_bounded_however_dense_they_are() {
        let mut marks = Marks::default();
        for run in 0..200_000_u32 {
            let point = CleanupPoint::ALL[run as usize % CleanupPoint::ALL.len()];
            marks.push(record(point, f64::from(run) / 2000.0, 1), Some("a.png"));
        }
        assert!(marks.iter().len() <= 5 * 602, "{}", marks.iter().len());
    }

    #[test]
    fn of_one_moment_the_run_that_freed_most_is_shown() {
        let mut marks = Marks::default();
        let a = CleanupPoint::AfterInference;
        for (at_s, freed_bytes, image) in
            [(1.01, 5, "small.png"), (1.02, 90, "large.png"), (1.03, 7, "other.png")]
        {
            marks.push(record(a, at_s, freed_bytes), Some(image));
        }
        marks.push(record(CleanupPoint::AfterImage, 1.04, 0), None);
        let seen: Vec<_> = marks
            .iter()
            .map(|mark| (mark.record.freed_bytes(), mark.image.as_deref(), mark.others))
            .collect();
        assert_eq!(seen, [(90, Some("large.png"), 2), (0, None, 0)]);
    }
}
