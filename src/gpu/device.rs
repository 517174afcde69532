//! Which device does the work, and why that one.

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
