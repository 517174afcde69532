//! What the inference thread opens: a device and a model.

use std::{num::NonZeroUsize, sync::Arc};

use super::protocol::{DeviceInfo, ModelProblem};
use crate::{
    gpu::{
        allocator::AllocatorSettings,
        cpu_threads,
        device::{self, DeviceChoice, Selected},
        memory::DeviceMemory,
        no_gpu::NoGpu,
    },
    u2net::{Precision, PrecisionChoice, SaliencyNetwork, weights::Proceed},
    zoo::{self, Located, ModelError},
};

/// A device that was opened.
pub struct OpenedDevice {
    /// In words.
    pub info: DeviceInfo,
    /// Its memory.
    pub memory: Arc<dyn DeviceMemory>,
}

/// How a model is to be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadAs {
    /// On the device in use, in the numbers that were asked for.
    Asked,
    /// On the device in use, in these numbers.
    Lowered(Precision),
    /// On the CPU, for an image that does not fit the GPU.
    OnCpu,
}

/// Opens devices and models. Every call comes from the inference thread, device first. The real
/// one is [`Torch`]; tests bring networks that fail.
pub trait Backend: Send {
    /// Chooses the device.
    ///
    /// # Errors
    /// Why it cannot be used.
    fn open_device(&mut self) -> Result<OpenedDevice, ModelProblem>;

    /// Gives the device up for the CPU, for this reason.
    fn fall_back(&mut self, why: NoGpu) -> OpenedDevice;

    /// Whether the device in use still works.
    ///
    /// # Errors
    /// The words of whoever says that it does not.
    fn probe(&self) -> Result<(), String>;

    /// The model's id or path.
    fn model_name(&self) -> String;

    /// Reads the model onto a device, for as long as `proceed` agrees.
    ///
    /// # Errors
    /// Why it cannot be used.
    fn load_model(
        &mut self,
        how: LoadAs,
        proceed: Proceed,
    ) -> Result<Box<dyn SaliencyNetwork>, ModelProblem>;

    /// The numbers in which the model takes half of fp32's memory and differs least from it.
    fn half_precision(&self) -> Precision;
}

/// What [`Torch`] opens.
#[derive(Clone, Debug)]
pub struct TorchOptions {
    /// The device that is asked for.
    pub device: DeviceChoice,
    /// The model's id or path.
    pub model: String,
    /// In which numbers it computes.
    pub precision: PrecisionChoice,
    /// Settings of the GPU's allocator.
    pub allocator: AllocatorSettings,
    /// How many cores the network uses where it runs on the CPU; `None` for all.
    pub threads: Option<NonZeroUsize>,
}

impl TorchOptions {
    /// A model on a device; everything else as usual.
    pub fn new(device: DeviceChoice, model: impl Into<String>) -> Self {
        Self {
            device,
            model: model.into(),
            precision: PrecisionChoice::Auto,
            allocator: AllocatorSettings::default(),
            threads: None,
        }
    }
}

/// libtorch, with a model from the zoo or from a path.
pub struct Torch {
    options: TorchOptions,
    device: tch::Device,
    fast_kinds: &'static [tch::Kind],
}

impl Torch {
    /// Opens nothing yet.
    pub fn new(options: TorchOptions) -> Self {
        Self { options, device: tch::Device::Cpu, fast_kinds: &[] }
    }

    fn use_device(&mut self, selected: Selected) -> OpenedDevice {
        self.device = selected.device;
        self.fast_kinds = selected.fast_kinds;
        OpenedDevice { info: selected.info, memory: selected.memory }
    }

    fn located(&self) -> Result<Located, ModelError> {
        zoo::locate(&self.options.model)
    }
}

impl Backend for Torch {
    fn open_device(&mut self) -> Result<OpenedDevice, ModelProblem> {
        cpu_threads::set_count(self.options.threads);
        let selected = device::select(self.options.device, &self.options.allocator);
        Ok(self.use_device(selected?))
    }

    fn fall_back(&mut self, why: NoGpu) -> OpenedDevice {
        self.use_device(device::cpu_after(why))
    }

    fn probe(&self) -> Result<(), String> {
        device::probe(self.device)
    }

    fn model_name(&self) -> String {
        self.options.model.clone()
    }

    fn load_model(
        &mut self,
        how: LoadAs,
        proceed: Proceed,
    ) -> Result<Box<dyn SaliencyNetwork>, ModelProblem> {
        let located = self.located()?;
        let asked = zoo::precision(located.entry, self.options.precision, self.fast_kinds);
        let (device, precision) = match how {
            LoadAs::Asked => (self.device, asked),
            LoadAs::Lowered(precision) => (self.device, precision),
            LoadAs::OnCpu => (tch::Device::Cpu, Precision::Fp32),
        };
        Ok(zoo::load_while(&located, device, precision, proceed)?)
    }

    /// Every card computes in fp16, older ones not in bfloat16.
    fn half_precision(&self) -> Precision {
        Precision::Fp16
    }
}
