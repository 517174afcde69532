//! Compiles the C++ shim against libtorch's headers.
fn main() {
    let lib = std::env::var("DEP_TCH_LIBTORCH_LIB").unwrap();
    let inc = std::path::Path::new(&lib).join("../include");
    println!("cargo:rerun-if-changed=src/gpu/shim.cpp");
    cc::Build::new()
        .cpp(true)
        .std("c++17")
        .flag("-isystem")
        .flag(inc.display().to_string())
        .flag("-isystem")
        .flag(inc.join("torch/csrc/api/include").display().to_string())
        .flag("-D_GLIBCXX_USE_CXX11_ABI=1")
        .file("src/gpu/shim.cpp")
        .compile("cutout_shim");
    println!("cargo:rustc-link-arg=-Wl,-rpath,{lib}");
}
