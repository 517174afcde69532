//! Whether two files have the same bytes, told by their digests.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

use sha2::{Digest as _, Sha256};

use crate::imaging::Cancel;

/// The digest of some bytes.
pub type Digest = [u8; 32];

/// Bytes of the head and of the end that a sample holds.
const SAMPLE_BYTES: u64 = 16 << 10;
const BUFFER_BYTES: usize = 256 << 10;

/// A file's size in bytes, and a digest of it with the file's head and end: files that differ in
/// it are not the same, and hardly any others need be read as a whole.
///
/// # Errors
/// As the system tells.
pub fn sample(path: &Path) -> io::Result<(u64, Digest)> {
    let mut file = File::open(path)?;
    let bytes = file.metadata()?.len();
    let mut digest = Sha256::new();
    digest.update(bytes.to_le_bytes());
    for start in [0, bytes.saturating_sub(SAMPLE_BYTES)] {
        let mut part = Vec::new();
        file.seek(SeekFrom::Start(start))?;
        file.by_ref().take(SAMPLE_BYTES).read_to_end(&mut part)?;
        digest.update(part);
    }
    Ok((bytes, digest.finalize().into()))
}

/// The digest of a whole file.
///
/// # Errors
/// As the system tells, or once `cancel` is raised.
pub fn digest(path: &Path, cancel: &Cancel) -> io::Result<Digest> {
    let mut file = File::open(path)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        cancel.check().map_err(io::Error::other)?;
        match file.read(&mut buffer)? {
            0 => return Ok(digest.finalize().into()),
            read => digest.update(&buffer[..read]),
        }
    }
}
