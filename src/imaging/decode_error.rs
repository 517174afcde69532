//! Why a file could not be decoded, in words for a user.

use std::{borrow::Cow, path::PathBuf};

use serde::{Deserialize, Serialize};

use super::{Cancelled, FORMATS, NoPicture, SystemError};
use crate::path_text::printable;

/// Why a file was not decoded.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// It was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The file gives no picture. The message names the file, what was wrong and what to do.
    #[error("{}: {problem}", printable(path))]
    Refused {
        /// The file.
        path: PathBuf,
        /// What was wrong with it.
        #[source]
        problem: DecodeProblem,
    },
}

/// What is wrong with a file that should be a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum DecodeProblem {
    /// There is nothing at that path.
    #[error("there is no such file; check the name and the folder")]
    NotFound,
    /// The path is that of a folder.
    #[error("this is a folder; open it as one, or choose the pictures in it")]
    IsFolder,
    /// A pipe, a socket or a device.
    #[error("this is no ordinary file; copy the picture to one first")]
    NotAFile,
    /// The system would not let it be read.
    #[error("it cannot be read ({0}); check its permissions and its disk")]
    Unreadable(SystemError),
    /// No bytes at all.
    #[error("the file is empty; get it again from where it came from")]
    Empty,
    /// Something else, whatever its extension says.
    #[error("this is not a picture but {0}; pictures can be {FORMATS}")]
    NotAPicture(NoPicture),
    /// A picture of a format, named here, that cannot be decoded.
    #[error("{0} is not supported yet; convert it to PNG or JPEG")]
    UnsupportedFormat(Cow<'static, str>),
    /// A rare kind of a format that can be decoded otherwise.
    #[error(
        "this kind of {format} is not supported ({reason}); save it as an ordinary PNG or JPEG"
    )]
    UnsupportedVariant {
        /// The format's name.
        format: Cow<'static, str>,
        /// The decoder's words.
        reason: String,
    },
    /// The end of a file of this format is missing.
    #[error("the {0} is cut off before its end; get it again from where it came from")]
    Truncated(Cow<'static, str>),
    /// The bytes do not follow the format.
    #[error("the {format} is damaged ({reason}); get it again from where it came from")]
    Damaged {
        /// The format's name.
        format: Cow<'static, str>,
        /// The decoder's words.
        reason: String,
    },
    /// More pixels than [`Limits::max_pixels`](super::Limits::max_pixels).
    #[error(
        "{width_px} x {height_px} pixels are {:.1} megapixels, more than the limit of {:.1}; \
         raise it with --max-megapixels",
        megapixels(u64::from(*width_px) * u64::from(*height_px)),
        megapixels(*max_pixels)
    )]
    TooLarge {
        /// Width in pixels.
        width_px: u32,
        /// Height in pixels.
        height_px: u32,
        /// The limit, in pixels.
        max_pixels: u64,
    },
    /// Far longer than any photo, and too large for that: every step would take much memory and time.
    #[error(
        "{width_px} x {height_px} pixels are too long for their {:.1} megapixels: with a side of more \
         than {max_side_px} pixels the limit is {:.1}; cut it into shorter pictures",
        megapixels(u64::from(*width_px) * u64::from(*height_px)),
        megapixels(*max_pixels)
    )]
    TooLong {
        /// Width in pixels.
        width_px: u32,
        /// Height in pixels.
        height_px: u32,
        /// A picture with a longer side is a long one.
        max_side_px: u32,
        /// The limit for long ones, in pixels.
        max_pixels: u64,
    },
    /// More memory than [`Limits::max_bytes`](super::Limits::max_bytes).
    #[error(
        "decoding it takes more than the limit of {} MiB of memory; raise it with --max-megapixels",
        max_bytes >> 20
    )]
    TooMuchMemory {
        /// The limit, in bytes.
        max_bytes: u64,
    },
}

/// Pixels in millions.
pub fn megapixels(pixels: u64) -> f64 {
    pixels as f64 / 1e6
}
