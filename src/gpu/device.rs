//! Which device does the work, and why that one.

use std::sync::Arc;

use nvml_wrapper::Nvml;

use super::{
    cuda_library, ffi,
    memory::{CudaMemory, DeviceMemory, NoDeviceMemory},
};

/// What the user asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// The first GPU where one can be used, otherwise the CPU.
    #[default]
    Auto,
    /// The CPU, even where there is a GPU.
    Cpu,
    /// CUDA device number N; an error where it cannot be used.
    Cuda(usize),
}

impl std::str::FromStr for DeviceChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("{text:?} is none of auto, cpu, cuda, cuda:N");
        match text.split_once(':') {
            None if text == "auto" => Ok(Self::Auto),
            None if text == "cpu" => Ok(Self::Cpu),
            None if text == "cuda" => Ok(Self::Cuda(0)),
            Some(("cuda", number)) => number.parse().map(Self::Cuda).map_err(|_| wrong()),
            _ => Err(wrong()),
        }
    }
}

/// The device in use, in words.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct DeviceInfo {
    /// Whether it is a GPU.
    pub is_gpu: bool,
    /// The device's name, such as "NVIDIA H100" or "CPU, 2 threads".
    pub name: String,
    /// Why this device; on CPU the loader's own words for why no GPU.
    pub why: String,
}

/// The device chosen, ready for tensors.
pub struct Selected {
    /// For tch.
    pub device: tch::Device,
    /// In words.
    pub info: DeviceInfo,
    /// Its memory.
    pub memory: Arc<dyn DeviceMemory>,
}

/// The GPU that was asked for by name cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("CUDA device {number} cannot be used: {reason}. Use --device cpu or --device auto.")]
pub struct DeviceError {
    number: usize,
    reason: String,
}

/// Chooses the device, loading libtorch's CUDA library first unless the CPU was asked for.
///
/// # Errors
/// Where [`DeviceChoice::Cuda`] names a device that cannot be used; `Auto` falls back to the CPU
/// and keeps the reason.
pub fn select(choice: DeviceChoice) -> Result<Selected, DeviceError> {
    match choice {
        DeviceChoice::Cpu => Ok(cpu("chosen in the settings".to_owned())),
        DeviceChoice::Auto => Ok(cuda(0).unwrap_or_else(cpu)),
        DeviceChoice::Cuda(number) => cuda(number).map_err(|reason| DeviceError { number, reason }),
    }
}

fn cpu(why: String) -> Selected {
    let threads = tch::get_num_threads();
    Selected {
        device: tch::Device::Cpu,
        info: DeviceInfo { is_gpu: false, name: format!("CPU, {threads} threads"), why },
        memory: Arc::new(NoDeviceMemory),
    }
}

fn cuda(number: usize) -> Result<Selected, String> {
    cuda_library::load()?;
    let count = ffi::device_count().map_err(|error| error.to_string())?;
    if count == 0 {
        return Err("the NVIDIA driver offers no device that CUDA can use".to_owned());
    }
    if number >= count {
        return Err(format!("the last CUDA device is cuda:{}", count - 1));
    }
    let device = tch::Device::Cuda(number);
    // The first tensor opens the driver's context: a driver that is too old fails here, in words.
    let probe = tch::Tensor::f_zeros([1], (tch::Kind::Float, device));
    let _probe = probe.map_err(|error| first_line(&error.to_string()))?;
    let (name, driver) = card_name(number);
    Ok(Selected {
        device,
        info: DeviceInfo { is_gpu: true, name, why: driver },
        memory: Arc::new(CudaMemory { device: number }),
    })
}

/// The card's name and its driver in words, as the driver's own library tells them.
fn card_name(number: usize) -> (String, String) {
    let told = Nvml::init().and_then(|nvml| {
        let card = nvml.device_by_index(u32::try_from(number).unwrap_or(0))?;
        Ok((card.name()?, format!("NVIDIA driver {}", nvml.sys_driver_version()?)))
    });
    told.unwrap_or_else(|error| {
        tracing::warn!("NVML: {error}");
        (format!("CUDA device {number}"), "the driver does not tell its name".to_owned())
    })
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_named_in_words() {
        for (text, expected) in [
            ("auto", Some(DeviceChoice::Auto)),
            ("cpu", Some(DeviceChoice::Cpu)),
            ("cuda", Some(DeviceChoice::Cuda(0))),
            ("cuda:3", Some(DeviceChoice::Cuda(3))),
            ("cuda:", None),
            ("cuda:x", None),
            ("cuda:-1", None),
            ("auto:1", None),
            ("gpu", None),
            ("", None),
        ] {
            assert_eq!(text.parse::<DeviceChoice>().ok(), expected, "{text:?}");
        }
    }
}
