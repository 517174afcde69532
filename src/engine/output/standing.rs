//! What stands under a name already, and whose it is.

use std::path::{self, Path};

use sha2::{Digest as _, Sha256};

use crate::{
    engine::files,
    imaging::{ResultFile, ResultMark},
};

/// What stands under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    Nothing,
    /// A whole result with this mark.
    Result(ResultMark),
    /// An empty file, or a result with this mark that was cut off: it is nobody's loss.
    Broken(Option<ResultMark>),
    /// Something without a mark; a picture that is whole or something else.
    Unmarked {
        /// Whether it is a whole picture of a format that results have.
        is_whole: bool,
    },
}

impl Standing {
    /// Looks at a path.
    pub fn at(path: &Path) -> Self {
        if path.symlink_metadata().is_err() {
            return Self::Nothing;
        }
        match ResultFile::of(path) {
            Ok(ResultFile { is_empty: true, .. }) => Self::Broken(None),
            Ok(ResultFile { mark: Some(mark), is_whole: true, .. }) => Self::Result(mark),
            Ok(ResultFile { mark: Some(mark), is_whole: false, .. }) => Self::Broken(Some(mark)),
            Ok(ResultFile { mark: None, is_whole, .. }) => Self::Unmarked { is_whole },
            Err(_) => Self::Unmarked { is_whole: false },
        }
    }
}

/// The mark that results of a photo carry. One that cannot be read has a digest of its path alone.
pub fn mark_of(photo: &Path) -> ResultMark {
    let content = files::sample(photo).map_or(0, |(_, digest)| first_bits(&digest));
    ResultMark { path: path_digest(photo), content }
}

/// The digest of a photo's absolute path.
pub fn path_digest(photo: &Path) -> u64 {
    let absolute = path::absolute(photo).unwrap_or_else(|_| photo.to_owned());
    first_bits(&Sha256::digest(absolute.as_os_str().as_encoded_bytes()))
}

fn first_bits(digest: &[u8]) -> u64 {
    u64::from_be_bytes(*digest.first_chunk().expect("a digest has 32 bytes"))
}
