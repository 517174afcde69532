//! The budget of pixels that may be in memory at once, however many photos they belong to.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// A semaphore that counts pixels: photos are decoded while fewer than its limit are held.
#[derive(Clone)]
pub struct PixelBudget {
    most_px: u64,
    taken: Arc<(Mutex<u64>, Condvar)>,
}

/// The pixels of one photo, taken from the budget until this is dropped.
#[must_use = "the pixels are returned when it is dropped"]
pub struct PixelPermit {
    budget: PixelBudget,
    pixels: u64,
}

impl PixelBudget {
    /// A budget that grants no permit while so many pixels or more are held.
    pub fn new(most_px: u64) -> Self {
        Self { most_px, taken: Arc::default() }
    }

    /// Waits until fewer pixels than the limit are held, then takes so many, even if that exceeds it.
    pub fn acquire(&self, pixels: u64) -> PixelPermit {
        let is_full = |taken_px: &mut u64| *taken_px >= self.most_px;
        let taken = self.taken.1.wait_while(self.pixels(), is_full);
        *taken.unwrap_or_else(PoisonError::into_inner) += pixels;
        PixelPermit { budget: self.clone(), pixels }
    }

    fn pixels(&self) -> MutexGuard<'_, u64> {
        self.taken.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for PixelPermit {
    fn drop(&mut self) {
        *self.budget.pixels() -= self.pixels;
        self.budget.taken.1.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Barrier, thread};

    use super::*;

    #[test]
    fn everybody_comes_in_and_nothing_stays() {
        let budget = PixelBudget::new(10);
        thread::scope(|scope| {
            for thread in 0..4 {
                let budget = &budget;
                scope.spawn(move || {
                    for photo in 0..200 {
                        let taken = budget.acquire([4, 6, 25, 1][(thread + photo) % 4]);
                        thread::yield_now();
                        drop(taken);
                    }
                });
            }
        });
        assert_eq!(*budget.pixels(), 0);
    }

    #[test]
    fn nobody_comes_in_past_a_full_house() {
        for _ in 0..200 {
            let (budget, begins) = (PixelBudget::new(10), Barrier::new(2));
            let first = budget.acquire(4);
            // There is room still.
            let second = budget.acquire(6);
            let met_px = thread::scope(|scope| {
                let third = scope.spawn(|| {
                    begins.wait();
                    let _third = budget.acquire(1);
                    *budget.pixels()
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
        let (budget, begins) = (PixelBudget::new(10), Barrier::new(3));
        let most_at_once = Mutex::new(0);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    begins.wait();
                    for _ in 0..200 {
                        let _large = budget.acquire(100);
                        let mut most = most_at_once.lock().unwrap();
                        *most = u64::max(*most, *budget.pixels());
                        thread::yield_now();
                    }
                });
            }
        });
        assert_eq!(*most_at_once.lock().unwrap(), 100);
    }
}
