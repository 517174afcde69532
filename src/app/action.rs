//! What the user did.

use std::path::PathBuf;

use super::{
    arrangement::Sort,
    edit_action::EditAction,
    export::Scope,
    item::{Group, ItemId},
    settings::{Adding, Backdrop, ExportSettings, Look, ViewMode, Watching},
    view::View,
};
use crate::engine::protocol::{AllocatorSettings, CleanupSwitches, OnExist, OutputKind, TileId};

/// How a choice is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choosing {
    /// This photo alone.
    Only,
    /// This photo too, or no longer.
    Toggle,
    /// From where the choice began to this photo.
    Extend,
}

/// What lies over the window and has the keys for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// Every command, to be found by its name.
    Palette,
    /// The user's choices.
    Settings,
    /// Which keys do what.
    Shortcuts,
    /// Versions, licences and what leaves this computer.
    About,
    /// How results are saved.
    Export,
    /// What is asked before files are written.
    Question,
}

/// What the user did.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Opened something over the window.
    Open(Overlay),
    /// Closed what lies over the window.
    CloseOverlay,
    /// Asked to close the window.
    Quit,
    /// Asked for the dialog that opens photos.
    OpenFiles,
    /// Asked for the dialog that opens a folder.
    OpenFolder,
    /// Asked for the sample pictures.
    TrySample,
    /// Dropped files or folders, or named them on the command line.
    Add(Vec<PathBuf>),
    /// Named files or folders to be seen at once: on the command line, or with "Open with".
    AddAndShow(Vec<PathBuf>),
    /// Said whether photos in subfolders are wanted too; that is remembered.
    AddSubfolders(bool),
    /// Chose a photo of the list.
    Select(ItemId, Choosing),
    /// Moved the choice down (positive) or up the list by so many rows.
    SelectBy(isize, Choosing),
    /// Chose every photo.
    SelectAll,
    /// Chose the photo in the middle alone.
    SelectOnlyLead,
    /// Moved photos before another one of the list; to its end for `None`.
    MoveBefore(Vec<ItemId>, Option<ItemId>),
    /// Moved the chosen photos down (positive) or up the list by so many rows.
    MoveBy(isize),
    /// Chose an order of the list.
    Sort(Sort),
    /// Opened the field to search in, or closed it so that all photos are shown again.
    Find(bool),
    /// Typed what to search for.
    Search(String),
    /// Chose to see only photos of one group, or all.
    ShowOnly(Option<Group>),
    /// Scrolled the list so that these rows are in sight, or nearly.
    InSight(Vec<ItemId>),
    /// Took photos off the list.
    Remove(Vec<ItemId>),
    /// Took the photos that are done off the list.
    ClearDone,
    /// Took every photo off the list.
    Clear,
    /// Held the batch, or let it go on.
    Pause(bool),
    /// Stopped all that is under way.
    Stop,
    /// Stopped what waits; what is being worked on is finished.
    StopAfterThis,
    /// Stopped these photos.
    StopThese(Vec<ItemId>),
    /// Tried failed or stopped photos again.
    Retry(Vec<ItemId>),
    /// Tried every failed photo again.
    RetryFailed,
    /// Started all stopped photos again.
    Continue,
    /// Zoomed or panned.
    SetView(View),
    /// Changed photos.
    Edit(EditAction),
    /// Chose what is shown of photos.
    SetMode(ViewMode),
    /// Moved the divider between before and after.
    SetDivider(f32),
    /// Chose what shows through a cutout.
    SetBackdrop(Backdrop),
    /// Chose whether the overlay tells where the edge is unsure.
    ShowUnsure(bool),
    /// Asked for the original alone, or had seen enough of it.
    ShowOriginal(bool),
    /// Chose whether the place is kept from photo to photo.
    KeepPlace(bool),
    /// Looks so closely at a photo that these tiles of it are needed, those in the middle first.
    WantTiles(ItemId, Vec<TileId>),
    /// Saved one kind of file of the chosen photos.
    Save(OutputKind),
    /// Asked for the window that says how results are saved.
    OpenExport(Scope),
    /// Chose which photos it saves.
    SetScope(Scope),
    /// Changed how results are saved.
    SetExport(Box<ExportSettings>),
    /// Typed the template of their names.
    TypeName(String),
    /// Asked for the dialog that chooses their folder.
    PickExportFolder,
    /// Saved what the window says.
    Export,
    /// Meant so many files.
    ConfirmMany,
    /// Said what to do where files exist.
    AnswerExists(OnExist),
    /// Stopped what is being saved.
    StopSaving,
    /// Asked for another folder for what could not be saved.
    SaveElsewhere,
    /// Asked for a folder in the desktop's file manager.
    ShowFolder(PathBuf),
    /// Asked for the photos of the clipboard.
    Paste,
    /// Asked for the clipboard's text in the field that has the keys.
    PasteText,
    /// Asked for the cutout of the photo in the middle on the clipboard.
    CopyCutout,
    /// Opened or closed the memory panel.
    ShowMemory(bool),
    /// Gave libtorch's cache back to the driver.
    FreeCache,
    /// Let the model go.
    UnloadModel,
    /// Asked for the dialog that says where a snapshot of the GPU's memory goes.
    PickSnapshotFile,
    /// Chose which cleanup points empty the cache.
    SetCleanup(CleanupSwitches),
    /// Chose after how many idle minutes the model is unloaded; `None` for never.
    SetIdleUnload(Option<u32>),
    /// Refused or allowed falling back to the CPU.
    RequireGpu(bool),
    /// Set libtorch's allocator for the next start.
    SetAllocator(AllocatorSettings),
    /// Chose language, theme or motion.
    SetLook(Look),
    /// Chose how folders are added.
    SetAdding(Adding),
    /// Chose whether a folder is watched, and how.
    SetWatching(Watching),
    /// Asked for the dialog that chooses the folder to watch.
    PickWatchFolder,
    /// Put the notice away.
    DismissNotice,
}
