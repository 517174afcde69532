//! Compiles the stand-in for CUDA's libraries, where set-up has brought PyTorch's own: the functions
//! that are written by hand in `c/`, and for all others that PyTorch's libraries ask for a stub that
//! returns 0, with the symbol versions that they ask for.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// PyTorch's libraries whose undefined symbols must be found.
const ASKING: [&str; 7] = [
    "libc10_cuda.so",
    "libtorch_cuda.so",
    "libtorch_nvshmem.so",
    "libtorch_cuda_linalg.so",
    "libcaffe2_nvrtc.so",
    "libtorch_cpu.so",
    "libtorch_python.so",
];

/// A library of CUDA: how its functions begin, where their symbols have no version that names it, and
/// what is written by hand.
struct Library {
    soname: &'static str,
    version: Option<&'static str>,
    prefixes: &'static [&'static str],
    source: Option<&'static str>,
}

const fn library(
    soname: &'static str,
    version: Option<&'static str>,
    prefixes: &'static [&'static str],
    source: Option<&'static str>,
) -> Library {
    Library { soname, version, prefixes, source }
}

const LIBRARIES: [Library; 15] = [
    library("libcudart.so.13", Some("libcudart.so.13"), &[], Some("cudart.c")),
    library("libcudnn.so.9", Some("libcudnn.so.9"), &[], Some("cudnn.c")),
    library("libcublas.so.13", Some("libcublas.so.13"), &[], None),
    library("libcublasLt.so.13", Some("libcublasLt.so.13"), &[], None),
    library("libcusparse.so.12", Some("libcusparse.so.12"), &[], None),
    library("libcufft.so.12", Some("libcufft.so.12"), &[], None),
    library("libcusolver.so.12", Some("libcusolver.so.12"), &[], None),
    library("libnvrtc.so.13", Some("libnvrtc.so.13"), &[], None),
    library("libcupti.so.13", Some("libcupti.so.13"), &[], None),
    library("libnvshmem_host.so.3", Some("NVSHMEM"), &[], None),
    library("libcusparseLt.so.0", None, &["cusparseLt"], None),
    library("libnccl.so.2", None, &["nccl"], None),
    library("libcufile.so.0", None, &["cuFile"], None),
    library("libcurand.so.10", None, &["curand"], None),
    // After cuFile, which begins in the same way.
    library("libcuda.so.1", None, &["cu"], Some("cuda.c")),
];

fn main() {
    println!("cargo:rerun-if-changed=c");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=LIBTORCH");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    println!("cargo:rustc-env=GPU_STAND_IN_FOLDER={}", out.display());
    // Beside the pinned libtorch.
    let libtorch = env::var_os("LIBTORCH").map(PathBuf::from).unwrap_or_default();
    let pytorch = libtorch.with_file_name("pytorch");
    println!("cargo:rustc-env=GPU_STAND_IN_PYTORCH={}", pytorch.display());
    println!("cargo:rerun-if-changed={}", pytorch.join("torch/lib/libtorch_cuda.so").display());
    if !pytorch.join("torch/lib/libtorch_cuda.so").exists() {
        return; // the library says so when somebody asks for it
    }
    build(&out, &pytorch);
}

fn build(out: &Path, pytorch: &Path) {
    let compiler = Compiler { headers: pytorch.join("cuda/include") };
    let lib = fresh_folder(&out.join("lib"));
    let state = lib.join("libgpu_stand_in.so");
    compiler.run(&["-shared", "-Wl,-soname,libgpu_stand_in.so", "c/state.c", "-lpthread"], &state);

    let mut wanted: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for file in ASKING {
        for (symbol, version) in undefined(&pytorch.join("torch/lib").join(file)) {
            if let Some(library) = library_of(&symbol, version.as_deref()) {
                wanted.entry(library.soname).or_default().insert(symbol);
            }
        }
    }
    for library in &LIBRARIES {
        let names = wanted.remove(library.soname).unwrap_or_default();
        link(&compiler, out, &lib, library, &names);
    }
    for (folder, more) in [("nvml", None), ("nvml-incomplete", Some("-DINCOMPLETE"))] {
        let folder = fresh_folder(&out.join(folder));
        let mut arguments = vec!["-shared", "-Wl,-soname,libnvidia-ml.so.1", "c/nvml.c"];
        arguments.extend(more);
        let lib = lib.display().to_string();
        let (search, run_path) = (format!("-L{lib}"), format!("-Wl,-rpath,{lib}"));
        arguments.extend([search.as_str(), run_path.as_str(), "-lgpu_stand_in"]);
        compiler.run(&arguments, &folder.join("libnvidia-ml.so.1"));
        // Some ask for it under its development name.
        fs::copy(folder.join("libnvidia-ml.so.1"), folder.join("libnvidia-ml.so"))
            .expect("a library can be copied");
    }
}

/// Links what is written by hand and stubs for the rest.
fn link(compiler: &Compiler, out: &Path, lib: &Path, library: &Library, wanted: &BTreeSet<String>) {
    let stem = library.soname.split('.').next().unwrap_or_default();
    let mut defined = BTreeSet::new();
    let mut objects = Vec::new();
    if let Some(source) = library.source {
        let object = out.join(format!("{stem}.o"));
        compiler.run(&["-c", &format!("c/{source}")], &object);
        defined = symbols(&object, "--defined-only").map(|(symbol, _)| symbol).collect();
        objects.push(object.display().to_string());
    }
    let stubs = out.join(format!("{stem}_stubs.c"));
    let body =
        wanted.difference(&defined).map(|name| format!("int {name}(void) {{ return 0; }}\n"));
    fs::write(&stubs, body.collect::<String>()).expect("OUT_DIR can be written");
    let mut arguments = vec!["-shared".to_owned(), format!("-Wl,-soname,{}", library.soname)];
    if let Some(version) = library.version {
        let script = out.join(format!("{stem}.map"));
        fs::write(&script, format!("{version} {{ global: *; }};\n"))
            .expect("OUT_DIR can be written");
        arguments.push(format!("-Wl,--version-script,{}", script.display()));
    }
    arguments.push(stubs.display().to_string());
    arguments.extend(objects);
    arguments.push(format!("-L{}", lib.display()));
    arguments.extend(
        ["-Wl,-rpath,$ORIGIN", "-Wl,-z,undefs", "-lgpu_stand_in", "-ldl", "-lm"].map(str::to_owned),
    );
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    compiler.run(&arguments, &lib.join(library.soname));
}

fn library_of(symbol: &str, version: Option<&str>) -> Option<&'static Library> {
    LIBRARIES.iter().find(|library| match version {
        Some(version) => library.version == Some(version),
        None => library.prefixes.iter().any(|prefix| {
            let rest = symbol.strip_prefix(prefix);
            rest.is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_uppercase()))
        }),
    })
}

struct Compiler {
    /// CUDA's own, from NVIDIA's package.
    headers: PathBuf,
}

impl Compiler {
    fn run(&self, arguments: &[&str], output: &Path) {
        let mut build = cc::Build::new();
        build.cargo_metadata(false).warnings(false).opt_level(1);
        let mut command = build.get_compiler().to_command();
        command.args(["-fPIC", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-Ic", "-isystem"]);
        command.arg(&self.headers).args(arguments).arg("-o").arg(output);
        let status = command.status().expect("the C compiler starts");
        assert!(status.success(), "{command:?}: {status}");
    }
}

/// What a library asks others for: names and versions.
fn undefined(library: &Path) -> impl Iterator<Item = (String, Option<String>)> {
    symbols(library, "--undefined-only")
}

fn symbols(file: &Path, which: &str) -> impl Iterator<Item = (String, Option<String>)> {
    let is_object = file.extension().is_some_and(|extension| extension == "o");
    let mut command = Command::new("nm");
    command.args(["--format=posix", "--with-symbol-versions", which]);
    command.arg(if is_object { "--extern-only" } else { "--dynamic" }).arg(file);
    let output = command.output().expect("nm starts: it comes with the C compiler");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("symbols are ASCII");
    let names: Vec<_> = text
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(|name| match name.split_once('@') {
            Some((name, version)) => {
                (name.to_owned(), Some(version.trim_start_matches('@').to_owned()))
            }
            None => (name.to_owned(), None),
        })
        .collect();
    names.into_iter()
}

fn fresh_folder(path: &Path) -> PathBuf {
    if path.exists() {
        fs::remove_dir_all(path).expect("OUT_DIR can be cleared");
    }
    fs::create_dir_all(path).expect("OUT_DIR can be written");
    path.to_owned()
}
