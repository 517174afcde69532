//! The way of one image, top to bottom: decode, infer, finish. Each step is a function from what
//! the one before gave; `threads` decides where they run.

use std::{
    cell::LazyCell,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use super::{
    backdrop,
    infer::{InferError, describe_panic},
    meters::HeldPicture,
    output::{Names, Target, Way},
    passes::{self, PassOutcome, Photo},
    pixel_budget::{PixelBudget, PixelPermit},
    progress::ProgressThrottle,
    protocol::{
        CleanupRecord, Done, Event, Failure, Job, Outcome, Output, Pass, Preview, Problem, Step,
        THUMBNAIL_PX, Timings,
    },
    saving::{self, Edited},
    shared::{Settings, Shared},
    stop::Stop,
    ticket::{NetworkState, Ticket},
    worker::Worker,
};
use crate::imaging::{
    self, Mipmap, NetworkInput, Picture, Refine, SaliencyMaps,
    edit::{self, Proxy, Screen},
    refine::{Guide, Watch},
};
use crate::path_text::printable;

/// A job on its way.
pub struct Work {
    /// Its promise of a terminal event.
    pub ticket: Ticket,
    /// What was asked.
    pub job: Job,
    /// How long its steps took so far.
    pub timings: Timings,
    /// Its photo's place in memory, once it may have one.
    pub permit: Option<PixelPermit>,
}

/// A job whose photo is in memory.
pub struct Decoded {
    work: Work,
    picture: HeldPicture,
    input: NetworkInput,
}

/// A job whose saliency map is known.
pub struct Inferred {
    work: Work,
    picture: HeldPicture,
    saliency: Arc<SaliencyMaps>,
    cleanups: Vec<CleanupRecord>,
    pass: Option<Pass>,
}

/// Where a decoded job goes next.
pub enum Next {
    /// To the network.
    Infer(Decoded),
    /// Its map is known from before.
    Finish(Inferred),
}

/// Reads the photo, once the budget has room for its pixels, and brings it to the network's size. `None`
/// where the job has ended.
pub fn decode(mut work: Work, shared: &Shared, budget: &PixelBudget) -> Option<Next> {
    let settings = &shared.settings;
    settings.names.note_original(&work.job.source);
    if let Some(outputs) = nothing_to_do(&work.job, &settings.names) {
        work.ticket.finish(Outcome::Skipped { outputs });
        return None;
    }
    if let Some(paths) = exists(&work.job, &settings.names) {
        work.ticket.finish(Outcome::Exists { paths });
        return None;
    }
    let mut permit = None;
    let mut waited_ms = 0.0;
    let started = Instant::now();
    let decoded = attempt(&work, Step::Decoding, |work| {
        let cancel = work.ticket.cancel();
        let picture =
            imaging::decode_in_turn(&work.job.source, &settings.limits, cancel, |pixels| {
                let came = Instant::now();
                permit = Some(budget.acquire(pixels));
                waited_ms = elapsed_ms(came);
            })?;
        cancel.check()?;
        if work.job.thumbnail {
            work.ticket.emitter().emit(Event::Thumbnail {
                id: work.ticket.id(),
                picture: imaging::thumbnail(&picture, THUMBNAIL_PX),
                size_px: size_px(&picture),
            });
        }
        let next = match work.job.saliency.clone() {
            Some(map) => Known::Map(map),
            None => Known::Input(imaging::network_input(
                &picture,
                settings.side_px,
                settings.resampling,
            )),
        };
        Ok((shared.meters.hold(picture), next))
    });
    work.permit = permit;
    work.timings.decode_ms = elapsed_ms(started) - waited_ms;
    let (work, (picture, known)) = or_end(work, decoded)?;
    Some(match known {
        Known::Input(input) => Next::Infer(Decoded { work, picture, input }),
        Known::Map(saliency) => {
            Next::Finish(Inferred { work, picture, saliency, cleanups: Vec::new(), pass: None })
        }
    })
}

/// What is known of a decoded photo.
enum Known {
    /// What the network saw, from before.
    Map(Arc<SaliencyMaps>),
    /// What the network is to see.
    Input(NetworkInput),
}

/// The files of a job that asks for nothing else, where all of them exist and are to be left.
fn nothing_to_do(job: &Job, names: &Names) -> Option<Vec<Output>> {
    let is_all = !job.thumbnail && job.preview_px.is_none() && !job.cutout;
    let save = job.save.as_ref().filter(|_| is_all)?;
    let targets = names.all_to_be_left(&job.source, save)?;
    let output = |Target { kind, path, way }| Output { kind, path, skipped: way == Way::Leave };
    Some(targets.into_iter().map(output).collect())
}

/// The files of a job that exist, where nobody said what to do then.
fn exists(job: &Job, names: &Names) -> Option<Vec<PathBuf>> {
    let save = job.save.as_ref().filter(|save| save.options.on_exist.is_none())?;
    let paths = names.existing(&job.source, save);
    (!paths.is_empty()).then_some(paths)
}

/// Runs the network on images that are ready, and gives those that now have a map. The sweep after
/// this command of the inference thread ends the step, whatever became of the images.
pub fn infer_step(batch: Vec<Decoded>, worker: &mut Worker) -> Vec<Inferred> {
    let started = |decoded: Decoded| {
        let Decoded { work, picture, input } = decoded;
        work.ticket.reach(NetworkState::Running);
        let entered = attempt(&work, Step::Inferring, |_| Ok(()));
        or_end(work, entered).map(|(work, ())| (work, picture, input))
    };
    let batch: Vec<_> = batch.into_iter().filter_map(started).collect();
    if batch.is_empty() {
        return Vec::new();
    }
    let photos: Vec<_> = batch
        .iter()
        .map(|(work, held, input)| Photo {
            job: &work.job,
            cancel: work.ticket.cancel(),
            picture: &held.picture,
            input,
        })
        .collect();
    let tell = |place: usize, rung| {
        let (work, ..) = &batch[place];
        tracing::warn!("{}: {rung:?}", printable(&work.job.source));
        work.ticket.emitter().emit(Event::Rung { id: work.ticket.id(), rung });
    };
    let seen = passes::run(&photos, worker, &tell);
    let cleanups = worker.sweep();
    worker.leave_cores();
    let on_gpu = worker.is_on_gpu();
    let first = &batch[0].0.ticket;
    for &record in &cleanups {
        first.emitter().emit(Event::Cleanup { id: Some(first.id()), record });
    }
    type Started = (Work, HeldPicture, NetworkInput);
    let finished = |((work, picture, _), seen): (Started, PassOutcome)| {
        let outcome = match work.ticket.cancel().check() {
            Ok(()) => seen.map_err(|error| stop(error, &work.job.source, on_gpu)),
            Err(cancelled) => Err(cancelled.into()),
        };
        let (mut work, (maps, pass, image_ms)) = or_end(work, outcome)?;
        work.ticket.reach(NetworkState::Done);
        work.timings.infer_ms = image_ms;
        let cleanups = cleanups.clone();
        Some(Inferred { work, picture, saliency: Arc::new(maps), cleanups, pass: Some(pass) })
    };
    batch.into_iter().zip(seen).filter_map(finished).collect()
}

fn stop(error: InferError, source: &Path, on_gpu: bool) -> Stop {
    Stop::Failed(match error {
        InferError::Cancelled(_) => return Stop::Cancelled,
        InferError::NoModel(why) => Problem::NoModel(why).into(),
        InferError::OutOfMemory(words) => {
            Failure::of(source, Problem::OutOfMemory { words, on_gpu })
        }
        InferError::Failed(words) => Failure::of(source, Problem::NetworkFailed { words, on_gpu }),
    })
}

/// Makes the matte, the previews, the cutout and the files, and ends the job.
pub fn finish(inferred: Inferred, settings: &Settings) {
    let Inferred { mut work, picture: held, saliency, cleanups, pass } = inferred;
    let doubts = imaging::doubts(&saliency.first);
    let picture = &held.picture;
    let photo_px = size_px(picture);

    let started = Instant::now();
    let refined = attempt(&work, Step::Refining, |work| {
        let (job, cancel) = (&work.job, work.ticket.cancel());
        let merged = LazyCell::new(|| saliency.merged(job.edits.mask.second_look));
        let matte_of = |guide: Guide, proxy, progress: &dyn Fn(f32)| {
            let (map, resampling) = (&**merged, settings.resampling);
            let source = edit::Source { guide, map, proxy, resampling };
            edit::edited_matte(source, &job.edits, &Watch { cancel, progress })
        };
        let wants_cutout = job.cutout || job.save.as_ref().is_some_and(|save| save.cutout);
        let (backdrop, problem) = match backdrop::load(&job.edits, &settings.limits, cancel) {
            Ok(backdrop) => (backdrop, None),
            // What is seen can do without it; what is saved or handed out cannot.
            Err(Stop::Failed(problem)) if !wants_cutout => (None, Some(problem)),
            Err(Stop::Failed(Failure { problem, .. })) => {
                return Err(Stop::Failed(Failure::of(&job.source, problem)));
            }
            Err(stop) => return Err(stop),
        };
        let needs_matte = job.cutout || job.save.is_some();
        let is_slow = job.edits.mask.refine == Refine::Matting;
        let throttle = ProgressThrottle::new(&work.ticket);
        let progress = |done| {
            if is_slow {
                throttle.report(done);
            }
        };
        let matte = needs_matte
            .then(|| matte_of(Guide::Photo(&picture.pixels), Proxy::full(photo_px), &progress))
            .transpose()?;
        let cutout = matte.as_ref().filter(|_| job.cutout).map(|matte| {
            let proxy = Proxy::full(photo_px);
            let rendered =
                edit::render(picture, matte, &job.edits, &proxy, backdrop.as_ref(), cancel);
            rendered.map(|cutout| Arc::new(cutout.into_rgba8()))
        });
        let cutout = cutout.transpose()?;
        let preview = job.preview_px.map(|longest_px| -> Result<_, Stop> {
            let proxy = Proxy::within(photo_px, longest_px);
            let before = imaging::thumbnail(picture, longest_px);
            let matte = matte_of(Guide::Screen(&before), proxy, &|_| {})?;
            let Screen { after, trim_px } =
                edit::screen(&before, &matte, &job.edits, &proxy, backdrop.as_ref(), cancel)?;
            Ok(Preview {
                before: Mipmap::of(before),
                after: Mipmap::of(after),
                mask: Mipmap::of(imaging::mask_picture(&matte)),
                trim_px,
                problem,
            })
        });
        Ok((matte, preview.transpose()?, cutout, backdrop))
    });
    work.timings.refine_ms = elapsed_ms(started);
    let Some((mut work, (matte, preview, cutout, backdrop))) = or_end(work, refined) else {
        return;
    };

    let mut outputs = Vec::new();
    if let (Some(save), Some(matte)) = (work.job.save.clone(), matte) {
        let started = Instant::now();
        let saved = attempt(&work, Step::Saving, |work| {
            let (edits, backdrop) = (&*work.job.edits, backdrop.as_ref());
            let edited = Edited { picture, matte: &matte, edits, backdrop };
            let (source, cancel) = (&work.job.source, work.ticket.cancel());
            saving::write_all(source, &save, &edited, &settings.names, cancel)
        });
        work.timings.save_ms = elapsed_ms(started);
        let Some((after, written)) = or_end(work, saved) else { return };
        (work, outputs) = (after, written);
    }

    let Work { ticket, job, timings, permit } = work;
    for output in outputs.iter().filter(|output| !output.skipped) {
        tracing::info!("saved {}", printable(&output.path));
    }
    tracing::info!("done {}", printable(&job.source));
    // Who hears of the end finds its memory free.
    drop((held, permit));
    ticket.finish(Outcome::Done(Box::new(Done {
        no_clear_subject: saliency.first.is_empty(),
        doubts,
        saliency,
        size_px: photo_px,
        preview,
        cutout,
        outputs,
        timings,
        cleanups,
        pass,
    })));
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
        let words = describe_panic(panic.as_ref());
        Err(Stop::Failed(Failure::of(&work.job.source, Problem::Fault { step, words })))
    })
}

/// Passes what a step gave, or ends the job.
fn or_end<T>(work: Work, result: Result<T, Stop>) -> Option<(Work, T)> {
    match result {
        Ok(value) => Some((work, value)),
        Err(stop) => {
            work.ticket.finish(match stop {
                Stop::Cancelled => Outcome::Cancelled,
                Stop::Exists(paths) => Outcome::Exists { paths },
                Stop::Failed(why) => {
                    tracing::warn!("{why}");
                    Outcome::Failed { why }
                }
            });
            None
        }
    }
}

fn size_px(picture: &Picture) -> (u32, u32) {
    (picture.pixels.width(), picture.pixels.height())
}

fn elapsed_ms(started: Instant) -> f64 {
    started.elapsed().as_secs_f64() * 1e3
}
