//! Snapshots of the GPU's memory, in files.

use std::path::PathBuf;

use crate::{
    gpu::snapshot::NoSnapshot,
    imaging::{Existing, SystemError, WriteError},
    path_text::printable,
};

/// Which snapshots are written, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SnapshotOptions {
    /// Whether what the allocator does is recorded from the start.
    pub record: bool,
    /// Written when the engine ends.
    pub at_end: Option<PathBuf>,
    /// One is written in this folder when memory runs out.
    pub on_oom: Option<PathBuf>,
}

/// A snapshot that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveSnapshot {
    /// Where the pickle is to be written.
    pub path: PathBuf,
    /// What to do where that file exists. Only another snapshot is replaced.
    pub existing: Existing,
}

/// What became of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotEnded {
    /// Why it was taken.
    pub reason: SnapshotReason,
    /// The file, or why there is none.
    pub result: Result<SavedSnapshot, SnapshotError>,
}

/// Why a snapshot is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnapshotReason {
    /// The user asked.
    Asked,
    /// Memory ran out.
    OutOfMemory,
}

/// A snapshot in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSnapshot {
    /// Where the pickle was written, whole.
    pub path: PathBuf,
    /// Size of that file.
    pub file_bytes: u64,
    /// How long taking and writing it took, in microseconds.
    pub took_us: u64,
    /// Whether it has a history, and not only what is held now.
    pub has_history: bool,
}

/// Why there is no snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// None could be taken.
    #[error(transparent)]
    NotTaken(#[from] NoSnapshot),
    /// It cannot be written.
    #[error(transparent)]
    NotWritten(#[from] WriteError),
    /// The folder for it cannot be made.
    #[error("{}: this folder cannot be made ({source}); choose another", printable(folder))]
    NoFolder {
        /// The folder.
        folder: PathBuf,
        /// The system's words.
        source: SystemError,
    },
}
