//! Why a job ends before its end.

use std::path::PathBuf;

use super::failure::{Failure, Problem};
use crate::imaging::{Cancelled, DecodeError};

/// Why a job ends before its end.
pub enum Stop {
    /// It was asked to.
    Cancelled,
    /// These files exist, and nobody said what to do then.
    Exists(Vec<PathBuf>),
    /// It cannot go on.
    Failed(Failure),
}

impl From<Cancelled> for Stop {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl From<DecodeError> for Stop {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Cancelled(_) => Self::Cancelled,
            DecodeError::Refused { path, problem } => {
                Self::Failed(Failure::of(path, Problem::Unreadable(problem)))
            }
        }
    }
}
