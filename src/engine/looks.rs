//! What the network sees of the images that are in it together: all of them once, and then those
//! with a small subject a second time, from nearer. Runs on the inference thread.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

use super::{
    infer::{Image, InferError, describe_panic},
    ladder,
    protocol::{Job, Pass, Rung},
    worker::Worker,
};
use crate::imaging::{
    Cancel, Looks, NetworkInput, Part, Picture, Second, network_input_of, second_look,
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

/// What became of one image: what was seen, how the first pass went (with the highest peak of
/// both), and the image's share of the time of both in milliseconds.
pub type Seen = Result<(Looks, Pass, f64), InferError>;

/// Looks at photos, in one pass and, where they want it and it pays, some of them in another. A
/// second look that fails leaves the first. `tell` hears of each rung by the photo's place.
pub fn look(photos: &[Photo], worker: &mut Worker, tell: &dyn Fn(usize, Rung)) -> Vec<Seen> {
    let images: Vec<_> = photos.iter().map(|photo| photo.image(photo.input, false)).collect();
    let outcomes = guarded(&images, worker, tell).into_iter();
    let mut seen: Vec<Seen> = outcomes
        .map(|outcome| outcome.map(|(map, pass, image_ms)| (Looks::from(map), pass, image_ms)))
        .collect();
    look_closer(photos, &mut seen, worker, tell);
    seen
}

/// Runs the network on images; a panic on the way is each one's error.
fn guarded(
    images: &[Image],
    worker: &mut Worker,
    tell: &dyn Fn(usize, Rung),
) -> Vec<ladder::Outcome> {
    catch_unwind(AssertUnwindSafe(|| worker.infer(images, tell))).unwrap_or_else(|panic| {
        let words = describe_panic(panic.as_ref());
        images.iter().map(|_| Err(InferError::Failed(words.clone()))).collect()
    })
}

/// A photo that is worth a second look.
struct Nearer {
    place: usize,
    part: Part,
    input: NetworkInput,
    prepared_ms: f64,
}

fn look_closer(
    photos: &[Photo],
    seen: &mut [Seen],
    worker: &mut Worker,
    tell: &dyn Fn(usize, Rung),
) {
    let mut nearer = Vec::new();
    for (place, (photo, seen)) in photos.iter().zip(&mut *seen).enumerate() {
        let Ok((looks, ..)) = seen else { continue };
        if !photo.job.edits.mask.second_look || photo.cancel.is_cancelled() {
            continue;
        }
        looks.second = Second::Nothing;
        let prepared = catch_unwind(AssertUnwindSafe(|| prepare(place, photo, looks, worker)));
        match prepared {
            Ok(found) => nearer.extend(found),
            Err(panic) => warn(photo.job, &describe_panic(panic.as_ref())),
        }
    }
    if nearer.is_empty() {
        return;
    }
    let images: Vec<_> =
        nearer.iter().map(|nearer| photos[nearer.place].image(&nearer.input, true)).collect();
    let outcomes = guarded(&images, worker, &|at, rung| tell(nearer[at].place, rung));
    for (&Nearer { place, part, prepared_ms, .. }, outcome) in nearer.iter().zip(outcomes) {
        let Ok((looks, pass, image_ms)) = &mut seen[place] else { continue };
        match outcome {
            Ok((map, closer, closer_ms)) => {
                looks.look_closer(part, map);
                pass.peak_bytes = pass.peak_bytes.max(closer.peak_bytes);
                *image_ms += prepared_ms + closer_ms;
            }
            // Whoever asked for that is answered by the photo's own end.
            Err(InferError::Cancelled(_)) => {}
            Err(error) => warn(photos[place].job, &error.to_string()),
        }
    }
}

fn prepare(place: usize, photo: &Photo, looks: &Looks, worker: &Worker) -> Option<Nearer> {
    let started = Instant::now();
    let settings = &worker.shared.settings;
    let size_px = (photo.picture.pixels.width(), photo.picture.pixels.height());
    let part = second_look(&looks.first, size_px)?;
    let (rect, side_px) = (part.in_px(size_px), settings.side_px);
    let input = network_input_of(photo.picture, rect, side_px, settings.resampling);
    Some(Nearer { place, part, input, prepared_ms: started.elapsed().as_secs_f64() * 1e3 })
}

fn warn(job: &Job, words: &str) {
    tracing::warn!("{}: the second look failed, the first stands: {words}", printable(&job.source));
}
