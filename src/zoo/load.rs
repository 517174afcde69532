//! From a model's file to a network on a device.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    time::Instant,
};

use sha2::{Digest, Sha256};
use tch::Device;

use super::Located;
use crate::{
    imaging::{Cancelled, SystemError},
    path_text::{escaped, printable},
    u2net::{
        Precision, SaliencyNetwork, U2Net,
        weights::{MAX_FILE_BYTES, Proceed, Weights, WeightsError},
    },
};

/// What is read and verified between two looks at whether to go on.
const PART_BYTES: usize = 4 << 20;

/// Why a model cannot be used, for the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The model is known, but its file is in none of the folders.
    #[error(
        "the model {id} is not on this machine (looked in {}); get it with: cutout models fetch {id}",
        list(looked)
    )]
    NotHere {
        /// Its id.
        id: String,
        /// Where it was looked for.
        looked: Vec<PathBuf>,
    },
    /// Neither a file nor a known model.
    #[error("there is no file and no model named {}; the models are: {known}", escaped(spec))]
    Unknown {
        /// What was asked for.
        spec: String,
        /// The ids of all models.
        known: String,
    },
    /// The file cannot be read.
    #[error("cannot read the model {}: {source}", printable(path))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: SystemError,
    },
    /// The file is larger than any weights of these networks.
    #[error("{} is larger than any weights of U²-Net ({} MiB)", printable(path), MAX_FILE_BYTES >> 20)]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The file of a known model is another or damaged.
    #[error(
        "{} is not the published {id}: expected sha256 {expected}, found {found} \
         ({found_bytes} bytes); remove it and run: cutout models fetch {id}",
        printable(path)
    )]
    Checksum {
        /// The model's id.
        id: String,
        /// The file.
        path: PathBuf,
        /// The SHA-256 that it should have, in hexadecimal.
        expected: String,
        /// The SHA-256 that it has, in hexadecimal.
        found: String,
        /// The size that it has.
        found_bytes: usize,
    },
    /// The file does not hold weights of these networks.
    #[error("cannot use {} as a model: {source}", printable(path))]
    Weights {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: WeightsError,
    },
    /// Nobody needs it any more.
    #[error("loading the model was cancelled")]
    Cancelled(#[from] Cancelled),
}

fn list(folders: &[PathBuf]) -> String {
    let folders: Vec<_> = folders.iter().map(|folder| printable(folder)).collect();
    folders.join(", ")
}

/// Reads a model once, verifies those same bytes by checksum where it is a known one, matches them
/// against the network's table, and moves them to the device.
///
/// # Errors
/// [`ModelError`]: every file that is not exactly right is refused.
///
/// # Panics
/// Where libtorch throws, such as out of memory: the caller's boundary catches it.
pub fn load(
    located: &Located,
    device: Device,
    precision: Precision,
) -> Result<Box<dyn SaliencyNetwork>, ModelError> {
    load_while(located, device, precision, &|| Ok(()))
}

/// The same for as long as `proceed` agrees.
///
/// # Errors
/// As of [`load`], and [`ModelError::Cancelled`].
///
/// # Panics
/// As [`load`].
pub fn load_while(
    located: &Located,
    device: Device,
    precision: Precision,
    proceed: Proceed,
) -> Result<Box<dyn SaliencyNetwork>, ModelError> {
    let Located { name, path, entry } = located;
    let start = Instant::now();
    let bytes = read(path, proceed)?;
    let read_at = Instant::now();
    if let Some(entry) = entry {
        let mut digest = Sha256::new();
        for part in bytes.chunks(PART_BYTES) {
            proceed()?;
            digest.update(part);
        }
        let found = format!("{:x}", digest.finalize());
        if found != entry.artifact.sha256 {
            return Err(ModelError::Checksum {
                id: entry.id.clone(),
                path: path.clone(),
                expected: entry.artifact.sha256.clone(),
                found,
                found_bytes: bytes.len(),
            });
        }
    }
    let verified_at = Instant::now();
    let expected = entry.map(|entry| entry.architecture.config());
    let weights =
        Weights::parse_while(&bytes, expected, proceed).map_err(|source| match source {
            WeightsError::Cancelled(cancelled) => cancelled.into(),
            source => ModelError::Weights { path: path.clone(), source },
        })?;
    drop(bytes);
    proceed()?;
    let network = U2Net::new(weights, device, precision);
    tracing::info!(
        model = name,
        read_ms = (read_at - start).as_millis(),
        verify_ms = (verified_at - read_at).as_millis(),
        build_ms = verified_at.elapsed().as_millis(),
        "model loaded"
    );
    Ok(Box::new(network))
}

/// The whole file, unless it is too large to be a model.
fn read(path: &Path, proceed: Proceed) -> Result<Vec<u8>, ModelError> {
    let unreadable =
        |error: io::Error| ModelError::Read { path: path.to_owned(), source: error.into() };
    let file = File::open(path).map_err(unreadable)?;
    let size_bytes = file.metadata().map_err(unreadable)?.len();
    if size_bytes > MAX_FILE_BYTES {
        return Err(ModelError::TooLarge { path: path.to_owned() });
    }
    let mut bytes = Vec::with_capacity(size_bytes as usize);
    let mut rest = file.take(MAX_FILE_BYTES);
    loop {
        proceed()?;
        let mut part = rest.by_ref().take(PART_BYTES as u64);
        if part.read_to_end(&mut bytes).map_err(unreadable)? == 0 {
            return Ok(bytes);
        }
    }
}
