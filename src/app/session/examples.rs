//! What tests keep.

use super::record::{Kept, KeptState};
use crate::file_stamp::Stamp;

/// A finished photo.
pub fn photo(id: u64) -> Kept {
    Kept {
        id,
        path: format!("/photos/{id}.png").into(),
        below: "trip/day 1".into(),
        state: KeptState::Done { took_ms: 12.5, no_clear_subject: false },
        size_px: Some((400, 300)),
        outputs: Vec::new(),
        edits: Default::default(),
        saves_itself: false,
        file: Some(Stamp { bytes: 1000 + id, modified_ns: 1_700_000_000_123_456_789 }),
    }
}
