//! What the engine can be told.

use std::time::Duration;

use super::{
    CleanupSwitches, DetailRequest, FileId, Job, JobId, ListedFile, LiveRequest, SaveSnapshot,
};

/// What the engine can be told.
#[derive(Clone, Debug)]
pub enum Command {
    /// Queue jobs behind those that wait, in order; jobs whose map is known go before those that
    /// need the network.
    Submit(Vec<Job>),
    /// End these jobs at their next step; their terminal event is `Cancelled`.
    Cancel(Vec<JobId>),
    /// End every job.
    CancelAll,
    /// End the jobs that wait for the network or for its being loaded; those that it has or had go on
    /// to their end.
    CancelWaiting,
    /// Hand out no job that needs the network until this is taken back; jobs whose map is known go
    /// on.
    Pause(bool),
    /// These go before the other jobs that wait for the network, in this order; the others keep
    /// theirs. Jobs that do not wait are passed over.
    Prefer(Vec<JobId>),
    /// Look at these files as soon as nothing is more urgent: whether they are pictures, how large,
    /// and which two are the same. Answered by [`FileNews`](super::FileNews).
    Inspect(Vec<ListedFile>),
    /// Make list pictures of these files, first to last, and of no others asked for before.
    Thumbnails(Vec<ListedFile>),
    /// These files are of no interest any more.
    Forget(Vec<FileId>),
    /// Give libtorch's cache back to the driver as soon as the image in hand is done. Answered by
    /// [`Event::Freed`](super::Event::Freed).
    FreeCache,
    /// Drop the model as soon as the image in hand is done; the next image that needs it brings it
    /// back. Answered by [`Event::Freed`](super::Event::Freed).
    UnloadModel,
    /// Write a snapshot of the GPU's memory as soon as the image in hand is done. Answered by
    /// [`Event::Snapshot`](super::Event::Snapshot).
    SaveSnapshot(SaveSnapshot),
    /// From now on these cleanup points empty the cache, also for the image in hand.
    SetCleanup(CleanupSwitches),
    /// Unload the model whenever no image has needed it for so long; `None` for never.
    SetIdleUnload(Option<Duration>),
    /// Whether images fail rather than fall back to the CPU.
    RequireGpu(bool),
    /// Show a photo with other edits. Answered by [`Event::Live`](super::Event::Live), unless a
    /// newer request comes before this one is begun.
    Live(LiveRequest),
    /// Make tiles of a photo. Goes before what was asked for by an earlier one and is not there yet;
    /// answered by an [`Event::Tile`](super::Event::Tile) for each tile, or one
    /// [`Event::DetailFailed`](super::Event::DetailFailed).
    ShowDetail(Box<DetailRequest>),
    /// Let go of the photo that tiles are made of.
    LetDetailGo,
}
