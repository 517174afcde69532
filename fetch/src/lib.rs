//! Pinned downloads: by package or by address, resumable, verified by size and SHA-256, and placed
//! under their final name whole or not at all.
//!
//! Packages come through the user's own pip, so that its configuration (mirrors, proxies,
//! certificates) holds here too; they are only downloaded and opened, never installed.

mod artifact;
mod checksum;
mod error;
mod pip;
mod url;
mod wheel;

pub use artifact::{Artifact, Source, fetch};
pub use checksum::sha256_of_file;
pub use error::{Attempt, FetchError};
pub use pip::{Pip, python_with_pip};
pub use wheel::{Wheel, download_wheel, extract_member};

/// How far a download is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that are here, those of an earlier, interrupted download included.
    pub done_bytes: u64,
    /// Bytes of the whole download, as far as known: a wheel's own size is known only once pip
    /// says it, until then this is the size of what will be taken out of it (or 0).
    pub total_bytes: u64,
}
