//! Files of the list, before their turn comes.

use std::path::PathBuf;

use super::Failure;
use crate::imaging::Rgba;

/// Names a file of the list for as long as the program runs. The sender chooses it, with higher
/// numbers for later files, and never reuses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u64);

/// A file that the list shows before its turn comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedFile {
    /// The sender's name for it.
    pub id: FileId,
    /// Where it is.
    pub source: PathBuf,
}

/// What a look at a listed file found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileNews {
    /// It is a picture.
    Picture {
        /// The upright picture's width and height in pixels.
        size_px: (u32, u32),
        /// The file's size.
        bytes: u64,
    },
    /// It gives no picture.
    Unreadable(Failure),
    /// It has the same bytes as this one, which was listed earlier.
    SameAs(FileId),
    /// Its list picture.
    Thumbnail {
        /// The photo, small.
        picture: Rgba,
        /// The upright picture's width and height in pixels.
        size_px: (u32, u32),
    },
}
