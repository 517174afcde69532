//! One photo at its full size while it is looked at closely, on a thread of its own: decoded once,
//! its mask made once for each change, and tiles of both as they come into sight. Of requests that
//! come faster than they can be answered only the newest counts.

use std::{
    cell::{LazyCell, OnceCell},
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    thread::{Builder, JoinHandle},
};

use crossbeam_channel::Sender;

use super::{
    backdrop,
    infer::describe_panic,
    latest::Latest,
    meters::HeldPicture,
    protocol::{DetailRequest, Event, Failure, Layer, Problem, Tile, TileId},
    shared::Shared,
    stop::Stop,
};
use crate::imaging::{
    self, Cancel, Picture, Rgba,
    edit::{self, Backdrop, Composer, Edits, Proxy, Rect},
    refine::{Guide, Watch},
};

/// The name of its thread.
pub const THREAD: &str = "cutout-detail";

/// What the thread is told.
enum Order {
    /// Make these tiles.
    Show(Box<DetailRequest>),
    /// Let go of the photo.
    LetGo,
}

impl Order {
    fn is_for(&self, key: u64) -> bool {
        matches!(self, Self::Show(request) if request.key == key)
    }

    fn is_with(&self, serial: u64) -> bool {
        matches!(self, Self::Show(request) if request.serial == serial)
    }
}

/// Requests to the detail thread, of which it serves the latest.
#[derive(Default)]
pub struct DetailQueue {
    orders: Latest<Order>,
    /// The photo in hand, and what calls its work off.
    in_hand: Mutex<Option<(u64, Cancel)>>,
}

impl DetailQueue {
    /// Asks for tiles. Work on another photo ends; work on this one goes on with the new request.
    pub fn show(&self, request: Box<DetailRequest>) {
        let key = request.key;
        self.orders.put(Order::Show(request));
        self.call_off(|in_hand| in_hand != key);
    }

    /// Lets go of the photo.
    pub fn let_go(&self) {
        self.orders.put(Order::LetGo);
        self.call_off(|_| true);
    }

    /// Ends the thread at its next look.
    pub fn close(&self) {
        self.orders.close();
        self.call_off(|_| true);
    }

    fn call_off(&self, which: impl FnOnce(u64) -> bool) {
        let in_hand = self.in_hand.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cancel)) = in_hand.as_ref().filter(|(key, _)| which(*key)) {
            cancel.cancel();
        }
    }

    /// What calls off the work on this photo. Called off from the start where it is no longer
    /// wanted: whoever asked for something else since found another photo in hand.
    fn take_in_hand(&self, key: u64) -> Cancel {
        let cancel = Cancel::default();
        let mut in_hand = self.in_hand.lock().unwrap_or_else(PoisonError::into_inner);
        *in_hand = Some((key, cancel.clone()));
        if self.orders.is_closed() || self.orders.waits(|order| !order.is_for(key)) {
            cancel.cancel();
        }
        cancel
    }
}

/// Starts the thread. It holds `ending` for as long as it runs.
///
/// # Errors
/// Where the system gives no thread.
pub fn spawn(shared: Arc<Shared>, ending: Sender<()>) -> io::Result<JoinHandle<()>> {
    Builder::new().name(THREAD.to_owned()).spawn(move || {
        let queue = &shared.detail;
        let mut next = queue.orders.take();
        while let Some(order) = next {
            next = match order {
                Order::LetGo => queue.orders.take(),
                Order::Show(request) => show_photo(&shared, request),
            };
        }
        drop(ending);
    })
}

/// Decodes a photo and answers for as long as it is the one looked at. Gives the order that ends it.
fn show_photo(shared: &Shared, request: Box<DetailRequest>) -> Option<Order> {
    let queue = &shared.detail;
    let key = request.key;
    let cancel = queue.take_in_hand(key);
    let decoded = guarded(|| decode(&request, shared, &cancel));
    let Some(held) = or_tell(shared, key, decoded) else { return queue.orders.take() };
    let photo = Photo { shared, picture: &held.picture, cancel: &cancel };
    let mut request = request;
    loop {
        let shown = or_tell(shared, key, guarded(|| photo.show(request)));
        match shown.unwrap_or_else(|| queue.orders.take()) {
            // Where the photo was let go of meanwhile, it is begun anew.
            Some(Order::Show(newer)) if newer.key == key && !cancel.is_cancelled() => {
                request = newer;
            }
            other => return other,
        }
    }
}

fn decode(request: &DetailRequest, shared: &Shared, cancel: &Cancel) -> Result<HeldPicture, Stop> {
    let source = &request.source;
    let picture = imaging::decode(source, &shared.settings.limits, cancel)?;
    if (picture.pixels.width(), picture.pixels.height()) != request.size_px {
        return Err(Stop::Failed(Failure::of(source, Problem::Replaced)));
    }
    Ok(shared.meters.hold(picture))
}

/// Runs work that must not take its thread with it.
fn guarded<T>(work: impl FnOnce() -> Result<T, Stop>) -> Result<T, Stop> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let words = describe_panic(panic.as_ref());
        Err(Stop::Failed(Problem::FaultUpClose { words }.into()))
    })
}

/// Passes what work gave, or tells why it gave nothing.
fn or_tell<T>(shared: &Shared, key: u64, result: Result<T, Stop>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(Stop::Cancelled | Stop::Exists(_)) => None,
        Err(Stop::Failed(why)) => {
            tracing::warn!("{why}");
            shared.emitter.emit(Event::DetailFailed { key, why });
            None
        }
    }
}

/// A photo in hand.
struct Photo<'a> {
    shared: &'a Shared,
    picture: &'a Picture,
    cancel: &'a Cancel,
}

impl Photo<'_> {
    /// Makes the tiles of a request, and those of later ones with the same edits. Gives the order
    /// that ends it.
    fn show(&self, first: Box<DetailRequest>) -> Result<Option<Order>, Stop> {
        let settings = &self.shared.settings;
        let orders = &self.shared.detail.orders;
        let (key, serial, edits) = (first.key, first.serial, first.edits.clone());
        let proxy = Proxy::full(first.size_px);
        let maps = first.saliency.clone();
        // Each is made when a tile first needs it.
        let merged = LazyCell::new(|| maps.merged(edits.mask.second_look));
        let (matte, backdrop, composer) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        let mut request = first;
        loop {
            for &id in &request.tiles {
                self.cancel.check()?;
                if orders.waits(|order| order.is_for(key) && order.is_with(serial)) {
                    // Something else has come into sight.
                    break;
                }
                let Some(place) = Place::of(id, proxy.photo_px) else { continue };
                let matte = || {
                    let source = edit::Source {
                        guide: Guide::Photo(&self.picture.pixels),
                        map: &merged,
                        proxy,
                        resampling: settings.resampling,
                    };
                    made(&matte, || -> Result<_, Stop> {
                        let watch = Watch::silent(self.cancel);
                        let matte = edit::edited_matte(source, &edits, &watch)?;
                        let counted = self.shared.meters.count(matte.bytes());
                        Ok((matte, counted))
                    })
                    .map(|(matte, _)| matte)
                };
                let picture = match id.layer {
                    Layer::Before => imaging::part(&self.picture.pixels, place.cover, id.step()),
                    Layer::Mask => imaging::matte_part(matte()?, place.cover, id.step()),
                    Layer::After => {
                        let matte = matte()?;
                        let backdrop: &Option<Backdrop> =
                            made(&backdrop, || self.backdrop(&edits))?;
                        let composer = made(&composer, || {
                            let (edits, backdrop) = (&edits, backdrop.as_ref());
                            let cancel = self.cancel;
                            Composer::new(self.picture, matte, edits, proxy, backdrop, cancel)
                        })?;
                        let part = composer.part(place.cover, self.cancel)?;
                        imaging::whole(part, id.step())
                    }
                };
                let tile = Arc::new(place.tile(picture));
                self.shared.emitter.emit(Event::Tile { key, serial, tile });
            }
            match orders.take() {
                // Where the photo was let go of meanwhile, the order is for whoever reads it anew.
                Some(Order::Show(newer))
                    if newer.key == key
                        && newer.serial == serial
                        && !self.cancel.is_cancelled() =>
                {
                    request = newer;
                }
                other => return Ok(other),
            }
        }
    }

    /// What cannot be put behind the photo is left out, as in its preview, which says so.
    fn backdrop(&self, edits: &Edits) -> Result<Option<Backdrop>, Stop> {
        match backdrop::load(edits, &self.shared.settings.limits, self.cancel) {
            Err(Stop::Failed(_)) => Ok(None),
            loaded => loaded,
        }
    }
}

/// What a cell holds, made where it holds nothing yet.
fn made<T, E>(cell: &OnceCell<T>, make: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
    match cell.get() {
        Some(value) => Ok(value),
        None => make().map(|value| cell.get_or_init(|| value)),
    }
}

/// Where a tile lies.
struct Place {
    id: TileId,
    frame_px: [u32; 4],
    cover_px: [u32; 4],
    /// What its picture shows.
    cover: Rect,
}

impl Place {
    /// `None` for a tile outside the photo.
    fn of(id: TileId, photo_px: (u32, u32)) -> Option<Self> {
        let (frame_px, cover_px) = (id.frame_px(photo_px)?, id.cover_px(photo_px)?);
        let [left_px, top_px, right_px, bottom_px] = cover_px;
        let (width_px, height_px) = (right_px - left_px, bottom_px - top_px);
        let cover = Rect { left_px, top_px, width_px, height_px };
        Some(Self { id, frame_px, cover_px, cover })
    }

    fn tile(self, picture: Rgba) -> Tile {
        let Self { id, frame_px, cover_px, .. } = self;
        Tile { id, frame_px, cover_px, picture: Arc::new(picture) }
    }
}
