//! Whether the CUDA library is wanted.

use std::{fs, path::Path};

use anyhow::Context;

use crate::{project::Project, stamp::workshop, system};

const CPU: &str = "cpu";
const CUDA: &str = "cuda";

/// Keeps `--cpu` or `--cuda` for later runs; without either, what was kept stays.
pub fn remember(project: &Project, cpu: bool, cuda: bool) -> anyhow::Result<()> {
    let choice = match (cpu, cuda) {
        (true, _) => CPU,
        (_, true) => CUDA,
        _ => return Ok(()),
    };
    let path = choice_path(project);
    fs::create_dir_all(path.parent().unwrap_or(&path))
        .and_then(|()| fs::write(&path, choice))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Whether the CUDA library is to be brought: as asked for, else where an NVIDIA driver is.
pub fn wants_cuda(project: &Project) -> bool {
    match fs::read_to_string(choice_path(project)).as_deref() {
        Ok(CPU) => false,
        Ok(CUDA) => true,
        _ => has_nvidia_driver(),
    }
}

/// Whether an NVIDIA driver is installed.
pub fn has_nvidia_driver() -> bool {
    Path::new("/proc/driver/nvidia/version").exists()
        || system::has_library("libcuda.so.1")
        || system::has_executable("nvidia-smi")
}

fn choice_path(project: &Project) -> std::path::PathBuf {
    workshop(&project.path("libtorch")).join("device")
}
