//! What an update asks for, and what comes back from it.

use std::{path::PathBuf, sync::Arc};

use image::RgbaImage;

use super::{
    clipboard::Pasted,
    item::ItemId,
    session::{Recalled, SessionProblem},
    settings::Settings,
    watch::{WatchNews, WatchOptions},
};
use crate::engine::{
    protocol::Command,
    sources::{PassedOver, Source},
};

/// Work that an update asks for. None of it runs on the UI thread, or it never waits.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Tell the engine, again later if it is busy.
    Send(Command),
    /// Show the dialog that opens photos.
    PickFiles,
    /// Show the dialog that opens a folder.
    PickFolder,
    /// Show the dialog that chooses a folder for what could not be saved.
    PickSaveFolder,
    /// Show the dialog that chooses the picture behind a photo's subject.
    PickBackground(ItemId),
    /// Show the dialog that chooses the folder for results.
    PickExportFolder,
    /// Find the photos in these files and folders.
    Scan {
        /// Where to look.
        paths: Vec<PathBuf>,
        /// What of folders within folders.
        subfolders: Subfolders,
    },
    /// Show a folder in the desktop's file manager.
    ShowFolder(PathBuf),
    /// Look for photos on the clipboard.
    Paste,
    /// Read the clipboard's text.
    ReadText,
    /// Put a cutout on the clipboard.
    Copy {
        /// The photo's name.
        name: String,
        /// The cutout.
        cutout: Arc<RgbaImage>,
    },
    /// Ask the desktop whether things are to change place at once rather than glide.
    AskAboutMotion,
    /// Watch this folder for new photos, and no other; `None` for none.
    Watch(Option<WatchOptions>),
    /// Show the dialog that chooses a folder to watch.
    PickWatchFolder,
    /// Show the dialog that names the file of a memory snapshot.
    PickSnapshotFile,
    /// Keep the settings for the next start.
    SaveSettings(Box<Settings>),
}

/// What a scan does about folders within folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subfolders {
    /// Tells whether they have photos, so that the user can be asked.
    Ask,
    /// Looks into them too.
    Include,
    /// Leaves them out.
    LeaveOut,
    /// Looks into them alone.
    Only,
}

/// What an effect found.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// A dialog was closed; nothing was picked if there are no paths.
    Picked(Vec<PathBuf>),
    /// A folder for what could not be saved was chosen, if any.
    SaveFolder(Option<PathBuf>),
    /// A picture to stand behind a photo's subject was chosen, if any.
    Background(ItemId, Option<PathBuf>),
    /// A folder for results was chosen, if any.
    ExportFolder(Option<PathBuf>),
    /// A dialog could not be shown. The message says what to do instead.
    DialogFailed(String),
    /// Photos to queue; a large folder comes in several such reports.
    Found(Vec<Source>),
    /// A scan has gone through everything.
    Scanned {
        /// What it was to look into, or the first of that, where it found no photo.
        nothing_in: Option<PathBuf>,
        /// Folders that have photos in subfolders, where that was to be told.
        deeper: Vec<PathBuf>,
        /// The first that might have been a photo but was passed over, and how many there were.
        passed_over: Option<(PassedOver, usize)>,
    },
    /// What a paste brought.
    Pasted(Pasted),
    /// The clipboard's text, for the field that has the keys.
    ClipboardText(String),
    /// A cutout was put on the clipboard, or why it could not be.
    Copied {
        /// The photo's name.
        name: String,
        /// What became of it; an error is the reason, in the system's words.
        result: Result<(), String>,
    },
    /// What became of the maps of photos that were finished the last time.
    Recalled(Vec<(ItemId, Recalled)>),
    /// The list cannot be kept.
    SessionProblem(SessionProblem),
    /// The desktop asks for less motion, or does not.
    DesktopReducesMotion(bool),
    /// A folder to watch was chosen, if any.
    WatchFolder(Option<PathBuf>),
    /// News of the folder that is watched.
    Watch(WatchNews),
    /// A file for a memory snapshot was named, if any.
    SnapshotFile(Option<PathBuf>),
    /// Something asked for could not be done.
    Problem(String),
}
