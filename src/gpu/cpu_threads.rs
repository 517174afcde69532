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
    // Asked first: a thread that is new to libtorch would later take what any thread set last.
    let libtorchs = count();
    let count = asked.map_or_else(|| worth(libtorchs, processors()), NonZeroUsize::get);
    tch::set_num_threads(i32::try_from(count).unwrap_or(i32::MAX));
}

/// How many compute for the calling thread.
pub fn count() -> usize {
    usize::try_from(tch::get_num_threads()).unwrap_or(1)
}

/// How many images are best computed at the same time on so many cores. Each has its working set in
/// memory, and its photo.
pub fn lanes(cores: usize) -> usize {
    const MOST_LANES: usize = 4;
    cores.clamp(1, MOST_LANES)
}

fn worth(libtorchs: usize, processors: usize) -> usize {
    libtorchs.min(processors).clamp(1, MOST)
}

fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Who computes on which cores, and whether those who wait leave theirs to others. Belongs to the
/// thread that computes.
pub struct Cores {
    /// How many threads compute where one photo has all cores.
    all: usize,
    shared: bool,
    sleepers: Vec<Sleepers>,
}

/// A thread with a pool of libgomp's, all of which sleep until this is dropped.
struct Sleepers {
    awake: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Cores {
    /// As many as compute for the calling thread now.
    pub fn of_this_thread() -> Self {
        Self { all: count(), shared: false, sleepers: Vec::new() }
    }

    /// How many images are best computed at the same time while cores are shared.
    pub fn lanes(&self) -> usize {
        lanes(self.all)
    }

    /// Before a pass: while other photos are under way, so many images at once have a part of the cores
    /// each, and threads that wait leave theirs to whoever decodes and finishes. Alone one has all.
    pub fn share(&mut self, shared: bool, at_once: usize) {
        self.shared = shared;
        let lanes = at_once.clamp(1, self.lanes());
        set_count(NonZeroUsize::new(if shared { self.all / lanes } else { self.all }));
        self.yielding(shared);
    }

    /// After a pass: its threads would spin on while the photo is finished.
    pub fn rest(&mut self) {
        if self.shared {
            return;
        }
        self.yielding(true);
        // How long they spin is decided when they begin to wait.
        if !self.sleepers.is_empty() {
            wake(self.all);
        }
    }

    /// Without a thread from the system everything stays as it is.
    fn yielding(&mut self, on: bool) {
        if on && self.sleepers.is_empty() {
            let pools = pools(self.all, processors());
            self.sleepers.extend((0..pools).map_while(|_| Sleepers::start(self.all)));
        } else if !on {
            self.sleepers.clear();
        }
    }
}

/// Gives each of so many threads a little to do.
fn wake(count: usize) {
    // libtorch gives a thread as many values.
    const GRAIN: usize = 1 << 15;
    let values = i64::try_from(count * GRAIN).unwrap_or(i64::MAX);
    // Who gets no memory for that spins on, and that is all.
    drop(Tensor::f_zeros([values], (Kind::Float, Device::Cpu)).and_then(|some| some.f_sin()));
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
        let all = count();
        let mut cores = Cores::of_this_thread();
        for (shared, at_once) in [(true, 4), (true, 1), (false, 4), (true, 0), (true, 9)] {
            cores.share(shared, at_once);
            let is_split = shared && at_once > 1;
            assert_eq!(count(), if is_split { all / cores.lanes() } else { all });
            assert_eq!(sum(), f64::from(1 << 18));
        }
        cores.share(false, 1);
        cores.rest();
        assert_eq!((count(), sum()), (all, f64::from(1 << 18)));
        assert_eq!(cores.sleepers.len(), pools(all, processors()));
    }

    #[test]
    fn lanes_have_no_more_threads_than_there_are() {
        for all in 1..=MOST {
            let cores = Cores { all, shared: false, sleepers: Vec::new() };
            let of_each = all / cores.lanes();
            assert!(of_each >= 1 && of_each * cores.lanes() <= all, "{all}");
            assert!((of_each + 1) * cores.lanes() > all, "cores are left over of {all}");
        }
    }
}
