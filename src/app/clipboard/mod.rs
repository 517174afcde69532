//! The clipboard: pictures and files that come from it, cutouts that go to it.

mod native;
mod paste;
mod text;

use std::path::PathBuf;

use image::RgbaImage;

pub use native::NativeClipboard;
pub use paste::paste;

/// What the clipboard holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Clip {
    /// Files and folders, of a file manager.
    Files(Vec<PathBuf>),
    /// A picture without a file: 8 bits, straight alpha.
    Picture(RgbaImage),
    /// Text.
    Text(String),
    /// Nothing of this.
    Nothing,
}

/// What a paste brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pasted {
    /// Files and folders, to be added as those that are dropped.
    Files(Vec<PathBuf>),
    /// A picture, which this file now holds.
    Picture(PathBuf),
    /// No photo is on the clipboard.
    Nothing,
    /// The clipboard cannot be read, for this reason.
    Unread(String),
    /// A picture is there, but no file could be made of it, for this reason.
    NotKept(String),
}
