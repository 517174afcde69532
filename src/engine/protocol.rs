//! What the engine is told and what it tells: plain data, no tensors, no egui.

use std::{path::PathBuf, sync::Arc, time::Duration};

use image::RgbaImage;

use crate::imaging::{Doubt, Looks, Mipmap, Rgba, edit::Edits};

pub use super::tile::{Layer, TILE_PX, Tile, TileId};
// Re-exported so that the window imports this room alone.
pub use super::{
    export::{Destination, ExportOptions, OnExist},
    failure::{Failure, ModelProblem, Problem},
    template::{NameTemplate, Place, Placeholder, TemplateError},
};
pub use crate::{
    gpu::{
        allocator::AllocatorSettings,
        cleanup::{CleanupPoint, CleanupRecord},
        device::{DeviceError, DeviceInfo},
        ledger::{Ledger, Part, Whole},
        memory::{CardMemory, MemoryStats},
        no_gpu::{Advice, NoGpu},
        switches::{CleanupPreset, CleanupSwitches},
    },
    imaging::{FileFormat, MetadataPolicy},
    u2net::{
        Precision,
        weights::{MAX_FILE_BYTES, Mismatch, WeightsError},
    },
    zoo::ModelError,
};

/// Longest side of the pictures in the list, in pixels.
pub const THUMBNAIL_PX: u32 = 112;

/// Names one job for as long as the program runs. The sender chooses it and never reuses it while
/// the job is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct JobId(pub u64);

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
    Glimpse {
        /// The photo, small.
        picture: Rgba,
        /// The upright picture's width and height in pixels.
        size_px: (u32, u32),
    },
}

/// One image's way through the engine.
#[derive(Clone, Debug)]
pub struct Job {
    /// The sender's name for it.
    pub id: JobId,
    /// The photo's file.
    pub source: PathBuf,
    /// What the network saw, known from before: it is then not run again.
    pub saliency: Option<Arc<Looks>>,
    /// Tell the photo's list picture and size as soon as it is decoded.
    pub thumbnail: bool,
    /// Longest side of the previews to make, in pixels; `None` for no previews.
    pub preview_px: Option<u32>,
    /// What the user changed; previews and files are made with it.
    pub edits: Arc<Edits>,
    /// Give the cutout itself, at full size ([`Done::cutout`]).
    pub cutout: bool,
    /// Files to write.
    pub save: Option<Save>,
}

/// Which files of a photo to write, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Save {
    /// Write the photo without its background.
    pub cutout: bool,
    /// Write its mask: 8-bit grey PNG.
    pub mask: bool,
    /// How.
    pub options: Arc<ExportOptions>,
    /// The folders to make again in [`Destination::Folder`].
    pub below: PathBuf,
    /// The photo's place among those that are saved together.
    pub place: Place,
}

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
    /// End the jobs that wait for the network; those that were handed out go on to their end.
    CancelWaiting,
    /// Hand out no job that needs the network until this is taken back; jobs whose map is known go
    /// on.
    Pause(bool),
    /// These go before the other jobs that wait for the network, in this order; the others keep
    /// theirs. Jobs that do not wait are passed over.
    Prefer(Vec<JobId>),
    /// Look at these files as soon as nothing is more urgent: whether they are pictures, how large,
    /// and which two are the same. Answered by [`FileNews`].
    Inspect(Vec<ListedFile>),
    /// Make list pictures of these files, first to last, and of no others asked for before.
    Glimpse(Vec<ListedFile>),
    /// These files are of no interest any more.
    Forget(Vec<FileId>),
    /// Give libtorch's cache back to the driver as soon as the image in hand is done. Answered by
    /// [`Event::Freed`].
    FreeCache,
    /// Drop the model as soon as the image in hand is done; the next image that needs it brings it
    /// back. Answered by [`Event::Freed`].
    UnloadModel,
    /// From now on these cleanup points empty the cache, also for the image in hand.
    SetCleanup(CleanupSwitches),
    /// Unload the model whenever no image has needed it for so long; `None` for never.
    SetIdleUnload(Option<Duration>),
    /// Whether images fail rather than fall back to the CPU.
    RequireGpu(bool),
    /// Show a photo with other edits. Answered by [`Event::Live`], unless a newer request comes
    /// before this one is begun.
    Live(LiveRequest),
    /// Make tiles of a photo. Goes before what was asked for by an earlier one and is not there yet;
    /// answered by an [`Event::Tile`] for each tile, or one [`Event::DetailFailed`].
    ShowDetail(Box<DetailRequest>),
    /// Let go of the photo that tiles are made of.
    LetDetailGo,
}

/// Tiles of a photo to be made.
#[derive(Clone, Debug)]
pub struct DetailRequest {
    /// The sender's name for the photo, which is kept decoded as long as this stays the same.
    pub key: u64,
    /// The sender's number for the edits; the mask is kept as long as this stays the same.
    pub serial: u64,
    /// The photo's file.
    pub source: PathBuf,
    /// The upright photo's width and height in pixels.
    pub size_px: (u32, u32),
    /// What the network saw of the photo.
    pub saliency: Arc<Looks>,
    /// What the user changed.
    pub edits: Arc<Edits>,
    /// The tiles, in the order in which they are needed.
    pub tiles: Vec<TileId>,
}

/// Where an image is in the pipeline, while it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Reading and decoding the file.
    Decoding,
    /// In the network.
    Inferring,
    /// Matte, composition and previews.
    Refining,
    /// Encoding and writing files.
    Saving,
}

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
    /// The photo was decoded, where [`Job::thumbnail`] asked for it: its list picture, at most
    /// [`THUMBNAIL_PX`] on its longest side.
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
        /// Bytes of its weights on the device.
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

/// A rung of the ladder that an image climbs when memory runs out, or its GPU fails.
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

/// Memory at one moment.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct MemorySample {
    /// Seconds since the engine started.
    pub at_s: f64,
    /// The allocator's counters; `None` on CPU.
    pub device: Option<MemoryStats>,
    /// The driver's counters; `None` on CPU.
    pub card: Option<CardMemory>,
    /// Resident memory of this process.
    pub resident_bytes: u64,
    /// On CPU: bytes in live tensors of the inference thread, weights included; 0 on a GPU.
    pub tensor_bytes: u64,
    /// Who holds the card's memory, or on CPU the machine's.
    pub ledger: Ledger,
}

/// What letting go did.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Freed {
    /// What was let go.
    pub what: LetGo,
    /// Memory before.
    pub before: MemorySample,
    /// Memory after: what stays is in its ledger.
    pub after: MemorySample,
    /// How long it took, in microseconds.
    pub took_us: u64,
}

/// What can be let go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LetGo {
    /// libtorch's cache.
    Cache,
    /// The model, because the user asked.
    Model,
    /// The model, because no image needed it for the time that was set.
    IdleModel,
}

/// How a job ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Everything that was asked for was done.
    Done(Box<Done>),
    /// Every file that was asked for exists and was to be left ([`OnExist::Skip`]): not even the
    /// photo was read. Told only of jobs that ask for nothing but files.
    Skipped {
        /// The files.
        outputs: Vec<Output>,
    },
    /// Some of the files that were asked for exist, and what to do was left open
    /// ([`ExportOptions::on_exist`]): nothing was written, and previews were not made.
    Exists {
        /// Those that exist.
        paths: Vec<PathBuf>,
    },
    /// It failed; a file that was written before that is whole.
    Failed {
        /// The reason.
        why: Failure,
    },
    /// It was cancelled; nothing was written after that.
    Cancelled,
}

/// What a job gave.
#[derive(Clone, Debug)]
pub struct Done {
    /// What the network saw, to keep: every later change starts from it. It looks a second time
    /// where the job's edits want that and the subject is small ([`Looks::is_twice`]).
    pub saliency: Arc<Looks>,
    /// The network found nothing: the mask is empty.
    pub no_clear_subject: bool,
    /// Why the mask should be looked at, the weightiest reason first.
    pub doubts: Vec<Doubt>,
    /// The upright photo's width and height in pixels.
    pub size_px: (u32, u32),
    /// Before and after for the screen, if asked for.
    pub preview: Option<Preview>,
    /// The cutout at full size, edits and all, if asked for: straight alpha, 8 bits whatever the
    /// photo has, and no colours where nothing is seen.
    pub cutout: Option<Arc<RgbaImage>>,
    /// What became of each file asked for.
    pub outputs: Vec<Output>,
    /// How long each step took.
    pub timings: Timings,
    /// What the cleanup points did, in the order in which they ran. Images that went through the
    /// network together have the same records.
    pub cleanups: Vec<CleanupRecord>,
    /// How the network ran at first, with the highest peak of both looks; `None` when the map was
    /// known or nothing had to be run.
    pub pass: Option<Pass>,
}

/// How an image went through the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Pass {
    /// In which numbers.
    pub precision: Precision,
    /// How many images went together.
    pub images: usize,
    /// Whether a GPU did it.
    pub on_gpu: bool,
    /// Highest bytes in live tensors meanwhile, weights included; 0 where nobody counted.
    pub peak_bytes: u64,
}

/// A photo on the screen: pictures of one size, each shared so that a change of one leaves the
/// others where they are.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The photo.
    pub before: Mipmap,
    /// The result, in the photo's own frame.
    pub after: Mipmap,
    /// The mask: opaque grey.
    pub mask: Mipmap,
    /// The frame that a trimmed result keeps: left, top, right and bottom in pixels of the photo.
    pub trim_px: Option<[f32; 4]>,
    /// What could not be shown and why: a background picture that is missing.
    pub problem: Option<Failure>,
}

/// Asks for a photo on the screen with other edits. The network is not run and the photo's file
/// not read.
#[derive(Clone, Debug)]
pub struct LiveRequest {
    /// The sender's name for the photo; comes back with the answer.
    pub key: u64,
    /// The sender's number for the request; comes back with the answer.
    pub serial: u64,
    /// The photo on the screen: [`Preview::before`].
    pub before: Mipmap,
    /// What the network saw of it.
    pub map: Arc<Looks>,
    /// The upright photo's own width and height in pixels.
    pub photo_px: (u32, u32),
    /// What the user changed.
    pub edits: Arc<Edits>,
}

/// A photo on the screen with the edits that were asked for.
#[derive(Clone, Debug)]
pub struct LiveAnswer {
    /// [`LiveRequest::key`].
    pub key: u64,
    /// [`LiveRequest::serial`].
    pub serial: u64,
    /// The photo, whose `before` is the request's.
    pub preview: Arc<Preview>,
    /// From asking to answering, in milliseconds.
    pub took_ms: f64,
}

/// A file that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Output {
    /// Which kind.
    pub kind: OutputKind,
    /// Where it is.
    pub path: PathBuf,
    /// It existed and was left as it was.
    pub skipped: bool,
}

/// The kinds of files that Cutout writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputKind {
    /// RGBA.
    Cutout,
    /// 8-bit grey.
    Mask,
}

/// How long each step took, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Timings {
    /// Reading and decoding.
    pub decode_ms: f64,
    /// Preprocessing, network and normalisation, of both looks; 0 when the map was known.
    pub infer_ms: f64,
    /// Matte, composition, previews.
    pub refine_ms: f64,
    /// Encoding and writing.
    pub save_ms: f64,
}
