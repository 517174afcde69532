//! Two halves of one piece of work at the same time, for what somebody waits for at the screen.

use std::{
    panic::resume_unwind,
    thread::{self, Builder},
};

/// The name of the thread that does the first half.
const THREAD: &str = "cutout-both";

/// Does both at the same time and gives both results. A panic of either is the caller's.
///
/// # Panics
/// Where the system gives no thread.
pub fn both<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let beside = Builder::new().name(THREAD.to_owned()).spawn_scoped(scope, one);
        let beside = beside.expect("the system gives a thread");
        let other = other();
        (beside.join().unwrap_or_else(|panic| resume_unwind(panic)), other)
    })
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    #[test]
    fn both_are_done_and_a_panic_of_either_is_seen() {
        let mut halves = [1, 2];
        let (one, other) = halves.split_at_mut(1);
        assert_eq!(both(|| one[0] += 1, || other[0] * 2), ((), 4));
        assert_eq!(halves, [2, 2]);
        assert!(catch_unwind(|| both(|| panic!("one"), || 1)).is_err());
        assert!(catch_unwind(|| both(|| 1, || -> u8 { panic!("other") })).is_err());
    }
}
