//! One image: what is asked for, and what it gave.

use std::{path::PathBuf, sync::Arc};

use image::RgbaImage;

use super::{CleanupRecord, ExportOptions, Failure, Place, Precision, Preview};
use crate::engine::output::Numbering;
use crate::imaging::{Doubt, SaliencyMaps, edit::Edits};

/// Longest side of the pictures in the list, in pixels.
pub const THUMBNAIL_PX: u32 = 112;

/// Names one job for as long as the program runs. The sender chooses it and never reuses it while
/// the job is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct JobId(pub u64);

/// One image's way through the engine.
#[derive(Clone, Debug)]
pub struct Job {
    /// The sender's name for it.
    pub id: JobId,
    /// The photo's file.
    pub source: PathBuf,
    /// What the network saw, known from before: it is then not run again.
    pub saliency: Option<Arc<SaliencyMaps>>,
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
    /// The folders to make again in [`Destination::Folder`](super::Destination::Folder).
    pub below: PathBuf,
    /// The photo's place among those that are saved together.
    pub place: Place,
    /// Which numbers its files may have; `None` to have the engine choose, among the jobs that come
    /// with this one.
    pub numbering: Option<Numbering>,
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

/// How a job ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Everything that was asked for was done.
    Done(Box<Done>),
    /// Every file that was asked for exists and was to be left
    /// ([`OnExist::Skip`](super::OnExist::Skip)): not even the photo was read. Told only of jobs
    /// that ask for nothing but files.
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
    /// where the job's edits want that and the subject is small ([`SaliencyMaps::has_crop`]).
    pub saliency: Arc<SaliencyMaps>,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
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
