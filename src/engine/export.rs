//! How results are written, as plain data.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::template::NameTemplate;
use crate::imaging::{Durability, FileFormat, MetadataPolicy, PngEffort};

/// How results are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportOptions {
    /// The format of cutouts.
    pub format: FileFormat,
    /// Masks are always 8-bit grey PNG, of this effort.
    pub masks: PngEffort,
    /// What of the photo's metadata goes along.
    pub metadata: MetadataPolicy,
    /// What files are called.
    pub template: NameTemplate,
    /// Where they are written.
    pub folder: Destination,
    /// What to do where one exists; `None` to write nothing and tell ([`Outcome::Exists`]).
    ///
    /// [`Outcome::Exists`]: super::protocol::Outcome::Exists
    pub on_exist: Option<OnExist>,
    /// Whether results are on the disk before they are called done.
    pub durability: Durability,
}

/// Where results are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Destination {
    /// Beside each original.
    #[default]
    Beside,
    /// In this folder, with the subfolders that photos were found in made again.
    Folder(PathBuf),
}

/// What to do where an output file exists already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnExist {
    /// Leave it, and write nothing.
    Skip,
    /// Write beside it under the next free number: `photo_cutout_2.png`.
    #[default]
    Number,
    /// Replace it.
    Replace,
}
