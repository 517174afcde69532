//! Several images at the same time on the CPU, each on cores of its own.
//!
//! Each of the network's hundred convolutions ends with a wait for all of its threads, and between
//! them maps are pooled, enlarged and added at the speed of memory. An image that has a core to itself
//! waits for nobody (`docs/performance.md` has what that gives).

use std::{
    io, iter,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    thread::{self, Builder, ScopedJoinHandle},
};

use tch::Tensor;

use crate::{
    gpu::{cpu_threads, tally::TensorTally},
    imaging::{Cancelled, NetworkInput},
    u2net::{SaliencyNetwork, SideOutputs, StageName},
};

type Fused = Result<Vec<Tensor>, Cancelled>;

/// An image as it enters a pass: on the host, and as the tensor that was made of it.
pub struct Entering<'a> {
    /// In the machine's own memory.
    pub input: &'a NetworkInput,
    /// Where the network is: `[1, 3, side, side]`
    pub pixels: Tensor,
}

/// How images of a pass share the CPU.
pub struct Lanes<'a> {
    /// How many are computed at once.
    pub count: usize,
    /// What counts the tensors of the calling thread, where somebody does.
    pub tally: Option<&'a TensorTally>,
}

impl Lanes<'_> {
    /// Runs a network on images, and gives the logits d0 of each, in order: `[1, 1, side, side]`. The side outputs are gone by then. Where the network has sharing, some images
    /// are computed at once, each with as many threads as the calling thread has; otherwise all together.
    ///
    /// # Panics
    /// As the network does, once every lane has ended.
    pub fn forward(
        &self,
        network: &dyn SaliencyNetwork,
        images: Vec<Entering>,
        proceed: &(dyn Fn(StageName) -> Result<(), Cancelled> + Sync),
    ) -> Fused {
        if images.len() == 1 {
            return one_by_one(network, images, proceed);
        }
        let parts = parts(images, self.count);
        let sharing: Option<Vec<_>> = parts.iter().map(|_| network.share_weights()).collect();
        let Some(sharing) = sharing else {
            return together(network, parts.into_iter().flatten().collect(), proceed);
        };
        let threads = NonZeroUsize::new(cpu_threads::count());
        let mut lanes = sharing.into_iter().zip(parts).enumerate();
        let Some((_, (mine, first))) = lanes.next() else { return Ok(Vec::new()) };
        let done: Vec<thread::Result<Fused>> = thread::scope(|scope| {
            let others = lanes.map(|(lane, (network, images))| {
                let body = move || {
                    let _counted = self.tally.and_then(TensorTally::count_here);
                    cpu_threads::set_count(threads);
                    one_by_one(&*network, images, proceed)
                };
                Builder::new().name(format!("cutout-lane-{}", lane + 1)).spawn_scoped(scope, body)
            });
            let others: Vec<io::Result<ScopedJoinHandle<Fused>>> = others.collect();
            let first = catch_unwind(AssertUnwindSafe(|| one_by_one(&*mine, first, proceed)));
            let others = others.into_iter().map(|lane| -> thread::Result<Fused> {
                match lane {
                    Ok(lane) => lane.join(),
                    Err(error) => Err(Box::new(format!("no thread for the network: {error}"))),
                }
            });
            // Each is joined, whatever became of others: what it computed is dropped on this thread.
            iter::once(first).chain(others).collect()
        });
        let done = done.into_iter().map(|lane| lane.unwrap_or_else(|panic| resume_unwind(panic)));
        Ok(done.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }
}

/// As many parts as there are lanes, or fewer.
fn parts(images: Vec<Entering>, lanes: usize) -> Vec<Vec<Entering>> {
    let of_each = images.len().div_ceil(lanes.max(1));
    let mut images = images.into_iter();
    let next =
        || Some(images.by_ref().take(of_each).collect()).filter(|part: &Vec<_>| !part.is_empty());
    iter::from_fn(next).collect()
}

fn one_by_one(
    network: &dyn SaliencyNetwork,
    images: Vec<Entering>,
    proceed: &dyn Fn(StageName) -> Result<(), Cancelled>,
) -> Fused {
    let fused = |Entering { input, pixels }| {
        network.announce(&[input]);
        network.forward(pixels, proceed).map(|SideOutputs { fused, .. }| fused)
    };
    images.into_iter().map(fused).collect()
}

fn together(
    network: &dyn SaliencyNetwork,
    images: Vec<Entering>,
    proceed: &dyn Fn(StageName) -> Result<(), Cancelled>,
) -> Fused {
    let (inputs, images): (Vec<_>, Vec<_>) =
        images.into_iter().map(|Entering { input, pixels }| (input, pixels)).unzip();
    // [N, 3, side, side]
    let pixels = Tensor::cat(&images, 0);
    drop(images);
    network.announce(&inputs);
    let SideOutputs { fused, .. } = network.forward(pixels, proceed)?;
    Ok(fused.split(1, 0))
}

#[cfg(test)]
mod tests {
    use std::{
        cell::Cell,
        sync::{Arc, Barrier, Mutex},
    };

    use tch::{Device, Kind};

    use super::*;
    use crate::u2net::Precision;

    /// Calls what it was given with each value that it sees, and gives ten times the value. What it
    /// sees must be what was announced to it.
    struct Tenfold<F> {
        each: Arc<F>,
        announced: Cell<Option<i64>>,
    }

    impl<F> Tenfold<F> {
        fn new(each: Arc<F>) -> Self {
            Self { each, announced: Cell::default() }
        }
    }

    impl<F: Fn(i64) + Send + Sync + 'static> SaliencyNetwork for Tenfold<F> {
        fn forward(
            &self,
            input: Tensor,
            proceed: &dyn Fn(StageName) -> Result<(), Cancelled>,
        ) -> Result<SideOutputs, Cancelled> {
            proceed(StageName::Fusion)?;
            let value = input.int64_value(&[0, 0, 0, 0]);
            assert_eq!(self.announced.take(), Some(value));
            (self.each)(value);
            let fused = input * 10.0;
            Ok(SideOutputs { side: std::array::from_fn(|_| fused.shallow_clone()), fused })
        }

        fn announce(&self, images: &[&NetworkInput]) {
            let [image] = images else { panic!("{} images", images.len()) };
            self.announced.set(Some(image.rgb[0] as i64));
        }

        fn device(&self) -> Device {
            Device::Cpu
        }

        fn precision(&self) -> Precision {
            Precision::Fp32
        }

        fn weights_bytes(&self) -> u64 {
            0
        }

        fn share_weights(&self) -> Option<Box<dyn SaliencyNetwork>> {
            Some(Box::new(Self::new(self.each.clone())))
        }
    }

    fn inputs(count: usize) -> Vec<NetworkInput> {
        let input = |value| NetworkInput { side_px: 1, rgb: vec![value as f32; 3] };
        (0..count).map(input).collect()
    }

    fn entering(inputs: &[NetworkInput]) -> Vec<Entering<'_>> {
        let pixels = |input: &NetworkInput| {
            Tensor::full([1, 1, 1, 1], f64::from(input.rgb[0]), (Kind::Float, Device::Cpu))
        };
        inputs.iter().map(|input| Entering { input, pixels: pixels(input) }).collect()
    }

    fn run(
        each: impl Fn(i64) + Send + Sync + 'static,
        count: usize,
        lanes: usize,
        proceed: &(dyn Fn(StageName) -> Result<(), Cancelled> + Sync),
    ) -> Result<Vec<i64>, Cancelled> {
        let fused = Lanes { count: lanes, tally: None }.forward(
            &Tenfold::new(Arc::new(each)),
            entering(&inputs(count)),
            proceed,
        )?;
        Ok(fused.iter().map(|fused| fused.int64_value(&[0, 0, 0, 0])).collect())
    }

    #[test]
    fn every_image_gets_its_own_result_in_order() {
        for count in 0..=7 {
            for lanes in 0..=5 {
                let expected: Vec<_> = (0..count as i64).map(|value| value * 10).collect();
                assert_eq!(run(|_| {}, count, lanes, &|_| Ok(())), Ok(expected), "{lanes} lanes");
            }
        }
    }

    #[test]
    fn as_many_as_there_are_lanes_are_computed_at_once() {
        let (all_here, seen) = (Barrier::new(3), Arc::new(Mutex::new(Vec::new())));
        let threads = seen.clone();
        let each = move |_| {
            all_here.wait();
            let name = thread::current().name().map(str::to_owned);
            threads.lock().unwrap().push((name, cpu_threads::count()));
        };
        cpu_threads::set_count(NonZeroUsize::new(1));
        assert_eq!(run(each, 3, 3, &|_| Ok(())), Ok(vec![0, 10, 20]));
        let seen = seen.lock().unwrap();
        for lane in ["cutout-lane-2", "cutout-lane-3"] {
            assert!(seen.contains(&(Some(lane.to_owned()), 1)), "{lane} of {seen:?}");
        }
    }

    #[test]
    fn a_panic_of_any_lane_is_the_callers() {
        for faulty in 0..4 {
            let each = move |value| assert_ne!(value, faulty, "the network fell over");
            let outcome = catch_unwind(AssertUnwindSafe(|| run(each, 4, 4, &|_| Ok(()))));
            let panic = outcome.unwrap_err();
            assert!(panic.downcast_ref::<String>().unwrap().contains("fell over"));
        }
    }

    #[test]
    fn who_is_told_to_stop_stops_in_every_lane() {
        let none = |value| panic!("{value} was computed");
        assert_eq!(run(none, 4, 2, &|_| Err(Cancelled)), Err(Cancelled));
    }

    #[test]
    fn tensors_of_every_lane_are_counted() {
        const FLOATS: i64 = 10_000;
        let (tally, _guard) = TensorTally::start().unwrap();
        let all_here = Barrier::new(3);
        let each = move |_| {
            let _held = Tensor::zeros([FLOATS], (Kind::Float, Device::Cpu));
            all_here.wait();
        };
        let network = Tenfold::new(Arc::new(each));
        let fused = Lanes { count: 3, tally: Some(&tally) }
            .forward(&network, entering(&inputs(3)), &|_| Ok(()))
            .unwrap();
        assert!(tally.peak_bytes() >= 3 * 4 * FLOATS as u64, "{}", tally.peak_bytes());
        drop(fused);
        assert_eq!(tally.live_bytes(), 0);
    }

    #[test]
    fn where_one_lane_fails_nothing_of_the_others_stays() {
        for faulty in 0..3 {
            let (tally, _guard) = TensorTally::start().unwrap();
            let each = move |value| assert_ne!(value, faulty, "fell over");
            let network = Tenfold::new(Arc::new(each));
            for _ in 0..50 {
                let all = || {
                    let lanes = Lanes { count: 3, tally: Some(&tally) };
                    lanes.forward(&network, entering(&inputs(3)), &|_| Ok(()))
                };
                assert!(catch_unwind(AssertUnwindSafe(all)).is_err());
                assert_eq!(tally.live_bytes(), 0);
            }
        }
    }
}
