//! Why no GPU is used, and what can be done about it.

use std::fmt;

/// Why no GPU is used. [`fmt::Display`] gives it in English, to be read after "because", for the
/// command line and the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoGpu {
    /// The user chose the CPU.
    Chosen,
    /// This system has no CUDA.
    NoCudaHere,
    /// There is no driver; the loader's words.
    NoDriver(String),
    /// There is a driver, but no CUDA library of libtorch; the loader's words.
    NoLibrary(String),
    /// The driver offers no device.
    NoDevice,
    /// The device of that number is not there; this is the last.
    NoSuchDevice {
        /// The number of the last device.
        last: usize,
    },
    /// libtorch does not take the allocator's settings.
    AllocatorRefused {
        /// The settings.
        settings: String,
        /// libtorch's words.
        words: String,
    },
    /// The device does not compute; libtorch's words.
    NotWorking(String),
    /// The device failed while it worked; libtorch's words.
    Failed(String),
    /// Something else.
    Other(String),
}

/// What can be done so that a GPU is used. [`fmt::Display`] gives it in English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Not to choose the CPU.
    LeaveOutCpu,
    /// To install the driver.
    InstallDriver,
    /// To bring libtorch's CUDA library.
    BringLibrary,
    /// To update the driver.
    UpdateDriver,
    /// To start again.
    StartAgain,
}

/// Names the folder of a PyTorch 2.11 of the user's own (`.../torch/lib`).
pub const FOLDER_VARIABLE: &str = "CUTOUT_TORCH_LIB";

impl NoGpu {
    /// What can be done about it, if anything.
    pub fn advice(&self) -> Option<Advice> {
        match self {
            Self::Chosen => Some(Advice::LeaveOutCpu),
            Self::NoDriver(_) => Some(Advice::InstallDriver),
            Self::NoLibrary(_) => Some(Advice::BringLibrary),
            Self::NoDevice | Self::NotWorking(_) => Some(Advice::UpdateDriver),
            Self::Failed(_) => Some(Advice::StartAgain),
            Self::NoCudaHere
            | Self::NoSuchDevice { .. }
            | Self::AllocatorRefused { .. }
            | Self::Other(_) => None,
        }
    }
}

impl fmt::Display for NoGpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chosen => write!(f, "it was chosen"),
            Self::NoCudaHere => write!(f, "macOS has no CUDA"),
            Self::NoDriver(words) => write!(f, "there is no NVIDIA driver ({words})"),
            Self::NoLibrary(words) => write!(
                f,
                "the NVIDIA driver is there, but libtorch's CUDA library is not ({words})"
            ),
            Self::NoDevice => write!(f, "the NVIDIA driver offers no device that CUDA can use"),
            Self::NoSuchDevice { last } => write!(f, "the last CUDA device is cuda:{last}"),
            Self::AllocatorRefused { settings, words } => {
                write!(f, "the allocator settings {settings} are refused ({words})")
            }
            Self::Failed(words) => write!(f, "the GPU failed while it worked ({words})"),
            Self::NotWorking(words) => write!(f, "the GPU does not compute ({words})"),
            Self::Other(words) => write!(f, "{words}"),
        }
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LeaveOutCpu => write!(f, "Start Cutout without --device cpu to use a GPU."),
            Self::InstallDriver => write!(
                f,
                "Where there is an NVIDIA GPU, install NVIDIA's driver and start Cutout again."
            ),
            Self::BringLibrary => write!(
                f,
                "Set {FOLDER_VARIABLE} to the torch/lib folder of a PyTorch 2.11; in a checkout of \
                 Cutout, `cargo xtask setup --cuda` brings it."
            ),
            Self::UpdateDriver => write!(f, "Update NVIDIA's driver and start Cutout again."),
            Self::StartAgain => write!(f, "Start Cutout again to try the GPU once more."),
        }
    }
}
