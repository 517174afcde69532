//! Where things are.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The checkout that this xtask belongs to.
pub struct Project {
    root: PathBuf,
}

impl Project {
    /// The checkout as cargo runs it.
    pub fn find() -> Self {
        let manifest_folder = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        Self { root: manifest_folder.parent().unwrap_or(&manifest_folder).to_owned() }
    }

    /// A path inside the checkout.
    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// What `.cargo/config.toml` sets `LIBTORCH` to.
    pub fn pinned_libtorch(&self) -> PathBuf {
        self.path("libtorch/torch")
    }

    /// Where cargo puts what it builds.
    pub fn target_folder(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.path("target"), PathBuf::from)
    }
}
