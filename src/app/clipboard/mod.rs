//! The clipboard: pictures and files that come from it, cutouts that go to it.
//!
//! ```text
//! Ctrl+V -> Action::Paste -> cutout-paste: what is there? -> files: as dropped | picture: a PNG in
//!           <session>/pasted/ | text: the files it names -> Report::Pasted -> the list
//! Ctrl+C -> Action::CopyCutout -> a job with `cutout` -> Done::cutout -> cutout-copy -> Report::Copied
//! ```
//! `cutout-clipboard` alone holds arboard's clipboard, behind `Desktop`: on X11 somebody has to answer
//! for what was copied. eframe would read the clipboard on the window's thread, so it is told to pass the
//! keys on (`clipboard_shortcuts`), and `ui/typing.rs` brings text to the field that has the keys.
//! A pasted picture lives as long as a list has it; at the start the session's keeper removes others of
//! that name, unless a window that pasted is open (`pasted.lock`). Nobody looks for results in there:
//! `app/pasted.rs` says where they go instead of beside.

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
