//! What the engine tells.

use std::{sync::Arc, time::Duration};

use super::{
    CardUsers, CleanupRecord, DeviceInfo, Failure, FileId, FileNews, Freed, JobId, LiveAnswer,
    MemorySample, ModelProblem, Outcome, Precision, SnapshotEnded, Step, Tile,
};
use crate::imaging::Rgba;

/// What the engine tells.
#[derive(Clone, Debug)]
pub enum Event {
    /// The device was chosen: before `Model(Ready)`, and again when the work moves to another
    /// because this one failed. [`DeviceInfo::why`] then says so.
    Device(DeviceInfo),
    /// What became of the model.
    Model(ModelState),
    /// A job entered a step.
    Step {
        /// Which job.
        id: JobId,
        /// The step it entered.
        step: Step,
    },
    /// How far a job's refinement at full size is, where it takes a while: a few times a second at
    /// most, and left out while nobody reads.
    Refining {
        /// Which job.
        id: JobId,
        /// 0 to 1.
        done: f32,
    },
    /// The photo was decoded, where [`Job::thumbnail`](super::Job::thumbnail) asked for it: its list
    /// picture, at most [`THUMBNAIL_PX`](super::THUMBNAIL_PX) on its longest side.
    Thumbnail {
        /// Which job.
        id: JobId,
        /// The photo, small.
        picture: Rgba,
        /// The upright photo's own width and height in pixels.
        size_px: (u32, u32),
    },
    /// News of a file of the list.
    File {
        /// Which file.
        id: FileId,
        /// What was found.
        news: FileNews,
    },
    /// A reading of memory; at least four a second.
    Memory(MemorySample),
    /// The other programs on the card have changed; `None` where the driver does not tell which they
    /// are, and on the CPU. At most once a second.
    CardUsers(Option<CardUsers>),
    /// A cleanup point ran.
    Cleanup {
        /// The image it ran for; `None` for the sweep of a command without one.
        id: Option<JobId>,
        /// What it did.
        record: CleanupRecord,
    },
    /// An image ran out of memory, or its GPU failed; this is tried next.
    Rung {
        /// Which job.
        id: JobId,
        /// What is tried.
        rung: Rung,
    },
    /// The cache or the model was let go.
    Freed(Box<Freed>),
    /// A snapshot of the GPU's memory was written, or could not be.
    Snapshot(Box<SnapshotEnded>),
    /// The model will be unloaded in so long unless an image comes; `None`: it will not.
    UnloadsIn(Option<Duration>),
    /// A photo with the edits that were asked for last.
    Live(LiveAnswer),
    /// A tile that was asked for.
    Tile {
        /// Of which photo.
        key: u64,
        /// With which edits.
        serial: u64,
        /// The tile.
        tile: Arc<Tile>,
    },
    /// No tiles of this photo can be made.
    DetailFailed {
        /// Of which photo.
        key: u64,
        /// The reason.
        why: Failure,
    },
    /// A job ended. Comes exactly once for every job submitted, and last of its events.
    Finished {
        /// Which job.
        id: JobId,
        /// How it ended.
        outcome: Outcome,
    },
}

/// What became of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelState {
    /// It is being read.
    Loading {
        /// Its id or path.
        name: String,
    },
    /// It is ready for images.
    Ready {
        /// Its id or path.
        name: String,
        /// How long reading it took.
        load_ms: u64,
        /// Bytes that its weights hold on the device: on a GPU what the allocator gave for them.
        weights_bytes: u64,
        /// In which numbers it computes.
        precision: Precision,
    },
    /// It was let go; the next image that needs it brings it back.
    Unloaded {
        /// Its id or path.
        name: String,
    },
    /// It cannot be used; jobs will fail for the same reason.
    Failed {
        /// The reason.
        why: Arc<ModelProblem>,
    },
}

/// A step of the fallback when memory runs out, or the GPU fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(tag = "rung", rename_all = "snake_case")]
pub enum Rung {
    /// The cache was emptied; the same again.
    EmptyCache,
    /// The images of a pass are split in two.
    HalveBatch {
        /// How many images go together now.
        images: usize,
    },
    /// The network computes in smaller numbers from here on.
    LowerPrecision {
        /// In which.
        precision: Precision,
    },
    /// The CPU does this image.
    OnCpu,
    /// The GPU failed; from here on the CPU does the work.
    GpuFailed,
}
