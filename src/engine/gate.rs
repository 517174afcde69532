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

    /// Waits until there is room, and takes it for a photo of so many pixels.
    pub fn enter(&self, pixels: u64) -> Inside {
        let is_full = |inside_px: &mut u64| *inside_px >= self.most_px;
        let inside = self.inside.1.wait_while(self.pixels(), is_full);
        *inside.unwrap_or_else(PoisonError::into_inner) += pixels;
        Inside { gate: self.clone(), pixels }
    }

    fn pixels(&self) -> MutexGuard<'_, u64> {
        self.inside.0.lock().unwrap_or_else(PoisonError::into_inner)
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
    use std::{sync::Barrier, thread};

    use super::*;

    #[test]
    fn everybody_comes_in_and_nothing_stays() {
        let gate = Gate::new(10);
        thread::scope(|scope| {
            for thread in 0..4 {
                let gate = &gate;
                scope.spawn(move || {
                    for photo in 0..200 {
                        let inside = gate.enter([4, 6, 25, 1][(thread + photo) % 4]);
                        thread::yield_now();
                        drop(inside);
                    }
                });
            }
        });
        assert_eq!(*gate.pixels(), 0);
    }

    #[test]
    fn nobody_comes_in_past_a_full_house() {
        for _ in 0..200 {
            let (gate, begins) = (Gate::new(10), Barrier::new(2));
            let first = gate.enter(4);
            // There is room still.
            let second = gate.enter(6);
            let met_px = thread::scope(|scope| {
                let third = scope.spawn(|| {
                    begins.wait();
                    let _third = gate.enter(1);
                    *gate.pixels()
                });
                begins.wait();
                thread::yield_now();
                drop(first);
                third.join().unwrap()
            });
            assert_eq!(met_px, 7);
            drop(second);
        }
    }

    #[test]
    fn of_large_ones_at_the_same_moment_one_comes_in() {
        let (gate, begins) = (Gate::new(10), Barrier::new(3));
        let most_at_once = Mutex::new(0);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    begins.wait();
                    for _ in 0..200 {
                        let _large = gate.enter(100);
                        let mut most = most_at_once.lock().unwrap();
                        *most = u64::max(*most, *gate.pixels());
                        thread::yield_now();
                    }
                });
            }
        });
        assert_eq!(*most_at_once.lock().unwrap(), 100);
    }
}
