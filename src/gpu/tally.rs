//! Counting the bytes of CPU tensors, as libtorch's caching allocator does on a GPU.

use std::{marker::PhantomData, sync::Arc};

use crate::ffi;

/// Counts the bytes of the CPU tensors of one thread, or some. Clones read the same counter, from any
/// thread. Scratch memory that oneDNN takes outside tensors is not seen.
#[derive(Clone)]
pub struct TensorTally(Arc<ffi::Tally>);

impl TensorTally {
    /// Starts counting the tensors that the calling thread makes and drops, until the guard goes.
    /// `None` where libtorch does not take the counter. A tensor that is dropped where nobody
    /// counts still counts as live.
    pub fn start() -> Option<(Self, TallyGuard)> {
        let tally = Self(Arc::new(ffi::Tally::new()?));
        tally.count_here().map(|guard| (tally, guard))
    }

    /// Counts the calling thread's tensors too, until the guard goes. `None` as above.
    pub fn count_here(&self) -> Option<TallyGuard> {
        self.0.install().then_some(TallyGuard(PhantomData))
    }

    /// Bytes in live tensors.
    pub fn live_bytes(&self) -> u64 {
        self.0.read().0
    }

    /// Highest bytes in live tensors since [`TensorTally::reset_peak`].
    pub fn peak_bytes(&self) -> u64 {
        self.0.read().1
    }

    /// Starts a new peak from what is live now.
    pub fn reset_peak(&self) {
        self.0.reset_peak();
    }
}

/// Ends the counting when it is dropped, which must be on the thread that started it.
#[must_use = "counting ends when the guard is dropped"]
pub struct TallyGuard(PhantomData<*const ()>);

impl Drop for TallyGuard {
    fn drop(&mut self) {
        ffi::Tally::remove();
    }
}

#[cfg(test)]
mod tests {
    use tch::{Device, Kind, Tensor};

    use super::*;

    fn floats(count: i64) -> Tensor {
        Tensor::zeros([count], (Kind::Float, Device::Cpu))
    }

    #[test]
    fn counts_what_lives_and_the_most_that_lived() {
        let (tally, guard) = TensorTally::start().unwrap();
        let kept = floats(1000);
        drop(floats(5000));
        assert_eq!((tally.live_bytes(), tally.peak_bytes()), (4_000, 24_000));
        tally.reset_peak();
        let _view = kept.view([10, 100]);
        assert_eq!((tally.live_bytes(), tally.peak_bytes()), (4_000, 4_000));
        drop(guard);
        let _after = floats(1);
        assert_eq!(tally.live_bytes(), 4_000);
    }

    #[test]
    fn other_threads_are_not_counted() {
        let (tally, _guard) = TensorTally::start().unwrap();
        std::thread::spawn(|| drop(floats(100))).join().unwrap();
        assert_eq!(tally.peak_bytes(), 0);
    }
}
