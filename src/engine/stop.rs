//! Why a job ends before its end.

use std::path::PathBuf;

use crate::imaging::Cancelled;

/// Why a job ends before its end.
pub enum Stop {
    /// It was asked to.
    Cancelled,
    /// These files exist, and nobody said what to do then.
    Exists(Vec<PathBuf>),
    /// For the user.
    Failed(String),
}

impl From<Cancelled> for Stop {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}
