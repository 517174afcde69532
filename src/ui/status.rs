//! The bottom row, always there: device, model, memory.

use egui::{Align, Label, Layout, RichText, Sense, Ui, vec2};

use super::{
    mark::{self, Mark},
    theme::{SPACE, palette},
    words,
};
use crate::{app::state::State, engine::protocol::ModelState};

/// Draws the status bar.
pub fn show(ui: &mut Ui, state: &State) {
    let palette = palette(ui.visuals());
    ui.horizontal_centered(|ui| {
        let (shape, colour) = match &state.model {
            Some(ModelState::Ready { .. }) => (Mark::Disc, palette.good),
            Some(ModelState::Failed { .. }) => (Mark::Cross, palette.bad),
            _ => (Mark::Ring, palette.warn),
        };
        let (rect, _) = ui.allocate_exact_size(vec2(10.0, 10.0), Sense::hover());
        mark::paint(ui.painter(), rect.center(), 10.0, shape, colour);
        ui.label(words::model(state.model.as_ref())).on_hover_ui(|ui| model_details(ui, state));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            memory(ui, state);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| device(ui, state));
        });
    });
}

fn device(ui: &mut Ui, state: &State) {
    ui.add_space(SPACE.m);
    match &state.device {
        None => {
            ui.weak("Looking for a device…");
        }
        Some(device) => {
            ui.label(&device.name).on_hover_text(&device.why);
            let why = Label::new(RichText::new(&device.why).small().weak()).truncate();
            ui.add(why).on_hover_text(&device.why);
        }
    }
}

fn model_details(ui: &mut Ui, state: &State) {
    ui.label(match &state.model {
        None => "The engine is starting.".to_owned(),
        Some(ModelState::Loading { .. }) => {
            "Photos can be added meanwhile: they wait until the model is ready.".to_owned()
        }
        Some(ModelState::Ready { load_ms, weights_bytes, .. }) => {
            let took = words::seconds(*load_ms as f64 / 1000.0);
            format!("Weights {}, loaded in {took}", words::bytes(*weights_bytes))
        }
        Some(ModelState::Unloaded { .. }) => {
            "The next photo that needs it brings it back.".to_owned()
        }
        Some(ModelState::Failed { message }) => message.clone(),
    });
}

fn memory(ui: &mut Ui, state: &State) {
    let Some(sample) = state.memory.latest() else { return };
    let text = match sample.device {
        Some(device) => format!(
            "Allocated {} · Reserved {}",
            words::bytes(device.allocated_bytes),
            words::bytes(device.reserved_bytes)
        ),
        None => format!("Memory of this program {}", words::bytes(sample.resident_bytes)),
    };
    ui.label(text);
}
