//! What is tried when memory runs out or the GPU fails, rung by rung, until the images have their
//! maps or nothing is left to try.

use super::{
    infer::{Image, InferError},
    protocol::{Pass, Precision, Rung},
};
use crate::imaging::SaliencyMap;

/// What the ladder stands on: something that runs passes and can make room for them.
pub trait Ground {
    /// Runs one pass where the work is done now.
    fn pass(&mut self, images: &[Image]) -> Result<Inferred, InferError>;
    /// Whether a GPU does the work.
    fn is_on_gpu(&self) -> bool;
    /// Gives the cache back.
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

/// Gets every image its map, or the reason why it has none, in order. `tell` hears of each rung by
/// the image's place in `images`.
pub fn climb(
    ground: &mut dyn Ground,
    images: &[Image],
    tell: &dyn Fn(usize, Rung),
) -> Vec<Outcome> {
    Climb { ground, tell }.from_here(images, 0, false)
}

struct Climb<'a> {
    ground: &'a mut dyn Ground,
    tell: &'a dyn Fn(usize, Rung),
}

impl Climb<'_> {
    /// `first` is the place of the first of these images; the cache was emptied for them already
    /// if they are what was split off a larger pass.
    fn from_here(&mut self, images: &[Image], first: usize, emptied: bool) -> Vec<Outcome> {
        let mut emptied = emptied;
        let tell = |climb: &Self, rung| {
            (first..first + images.len()).for_each(|place| (climb.tell)(place, rung));
        };
        loop {
            let words = match self.ground.pass(images) {
                Ok(inferred) => return each(inferred),
                Err(InferError::Failed(words)) if self.ground.leave_failed_gpu(&words) => {
                    tell(self, Rung::GpuFailed);
                    continue;
                }
                Err(InferError::OutOfMemory(words)) => words,
                Err(error) => return same_for_each(error, images),
            };
            self.ground.ran_out(images.len());
            if !emptied && self.ground.is_on_gpu() {
                emptied = true;
                self.ground.empty_cache();
                tell(self, Rung::EmptyCache);
            } else if images.len() > 1 {
                let (left, right) = images.split_at(images.len().div_ceil(2));
                tell(self, Rung::HalveBatch { images: left.len() });
                let mut outcomes = self.from_here(left, first, true);
                outcomes.extend(self.from_here(right, first + left.len(), true));
                return outcomes;
            } else if let Some(precision) = self.ground.lower_precision() {
                tell(self, Rung::LowerPrecision { precision });
            } else if self.ground.ready_on_cpu() {
                tell(self, Rung::OnCpu);
                let on_cpu = self.ground.pass_on_cpu(images);
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
