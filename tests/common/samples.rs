//! The sample photos that set-up fetches.

use std::path::{Path, PathBuf};

/// A photo that set-up fetched.
pub fn sample(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/samples").join(name);
    assert!(path.exists(), "{} is missing; `cargo xtask setup` fetches it", path.display());
    path
}
