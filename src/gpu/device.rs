//! Which device does the work, and why that one.

use std::sync::Arc;

use tch::Kind;

use super::{
    allocator::AllocatorSettings,
    choice::GpuChoice,
    cpu_threads, gpus,
    memory::{DeviceMemory, NoDeviceMemory},
    no_gpu::NoGpu,
};

/// What the user asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// The GPU with most free memory of those that can be used, otherwise the CPU.
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
    /// Which GPU it is and why that one; `None` on CPU.
    pub gpu: Option<GpuChoice>,
    /// What to install or to do so that a GPU is used, where something can be done.
    pub advice: Option<String>,
    /// The driver's version, where there is one.
    pub driver: Option<String>,
    /// Why no GPU is used, where the reason is known as data: for words in other languages.
    #[serde(skip)]
    pub no_gpu: Option<NoGpu>,
    /// On the CPU: how many threads compute.
    #[serde(skip)]
    pub cpu_threads: Option<usize>,
    /// The settings of libtorch's allocator in force, as libtorch shows them; empty on CPU and
    /// where nothing was set.
    pub allocator: String,
}

/// The device chosen, ready for tensors.
pub struct Selected {
    /// For tch.
    pub device: tch::Device,
    /// In words.
    pub info: DeviceInfo,
    /// Its memory.
    pub memory: Arc<dyn DeviceMemory>,
    /// The half precisions in which it computes faster than in single.
    pub fast_kinds: &'static [Kind],
}

/// The GPU that was asked for by name cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "CUDA device {number} cannot be used: {}. {}Use --device cpu or --device auto to work without \
     it.",
    reason, reason.advice().map(|advice| format!("{advice} ")).unwrap_or_default()
)]
pub struct DeviceError {
    /// The number that it was asked for by.
    pub number: usize,
    /// Why it cannot be used.
    pub reason: NoGpu,
}

/// Chooses the device, loading libtorch's CUDA library first unless the CPU was asked for.
///
/// # Errors
/// Where [`DeviceChoice::Cuda`] names a device that cannot be used; `Auto` falls back to the CPU
/// and keeps the reason.
pub fn select(
    choice: DeviceChoice,
    allocator: &AllocatorSettings,
) -> Result<Selected, DeviceError> {
    match choice {
        DeviceChoice::Cpu => Ok(cpu(NoGpu::Chosen)),
        DeviceChoice::Auto => Ok(gpus::roomiest(allocator).unwrap_or_else(cpu)),
        DeviceChoice::Cuda(number) => {
            gpus::numbered(number, allocator).map_err(|reason| DeviceError { number, reason })
        }
    }
}

/// The CPU after a GPU failed, for this reason.
pub fn cpu_after(failure: NoGpu) -> Selected {
    cpu(failure)
}

fn cpu(no_gpu: NoGpu) -> Selected {
    let threads = cpu_threads::count();
    Selected {
        device: tch::Device::Cpu,
        info: DeviceInfo {
            is_gpu: false,
            name: format!("CPU, {threads} threads"),
            why: no_gpu.to_string(),
            advice: no_gpu.advice().map(|advice| advice.to_string()),
            gpu: None,
            no_gpu: Some(no_gpu),
            cpu_threads: Some(threads),
            driver: None,
            allocator: String::new(),
        },
        memory: Arc::new(NoDeviceMemory),
        fast_kinds: fast_on_cpu(),
    }
}

/// oneDNN multiplies bfloat16 where the processor does; it was measured at half the time of single
/// precision there (`docs/performance.md`).
fn fast_on_cpu() -> &'static [Kind] {
    #[cfg(target_arch = "x86_64")]
    if tch::utils::has_mkldnn() && std::arch::is_x86_feature_detected!("avx512bf16") {
        return &[Kind::BFloat16];
    }
    &[]
}

/// Whether the device still works, in libtorch's own words where not. The first tensor opens the
/// driver's context: a driver that is too old fails here too.
///
/// # Errors
/// What libtorch said.
pub fn probe(device: tch::Device) -> Result<(), String> {
    let sum = tch::Tensor::f_ones([1], (Kind::Float, device))
        // Of tensors alone: tch panics where a scalar is dropped after an error.
        .and_then(|one| one.f_add(&one))
        .and_then(|two| two.f_double_value(&[0]))
        .map_err(|error| first_line(&error.to_string()))?;
    if sum == 2.0 { Ok(()) } else { Err(format!("it computes 1 + 1 = {sum}")) }
}

/// What libtorch said, without its stack, the name of the wrapper around it, and its advice on
/// settings.
fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let line = line.strip_prefix("Internal torch error: ").unwrap_or(line);
    line.split(" Of the allocated memory ").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libtorchs_words_are_cut_to_what_a_user_needs() {
        for (text, expected) in [
            ("Internal torch error: CUDA error: no kernel\nframe #0", "CUDA error: no kernel"),
            (
                "Internal torch error: CUDA out of memory. 0 bytes is free. Of the allocated memory \
                 0 bytes is allocated by PyTorch",
                "CUDA out of memory. 0 bytes is free.",
            ),
            ("it computes 1 + 1 = 3", "it computes 1 + 1 = 3"),
            ("", ""),
        ] {
            assert_eq!(first_line(text), expected);
        }
    }

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
