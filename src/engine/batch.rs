//! How many images go through the network together.

use std::str::FromStr;

/// How many images go through the network together, at most: never is an image kept waiting for
/// others to join it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BatchChoice {
    /// As many as measured memory and measured time call for; on the CPU, as many as it computes
    /// at once.
    #[default]
    Auto,
    /// So many.
    Fixed(usize),
}

impl BatchChoice {
    /// The most that can be asked for: each image waits with its decoded photo in memory.
    pub const MAX: usize = 64;

    /// The size that was asked for; 0 where it is left to what is measured.
    pub fn asked(self) -> usize {
        if let Self::Fixed(images) = self { images } else { 0 }
    }
}

impl FromStr for BatchChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "auto" {
            return Ok(Self::Auto);
        }
        let number = text.parse().ok().filter(|number| (1..=Self::MAX).contains(number));
        number
            .map(Self::Fixed)
            .ok_or_else(|| format!("{text:?} is neither auto nor a number from 1 to {}", Self::MAX))
    }
}

/// Decides from one pass to the next how many images may go together.
///
/// Unless a number was asked for, it starts with one, doubles while an image then takes clearly
/// less time, and stays where it took least; and it never takes more than half of the free memory.
pub struct BatchPlan {
    choice: BatchChoice,
    /// How much each further image took at most, as measured.
    image_bytes: u64,
    /// Passes of 1, 2, 4 and 8 images: how many were seen, and milliseconds an image in the
    /// fastest of them.
    seen: [(u32, f64); SIZES],
    /// After memory ran out: at most so many.
    cap: usize,
}

/// Where a pass is computed, as far as it says how many images may go together.
#[derive(Clone, Copy, Debug)]
pub enum Room {
    /// On a GPU, with so much memory free.
    Memory {
        /// Free on the card, or cached.
        free_bytes: u64,
    },
    /// On the CPU, where so many are computed at once.
    Lanes(usize),
}

/// Passes of 1, 2, 4 and 8 images are compared. Beyond that, the card is busy and the wait longer.
const SIZES: usize = 4;
/// A larger pass must take this share of the time of a smaller, or less, to be worth its memory.
const WORTH: f64 = 0.95;
/// So many passes of a size are seen before it is judged: the first of a shape is slow.
const PASSES: u32 = 3;

impl BatchPlan {
    /// A plan that has measured nothing yet.
    pub fn new(choice: BatchChoice) -> Self {
        let seen = [(0, f64::INFINITY); SIZES];
        Self { choice, image_bytes: 0, seen, cap: usize::MAX }
    }

    /// How many images may go together now.
    pub fn limit(&self, room: Room) -> usize {
        let wanted = match (self.choice, room) {
            (BatchChoice::Fixed(images), _) => images,
            (BatchChoice::Auto, Room::Lanes(lanes)) => lanes,
            (BatchChoice::Auto, Room::Memory { free_bytes }) => {
                let room = (free_bytes / 2).checked_div(self.image_bytes);
                (1 << self.best()).min(room.map_or(1, |room| room as usize))
            }
        };
        wanted.min(self.cap).max(1)
    }

    /// The exponent of the size to run now: the first that is not judged yet, unless one before
    /// it was not worth it.
    fn best(&self) -> usize {
        let mut best = 0;
        for size in 0..SIZES {
            let (passes, image_ms) = self.seen[size];
            if passes < PASSES {
                return size;
            }
            if size > 0 && image_ms > self.seen[best].1 * WORTH {
                return best;
            }
            best = size;
        }
        best
    }

    /// Takes in what a pass took: its time, and its memory beyond the weights.
    pub fn measured(&mut self, images: usize, took_ms: f64, working_set_bytes: u64) {
        let count = images.max(1);
        self.image_bytes = self.image_bytes.max(working_set_bytes / count as u64);
        if let Some(size) = (0..SIZES).find(|&size| 1 << size == count) {
            let (passes, image_ms) = &mut self.seen[size];
            *passes += 1;
            *image_ms = image_ms.min(took_ms / count as f64);
        }
    }

    /// Memory ran out with so many images: from now on they are fewer.
    pub fn ran_out(&mut self, images: usize) {
        self.cap = self.cap.min((images / 2).max(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    /// The limits of the passes that follow each other where an image takes `image_ms[size]`.
    fn passes(image_ms: [f64; SIZES], free_bytes: u64) -> Vec<usize> {
        let mut plan = BatchPlan::new(BatchChoice::Auto);
        (0..14)
            .map(|_| {
                let images = plan.limit(Room::Memory { free_bytes });
                let size = images.ilog2() as usize;
                plan.measured(images, image_ms[size] * images as f64, GIB * images as u64);
                images
            })
            .collect()
    }

    #[test]
    fn auto_grows_while_it_pays() {
        let cases = [
            ([10.0, 6.0, 4.0, 3.0], 99 * GIB, vec![1, 1, 1, 2, 2, 2, 4, 4, 4, 8, 8, 8, 8, 8]),
            ([10.0, 6.0, 5.9, 3.0], 99 * GIB, vec![1, 1, 1, 2, 2, 2, 4, 4, 4, 2, 2, 2, 2, 2]),
            ([10.0, 9.9, 1.0, 1.0], 99 * GIB, vec![1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1]),
            // Half of what is free holds two images, or none.
            ([10.0, 6.0, 4.0, 3.0], 5 * GIB, vec![1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]),
            ([10.0, 6.0, 4.0, 3.0], GIB, vec![1; 14]),
        ];
        for (image_ms, free_bytes, expected) in cases {
            assert_eq!(passes(image_ms, free_bytes), expected, "{image_ms:?}");
        }
    }

    #[test]
    fn what_was_asked_for_holds_until_memory_runs_out() {
        let mut plan = BatchPlan::new(BatchChoice::Fixed(6));
        let lanes = Room::Lanes(2);
        assert_eq!(plan.limit(lanes), 6);
        plan.ran_out(6);
        assert_eq!(plan.limit(lanes), 3);
        plan.ran_out(1);
        assert_eq!(plan.limit(lanes), 1);
    }

    #[test]
    fn on_the_cpu_as_many_as_it_computes_at_once_until_memory_runs_out() {
        let mut plan = BatchPlan::new(BatchChoice::Auto);
        plan.measured(1, 300.0, GIB);
        for lanes in 1..=4 {
            assert_eq!(plan.limit(Room::Lanes(lanes)), lanes);
        }
        plan.ran_out(4);
        assert_eq!(plan.limit(Room::Lanes(4)), 2);
    }

    #[test]
    fn a_batch_is_named_in_words() {
        for (text, expected) in [
            ("auto", Some(BatchChoice::Auto)),
            ("1", Some(BatchChoice::Fixed(1))),
            ("64", Some(BatchChoice::Fixed(64))),
            ("0", None),
            ("65", None),
            ("many", None),
        ] {
            assert_eq!(text.parse::<BatchChoice>().ok(), expected, "{text:?}");
        }
    }
}
