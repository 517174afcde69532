//! Photos on the screen: previews, and tiles at 100 %.

use std::{path::PathBuf, sync::Arc};

use super::{Failure, TileId};
use crate::imaging::{Mipmap, SaliencyMaps, edit::Edits};

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
    pub map: Arc<SaliencyMaps>,
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
    pub saliency: Arc<SaliencyMaps>,
    /// What the user changed.
    pub edits: Arc<Edits>,
    /// The tiles, in the order in which they are needed.
    pub tiles: Vec<TileId>,
}
