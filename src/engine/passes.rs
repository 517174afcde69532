//! The passes that images go through together: the whole photos first, then a crop of each whose
//! subject is small. Runs on the inference thread.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

use super::{
    infer::{Image, InferError, describe_panic},
    oom_fallback,
    protocol::{Job, Pass, Rung},
    worker::Worker,
};
use crate::imaging::{
    Cancel, NetworkInput, Part, Picture, SaliencyMaps, Second, network_input_of, second_look,
};
use crate::path_text::printable;

/// A photo whose turn has come.
#[derive(Clone, Copy)]
pub struct Photo<'a> {
    /// What was asked.
    pub job: &'a Job,
    /// Its job's flag.
    pub cancel: &'a Cancel,
    /// The photo at its full size.
    pub picture: &'a Picture,
    /// The photo at network size.
    pub input: &'a NetworkInput,
}

impl<'a> Photo<'a> {
    /// What of it goes through the network.
    fn image(&self, input: &'a NetworkInput, is_second_look: bool) -> Image<'a> {
        Image { input, cancel: self.cancel, source: &self.job.source, is_second_look }
    }
}

/// The result of one image: its maps, how the first pass went (with the highest peak of both), and the
/// image's share of the time of both in milliseconds.
pub type PassOutcome = Result<(SaliencyMaps, Pass, f64), InferError>;

/// Runs the network on whole photos, and in a second pass on crops of those with a small subject. A
/// crop that fails leaves the first map. `tell` hears of each rung by the photo's place.
pub fn run(photos: &[Photo], worker: &mut Worker, tell: &dyn Fn(usize, Rung)) -> Vec<PassOutcome> {
    let images: Vec<_> = photos.iter().map(|photo| photo.image(photo.input, false)).collect();
    let outcomes = guarded(&images, worker, tell).into_iter();
    let mut outcomes: Vec<PassOutcome> = outcomes
        .map(|outcome| {
            outcome.map(|(map, pass, image_ms)| (SaliencyMaps::from(map), pass, image_ms))
        })
        .collect();
    run_crop_pass(photos, &mut outcomes, worker, tell);
    outcomes
}

/// Runs the network on images; a panic on the way is each one's error.
fn guarded(
    images: &[Image],
    worker: &mut Worker,
    tell: &dyn Fn(usize, Rung),
) -> Vec<oom_fallback::Outcome> {
    catch_unwind(AssertUnwindSafe(|| worker.infer(images, tell))).unwrap_or_else(|panic| {
        let words = describe_panic(panic.as_ref());
        images.iter().map(|_| Err(InferError::Failed(words.clone()))).collect()
    })
}

/// The part of a photo that goes through the network again.
struct Crop {
    place: usize,
    part: Part,
    input: NetworkInput,
    prepared_ms: f64,
}

fn run_crop_pass(
    photos: &[Photo],
    outcomes: &mut [PassOutcome],
    worker: &mut Worker,
    tell: &dyn Fn(usize, Rung),
) {
    let mut crops = Vec::new();
    for (place, (photo, outcome)) in photos.iter().zip(&mut *outcomes).enumerate() {
        let Ok((maps, ..)) = outcome else { continue };
        if !photo.job.edits.mask.second_look || photo.cancel.is_cancelled() {
            continue;
        }
        maps.second = Second::Nothing;
        let prepared = catch_unwind(AssertUnwindSafe(|| prepare(place, photo, maps, worker)));
        match prepared {
            Ok(found) => crops.extend(found),
            Err(panic) => warn(photo.job, &describe_panic(panic.as_ref())),
        }
    }
    if crops.is_empty() {
        return;
    }
    let images: Vec<_> =
        crops.iter().map(|crop| photos[crop.place].image(&crop.input, true)).collect();
    let of_crops = guarded(&images, worker, &|at, rung| tell(crops[at].place, rung));
    for (&Crop { place, part, prepared_ms, .. }, outcome) in crops.iter().zip(of_crops) {
        let Ok((maps, pass, image_ms)) = &mut outcomes[place] else { continue };
        match outcome {
            Ok((map, closer, closer_ms)) => {
                maps.add_crop(part, map);
                pass.peak_bytes = pass.peak_bytes.max(closer.peak_bytes);
                *image_ms += prepared_ms + closer_ms;
            }
            // Whoever asked for that is answered by the photo's own end.
            Err(InferError::Cancelled(_)) => {}
            Err(error) => warn(photos[place].job, &error.to_string()),
        }
    }
}

fn prepare(place: usize, photo: &Photo, maps: &SaliencyMaps, worker: &Worker) -> Option<Crop> {
    let started = Instant::now();
    let settings = &worker.shared.settings;
    let size_px = (photo.picture.pixels.width(), photo.picture.pixels.height());
    let part = second_look(&maps.first, size_px)?;
    let (rect, side_px) = (part.in_px(size_px), settings.side_px);
    let input = network_input_of(photo.picture, rect, side_px, settings.resampling);
    Some(Crop { place, part, input, prepared_ms: started.elapsed().as_secs_f64() * 1e3 })
}

fn warn(job: &Job, words: &str) {
    tracing::warn!("{}: the second look failed, the first stands: {words}", printable(&job.source));
}
