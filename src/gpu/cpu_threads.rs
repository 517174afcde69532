//! How many threads compute on the CPU, and how they wait for each other.
//!
//! libtorch's threads are libgomp's. Between two convolutions they spin for some milliseconds, which is
//! fastest while nobody else wants the cores: a pass of one photo takes a third longer without. Where
//! other photos are decoded and written meanwhile, or another program computes, who spins keeps the core
//! from who works: with one busy neighbour on two cores a folder took 1.7 times as long. libgomp itself
//! spins hardly at all while it has more threads than there are processors (its manual, GOMP_SPINCOUNT),
//! and nothing but the environment at the start changes that. So threads that only sleep are all it
//! takes.

use std::{
    num::NonZeroUsize,
    thread::{self, Builder, JoinHandle},
};

use crossbeam_channel::{Sender, bounded};
use tch::{Device, Kind, Tensor};

/// The network's feature maps are too small to be worth more: at 16 threads a convolution would be some
/// 70 microseconds of each. Estimated; no such machine was at hand.
const MOST: usize = 16;

/// Sets how many threads compute for the calling thread: as many as were asked for, otherwise what
/// libtorch would take (one for each core), but not more than this process may use (a container's
/// share) and the network is worth.
pub fn set_count(asked: Option<NonZeroUsize>) {
    let count = asked.map_or_else(|| worth(count(), processors()), NonZeroUsize::get);
    tch::set_num_threads(i32::try_from(count).unwrap_or(i32::MAX));
}

/// How many compute for the calling thread.
pub fn count() -> usize {
    usize::try_from(tch::get_num_threads()).unwrap_or(1)
}

fn worth(libtorchs: usize, processors: usize) -> usize {
    libtorchs.min(processors).clamp(1, MOST)
}

fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Whether those who wait leave the core to others. Belongs to the thread that computes.
#[derive(Default)]
pub struct Yielding(Vec<Sleepers>);

/// A thread with a pool of libgomp's, all of which sleep until this is dropped.
struct Sleepers {
    awake: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Yielding {
    /// Switches it on or off. Without a thread from the system everything stays as it is.
    pub fn set(&mut self, on: bool) {
        if on && self.0.is_empty() {
            let computing = count();
            let pools =
                (0..pools(computing, processors())).map_while(|_| Sleepers::start(computing));
            self.0.extend(pools);
        } else if !on {
            self.0.clear();
        }
    }

    /// After a pass: its threads would spin on while the photo is finished.
    pub fn rest(&mut self) {
        self.set(true);
        // How long they spin is decided when they begin to wait.
        if !self.0.is_empty() {
            wake(count());
        }
    }
}

/// Gives each of so many threads a little to do.
fn wake(count: usize) {
    // libtorch gives a thread as many values.
    const GRAIN: usize = 1 << 15;
    let values = i64::try_from(count * GRAIN).unwrap_or(i64::MAX);
    drop(Tensor::zeros([values], (Kind::Float, Device::Cpu)).sin());
}

/// How many pools of so many threads bring libgomp above the number of processors. None where cores
/// stay free anyway.
fn pools(computing: usize, processors: usize) -> usize {
    if computing < 2 || computing * 2 < processors {
        return 0;
    }
    // The thread that a pool belongs to is not counted.
    (processors + 1).saturating_sub(computing).div_ceil(computing - 1)
}

impl Sleepers {
    fn start(count: usize) -> Option<Self> {
        let (awake, asleep) = bounded::<()>(0);
        let (ready, is_ready) = bounded::<()>(0);
        let body = move || {
            set_count(NonZeroUsize::new(count));
            wake(count);
            drop(ready);
            let _ended = asleep.recv();
        };
        let thread = Builder::new().name("cutout-sleepers".to_owned()).spawn(body).ok()?;
        let _begun = is_ready.recv();
        Some(Self { awake: Some(awake), thread: Some(thread) })
    }
}

impl Drop for Sleepers {
    fn drop(&mut self) {
        self.awake = None;
        if let Some(Err(panic)) = self.thread.take().map(JoinHandle::join) {
            tracing::warn!("a thread that was to sleep: {panic:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_threads_as_are_worth_it_and_are_there() {
        for (libtorchs, processors, expected) in
            [(1, 1, 1), (1, 2, 1), (2, 2, 2), (8, 16, 8), (64, 128, 16), (64, 2, 2), (0, 1, 1)]
        {
            assert_eq!(worth(libtorchs, processors), expected, "{libtorchs} of {processors}");
        }
    }

    #[test]
    fn with_the_pools_there_are_more_threads_than_processors() {
        for computing in 1..=64 {
            for processors in computing..=128 {
                let pools = pools(computing, processors);
                let threads = computing + pools * computing.saturating_sub(1);
                let contended = computing > 1 && computing * 2 >= processors;
                assert_eq!(threads > processors, contended, "{computing} of {processors}");
                assert!(pools <= 4, "{pools} for {computing} of {processors}");
            }
        }
    }

    #[test]
    fn what_is_computed_is_the_same_and_its_threads_end() {
        let ones = Tensor::ones([1 << 18], (Kind::Float, Device::Cpu));
        let sum = || ones.sum(Kind::Double).double_value(&[]);
        let mut yielding = Yielding::default();
        for on in [true, true, false, true] {
            yielding.set(on);
            assert_eq!(sum(), f64::from(1 << 18));
        }
        yielding.set(false);
        yielding.rest();
        assert_eq!(sum(), f64::from(1 << 18));
        assert_eq!(yielding.0.len(), pools(count(), processors()));
    }
}
