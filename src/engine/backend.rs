//! What the inference thread opens when it starts: a device and a model.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Instant,
};

use super::{
    infer::describe_panic,
    protocol::{DeviceInfo, Event, ModelState},
};
use crate::{
    gpu::{
        allocator::AllocatorSettings,
        device::{self, DeviceChoice},
        memory::{DeviceMemory, NoDeviceMemory},
    },
    u2net::{PrecisionChoice, SaliencyNetwork},
    zoo,
};

/// Opens the device and the model. Called on the inference thread, once, device first. The real
/// one is [`Torch`]; tests bring networks that fail.
pub trait Backend: Send {
    /// Chooses the device.
    ///
    /// # Errors
    /// What was wrong and what to do.
    fn open_device(&mut self) -> Result<(DeviceInfo, Arc<dyn DeviceMemory>), String>;

    /// The model's id or path.
    fn model_name(&self) -> String;

    /// Reads the model onto the device.
    ///
    /// # Errors
    /// What was wrong and what to do.
    fn load_model(&mut self) -> Result<Box<dyn SaliencyNetwork>, String>;
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
}

impl TorchOptions {
    /// A model on a device; everything else as usual.
    pub fn new(device: DeviceChoice, model: impl Into<String>) -> Self {
        Self {
            device,
            model: model.into(),
            precision: PrecisionChoice::Auto,
            allocator: AllocatorSettings::default(),
        }
    }
}

/// libtorch, with a model from the zoo or from a path.
pub struct Torch {
    options: TorchOptions,
    device: tch::Device,
}

impl Torch {
    /// Opens nothing yet.
    pub fn new(options: TorchOptions) -> Self {
        Self { options, device: tch::Device::Cpu }
    }
}

impl Backend for Torch {
    fn open_device(&mut self) -> Result<(DeviceInfo, Arc<dyn DeviceMemory>), String> {
        let selected = device::select(self.options.device, &self.options.allocator)
            .map_err(|error| error.to_string())?;
        self.device = selected.device;
        Ok((selected.info, selected.memory))
    }

    fn model_name(&self) -> String {
        self.options.model.clone()
    }

    fn load_model(&mut self) -> Result<Box<dyn SaliencyNetwork>, String> {
        let located = zoo::locate(&self.options.model).map_err(|error| error.to_string())?;
        zoo::load(&located, self.device, crate::u2net::Precision::Fp32)
            .map_err(|error| error.to_string())
    }
}

/// What opening gave.
pub struct Opened {
    /// The device's memory.
    pub memory: Arc<dyn DeviceMemory>,
    /// The network, or why there is none.
    pub network: Result<Box<dyn SaliencyNetwork>, String>,
}

/// Opens device and model, telling each step. A panic on the way is an error like any other.
pub fn open(backend: &mut dyn Backend, emit: impl Fn(Event)) -> Opened {
    let fail = |message: String| {
        tracing::warn!("{message}");
        emit(Event::Model(ModelState::Failed { message: message.clone() }));
        Err(message)
    };
    let (info, memory) = match caught(|| backend.open_device()) {
        Ok(opened) => opened,
        Err(message) => {
            return Opened { memory: Arc::new(NoDeviceMemory), network: fail(message) };
        }
    };
    tracing::info!("{}: {}", info.name, info.why);
    emit(Event::Device(info));

    let name = backend.model_name();
    emit(Event::Model(ModelState::Loading { name: name.clone() }));
    let started = Instant::now();
    let network = caught(|| backend.load_model());
    let network = match network {
        Ok(network) => {
            let load_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
            let weights_bytes = network.weights_bytes();
            tracing::info!("{name} ready after {load_ms} ms");
            emit(Event::Model(ModelState::Ready {
                name,
                load_ms,
                weights_bytes,
                precision: crate::u2net::Precision::Fp32,
            }));
            Ok(network)
        }
        Err(message) => fail(message),
    };
    Opened { memory, network }
}

fn caught<T>(body: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| Err(describe_panic(panic.as_ref())))
}
