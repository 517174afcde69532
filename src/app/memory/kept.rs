//! What the window itself keeps in memory.

use crate::app::{item::PreviewState, state::State};

/// Bytes of pictures and maps that the window keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Before, after and mask of the photos looked at last, and what is looked at closely.
    pub previews_bytes: u64,
    /// The list's small pictures.
    pub thumbnails_bytes: u64,
    /// The photos' saliency maps.
    pub maps_bytes: u64,
}

impl Kept {
    /// What the window keeps.
    pub fn of(state: &State) -> Self {
        let mut kept = Self { previews_bytes: state.detail.bytes(), ..Self::default() };
        for item in state.items.iter() {
            if let PreviewState::Ready(preview) = &item.preview {
                let pictures = [&preview.before, &preview.after, &preview.mask];
                let bytes = pictures.map(|picture| picture.bytes());
                kept.previews_bytes += bytes.into_iter().sum::<u64>();
            }
            if let Some(thumbnail) = &item.thumbnail {
                kept.thumbnails_bytes += thumbnail.premultiplied.len() as u64;
            }
            if let Some(map) = &item.saliency {
                kept.maps_bytes += map.bytes() as u64;
            }
        }
        kept
    }

    /// All of it.
    pub fn bytes(&self) -> u64 {
        self.previews_bytes + self.thumbnails_bytes + self.maps_bytes
    }
}
