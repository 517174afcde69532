//! How fast photos are done, for the rate and the time left.

use std::collections::VecDeque;

/// So many photos back the pace is measured: it follows a change within a screenful of rows.
const PHOTOS: usize = 32;

/// The pace of the photos under way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pace {
    /// When the first of them left the queue, or the last of those that are counted no more was
    /// done; in seconds since the window opened.
    since_s: Option<f64>,
    /// When photos were done since.
    ended_s: VecDeque<f64>,
}

impl Pace {
    /// A photo left the queue.
    pub fn started(&mut self, now_s: f64) {
        self.since_s.get_or_insert(now_s);
    }

    /// A photo ended in the pipeline.
    pub fn ended(&mut self, now_s: f64) {
        self.ended_s.push_back(now_s);
        if self.ended_s.len() > PHOTOS {
            self.since_s = self.ended_s.pop_front();
        }
    }

    fn seconds_a_photo(&self) -> Option<f64> {
        let took_s = self.ended_s.back()? - self.since_s?;
        (took_s > 0.0).then(|| took_s / self.ended_s.len() as f64)
    }

    /// Photos a minute, once two are done.
    pub fn a_minute(&self) -> Option<f64> {
        (self.ended_s.len() > 1).then(|| self.seconds_a_photo()).flatten().map(|each| 60.0 / each)
    }

    /// Seconds until so many more are done.
    pub fn time_left_s(&self, photos: usize, now_s: f64) -> Option<f64> {
        let each_s = self.seconds_a_photo().filter(|_| photos > 0)?;
        let under_way_s = now_s - self.ended_s.back()?;
        // The one in hand may take longer than those before, but it is not done yet.
        Some(each_s * (photos - 1) as f64 + (each_s - under_way_s).max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_that_of_the_last_photos() {
        let mut pace = Pace::default();
        assert_eq!((pace.a_minute(), pace.time_left_s(4, 9.0)), (None, None));
        pace.started(10.0);
        pace.started(11.0);
        pace.ended(14.0);
        assert_eq!((pace.a_minute(), pace.time_left_s(3, 14.0)), (None, Some(12.0)));
        pace.ended(14.0);
        assert_eq!((pace.a_minute(), pace.time_left_s(2, 14.0)), (Some(30.0), Some(4.0)));
        assert_eq!(pace.time_left_s(2, 15.0), Some(3.0));
        assert_eq!(pace.time_left_s(2, 99.0), Some(2.0));
        assert_eq!(pace.time_left_s(0, 15.0), None);
        for photo in 1..=PHOTOS {
            pace.ended(14.0 + photo as f64);
        }
        assert_eq!(pace.a_minute(), Some(60.0));
    }
}
