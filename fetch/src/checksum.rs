//! Sizes and SHA-256 checksums.

use std::{fs, io, path::Path};

use sha2::{Digest, Sha256};

use crate::error::{At, FetchError};

/// The file's SHA-256 in lower-case hexadecimal.
///
/// # Errors
/// When the file cannot be read.
pub fn sha256_of_file(path: &Path) -> io::Result<String> {
    let mut hasher = Sha256::new();
    io::copy(&mut fs::File::open(path)?, &mut hasher)?;
    Ok(format!("{:x}", hasher.finalize()))
}

/// Refuses a file whose size (where known) or checksum is not the pinned one.
pub(crate) fn verify(path: &Path, size_bytes: Option<u64>, sha256: &str) -> Result<(), FetchError> {
    let refused = |expected, found| FetchError::Mismatch {
        file: path.display().to_string(),
        expected,
        found,
    };
    let found_bytes = fs::metadata(path).at(path)?.len();
    if let Some(size_bytes) = size_bytes
        && size_bytes != found_bytes
    {
        return Err(refused(format!("{size_bytes} bytes"), format!("{found_bytes} bytes")));
    }
    let found = sha256_of_file(path).at(path)?;
    if !found.eq_ignore_ascii_case(sha256) {
        return Err(refused(format!("sha256 {sha256}"), format!("sha256 {found}")));
    }
    Ok(())
}
