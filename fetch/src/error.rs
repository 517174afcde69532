//! What can go wrong with a download, in words for the user.

use std::{fmt, io, path::PathBuf};

/// Why something could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// `cancelled` answered true.
    #[error("cancelled")]
    Cancelled,
    /// What came is not what was pinned. It was removed.
    #[error("{file} was refused: expected {expected}, found {found}")]
    Mismatch {
        /// What was checked.
        file: String,
        /// The pinned size or SHA-256.
        expected: String,
        /// What came instead.
        found: String,
    },
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process is fetching the same file.
    #[error("{} is being fetched by another process; wait for it, then try again", path.display())]
    Busy {
        /// The file under way.
        path: PathBuf,
    },
    /// No Python 3 with pip.
    #[error(
        "Python 3 with pip is needed to download packages; tried {tried} (on Debian and \
             Ubuntu: apt-get install python3-pip)"
    )]
    NoPip {
        /// The commands that were tried.
        tried: String,
    },
    /// pip ended with an error.
    #[error("pip could not download {package}: {words}")]
    Pip {
        /// Name and version.
        package: String,
        /// pip's own last words.
        words: String,
    },
    /// The wheel could not be opened as a zip file, or lacks a member.
    #[error("{}: {words}", wheel.display())]
    BadWheel {
        /// The wheel's file.
        wheel: PathBuf,
        /// What was wrong.
        words: String,
    },
    /// The server refused, or the connection broke and could not be taken up again.
    #[error("{url}: {words}")]
    Url {
        /// The address.
        url: String,
        /// What happened.
        words: String,
    },
    /// Every source failed.
    #[error("{file} could not be fetched{}", listed(attempts))]
    AllSourcesFailed {
        /// The file wanted.
        file: String,
        /// What happened at each source, in the order tried.
        attempts: Vec<Attempt>,
    },
}

/// One source that was tried in vain.
#[derive(Debug)]
pub struct Attempt {
    /// The source, in words.
    pub from: String,
    /// Why it failed.
    pub error: FetchError,
}

impl fmt::Display for Attempt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "from {}: {}", self.from, self.error)
    }
}

fn listed(attempts: &[Attempt]) -> String {
    if attempts.is_empty() {
        return ": no source is known for it".to_owned();
    }
    attempts.iter().map(|attempt| format!("\n  {attempt}")).collect()
}

/// Adds the path to an [`io::Error`], as in `fs::rename(..).at(&path)?`.
pub(crate) trait At<T> {
    fn at(self, path: impl Into<PathBuf>) -> Result<T, FetchError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: impl Into<PathBuf>) -> Result<T, FetchError> {
        self.map_err(|source| FetchError::Io { path: path.into(), source })
    }
}
