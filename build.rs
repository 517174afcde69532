//! Compiles the C++ shim against libtorch's headers, and lets every executable find libtorch's
//! shared libraries without an environment variable.

use std::{
    env,
    path::{Path, PathBuf},
};

const SHIM: [&str; 2] = ["src/ffi/shim.cpp", "src/ffi/snapshot.cpp"];
const SHIM_FOLDER: &str = "src/ffi";
const LOCK: &str = "Cargo.lock";
/// Set by `cargo xtask dist`: what is packed names no folder of the machine that made it.
const FOR_OTHER_MACHINES: &str = "CUTOUT_DIST";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={SHIM_FOLDER}");
    println!("cargo:rerun-if-env-changed=LIBTORCH");
    println!("cargo:rerun-if-env-changed={FOR_OTHER_MACHINES}");
    println!("cargo:rerun-if-changed={LOCK}");
    println!("cargo:rustc-env=CUTOUT_EGUI_VERSION={}", locked_version("egui"));
    let lib = libtorch_lib();
    compile_shim(&lib);
    for path in run_paths(&lib) {
        println!("cargo:rustc-link-arg=-Wl,-rpath,{path}");
    }
}

/// The version of a library that this build holds: egui does not tell its own.
fn locked_version(library: &str) -> String {
    let lock = std::fs::read_to_string(LOCK).unwrap_or_default();
    let mut lines = lock.lines().skip_while(|line| *line != format!("name = \"{library}\""));
    let version = lines.nth(1).and_then(|line| line.strip_prefix("version = "));
    version.unwrap_or_default().trim_matches('"').to_owned()
}

/// libtorch's folder of libraries, as torch-sys found it; on Windows it does not say.
fn libtorch_lib() -> PathBuf {
    if let Some(lib) = env::var_os("DEP_TCH_LIBTORCH_LIB") {
        return lib.into();
    }
    let libtorch = env::var_os("LIBTORCH")
        .expect("LIBTORCH is not set; on Windows it must name the folder of a libtorch 2.11");
    Path::new(&libtorch).join("lib")
}

fn compile_shim(lib: &Path) {
    let include = lib.join("../include");
    let mut build = cc::Build::new();
    build.cpp(true).std("c++17").files(SHIM);
    for folder in [include.clone(), include.join("torch/csrc/api/include")] {
        if build.get_compiler().is_like_msvc() {
            build.include(folder);
        } else {
            // System folders, because the warnings of libtorch's headers are not ours.
            build.flag("-isystem").flag(folder.to_str().expect("libtorch's path is not UTF-8"));
        }
    }
    build.define("_GLIBCXX_USE_CXX11_ABI", "1").compile("cutout_shim");
}

/// Where the loader looks for libtorch, first to last. Windows has no such list: there libtorch's
/// folder must be on PATH or its libraries beside the executable.
fn run_paths(lib: &Path) -> Vec<String> {
    let origin = match env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("windows") => return vec![],
        Ok("macos") => "@loader_path",
        _ => "$ORIGIN",
    };
    // As a package lays them out: libtorch beside the executable, or under its prefix.
    let mut paths =
        vec![format!("{origin}/libtorch/torch/lib"), format!("{origin}/../lib/cutout/torch/lib")];
    if env::var_os(FOR_OTHER_MACHINES).is_some() {
        return paths;
    }
    // As they lie in the checkout, relative so that it can be moved.
    let project = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let inside = (profile_folder().strip_prefix(&project).map(Path::to_owned).ok())
        .zip(lib.strip_prefix(&project).ok());
    if let Some((profile, lib)) = inside {
        let up_to_project = "../".repeat(profile.components().count());
        let lib = lib.display();
        paths.push(format!("{origin}/{up_to_project}{lib}"));
        paths.push(format!("{origin}/../{up_to_project}{lib}")); // tests lie in `deps`
    } else {
        // Of one's own, or seen from a target folder elsewhere. The second is for the CUDA library,
        // which is loaded by name.
        paths.push(lib.display().to_string());
        paths.push(lib.join("../../torch-cuda/lib").display().to_string());
    }
    paths
}

/// `target/debug` of `target/debug/build/cutout-0123456789abcdef/out`.
fn profile_folder() -> PathBuf {
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    out.ancestors().nth(3).unwrap_or(&out).to_owned()
}
