//! How long the window's own code takes for a frame.

use std::{
    ops::Add,
    time::{Duration, Instant},
};

use cpu_time::ThreadTime;

/// Started when the thread that draws begins something.
pub struct Stopwatch {
    began: Instant,
    /// Not everywhere known.
    began_own: Option<ThreadTime>,
}

/// What it shows.
#[derive(Clone, Copy, Default)]
pub struct Took {
    /// From the beginning to the end.
    pub wall: Duration,
    /// Of it, what the thread itself computed: others may have had the core meanwhile.
    pub own: Duration,
}

impl Stopwatch {
    /// Begins.
    pub fn start() -> Self {
        Self { began: Instant::now(), began_own: ThreadTime::try_now().ok() }
    }

    /// How long it has been.
    pub fn took(&self) -> Took {
        let wall = self.began.elapsed();
        let own = self.began_own.as_ref().and_then(|began| began.try_elapsed().ok());
        Took { wall, own: own.unwrap_or(wall) }
    }
}

impl Add for Took {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { wall: self.wall + other.wall, own: self.own + other.own }
    }
}
