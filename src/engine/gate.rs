//! How many pixels are in memory at once, however many photos they are.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Lets photos in while there is room for pixels.
#[derive(Clone)]
pub struct Gate {
    most_px: u64,
    inside: Arc<(Mutex<u64>, Condvar)>,
}

/// A photo that was let in; its pixels leave when this is dropped.
#[must_use = "the photo leaves when it is dropped"]
pub struct Inside {
    gate: Gate,
    pixels: u64,
}

impl Gate {
    /// Nobody comes in while there are so many pixels or more.
    pub fn new(most_px: u64) -> Self {
        Self { most_px, inside: Arc::default() }
    }

    /// Waits until there is room. How many pixels the photo has, it says when it knows.
    pub fn enter(&self) -> Inside {
        let is_full = |inside_px: &mut u64| *inside_px >= self.most_px;
        drop(self.inside.1.wait_while(self.pixels(), is_full));
        Inside { gate: self.clone(), pixels: 0 }
    }

    fn pixels(&self) -> MutexGuard<'_, u64> {
        self.inside.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inside {
    /// The photo has so many pixels more.
    pub fn grow(&mut self, pixels: u64) {
        self.pixels += pixels;
        *self.gate.pixels() += pixels;
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        *self.gate.pixels() -= self.pixels;
        self.gate.inside.1.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicU64, Ordering::SeqCst},
        thread,
    };

    use super::*;

    #[test]
    fn whoever_comes_in_finds_room() {
        const THREADS: u64 = 4;
        let (gate, busiest) = (Gate::new(10), AtomicU64::new(0));
        thread::scope(|scope| {
            for thread in 0..THREADS {
                let (gate, busiest) = (&gate, &busiest);
                scope.spawn(move || {
                    for photo in 0..200 {
                        let mut inside = gate.enter();
                        inside.grow([4, 6, 25, 1][(thread + photo) as usize % 4]);
                        busiest.fetch_max(*gate.pixels(), SeqCst);
                        thread::yield_now();
                    }
                });
            }
        });
        let busiest = busiest.into_inner();
        // Below ten for the last to come in, as large as any; those who came at the same time too.
        assert!((25..10 + THREADS * 25).contains(&busiest), "{busiest}");
        assert_eq!(*gate.pixels(), 0);
    }

    #[test]
    fn nobody_comes_in_past_a_full_house() {
        let gate = Gate::new(10);
        let mut first = gate.enter();
        first.grow(10);
        let (came, has_come) = crossbeam_channel::bounded(1);
        thread::scope(|scope| {
            let gate = &gate;
            scope.spawn(move || came.send(gate.enter().pixels));
            assert!(has_come.try_recv().is_err());
            drop(first);
            assert_eq!(has_come.recv(), Ok(0));
        });
    }
}
