//! Why there is no memory snapshot.

use super::{not_written, system};
use crate::{
    engine::protocol::{NoSnapshot, SnapshotError},
    lang::t,
    path_text::printable,
};

/// Why there is no memory snapshot.
pub fn no_snapshot(error: &SnapshotError) -> String {
    match error {
        SnapshotError::NotTaken(NoSnapshot::NoGpu) => t!("snapshot-no-gpu"),
        SnapshotError::NotTaken(NoSnapshot::NotInThisBuild) => t!("snapshot-not-in-this-build"),
        SnapshotError::NotTaken(NoSnapshot::Refused(words)) => {
            t!("snapshot-refused", words = words.as_str())
        }
        SnapshotError::NotWritten(error) => not_written(error),
        SnapshotError::NoFolder { folder, source } => {
            let folder = printable(folder);
            t!("snapshot-no-folder", folder = folder, reason = system(source))
        }
    }
}
