//! The files of snapshots: their names, and what they may replace.

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use crate::{
    engine::protocol::SnapshotError,
    imaging::{Cancel, Existing, WriteError, write_whole},
};

/// Names that are tried for one.
const NUMBERS: u32 = 9999;
/// How every pickle begins that libtorch writes.
pub(super) const PICKLE: [u8; 2] = [0x80, 2];

/// Writes a snapshot in the folder, under the first name that is free.
pub(super) fn write_numbered(folder: &Path, bytes: &[u8]) -> Result<PathBuf, SnapshotError> {
    fs::create_dir_all(folder).map_err(|error| SnapshotError::NoFolder {
        folder: folder.to_owned(),
        source: error.into(),
    })?;
    let mut number = 1;
    loop {
        let path = folder.join(format!("out-of-memory-{number}.pickle"));
        match write_file(&path, Existing::Refuse, bytes) {
            Ok(()) => return Ok(path),
            Err(WriteError::Taken(_)) if number < NUMBERS => number += 1,
            Err(error) => return Err(error.into()),
        }
    }
}

/// Writes a snapshot. It replaces another one alone: what is chosen by mistake may be a photo.
pub(super) fn write_file(path: &Path, existing: Existing, bytes: &[u8]) -> Result<(), WriteError> {
    let existing = match existing {
        Existing::Replace if path.exists() && !is_snapshot(path) => Existing::Refuse,
        existing => existing,
    };
    write_whole(path, existing, &Cancel::default(), |writer| writer.write_all(bytes))
}

fn is_snapshot(path: &Path) -> bool {
    let mut begins = [0; PICKLE.len()];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut begins));
    read.is_ok() && begins == PICKLE
}
