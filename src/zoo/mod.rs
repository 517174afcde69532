//! The models that Cutout knows by name: what they are, where they are on this machine, how to get
//! them, and loading them verified.

mod catalogue;
mod folders;
mod load;

use std::path::PathBuf;

use cutout_fetch::{FetchError, Progress};

pub use catalogue::{DEFAULT_MODEL, Entry, HalfError, entries, entry, precision};
pub use folders::{Folders, Located, State};
pub use load::{ModelError, load, load_while};

/// Finds a model by path or id in the folders of this environment.
///
/// # Errors
/// [`ModelError::NotHere`] and [`ModelError::Unknown`], which say where it was looked for and what
/// to do.
pub fn locate(spec: &str) -> Result<Located, ModelError> {
    Folders::from_environment().locate(spec)
}

/// Downloads a model into [`Folders::fetch_folder`], verified, and gives its path.
///
/// # Errors
/// Those of [`cutout_fetch::fetch`].
pub fn fetch(
    entry: &Entry,
    folders: &Folders,
    progress: &dyn Fn(Progress),
    cancelled: &dyn Fn() -> bool,
) -> Result<PathBuf, FetchError> {
    cutout_fetch::fetch(&entry.artifact, folders.fetch_folder(), progress, cancelled)
}
