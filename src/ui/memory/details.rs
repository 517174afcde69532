//! How libtorch's allocator lays tensors out, one step away from its two figures.

use egui::{
    Grid, Label, PopupCloseBehavior, RichText, TextWrapMode, Ui,
    containers::menu::{MenuButton, MenuConfig},
};

use crate::{
    app::state::State,
    engine::protocol::{BlockStats, MemoryStats},
    lang::t,
    ui::{theme::SPACE, words},
};

const WIDTH: f32 = 320.0;

/// Draws the button that unfolds them.
pub fn show(ui: &mut Ui, state: &State, has_gpu: bool) {
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    // In one line: where it finds no room, it begins the next.
    ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
    ui.spacing_mut().button_padding.y = 0.0;
    let (button, _) = MenuButton::new(t!("details-button")).config(config).ui(ui, |ui| {
        ui.set_width(WIDTH);
        ui.label(RichText::new(t!("details-title")).heading().strong());
        let told = state.memory.latest().and_then(|sample| sample.device);
        let blocks = told.and_then(|stats| stats.blocks);
        match (told, blocks) {
            (Some(stats), Some(blocks)) => figures(ui, &stats, &blocks),
            (Some(_), None) => reason(ui, t!("details-of-the-driver")),
            (None, _) if has_gpu => reason(ui, t!("memory-under-way")),
            (None, _) => reason(ui, t!("details-none-on-cpu")),
        }
    });
    button.on_hover_text(t!("details-what"));
}

fn figures(ui: &mut Ui, stats: &MemoryStats, blocks: &BlockStats) {
    let bytes = words::bytes;
    let rounding_bytes = stats.rounding_bytes().unwrap_or(0);
    Grid::new("memory-details").num_columns(2).spacing([SPACE.l, SPACE.xs]).show(ui, |ui| {
        for (name, value, what) in [
            (
                t!("details-requested"),
                bytes(blocks.requested_bytes),
                t!("details-requested-what", most = bytes(blocks.peak_requested_bytes)),
            ),
            (t!("details-rounding"), bytes(rounding_bytes), t!("details-rounding-what")),
            (t!("details-split"), bytes(blocks.inactive_split_bytes), t!("details-split-what")),
            (t!("details-free"), bytes(blocks.free_segment_bytes), t!("details-free-what")),
            (t!("details-segments"), blocks.segments.to_string(), t!("details-segments-what")),
            (t!("details-retries"), blocks.alloc_retries.to_string(), t!("details-retries-what")),
            (t!("details-ooms"), blocks.ooms.to_string(), t!("details-ooms-what")),
        ] {
            ui.label(name).on_hover_text(&what);
            ui.label(value).on_hover_text(what);
            ui.end_row();
        }
    });
}

fn reason(ui: &mut Ui, why: String) {
    ui.add(Label::new(RichText::new(why).small()).wrap());
}
