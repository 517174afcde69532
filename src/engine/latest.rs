//! A latest-value mailbox: a thread that takes from it gets the newest value and none that was replaced.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A mailbox that keeps only the latest value.
pub struct Latest<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    waiting: Option<T>,
    closed: bool,
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        let state = Mutex::new(State { waiting: None, closed: false });
        Self { state, changed: Condvar::new() }
    }
}

impl<T> Latest<T> {
    /// Replaces the value that waits, if any, and wakes the receiver.
    pub fn put(&self, order: T) {
        self.lock().waiting = Some(order);
        self.changed.notify_all();
    }

    /// Takes the value, waiting for one; `None` once the mailbox is closed.
    pub fn take(&self) -> Option<T> {
        let is_empty = |state: &mut State<T>| state.waiting.is_none() && !state.closed;
        let state = self.changed.wait_while(self.lock(), is_empty);
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        let order = state.waiting.take();
        order.filter(|_| !state.closed)
    }

    /// Whether a value waits that the predicate accepts.
    pub fn waits(&self, is_meant: impl FnOnce(&T) -> bool) -> bool {
        self.lock().waiting.as_ref().is_some_and(is_meant)
    }

    /// Closes the mailbox: the receiver gets no more values.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_order_counts_and_none_after_the_end() {
        let mailbox = Latest::default();
        mailbox.put(1);
        mailbox.put(2);
        assert!(mailbox.waits(|&order| order == 2) && !mailbox.waits(|&order| order == 1));
        assert_eq!(mailbox.take(), Some(2));
        mailbox.put(3);
        mailbox.close();
        assert_eq!(mailbox.take(), None);
    }

    #[test]
    fn whoever_waits_is_woken_by_an_order_and_by_the_end() {
        let mailbox = Latest::default();
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| (mailbox.take(), mailbox.take()));
            mailbox.put(1);
            while mailbox.waits(|_| true) {
                std::thread::yield_now();
            }
            mailbox.close();
            assert_eq!(waiter.join().unwrap(), (Some(1), None));
        });
    }
}
