//! Why a soak ends before its end.

use std::{io, time::Duration};

/// How long a reading of memory at rest may take: an idle engine answers at once.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Why a soak ends before its end.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    #[error("interrupted")]
    Interrupted,
    #[error("{0}")]
    NoModel(String),
    #[error("the engine has ended: see the log")]
    EngineGone,
    #[error("the engine took no command, or did not answer it, for {} s", PATIENCE.as_secs())]
    Silent,
    #[error("{0}: this result cannot be removed ({1})")]
    Results(String, io::Error),
}

impl Stop {
    /// What the program ends with.
    pub fn exit_code(&self) -> u8 {
        if matches!(self, Self::Interrupted) { 130 } else { 1 }
    }
}
