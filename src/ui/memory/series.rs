//! The two lines of the timeline.

use egui::Color32;

use crate::{
    app::memory::{Reading, Slot, Span},
    lang::t,
    ui::theme::{CACHED, WEIGHTS},
};

/// One line of the timeline.
pub struct Series {
    /// Its name.
    pub name: String,
    /// What it means.
    pub explained: String,
    /// Its colour.
    pub colour: Color32,
    /// Whether the area below it is filled.
    pub is_filled: bool,
    /// Its value, in bytes.
    pub bytes: fn(&Reading) -> u64,
    /// Its lowest and highest value in a slot of time.
    pub span: fn(&Slot) -> Span,
}

/// The two lines: what lives in tensors, and what is held for it.
pub fn series(has_gpu: bool) -> [Series; 2] {
    let live = Series {
        name: if has_gpu { t!("series-allocated") } else { t!("series-tensors") },
        explained: t!("series-live-what"),
        colour: WEIGHTS,
        is_filled: true,
        bytes: |reading| reading.live_bytes,
        span: |slot| slot.live,
    };
    let held = Series {
        name: if has_gpu { t!("series-reserved") } else { t!("series-program") },
        explained: if has_gpu { t!("series-reserved-what") } else { t!("series-program-what") },
        colour: CACHED,
        is_filled: false,
        bytes: |reading| reading.held_bytes,
        span: |slot| slot.held,
    };
    [live, held]
}
