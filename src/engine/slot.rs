//! A place for one order, for a thread that is to do the newest and nothing older.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Where the newest order waits.
pub struct Slot<T> {
    inside: Mutex<Inside<T>>,
    changed: Condvar,
}

struct Inside<T> {
    waiting: Option<T>,
    closed: bool,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        let inside = Mutex::new(Inside { waiting: None, closed: false });
        Self { inside, changed: Condvar::new() }
    }
}

impl<T> Slot<T> {
    /// Puts an order in; one that still waits is forgotten.
    pub fn put(&self, order: T) {
        self.lock().waiting = Some(order);
        self.changed.notify_all();
    }

    /// Waits for an order; `None` once the slot is closed.
    pub fn take(&self) -> Option<T> {
        let is_empty = |inside: &mut Inside<T>| inside.waiting.is_none() && !inside.closed;
        let inside = self.changed.wait_while(self.lock(), is_empty);
        let mut inside = inside.unwrap_or_else(PoisonError::into_inner);
        let order = inside.waiting.take();
        order.filter(|_| !inside.closed)
    }

    /// Whether an order of this kind waits.
    pub fn waits(&self, is_meant: impl FnOnce(&T) -> bool) -> bool {
        self.lock().waiting.as_ref().is_some_and(is_meant)
    }

    /// From now on there are no orders.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    fn lock(&self) -> MutexGuard<'_, Inside<T>> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_order_counts_and_none_after_the_end() {
        let slot = Slot::default();
        slot.put(1);
        slot.put(2);
        assert!(slot.waits(|&order| order == 2) && !slot.waits(|&order| order == 1));
        assert_eq!(slot.take(), Some(2));
        slot.put(3);
        slot.close();
        assert_eq!(slot.take(), None);
    }

    #[test]
    fn whoever_waits_is_woken_by_an_order_and_by_the_end() {
        let slot = Slot::default();
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| (slot.take(), slot.take()));
            slot.put(1);
            while slot.waits(|_| true) {
                std::thread::yield_now();
            }
            slot.close();
            assert_eq!(waiter.join().unwrap(), (Some(1), None));
        });
    }
}
