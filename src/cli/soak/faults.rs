//! Failures inside the network, on the images that ask for them.

use std::{cell::Cell, panic};

use image::RgbImage;
use tch::{Kind, Tensor};

use crate::{
    engine::{
        backend::{Backend, LoadAs, OpenedDevice},
        protocol::ModelProblem,
    },
    gpu::no_gpu::NoGpu,
    imaging::Cancelled,
    u2net::{Precision, SIDE_PX, SaliencyNetwork, SideOutputs, StageName},
};

/// How often the network asks whether to go on before it panics: half-way, with feature maps alive.
const PANICS_AFTER: usize = 7;
/// How the panic is told from a real one.
const WORDS: &str = "a failure injected by the soak";
/// Pure blue and pure red as the network sees them: normalised RGB of a photo whose maximum is 1.
const BLUE: [f32; 3] = [-0.485 / 0.229, -0.456 / 0.224, (1.0 - 0.406) / 0.225];
const RED: [f32; 3] = [(1.0 - 0.485) / 0.229, -0.456 / 0.224, -0.406 / 0.225];
/// More than half precision rounds.
const TOLERANCE: f32 = 0.05;

/// The photo on which the network panics: blue on the left, red on the right.
pub fn marked_photo() -> RgbImage {
    RgbImage::from_fn(SIDE_PX, SIDE_PX, |x, _| {
        image::Rgb(if x < SIDE_PX / 2 { [0, 0, 255] } else { [255, 0, 0] })
    })
}

/// Whether one of `[N, 3, side, side]` is the marked photo, by two of its corners.
fn is_marked(input: &Tensor) -> bool {
    let corners = |x: i64| -> Vec<f32> {
        let corner = input.select(2, 0).select(2, x).to_kind(Kind::Float);
        Vec::try_from(corner.contiguous().view([-1])).unwrap_or_default()
    };
    let alike = |found: &[f32], colour: [f32; 3]| {
        found.iter().zip(colour).all(|(found, colour)| (found - colour).abs() < TOLERANCE)
    };
    let (left, right) = (corners(0), corners(-1));
    let mut images = left.chunks_exact(3).zip(right.chunks_exact(3));
    images.any(|(left, right)| alike(left, BLUE) && alike(right, RED))
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

    fn load_model(&mut self, how: LoadAs) -> Result<Box<dyn SaliencyNetwork>, ModelProblem> {
        let inner = self.inner.load_model(how)?;
        Ok(Box::new(FaultyNetwork { inner }))
    }

    fn half_precision(&self) -> Precision {
        self.inner.half_precision()
    }
}

struct FaultyNetwork {
    inner: Box<dyn SaliencyNetwork>,
}

impl SaliencyNetwork for FaultyNetwork {
    fn forward(
        &self,
        input: Tensor,
        proceed: &dyn Fn(StageName) -> Result<(), Cancelled>,
    ) -> Result<SideOutputs, Cancelled> {
        if !is_marked(&input) {
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

    fn device(&self) -> tch::Device {
        self.inner.device()
    }

    fn precision(&self) -> Precision {
        self.inner.precision()
    }

    fn weights_bytes(&self) -> u64 {
        self.inner.weights_bytes()
    }

    fn twin(&self) -> Option<Box<dyn SaliencyNetwork>> {
        let inner = self.inner.twin()?;
        Some(Box::new(Self { inner }))
    }
}

#[cfg(test)]
mod tests {
    use tch::Device;

    use super::*;
    use crate::{imaging::NetworkInput, u2net::to_tensor};

    fn input(photo: &RgbImage) -> Tensor {
        let rgb = photo.as_raw().iter().map(|&value| f32::from(value)).collect();
        to_tensor(&NetworkInput { side_px: SIDE_PX, rgb }, Device::Cpu)
    }

    #[test]
    fn the_marked_photo_is_known_among_others_in_every_precision() {
        let marked = input(&marked_photo());
        let mirrored = input(&image::imageops::flip_horizontal(&marked_photo()));
        for precision in Precision::ALL {
            let kind = precision.kind();
            let batch = Tensor::cat(&[&mirrored, &marked], 0).to_kind(kind);
            assert!(is_marked(&batch), "{precision:?}");
            assert!(!is_marked(&mirrored.to_kind(kind)), "{precision:?}");
        }
    }
}
