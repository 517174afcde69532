//! The fallback when memory runs out or the GPU fails: less is asked for step by step, until the images
//! have their maps or nothing is left to try.
//!
//! The steps: empty the cache (on the CPU, the C library's heap) and try again; halve the batch; half
//! precision from here on; the CPU for this image; a clear error. A GPU that no longer answers
//! (`Backend::probe`) hands over to the CPU for good. Where a GPU is required, nothing falls back to the
//! CPU. Every step is an event of its image.

use super::{
    infer::{Image, InferError},
    protocol::{Pass, Precision, Rung},
};
use crate::imaging::SaliencyMap;

/// Runs passes of the network, and can make room for them.
pub trait PassRunner {
    /// Runs one pass where the work is done now.
    fn pass(&mut self, images: &[Image]) -> Result<Inferred, InferError>;
    /// Gives back all that is held and not used.
    fn empty_cache(&mut self);
    /// Memory ran out with so many images together.
    fn ran_out(&mut self, images: usize);
    /// Has the network compute in half precision from here on; `None` where it does already, or
    /// cannot.
    fn lower_precision(&mut self) -> Option<Precision>;
    /// Gets the model ready on the CPU beside the GPU, and tells whether it is: it may not be
    /// allowed, or not be possible.
    fn ready_on_cpu(&mut self) -> bool;
    /// Runs one pass on the CPU although a GPU is in use.
    fn pass_on_cpu(&mut self, images: &[Image]) -> Result<Inferred, InferError>;
    /// Where the GPU has failed, moves the work to the CPU for good, and tells whether it did.
    fn leave_failed_gpu(&mut self, words: &str) -> bool;
}

/// The maps of a pass, and how it went.
pub struct Inferred {
    /// One for each image, in order.
    pub maps: Vec<SaliencyMap>,
    /// How it went.
    pub pass: Pass,
    /// An image's share of its time, in milliseconds.
    pub image_ms: f64,
}

/// What became of one image: its map, how the pass went, and the image's share of its time in
/// milliseconds.
pub type Outcome = Result<(SaliencyMap, Pass, f64), InferError>;

/// Runs a pass, falling back where it fails: every image's map, or the reason why it has none, in
/// order. `tell` hears of each rung by the image's place in `images`.
pub fn run(
    runner: &mut dyn PassRunner,
    images: &[Image],
    tell: &dyn Fn(usize, Rung),
) -> Vec<Outcome> {
    OomFallback { runner, tell }.outcomes_of(images, 0, false)
}

struct OomFallback<'a> {
    runner: &'a mut dyn PassRunner,
    tell: &'a dyn Fn(usize, Rung),
}

impl OomFallback<'_> {
    /// `first` is the place of the first of these images; the cache was emptied for them already
    /// if they are what was split off a larger pass.
    fn outcomes_of(&mut self, images: &[Image], first: usize, emptied: bool) -> Vec<Outcome> {
        let mut emptied = emptied;
        let tell = |fallback: &Self, rung| {
            (first..first + images.len()).for_each(|place| (fallback.tell)(place, rung));
        };
        loop {
            let words = match self.runner.pass(images) {
                Ok(inferred) => return each(inferred),
                Err(InferError::Failed(words)) if self.runner.leave_failed_gpu(&words) => {
                    tell(self, Rung::GpuFailed);
                    continue;
                }
                Err(InferError::OutOfMemory(words)) => words,
                // One of them is at fault: each alone, so that the others are not lost with it.
                Err(InferError::Failed(_)) if images.len() > 1 => {
                    let alone = (first..).zip(images.chunks(1));
                    return alone
                        .flat_map(|(place, image)| self.outcomes_of(image, place, emptied))
                        .collect();
                }
                Err(error) => return same_for_each(error, images),
            };
            self.runner.ran_out(images.len());
            if !emptied {
                emptied = true;
                self.runner.empty_cache();
                tell(self, Rung::EmptyCache);
            } else if images.len() > 1 {
                let (left, right) = images.split_at(images.len().div_ceil(2));
                tell(self, Rung::HalveBatch { images: left.len() });
                let mut outcomes = self.outcomes_of(left, first, true);
                outcomes.extend(self.outcomes_of(right, first + left.len(), true));
                return outcomes;
            } else if let Some(precision) = self.runner.lower_precision() {
                tell(self, Rung::LowerPrecision { precision });
            } else if self.runner.ready_on_cpu() {
                tell(self, Rung::OnCpu);
                let on_cpu = self.runner.pass_on_cpu(images);
                return on_cpu.map_or_else(|error| same_for_each(error, images), each);
            } else {
                return same_for_each(InferError::OutOfMemory(words), images);
            }
        }
    }
}

fn each(inferred: Inferred) -> Vec<Outcome> {
    let Inferred { maps, pass, image_ms } = inferred;
    maps.into_iter().map(|map| Ok((map, pass, image_ms))).collect()
}

fn same_for_each(error: InferError, images: &[Image]) -> Vec<Outcome> {
    images.iter().map(|_| Err(error.clone())).collect()
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, path::Path};

    use super::*;
    use crate::imaging::{Cancel, NetworkInput};

    /// So many images fit in fp32, twice as many in half precision.
    struct Card {
        fits: usize,
        in_half: bool,
        may_use_cpu: bool,
        passes: Vec<usize>,
    }

    fn inferred(images: usize, on_gpu: bool) -> Inferred {
        let maps = vec![SaliencyMap::empty(1); images];
        let pass = Pass { precision: Precision::Fp32, images, on_gpu, peak_bytes: 0 };
        Inferred { maps, pass, image_ms: 1.0 }
    }

    impl PassRunner for Card {
        fn pass(&mut self, images: &[Image]) -> Result<Inferred, InferError> {
            self.passes.push(images.len());
            if images.len() > self.fits * if self.in_half { 2 } else { 1 } {
                return Err(InferError::OutOfMemory("out of memory".to_owned()));
            }
            Ok(inferred(images.len(), true))
        }
        fn empty_cache(&mut self) {}
        fn ran_out(&mut self, _images: usize) {}
        fn lower_precision(&mut self) -> Option<Precision> {
            (!std::mem::replace(&mut self.in_half, true)).then_some(Precision::Fp16)
        }
        fn ready_on_cpu(&mut self) -> bool {
            self.may_use_cpu
        }
        fn pass_on_cpu(&mut self, images: &[Image]) -> Result<Inferred, InferError> {
            Ok(inferred(images.len(), false))
        }
        fn leave_failed_gpu(&mut self, _words: &str) -> bool {
            false
        }
    }

    /// Five images together on a card where so many fit: the sizes of the passes, the rungs of the
    /// first and the last image, and how many got a map.
    fn five(fits: usize, may_use_cpu: bool) -> (Vec<usize>, Vec<Rung>, Vec<Rung>, usize) {
        let mut card = Card { fits, in_half: false, may_use_cpu, passes: Vec::new() };
        let input = NetworkInput { side_px: 1, rgb: vec![0.0; 3] };
        let cancel = Cancel::default();
        let source = Path::new("photo.jpg");
        let image = Image { input: &input, cancel: &cancel, source, is_second_look: false };
        let images = [image; 5];
        let told = RefCell::new(vec![Vec::new(); 5]);
        let outcomes = run(&mut card, &images, &|place, rung| {
            told.borrow_mut()[place].push(rung);
        });
        assert_eq!(outcomes.len(), 5, "one outcome an image");
        let mut told = told.into_inner();
        let last = told.pop().unwrap();
        let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        (card.passes, told.swap_remove(0), last, done)
    }

    #[test]
    fn a_pass_is_halved_before_anything_is_given_up() {
        use Rung::{EmptyCache, HalveBatch, LowerPrecision, OnCpu};
        let halve = |images| HalveBatch { images };
        let lower = LowerPrecision { precision: Precision::Fp16 };
        assert_eq!(five(5, true), (vec![5], vec![], vec![], 5));
        let once = vec![EmptyCache, halve(3)];
        assert_eq!(five(3, true), (vec![5, 5, 3, 2], once.clone(), once.clone(), 5));
        let all = [once.clone(), vec![halve(2), halve(1)]].concat();
        let last = [once.clone(), vec![halve(1)]].concat();
        assert_eq!(five(1, true), (vec![5, 5, 3, 2, 1, 1, 1, 2, 1, 1], all.clone(), last, 5));
        // In half precision two would fit where one did not: but one never fits here.
        let first = [all, vec![lower, OnCpu]].concat();
        let last = [once, vec![halve(1), OnCpu]].concat();
        let passes = vec![5, 5, 3, 2, 1, 1, 1, 1, 2, 1, 1];
        assert_eq!(five(0, true), (passes.clone(), first.clone(), last.clone(), 5));
        let without_cpu = |rungs: Vec<Rung>| rungs.into_iter().filter(|rung| *rung != OnCpu);
        let expected = (without_cpu(first).collect(), without_cpu(last).collect());
        let (_, first, last, done) = five(0, false);
        assert_eq!(((first, last), done), (expected, 0));
    }
}
