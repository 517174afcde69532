//! The folder that is watched for new photos.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The folder that is watched for new photos.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Watching {
    /// Whether it is watched.
    pub on: bool,
    /// Which; `None` until one was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// Whether its subfolders are watched too.
    pub subfolders: bool,
    /// Whether the results of photos that appear in it are saved by themselves.
    pub save: bool,
}
