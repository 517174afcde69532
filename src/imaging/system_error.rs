//! What the system said about a file, as plain data.

use std::io::{self, ErrorKind};

use serde::{Deserialize, Serialize};

/// An [`io::Error`] that can be copied, compared and kept. [`std::fmt::Display`] gives the system's
/// own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{words}")]
pub struct SystemError {
    /// What went wrong, where it is one of the usual things.
    pub kind: SystemErrorKind,
    /// The words of the system, or of a library.
    pub words: String,
}

/// What usually goes wrong with files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemErrorKind {
    /// There is nothing at that path.
    NotFound,
    /// The user may not.
    NoPermission,
    /// The disk, or the user's share of it, is full.
    DiskFull,
    /// The disk takes no changes.
    ReadOnly,
    /// Something else.
    Other,
}

impl From<ErrorKind> for SystemErrorKind {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::PermissionDenied => Self::NoPermission,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::DiskFull,
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            _ => Self::Other,
        }
    }
}

impl From<io::Error> for SystemError {
    fn from(error: io::Error) -> Self {
        Self { kind: error.kind().into(), words: error.to_string() }
    }
}
