//! Loading libtorch's CUDA library at run time, so that one executable serves machines with and
//! without a GPU.

use std::{
    env,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use super::{ffi, no_gpu::NoGpu};

/// Names the folder of a PyTorch 2.11 of the user's own (`.../torch/lib`).
const FOLDER_VARIABLE: &str = "CUTOUT_TORCH_LIB";

#[cfg(windows)]
const LIBRARY: &str = "torch_cuda.dll";
#[cfg(not(windows))]
const LIBRARY: &str = "libtorch_cuda.so";

#[cfg(windows)]
const DRIVER: &str = "nvcuda.dll";
#[cfg(not(windows))]
const DRIVER: &str = "libcuda.so.1";

/// Loads the library once for the process; later calls repeat the first answer. Where the
/// executable was linked to it, loading it again changes nothing.
///
/// Nothing may ask libtorch about accelerators before this: it looks for CUDA's hooks once, and
/// would remember for good that there are none.
///
/// # Errors
/// Why there is no GPU to use, with the loader's own words, and what to do.
pub fn load() -> Result<(), NoGpu> {
    static ANSWER: OnceLock<Result<(), NoGpu>> = OnceLock::new();
    ANSWER.get_or_init(try_load).clone()
}

fn try_load() -> Result<(), NoGpu> {
    if cfg!(target_os = "macos") {
        return Err(NoGpu { why: "macOS has no CUDA".to_owned(), advice: None });
    }
    ffi::load_for_good(Path::new(DRIVER)).map_err(|words| NoGpu {
        why: format!("there is no NVIDIA driver ({words})"),
        advice: Some(
            "Where there is an NVIDIA GPU, install NVIDIA's driver and start Cutout again."
                .to_owned(),
        ),
    })?;
    let mut refusals = Vec::new();
    for candidate in candidates() {
        match ffi::load_for_good(&candidate) {
            Ok(()) => {
                tracing::info!("loaded {}", candidate.display());
                return Ok(());
            }
            Err(words) => refusals.push(words),
        }
    }
    Err(NoGpu {
        why: format!(
            "the NVIDIA driver is there, but libtorch's CUDA library is not ({})",
            refusals.join("; ")
        ),
        advice: Some(format!(
            "Set {FOLDER_VARIABLE} to the torch/lib folder of a PyTorch 2.11; in a checkout of \
             Cutout, `cargo xtask setup --cuda` brings it."
        )),
    })
}

/// Where the library may be, best first: the user's word, set-up's folder as seen from the
/// executable in a build tree and in an installed one, then wherever the system's loader looks.
fn candidates() -> Vec<PathBuf> {
    let named = env::var_os(FOLDER_VARIABLE).map(|folder| Path::new(&folder).join(LIBRARY));
    let executable = env::current_exe().unwrap_or_default();
    let beside = executable.ancestors().skip(1).take(5).flat_map(|folder| {
        [folder.join("libtorch/torch-cuda/lib"), folder.join("lib/cutout/torch-cuda/lib")]
            .map(|folder| folder.join(LIBRARY))
    });
    named
        .into_iter()
        .chain(beside.filter(|path| path.exists()))
        .chain([PathBuf::from(LIBRARY)])
        .collect()
}
