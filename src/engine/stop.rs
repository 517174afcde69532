//! Why a job ends before its end.

use crate::imaging::Cancelled;

/// Why a job ends before its end.
pub enum Stop {
    /// It was asked to.
    Cancelled,
    /// For the user.
    Failed(String),
}

impl From<Cancelled> for Stop {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}
