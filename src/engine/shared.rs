//! What every thread of one engine can reach.

use super::{
    detail,
    files::Files,
    live,
    meters::Meters,
    output::Names,
    protocol::SnapshotOptions,
    requests::Requests,
    ticket::{Emitter, Running},
};
use crate::{
    gpu::switches::SharedSwitches,
    imaging::{Cancelled, Limits, Resampling},
};

/// What the threads share.
pub struct Shared {
    /// Where events go.
    pub emitter: Emitter,
    /// Jobs under way.
    pub running: Running,
    /// What every step needs.
    pub settings: Settings,
    /// What memory readings are made of.
    pub meters: Meters,
    /// Which cleanup points empty the cache.
    pub cleanup: SharedSwitches,
    /// Files that the list shows.
    pub files: Files,
    /// What the user asks of the inference thread.
    pub requests: Requests,
    /// The photo that is being changed.
    pub live: live::Door,
    /// The photo that is looked at closely.
    pub detail: detail::DetailQueue,
}

impl Shared {
    /// Whether to go on with what the images under way wait for.
    ///
    /// # Errors
    /// Where none of them is wanted any more, or the engine closes.
    pub fn proceed(&self) -> Result<(), Cancelled> {
        match self.emitter.is_closing() || self.running.are_all_cancelled() {
            true => Err(Cancelled),
            false => Ok(()),
        }
    }
}

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
    /// Whether work on photos gives way to a window.
    pub beside_window: bool,
    /// Which snapshots of the GPU's memory are written.
    pub snapshots: SnapshotOptions,
}
