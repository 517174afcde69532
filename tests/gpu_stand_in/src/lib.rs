//! In place of CUDA's libraries, so that tests run Cutout's GPU path where there is no GPU.
//!
//! libtorch's own CUDA library reaches a card only through shared libraries: the runtime, the driver,
//! cuDNN, NVML and some that Cutout never calls. `build.rs` makes libraries of the same names. What they
//! compute is nothing, and no result is a picture; but libtorch's caching allocator keeps its real books
//! over what they give out, and the stand-in keeps its own beside them.
//!
//! A program is put on it by its environment alone ([`StandIn::environment`]): it is not built for it
//! and does not know of it.

mod state;

use std::{
    env,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use state::StateFile;
pub use state::{Books, Card, CardBooks, Settings};

/// Names the state file, for the libraries.
const STATE_VARIABLE: &str = "GPU_STAND_IN";
/// Set by `cargo xtask test`: where the stand-in is missing, tests that need it fail.
const REQUIRED_VARIABLE: &str = "CUTOUT_REQUIRE_STAND_IN";

/// MiB in bytes.
pub const MIB: u64 = 1 << 20;

/// Which management library (NVML) the program finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Nvml {
    /// One that tells all.
    #[default]
    Present,
    /// One without the functions that libtorch calls when memory runs out.
    Incomplete,
    /// None.
    Missing,
}

/// Why there is no stand-in.
#[derive(Debug, thiserror::Error)]
pub enum Unavailable {
    /// Set-up has not brought PyTorch's CUDA libraries.
    #[error("{0} is missing: `cargo xtask setup --tests` brings PyTorch's CUDA libraries")]
    NoPyTorch(PathBuf),
    /// The state file cannot be made.
    #[error("the stand-in's state file: {0}")]
    State(#[from] io::Error),
}

/// Cards that are pretended, and the books of whoever uses them.
pub struct StandIn {
    state: StateFile,
    nvml: Nvml,
}

impl StandIn {
    /// Cards as set, their books empty.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub fn new(settings: &Settings, nvml: Nvml) -> Result<Self, Unavailable> {
        let library = torch_lib().join("libtorch_cuda.so");
        if !library.exists() || !libraries().exists() {
            return Err(Unavailable::NoPyTorch(library));
        }
        Ok(Self { state: StateFile::create(settings)?, nvml })
    }

    /// The stand-in that this process itself runs on, if it does.
    pub fn of_this_process() -> Option<Self> {
        let path = env::var_os(STATE_VARIABLE)?;
        Some(Self { state: StateFile::at(Path::new(&path)), nvml: Nvml::default() })
    }

    /// What a program's environment must hold so that it runs on the stand-in.
    pub fn environment(&self) -> Vec<(&'static str, OsString)> {
        let mut found_first = vec![libraries()];
        match self.nvml {
            Nvml::Present => found_first.push(folder().join("nvml")),
            Nvml::Incomplete => found_first.push(folder().join("nvml-incomplete")),
            Nvml::Missing => {}
        }
        found_first.extend(env::split_paths(&env::var_os("LD_LIBRARY_PATH").unwrap_or_default()));
        let preloaded = ["libcudart.so.13", "libcuda.so.1"].map(|name| libraries().join(name));
        vec![
            (STATE_VARIABLE, self.state.path().into()),
            ("LD_PRELOAD", joined(preloaded)),
            ("LD_LIBRARY_PATH", joined(found_first)),
            ("CUTOUT_TORCH_LIB", torch_lib().into()),
        ]
    }

    /// What was taken and given back so far.
    ///
    /// # Panics
    /// Where the state file cannot be read.
    pub fn books(&self) -> Books {
        self.state.books()
    }

    /// From now on other programs hold so many bytes of a card.
    ///
    /// # Panics
    /// As [`StandIn::books`].
    pub fn set_others_bytes(&self, card: usize, bytes: u64) {
        self.state.set_others_bytes(card, bytes);
    }

    /// From this launch on the cards fail; 0 is never.
    ///
    /// # Panics
    /// As [`StandIn::books`].
    pub fn set_fail_at_launch(&self, launch: u64) {
        self.state.set_fail_at_launch(launch);
    }
}

/// Whether tests must not be skipped for want of the stand-in.
pub fn is_required() -> bool {
    env::var_os(REQUIRED_VARIABLE).is_some()
}

/// The folder that holds the Python package `torch`.
pub fn pytorch() -> PathBuf {
    env!("GPU_STAND_IN_PYTORCH").into()
}

/// PyTorch's libraries, the CUDA ones among them.
fn torch_lib() -> PathBuf {
    pytorch().join("torch/lib")
}

fn folder() -> PathBuf {
    env!("GPU_STAND_IN_FOLDER").into()
}

fn libraries() -> PathBuf {
    folder().join("lib")
}

fn joined(paths: impl IntoIterator<Item = PathBuf>) -> OsString {
    env::join_paths(paths).expect("paths of the build hold no colon")
}
