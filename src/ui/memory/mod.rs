//! The memory panel: who holds the memory, what was held lately, what the cleanup points did, and
//! what can be done about it. One file a part.

mod advanced;
mod bar;
mod controls;
mod details;
mod marks;
mod parts;
mod series;
mod table;
mod timeline;
mod users;

use egui::{
    Align, Label, Layout, Rect, RichText, ScrollArea, Sense, Stroke, Ui, UiBuilder, pos2, vec2,
};

use super::{scroll, theme::SPACE, words};
use crate::{
    app::{action::Action, memory::Reading, state::State},
    engine::protocol::Whole,
    lang::t,
};

pub use controls::countdown;

/// What the panel takes of the height between toolbar and status bar, within these bounds in
/// points.
const SHARE: f32 = 0.38;
const HEIGHT_RANGE: (f32, f32) = (258.0, 272.0);
const TABLE_WIDTH: (f32, f32) = (296.0, 404.0);
const TIMELINE_HEIGHT_MIN: f32 = 44.0;
/// Below this width, in points, timeline and table stand one over the other.
const STACKED_WIDTH: f32 = 580.0;
const STACKED_TIMELINE_HEIGHT: f32 = 64.0;

/// The height of the panel where so much is there for it and the picture.
pub fn height(available: f32) -> f32 {
    (available * SHARE).clamp(HEIGHT_RANGE.0, HEIGHT_RANGE.1).min(available / 2.0)
}

/// Whether a GPU's memory is shown, or the machine's.
pub fn is_of_gpu(state: &State) -> bool {
    match state.memory.latest() {
        Some(sample) => sample.ledger.whole == Whole::Card,
        None => state.device.as_ref().is_some_and(|device| device.is_gpu),
    }
}

/// Draws the panel.
pub fn show(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let has_gpu = is_of_gpu(state);
    heading(ui, state, has_gpu, actions);
    match state.memory.latest() {
        Some(sample) => bar::show(ui, state, &sample.ledger),
        None => bar::unknown(ui),
    }
    ui.add_space(2.0);
    let area = ui.available_rect_before_wrap();
    if area.width() < STACKED_WIDTH {
        part(ui, area, "memory-all", |ui| {
            lately(ui, state, has_gpu, STACKED_TIMELINE_HEIGHT, actions);
            table::show(ui, state, has_gpu, actions);
        });
        return;
    }
    let table_width = (area.width() * 0.38).clamp(TABLE_WIDTH.0, TABLE_WIDTH.1);
    let (left, right) = area.split_left_right_at_x(area.right() - table_width);
    let left = left.with_max_x(left.right() - SPACE.l);
    part(ui, left, "memory-lately", |ui| {
        lately(ui, state, has_gpu, TIMELINE_HEIGHT_MIN, actions);
    });
    part(ui, right, "memory-points", |ui| {
        table::show(ui, state, has_gpu, actions);
    });
}

/// The timeline in the height that the rest leaves, but at least so high.
fn lately(ui: &mut Ui, state: &State, has_gpu: bool, height_min: f32, actions: &mut Vec<Action>) {
    figures(ui, state, has_gpu);
    let below = controls::height(state, ui.available_width());
    let height = (ui.available_height() - below).max(height_min);
    timeline::show(ui, state, has_gpu, height);
    controls::show(ui, state, actions);
}

/// A part that scrolls where it finds no room.
fn part(ui: &mut Ui, area: Rect, name: &str, content: impl FnOnce(&mut Ui)) {
    ui.scope_builder(UiBuilder::new().max_rect(area), |ui| {
        scroll::show(ui, ScrollArea::vertical().id_salt(name).auto_shrink(false), content);
    });
}

fn heading(ui: &mut Ui, state: &State, has_gpu: bool, actions: &mut Vec<Action>) {
    let title = if has_gpu { t!("memory-title-gpu") } else { t!("memory-title") };
    ui.horizontal(|ui| {
        ui.spacing_mut().button_padding.y = 4.0;
        ui.spacing_mut().interact_size.y = 24.0;
        ui.label(RichText::new(title).heading().strong());
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            controls::buttons(ui, state, has_gpu, actions);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let text = RichText::new(subtitle(state, has_gpu)).small().weak();
                let label = ui.add(Label::new(text).truncate());
                let choice = state.device.as_ref().and_then(|device| device.gpu.as_ref());
                if let Some(choice) = choice.filter(|_| has_gpu) {
                    label.on_hover_text(words::why_this_gpu(choice));
                }
            });
        });
    });
}

fn subtitle(state: &State, has_gpu: bool) -> String {
    let name = match &state.device {
        Some(device) if has_gpu => device.name.clone(),
        _ if has_gpu => String::new(),
        _ => t!("memory-of-computer"),
    };
    let total = state.memory.latest().map(|sample| words::bytes(sample.ledger.total_bytes));
    [Some(name).filter(|name| !name.is_empty()), total]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}

/// What the lines of the timeline stand at, and the peaks of images.
fn figures(ui: &mut Ui, state: &State, has_gpu: bool) {
    let now = state.memory.slots().last().map(|slot| slot.last);
    ui.spacing_mut().interact_size.y = 18.0;
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.horizontal_wrapped(|ui| {
        for series in series::series(has_gpu) {
            let value = now
                .as_ref()
                .map_or_else(|| "–".to_owned(), |now: &Reading| words::bytes((series.bytes)(now)));
            let (swatch, _) = ui.allocate_exact_size(vec2(12.0, 10.0), Sense::hover());
            let middle = swatch.center().y;
            let line = Stroke::new(2.0, series.colour);
            if series.is_filled {
                let below = swatch.with_min_y(middle);
                ui.painter().rect_filled(below, 0.0, series.colour.gamma_multiply(0.35));
            }
            ui.painter()
                .line_segment([pos2(swatch.left(), middle), pos2(swatch.right(), middle)], line);
            let highest = words::bytes((series.bytes)(&state.memory.peak));
            let line = Label::new(format!("{} {value}", series.name)).extend();
            ui.add(line).on_hover_text(t!(
                "series-highest",
                what = series.explained,
                bytes = highest
            ));
        }
        peaks(ui, state);
        details::show(ui, state, has_gpu);
    });
}

fn peaks(ui: &mut Ui, state: &State) {
    let or_none = |bytes: Option<u64>| bytes.map_or_else(|| "–".to_owned(), words::bytes);
    let (this, last) = (state.peaks.this_bytes(), state.peaks.last_bytes());
    let words = t!("memory-peaks", this = or_none(this), last = or_none(last));
    ui.add(Label::new(RichText::new(words).small().weak()).extend())
        .on_hover_text(t!("memory-peaks-what"));
}
