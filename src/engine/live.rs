//! One photo on the screen while it is changed, on a thread of its own. Of requests that come
//! faster than they can be answered only the newest counts; one that is begun is answered, so that
//! the picture follows the hand. Neither the network nor the photo's file is touched.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::Arc,
    thread::{Builder, JoinHandle},
    time::Instant,
};

use crossbeam_channel::Sender;

use super::{
    backdrop,
    infer::describe_panic,
    latest::Latest,
    protocol::{Event, LiveAnswer, LiveRequest, Preview},
    shared::Shared,
    stop::Stop,
};
use crate::imaging::{
    Cancel, Mipmap, SaliencyMap, SaliencyMaps, both,
    edit::{Backdrop, Edits, Live, LivePicture},
};

/// The name of its thread.
pub const THREAD: &str = "cutout-live";

/// The thread's end for everybody else.
#[derive(Default)]
pub struct Door {
    requests: Latest<(LiveRequest, Instant)>,
    closing: Cancel,
}

impl Door {
    /// Asks; a request that still waits is forgotten.
    pub fn ask(&self, request: LiveRequest) {
        self.requests.put((request, Instant::now()));
    }

    /// Ends the thread at its next look.
    pub fn close(&self) {
        self.closing.cancel();
        self.requests.close();
    }
}

/// Starts the thread. It holds `ending` for as long as it runs.
///
/// # Errors
/// Where the system gives no thread.
pub fn spawn(shared: Arc<Shared>, ending: Sender<()>) -> io::Result<JoinHandle<()>> {
    Builder::new().name(THREAD.to_owned()).spawn(move || {
        let mut worker = LiveWorker::default();
        while let Some((request, asked)) = shared.live.requests.take() {
            let answered =
                catch_unwind(AssertUnwindSafe(|| worker.answer(&request, asked, &shared)));
            match answered {
                Ok(Some(answer)) => shared.emitter.emit(Event::Live(answer)),
                Ok(None) => {}
                Err(panic) => {
                    tracing::error!("live preview: {}", describe_panic(panic.as_ref()));
                    worker = LiveWorker::default();
                }
            }
        }
        drop(ending);
    })
}

/// The live thread's state from one request to the next.
#[derive(Default)]
struct LiveWorker {
    photo: Option<Live>,
    merged: Option<Merged>,
    /// The background picture that was read last, for the photo in hand.
    backdrop: Option<(PathBuf, Backdrop)>,
}

impl LiveWorker {
    /// `None` once the engine closes.
    fn answer(
        &mut self,
        request: &LiveRequest,
        asked: Instant,
        shared: &Shared,
    ) -> Option<LiveAnswer> {
        let LiveRequest { key, serial, before, map, photo_px, edits } = request;
        let cancel = &shared.live.closing;
        let map = &Merged::map(&mut self.merged, map, edits.mask.second_look);
        let photo = match self.photo.take().filter(|photo| photo.is_of(before.full(), map)) {
            Some(photo) => photo,
            None => {
                self.backdrop = None;
                let resampling = shared.settings.resampling;
                Live::new(before.full().clone(), map.clone(), *photo_px, resampling)
            }
        };
        let photo = self.photo.insert(photo);
        let problem = match find_backdrop(&mut self.backdrop, edits, photo, shared) {
            Ok(()) => None,
            Err(Stop::Failed(problem)) => Some(problem),
            Err(Stop::Cancelled | Stop::Exists(_)) => return None,
        };
        let backdrop = self.backdrop.as_ref().map(|(_, backdrop)| backdrop);
        let LivePicture { after, mask, trim_px } = photo.show(edits, backdrop, cancel).ok()?;
        let (after, mask) = both(|| Mipmap::of(after), || Mipmap::of(mask));
        let preview = Preview { before: before.clone(), after, mask, trim_px, problem };
        Some(LiveAnswer {
            key: *key,
            serial: *serial,
            preview: Arc::new(preview),
            took_ms: asked.elapsed().as_secs_f64() * 1e3,
        })
    }
}

/// The one map of a photo's maps, made once.
struct Merged {
    maps: Arc<SaliencyMaps>,
    second_look: bool,
    map: Arc<SaliencyMap>,
}

impl Merged {
    fn map(
        kept: &mut Option<Self>,
        maps: &Arc<SaliencyMaps>,
        second_look: bool,
    ) -> Arc<SaliencyMap> {
        let second_look = second_look && maps.has_crop();
        let is_it = |kept: &Self| Arc::ptr_eq(&kept.maps, maps) && kept.second_look == second_look;
        let merged = kept.take().filter(is_it).unwrap_or_else(|| {
            let map = Arc::new(maps.merged(second_look).into_owned());
            Self { maps: maps.clone(), second_look, map }
        });
        kept.insert(merged).map.clone()
    }
}

/// Sees to it that the background picture that is asked for, and no other, is at hand.
fn find_backdrop(
    kept: &mut Option<(PathBuf, Backdrop)>,
    edits: &Edits,
    photo: &Live,
    shared: &Shared,
) -> Result<(), Stop> {
    let wanted = backdrop::path(edits);
    if kept.as_ref().map(|(path, _)| path.as_path()) == wanted {
        return Ok(());
    }
    *kept = None;
    let loaded = backdrop::load(edits, &shared.settings.limits, &shared.live.closing)?;
    if let (Some(path), Some(backdrop)) = (wanted, loaded) {
        *kept = Some((path.to_owned(), backdrop.covering(photo.proxy().size_px)));
    }
    Ok(())
}
