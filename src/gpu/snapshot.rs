//! Snapshots of the GPU's memory with its history, as PyTorch's memory viewer opens them.

use crate::ffi::{self, FfiError};

/// How many things that the allocator did are kept: those of about fifty passes.
const ENTRIES: u64 = 50_000;

/// Why there is no snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSnapshot {
    /// The CPU does the work.
    #[error(
        "a memory snapshot shows what libtorch holds on a GPU, and none is used; \
         `cutout info` tells why"
    )]
    NoGpu,
    /// libtorch's CUDA library does not have what is called.
    #[error(
        "this libtorch records no memory history; snapshots need the CUDA library of libtorch 2.11"
    )]
    NotInThisBuild,
    /// libtorch threw.
    #[error("libtorch took no memory snapshot ({0}); try again")]
    Refused(String),
}

impl From<FfiError> for NoSnapshot {
    fn from(error: FfiError) -> Self {
        match error {
            FfiError::NoAccelerator => Self::NoGpu,
            FfiError::Missing => Self::NotInThisBuild,
            FfiError::Threw(words) => Self::Refused(words),
        }
    }
}

/// A snapshot: a Python pickle.
pub enum Snapshot {
    /// As libtorch gave it.
    Torch(ffi::snapshot::Snapshot),
    /// Bytes of ours.
    Bytes(Vec<u8>),
}

impl Snapshot {
    /// The pickle's bytes, as they are to lie in a file.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Torch(snapshot) => snapshot.bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// Has libtorch record what its allocator does from now on.
pub(super) fn record() -> Result<(), NoSnapshot> {
    Ok(ffi::snapshot::record_history(ENTRIES)?)
}

/// Takes one now.
pub(super) fn take() -> Result<Snapshot, NoSnapshot> {
    Ok(Snapshot::Torch(ffi::snapshot::snapshot()?))
}

/// Whether one is taken whenever memory runs out.
pub(super) fn take_when_memory_runs_out(wanted: bool) -> Result<(), NoSnapshot> {
    Ok(ffi::snapshot::at_out_of_memory(wanted)?)
}

/// What was taken when memory last ran out, unless it was handed out already.
pub(super) fn taken_when_memory_ran_out() -> Option<Snapshot> {
    ffi::snapshot::taken().map(Snapshot::Torch)
}

/// From now on what the calling thread allocates is recorded with this label.
pub(super) fn label(text: &str) -> Result<(), NoSnapshot> {
    Ok(ffi::snapshot::label_allocations(text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tests run without libtorch's CUDA library.
    #[test]
    fn a_build_without_cuda_refuses_in_its_type() {
        for (what, refused) in [
            ("record", record().err()),
            ("take", take().err()),
            ("when memory runs out", take_when_memory_runs_out(true).err()),
            ("label", label("photo.jpg · En_1").err()),
        ] {
            assert_eq!(refused, Some(NoSnapshot::NotInThisBuild), "{what}");
        }
        assert!(taken_when_memory_ran_out().is_none());
    }

    #[test]
    fn what_libtorch_answers_is_told_apart() {
        let threw = FfiError::Threw("no".to_owned());
        for (error, expected) in [
            (FfiError::NoAccelerator, NoSnapshot::NoGpu),
            (FfiError::Missing, NoSnapshot::NotInThisBuild),
            (threw, NoSnapshot::Refused("no".to_owned())),
        ] {
            assert_eq!(NoSnapshot::from(error), expected);
        }
    }
}
