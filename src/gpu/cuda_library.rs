//! Loading libtorch's CUDA library at run time, so that one executable serves machines with and
//! without a GPU.

use std::{
    env,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use super::no_gpu::{FOLDER_VARIABLE, NoGpu};
use crate::{ffi, path_text::printable};

#[cfg(windows)]
const LIBRARY: &str = "torch_cuda.dll";
#[cfg(not(windows))]
const LIBRARY: &str = "libtorch_cuda.so";

/// The driver's own library.
#[cfg(windows)]
pub const DRIVER: &str = "nvcuda.dll";
/// The driver's own library.
#[cfg(not(windows))]
pub const DRIVER: &str = "libcuda.so.1";

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
        return Err(NoGpu::NoCudaHere);
    }
    ffi::load_for_good(Path::new(DRIVER)).map_err(|words| NoGpu::NoDriver(words.to_string()))?;
    let mut refusals = Vec::new();
    for candidate in candidates() {
        match ffi::load_for_good(&candidate) {
            Ok(()) => {
                tracing::info!("loaded {}", printable(&candidate));
                return Ok(());
            }
            Err(words) => refusals.push(words),
        }
    }
    Err(NoGpu::NoLibrary(refusals.join("; ")))
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
