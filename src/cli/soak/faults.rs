//! Failures inside the network, on the images that ask for them.

use std::{cell::Cell, panic};

use image::RgbImage;
use tch::Tensor;

use crate::{
    engine::{
        backend::{Backend, LoadAs, OpenedDevice},
        protocol::ModelProblem,
    },
    gpu::no_gpu::NoGpu,
    imaging::{Cancelled, NetworkInput},
    u2net::{Precision, SIDE_PX, SaliencyNetwork, SideOutputs, StageName, weights::Proceed},
};

/// How often the network asks whether to go on before it panics: half-way, with feature maps alive.
const PANICS_AFTER: usize = 7;
/// How the panic is told from a real one.
const WORDS: &str = "a failure injected by the soak";
/// Of the two halves of [`marked_photo`].
const BLUE: [u8; 3] = [0, 0, 255];
const RED: [u8; 3] = [255, 0, 0];
/// More than resampling may change a colour.
const TOLERANCE: f32 = 4.0;

/// The photo on which the network panics: blue on the left, red on the right.
pub fn marked_photo() -> RgbImage {
    RgbImage::from_fn(SIDE_PX, SIDE_PX, |x, _| image::Rgb(if x < SIDE_PX / 2 { BLUE } else { RED }))
}

/// Whether it is the marked photo, by the corners of its first row. Only what was decoded on the
/// machine itself is looked at, so that it does not matter what the device makes of it.
fn is_marked(input: &NetworkInput) -> bool {
    let mut row = input.rgb.chunks_exact(3).take(input.side_px as usize);
    let (Some(left), Some(right)) = (row.clone().next(), row.next_back()) else { return false };
    let is = |found: &[f32], colour: [u8; 3]| {
        found.iter().zip(colour).all(|(found, value)| (found - f32::from(value)).abs() < TOLERANCE)
    };
    is(left, BLUE) && is(right, RED)
}

/// Injected panics leave no line in the log; all others do as before.
pub fn keep_injected_panics_quiet() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let is_injected = info.payload().downcast_ref::<&str>() == Some(&WORDS);
        if !is_injected {
            report(info);
        }
    }));
}

/// A backend whose network panics in the middle of the pass on [`marked_photo`].
pub struct Faulty {
    inner: Box<dyn Backend>,
}

impl Faulty {
    /// The same backend, with failures.
    pub fn new(inner: Box<dyn Backend>) -> Self {
        Self { inner }
    }
}

impl Backend for Faulty {
    fn open_device(&mut self) -> Result<OpenedDevice, ModelProblem> {
        self.inner.open_device()
    }

    fn fall_back(&mut self, why: NoGpu) -> OpenedDevice {
        self.inner.fall_back(why)
    }

    fn probe(&self) -> Result<(), String> {
        self.inner.probe()
    }

    fn model_name(&self) -> String {
        self.inner.model_name()
    }

    fn load_model(
        &mut self,
        how: LoadAs,
        proceed: Proceed,
    ) -> Result<Box<dyn SaliencyNetwork>, ModelProblem> {
        let inner = self.inner.load_model(how, proceed)?;
        Ok(Box::new(FaultyNetwork::new(inner)))
    }

    fn half_precision(&self) -> Precision {
        self.inner.half_precision()
    }
}

struct FaultyNetwork {
    inner: Box<dyn SaliencyNetwork>,
    /// Whether the next pass has the marked photo in it.
    must_panic: Cell<bool>,
}

impl FaultyNetwork {
    fn new(inner: Box<dyn SaliencyNetwork>) -> Self {
        Self { inner, must_panic: Cell::new(false) }
    }
}

impl SaliencyNetwork for FaultyNetwork {
    fn forward(
        &self,
        input: Tensor,
        proceed: &dyn Fn(StageName) -> Result<(), Cancelled>,
    ) -> Result<SideOutputs, Cancelled> {
        if !self.must_panic.take() {
            return self.inner.forward(input, proceed);
        }
        let asked = Cell::new(0);
        self.inner.forward(input, &|stage| {
            asked.set(asked.get() + 1);
            if asked.get() > PANICS_AFTER {
                panic::panic_any(WORDS);
            }
            proceed(stage)
        })
    }

    fn announce(&self, images: &[&NetworkInput]) {
        self.must_panic.set(images.iter().any(|input| is_marked(input)));
        self.inner.announce(images);
    }

    fn device(&self) -> tch::Device {
        self.inner.device()
    }

    fn precision(&self) -> Precision {
        self.inner.precision()
    }

    fn weights_bytes(&self) -> u64 {
        self.inner.weights_bytes()
    }

    fn share_weights(&self) -> Option<Box<dyn SaliencyNetwork>> {
        let inner = self.inner.share_weights()?;
        Some(Box::new(Self::new(inner)))
    }
}

#[cfg(test)]
mod tests {
    use std::{
        iter,
        panic::{AssertUnwindSafe, catch_unwind},
    };

    use super::*;
    use crate::{
        imaging::{self, Resampling},
        u2net::to_tensor,
    };

    fn input(photo: &RgbImage) -> NetworkInput {
        let rgb = photo.as_raw().iter().map(|&value| f32::from(value)).collect();
        NetworkInput { side_px: photo.width(), rgb }
    }

    fn mirrored() -> RgbImage {
        image::imageops::flip_horizontal(&marked_photo())
    }

    #[test]
    fn the_marked_photo_is_known_as_the_pipeline_brings_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("photo.png");
        for (photo, expected) in [(marked_photo(), true), (mirrored(), false)] {
            photo.save(&path).unwrap();
            let limits = imaging::Limits::default();
            let picture = imaging::decode(&path, &limits, &imaging::Cancel::default()).unwrap();
            for resampling in [Resampling::Lanczos, Resampling::AuthorsBilinear] {
                let input = imaging::network_input(&picture, SIDE_PX, resampling);
                assert_eq!(is_marked(&input), expected, "{resampling:?}");
            }
        }
    }

    /// A network whose results, and whatever is read of its input on the device, are zeros; asks
    /// whether to go on as often as U²-Net does, with a feature map alive.
    struct Blind;

    const ASKS: usize = 12;

    impl SaliencyNetwork for Blind {
        fn forward(
            &self,
            input: Tensor,
            proceed: &dyn Fn(StageName) -> Result<(), Cancelled>,
        ) -> Result<SideOutputs, Cancelled> {
            let zeros = input.zeros_like().narrow(1, 0, 1);
            (0..ASKS).try_for_each(|_| proceed(StageName::Fusion))?;
            let side = std::array::from_fn(|_| zeros.shallow_clone());
            Ok(SideOutputs { fused: zeros, side })
        }

        fn device(&self) -> tch::Device {
            tch::Device::Cpu
        }

        fn precision(&self) -> Precision {
            Precision::Fp32
        }

        fn weights_bytes(&self) -> u64 {
            0
        }

        fn share_weights(&self) -> Option<Box<dyn SaliencyNetwork>> {
            Some(Box::new(Self))
        }
    }

    #[test]
    fn a_pass_with_the_marked_photo_panics_half_way_and_no_other_does() {
        let (marked, other) = (input(&marked_photo()), input(&mirrored()));
        let network = FaultyNetwork::new(Box::new(Blind));
        let sharing = network.share_weights().unwrap();
        for (images, panics) in [
            (vec![&marked], true),
            (vec![&other], false),
            (vec![&other, &other, &marked], true),
            (vec![&other, &other], false),
        ] {
            for network in [&network as &dyn SaliencyNetwork, &*sharing] {
                network.announce(&images);
                // What is on the device tells nothing.
                let device = to_tensor(images[0], tch::Device::Cpu).zeros_like();
                let batch =
                    Tensor::cat(&iter::repeat_n(&device, images.len()).collect::<Vec<_>>(), 0);
                let asked = Cell::new(0);
                let pass = || {
                    network.forward(batch, &|_| {
                        asked.set(asked.get() + 1);
                        Ok(())
                    })
                };
                let outcome = catch_unwind(AssertUnwindSafe(pass));
                match outcome {
                    Err(panic) => assert_eq!(panic.downcast_ref::<&str>(), Some(&WORDS)),
                    Ok(maps) => assert!(maps.is_ok()),
                }
                assert_eq!(asked.get(), if panics { PANICS_AFTER } else { ASKS });
            }
        }
    }
}
