//! The way of one image, top to bottom: decode, infer, finish. Each step is a function from what
//! the one before gave; `threads` decides where they run.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
    time::Instant,
};

use super::{
    infer::{InferError, describe_panic, infer},
    output::{Names, Target},
    protocol::{
        CleanupPoint, CleanupRecord, Done, Event, Job, OnExist, Outcome, Output, OutputKind,
        Preview, Save, Step, Timings,
    },
    ticket::Ticket,
};
use crate::{
    gpu::cleanup::Cleaner,
    imaging::{
        self, Cancel, Cancelled, DecodeError, Existing, Limits, Matte, NetworkInput, Picture,
        Resampling, SaliencyMap, WriteError,
    },
    u2net::SaliencyNetwork,
};

/// Longest side of the pictures in the list.
const THUMBNAIL_PX: u32 = 96;
/// How often another program may take a name between our choice and our writing.
const NAME_ATTEMPTS: u32 = 100;

/// What every step needs to know and none changes.
pub struct Settings {
    /// How large a photo may be.
    pub limits: Limits,
    /// How photos come to the network's size and maps back.
    pub resampling: Resampling,
    /// Width and height of the network's input.
    pub side_px: u32,
    /// Output names given out so far.
    pub names: Names,
}

/// A job on its way.
pub struct Work {
    /// Its promise of a terminal event.
    pub ticket: Ticket,
    /// What was asked.
    pub job: Job,
    /// How long its steps took so far.
    pub timings: Timings,
}

/// A job whose photo is in memory.
pub struct Decoded {
    work: Work,
    picture: Picture,
    input: Option<NetworkInput>,
}

/// A job whose saliency map is known.
pub struct Inferred {
    work: Work,
    picture: Picture,
    saliency: Arc<SaliencyMap>,
    cleanups: Vec<CleanupRecord>,
}

/// Where a decoded job goes next.
pub enum Next {
    /// To the network.
    Infer(Decoded),
    /// Its map is known from before.
    Finish(Inferred),
}

/// Why a job ends before its end.
enum Stop {
    Cancelled,
    Failed(String),
}

impl From<Cancelled> for Stop {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

/// Reads the photo and brings it to the network's size. `None` where the job has ended.
pub fn decode(mut work: Work, settings: &Settings) -> Option<Next> {
    if let Some(outputs) = nothing_to_do(&work.job, &settings.names) {
        work.ticket.finish(Outcome::Skipped { outputs });
        return None;
    }
    let started = Instant::now();
    let decoded = attempt(&work, Step::Decoding, |work| {
        let cancel = work.ticket.cancel();
        let picture =
            imaging::decode(&work.job.source, &settings.limits, cancel).map_err(|error| {
                if matches!(error, DecodeError::Cancelled(_)) {
                    Stop::Cancelled
                } else {
                    Stop::Failed(error.to_string())
                }
            })?;
        cancel.check()?;
        if work.job.thumbnail {
            work.ticket.emitter().emit(Event::Thumbnail {
                id: work.ticket.id(),
                picture: imaging::thumbnail(&picture, THUMBNAIL_PX),
                size_px: size_px(&picture),
            });
        }
        let input = work
            .job
            .saliency
            .is_none()
            .then(|| imaging::network_input(&picture, settings.side_px, settings.resampling));
        Ok((picture, input))
    });
    work.timings.decode_ms = elapsed_ms(started);
    let (work, (picture, input)) = or_end(work, decoded)?;
    Some(match work.job.saliency.clone() {
        Some(saliency) => Next::Finish(Inferred { work, picture, saliency, cleanups: Vec::new() }),
        None => Next::Infer(Decoded { work, picture, input }),
    })
}

/// The files of a job that asks for nothing else, where all of them exist and are to be left.
fn nothing_to_do(job: &Job, names: &Names) -> Option<Vec<Output>> {
    let save = job.save.as_ref().filter(|_| !job.thumbnail && job.preview_px.is_none())?;
    let targets = names.all_to_be_left(&job.source, save)?;
    let output = |Target { kind, path, skip }| Output { kind, path, skipped: skip };
    Some(targets.into_iter().map(output).collect())
}

/// Runs the network, or says why it cannot. The sweep after this command of the inference thread
/// ends the step, whatever became of the image.
pub fn infer_step(
    decoded: Decoded,
    network: Result<&dyn SaliencyNetwork, &str>,
    cleaner: &Cleaner,
) -> Option<Inferred> {
    let Decoded { mut work, picture, input } = decoded;
    let started = Instant::now();
    let inferred = attempt(&work, Step::Inferring, |work| {
        let network = network.map_err(|message| Stop::Failed(message.to_owned()))?;
        let input = input.as_ref().ok_or_else(|| Stop::Failed("no network input".to_owned()))?;
        infer(network, input, cleaner, work.ticket.cancel()).map_err(|error| match error {
            InferError::Cancelled(_) => Stop::Cancelled,
            InferError::Failed(words) => Stop::Failed(format!(
                "{}: the network failed on this image ({words}). Try it again; if it fails again, \
                 try --device cpu.",
                work.job.source.display()
            )),
        })
    });
    work.timings.infer_ms = elapsed_ms(started);
    cleaner.run(CleanupPoint::AfterJob);
    let cleanups = cleaner.take_records();
    for &record in &cleanups {
        work.ticket.emitter().emit(Event::Cleanup { id: Some(work.ticket.id()), record });
    }
    let (work, saliency) = or_end(work, inferred)?;
    Some(Inferred { work, picture, saliency: Arc::new(saliency), cleanups })
}

/// Makes the matte, the previews and the files, and ends the job.
pub fn finish(inferred: Inferred, settings: &Settings) {
    let Inferred { mut work, picture, saliency, cleanups } = inferred;
    let (width_px, height_px) = size_px(&picture);

    let started = Instant::now();
    let refined = attempt(&work, Step::Refining, |work| {
        let matte_at = |(width_px, height_px)| {
            imaging::matte_from_map(&saliency, width_px, height_px, settings.resampling)
        };
        let matte = work.job.save.as_ref().map(|_| matte_at((width_px, height_px)));
        work.ticket.cancel().check()?;
        let preview = work.job.preview_px.map(|longest_px| {
            let small = imaging::fit_size_px(width_px, height_px, longest_px);
            let (before, after) = imaging::preview(&picture, &matte_at(small), longest_px);
            Preview { before, after }
        });
        Ok((matte, preview))
    });
    work.timings.refine_ms = elapsed_ms(started);
    let Some((mut work, (matte, preview))) = or_end(work, refined) else { return };

    let mut outputs = Vec::new();
    if let (Some(save), Some(matte)) = (work.job.save.clone(), matte) {
        let started = Instant::now();
        let saved = attempt(&work, Step::Saving, |work| {
            let source = &work.job.source;
            write_all(source, &save, &picture, &matte, &settings.names, work.ticket.cancel())
        });
        work.timings.save_ms = elapsed_ms(started);
        let Some((after, written)) = or_end(work, saved) else { return };
        (work, outputs) = (after, written);
    }

    let Work { ticket, job, timings } = work;
    for output in outputs.iter().filter(|output| !output.skipped) {
        tracing::info!("saved {}", output.path.display());
    }
    tracing::info!("done {}", job.source.display());
    ticket.finish(Outcome::Done(Box::new(Done {
        no_clear_subject: saliency.is_empty(),
        saliency,
        size_px: (width_px, height_px),
        preview,
        outputs,
        timings,
        cleanups,
        pass: None,
    })));
}

fn write_all(
    source: &Path,
    save: &Save,
    picture: &Picture,
    matte: &Matte,
    names: &Names,
    cancel: &Cancel,
) -> Result<Vec<Output>, Stop> {
    if let Some(folder) = &save.folder {
        std::fs::create_dir_all(folder).map_err(|error| {
            let folder = folder.display();
            Stop::Failed(format!("{folder}: this folder cannot be made ({error}); choose another"))
        })?;
    }
    let existing = match save.on_exist {
        OnExist::Replace => Existing::Replace,
        OnExist::Skip | OnExist::Number => Existing::Refuse,
    };
    let mut first_number = 1;
    for _ in 0..NAME_ATTEMPTS {
        let (number, targets) = names.choose(source, save, first_number);
        match write_targets(targets, picture, matte, existing, cancel) {
            Ok(outputs) => return Ok(outputs),
            Err(WriteError::Taken(_)) => first_number = number + 1,
            Err(WriteError::Cancelled(_)) => return Err(Stop::Cancelled),
            Err(error) => return Err(Stop::Failed(format!("{}: {error}", source.display()))),
        }
    }
    Err(Stop::Failed(format!("{}: no free name for its results", source.display())))
}

fn write_targets(
    targets: Vec<Target>,
    picture: &Picture,
    matte: &Matte,
    existing: Existing,
    cancel: &Cancel,
) -> Result<Vec<Output>, WriteError> {
    targets
        .into_iter()
        .map(|Target { kind, path, skip }| {
            if !skip {
                match kind {
                    OutputKind::Cutout => {
                        let cutout = imaging::cutout(picture, matte);
                        imaging::save_cutout(&path, &cutout, &picture.metadata, existing, cancel)?;
                    }
                    OutputKind::Mask => imaging::save_mask(&path, matte, existing, cancel)?,
                }
            }
            Ok(Output { kind, path, skipped: skip })
        })
        .collect()
}

/// Enters a step and runs its body, unless the job is cancelled; a panic becomes an error.
fn attempt<T>(
    work: &Work,
    step: Step,
    body: impl FnOnce(&Work) -> Result<T, Stop>,
) -> Result<T, Stop> {
    work.ticket.cancel().check()?;
    work.ticket.enter(step);
    catch_unwind(AssertUnwindSafe(|| body(work))).unwrap_or_else(|panic| {
        Err(Stop::Failed(format!(
            "{}: a fault of Cutout's own while {} ({}). The other images are not affected.",
            work.job.source.display(),
            step.words(),
            describe_panic(panic.as_ref())
        )))
    })
}

/// Passes what a step gave, or ends the job.
fn or_end<T>(work: Work, result: Result<T, Stop>) -> Option<(Work, T)> {
    match result {
        Ok(value) => Some((work, value)),
        Err(stop) => {
            work.ticket.finish(match stop {
                Stop::Cancelled => Outcome::Cancelled,
                Stop::Failed(message) => {
                    tracing::warn!("{message}");
                    Outcome::Failed { message }
                }
            });
            None
        }
    }
}

impl Step {
    /// For sentences: "while …".
    pub fn words(self) -> &'static str {
        match self {
            Self::Decoding => "reading the photo",
            Self::Inferring => "finding the subject",
            Self::Refining => "making the cutout",
            Self::Saving => "writing files",
        }
    }
}

fn size_px(picture: &Picture) -> (u32, u32) {
    (picture.pixels.width(), picture.pixels.height())
}

fn elapsed_ms(started: Instant) -> f64 {
    started.elapsed().as_secs_f64() * 1e3
}
