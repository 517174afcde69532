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
    /// The driver's library does not start; the driver's words.
    DriverFails(String),
    /// The driver is older than libtorch's CUDA library needs.
    DriverTooOld {
        /// The newest CUDA that the driver knows, such as "12.8".
        driver_cuda: String,
        /// The CUDA that libtorch was built for, such as "13.0".
        needed_cuda: String,
    },
    /// `CUDA_VISIBLE_DEVICES` hides every device.
    Hidden {
        /// What it says.
        visible: String,
    },
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
    /// The device has no memory left to begin with; libtorch's words.
    Full(String),
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
    /// To update the driver, if there is a GPU at all.
    UpdateDriverIfGpu,
    /// To start the computer again, or update the driver.
    RestartComputer,
    /// To unset the variable that hides the GPUs.
    ShowGpus,
    /// To close programs that hold the GPU's memory.
    FreeGpu,
    /// To start again.
    StartAgain,
}

/// Names the folder of a PyTorch 2.11 of the user's own (`.../torch/lib`).
pub const FOLDER_VARIABLE: &str = "CUTOUT_TORCH_LIB";

impl NoGpu {
    /// Why a device cannot be used that did not compute; libtorch's words.
    pub fn of_probe(words: String) -> Self {
        if is_full(&words) { Self::Full(words) } else { Self::NotWorking(words) }
    }

    /// What can be done about it, if anything.
    pub fn advice(&self) -> Option<Advice> {
        match self {
            Self::Chosen => Some(Advice::LeaveOutCpu),
            Self::NoDriver(_) => Some(Advice::InstallDriver),
            Self::NoLibrary(_) => Some(Advice::BringLibrary),
            Self::DriverFails(_) => Some(Advice::RestartComputer),
            Self::DriverTooOld { .. } | Self::NotWorking(_) => Some(Advice::UpdateDriver),
            Self::Hidden { .. } => Some(Advice::ShowGpus),
            Self::NoDevice => Some(Advice::UpdateDriverIfGpu),
            Self::Full(_) => Some(Advice::FreeGpu),
            Self::Failed(_) => Some(Advice::StartAgain),
            Self::NoCudaHere
            | Self::NoSuchDevice { .. }
            | Self::AllocatorRefused { .. }
            | Self::Other(_) => None,
        }
    }
}

/// Whether libtorch's words say that there was no memory.
pub fn is_full(words: &str) -> bool {
    words.contains("out of memory")
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
            Self::DriverFails(words) => write!(f, "the NVIDIA driver does not start ({words})"),
            Self::DriverTooOld { driver_cuda, needed_cuda } => write!(
                f,
                "the NVIDIA driver is too old: it knows CUDA {driver_cuda}, and libtorch needs \
                 CUDA {needed_cuda}"
            ),
            Self::Hidden { visible } => {
                write!(f, "CUDA_VISIBLE_DEVICES=\"{visible}\" hides every GPU from CUDA")
            }
            Self::NoDevice => write!(f, "the NVIDIA driver offers no device that CUDA can use"),
            Self::NoSuchDevice { last } => write!(f, "the last CUDA device is cuda:{last}"),
            Self::AllocatorRefused { settings, words } => {
                write!(f, "the allocator settings {settings} are refused ({words})")
            }
            Self::Failed(words) => write!(f, "the GPU failed while it worked ({words})"),
            Self::NotWorking(words) => write!(f, "the GPU does not compute ({words})"),
            Self::Full(words) => write!(f, "the GPU has too little free memory ({words})"),
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
            Self::UpdateDriverIfGpu => write!(
                f,
                "Where there is an NVIDIA GPU, update NVIDIA's driver and start Cutout again."
            ),
            Self::RestartComputer => {
                write!(f, "Restart the computer; where that does not help, update NVIDIA's driver.")
            }
            Self::ShowGpus => write!(f, "Start Cutout without CUDA_VISIBLE_DEVICES to use a GPU."),
            Self::FreeGpu => {
                write!(f, "Close other programs that use the GPU and start Cutout again.")
            }
            Self::StartAgain => write!(f, "Start Cutout again to try the GPU once more."),
        }
    }
}
