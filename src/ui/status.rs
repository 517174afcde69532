//! The bottom row, always there: device, model, memory.

use egui::{Align, Button, Label, Layout, Sense, Ui, vec2};

use super::{
    mark::{self, Mark},
    memory,
    theme::{SPACE, palette},
    words,
};
use crate::{
    app::{action::Action, state::State},
    engine::protocol::{DeviceInfo, ModelState},
    lang::t,
};

/// Draws the status bar.
pub fn show(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let palette = palette(ui.visuals());
    ui.spacing_mut().interact_size.y = 20.0;
    ui.horizontal_centered(|ui| {
        let (shape, colour) = match &state.model {
            Some(ModelState::Ready { .. }) => (Mark::Disc, palette.good),
            Some(ModelState::Failed { .. }) => (Mark::Cross, palette.bad),
            Some(ModelState::Unloaded { .. }) => (Mark::Ring, palette.muted),
            _ => (Mark::Ring, palette.warn),
        };
        let (rect, _) = ui.allocate_exact_size(vec2(10.0, 10.0), Sense::hover());
        mark::paint(ui.painter(), rect.center(), 10.0, shape, colour);
        let model = [Some(words::model(state.model.as_ref())), memory::countdown(state)];
        ui.label(model.into_iter().flatten().collect::<Vec<_>>().join(" · "))
            .on_hover_ui(|ui| model_details(ui, state));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            memory_figures(ui, state, actions);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| device(ui, state));
        });
    });
}

fn device(ui: &mut Ui, state: &State) {
    ui.add_space(SPACE.m);
    match &state.device {
        None => {
            ui.weak(t!("status-looking-for-device"));
        }
        Some(device) => {
            let line = Label::new(words::device(device, &pace(state))).truncate();
            ui.add(line).on_hover_text(details(state, device));
        }
    }
}

/// Precision and time, as far as they are known.
fn pace(state: &State) -> String {
    let precision = match &state.model {
        Some(ModelState::Ready { precision, .. }) => Some(words::precision(*precision)),
        _ => None,
    };
    let time = state.infer_times.median_ms().map(words::ms_an_image);
    precision.into_iter().chain(time).collect::<Vec<_>>().join(" · ")
}

fn details(state: &State, device: &DeviceInfo) -> String {
    let this_gpu = device.gpu.as_ref().map(words::why_this_gpu);
    let pace = Some(pace(state)).filter(|pace| !pace.is_empty());
    let why = (!device.is_gpu).then(|| t!("status-no-gpu", why = words::why_no_gpu(device)));
    let name = Some(words::device_name(device));
    let lines = [name, why, this_gpu, pace, words::advice(device)];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn model_details(ui: &mut Ui, state: &State) {
    ui.label(match &state.model {
        None => t!("status-engine-starts"),
        Some(ModelState::Loading { .. }) => t!("status-photos-wait"),
        Some(ModelState::Ready { load_ms, weights_bytes, .. }) => {
            let took = words::seconds(*load_ms as f64 / 1000.0);
            t!("status-weights", bytes = words::bytes(*weights_bytes), time = took)
        }
        Some(ModelState::Unloaded { .. }) => t!("status-brought-back"),
        Some(ModelState::Failed { why }) => words::no_model(why),
    });
}

/// The figures, which open and close the memory panel where there is room for one.
fn memory_figures(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let Some(sample) = state.memory.latest() else { return };
    let text = match sample.device {
        Some(device) => t!(
            "status-allocated",
            allocated = words::bytes(device.allocated_bytes),
            reserved = words::bytes(device.reserved_bytes)
        ),
        None => t!("status-of-program", bytes = words::bytes(sample.resident_bytes)),
    };
    if state.items.is_empty() {
        ui.label(text);
        return;
    }
    let is_open = state.settings.memory.panel_open;
    let (arrow, what) = if is_open {
        (Mark::Down, t!("status-close-memory"))
    } else {
        (Mark::Triangle, t!("status-open-memory"))
    };
    // The arrow lies in the margin.
    ui.spacing_mut().button_padding = vec2(SPACE.l + 2.0, SPACE.xs);
    let button = ui.add(Button::new(&text).frame_when_inactive(false)).on_hover_text(what);
    let at = button.rect.right_center() - vec2(SPACE.m - 3.0, 0.0);
    mark::paint(ui.painter(), at, 7.0, arrow, palette(ui.visuals()).muted);
    if button.clicked() {
        actions.push(Action::ShowMemory(!is_open));
    }
}
