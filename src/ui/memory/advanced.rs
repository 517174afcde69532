//! libtorch's allocator settings, folded away.

use egui::{
    DragValue, Label, PopupCloseBehavior, RichText, Ui,
    containers::menu::{MenuButton, MenuConfig},
};

use crate::{
    app::{action::Action, state::State},
    ui::theme::{self, SPACE},
};

const WIDTH: f32 = 320.0;
/// What a setting starts with when it is switched on.
const SPLIT_MIB: u32 = 128;
const COLLECT_SHARE: f64 = 0.8;

/// Draws the button that unfolds them.
pub fn show(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (button, _) = MenuButton::new("Advanced…").config(config).ui(ui, |ui| {
        ui.set_width(WIDTH);
        ui.spacing_mut().interact_size.y = 22.0;
        ui.spacing_mut().button_padding = egui::vec2(SPACE.s, 2.0);
        settings(ui, state, actions);
    });
    button.on_hover_text("Settings of libtorch's allocator on the GPU");
}

fn settings(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let chosen = state.stored_settings.memory.allocator;
    let mut next = chosen;
    ui.label(RichText::new("libtorch's allocator on the GPU").strong());
    ui.horizontal(|ui| {
        ui.label("Expandable segments").on_hover_text(
            "Segments of memory grow in place instead of being taken anew for each size: less is \
             lost between blocks of different sizes.",
        );
        for (word, value) in [("Default", None), ("On", Some(true)), ("Off", Some(false))] {
            ui.selectable_value(&mut next.expandable_segments, value, word);
        }
    });
    let mut splits = next.max_split_size_mib.is_some();
    let mut split_mib = next.max_split_size_mib.unwrap_or(SPLIT_MIB);
    ui.horizontal(|ui| {
        theme::checkbox(ui, &mut splits, "Largest block that is split")
            .on_hover_text("Larger blocks are kept whole for large tensors.");
        let value = DragValue::new(&mut split_mib).range(20..=65_536).suffix(" MiB");
        ui.add_enabled(splits, value).accessible_name("Maximum split size in MiB");
    });
    next.max_split_size_mib = splits.then_some(split_mib);
    let mut collects = next.garbage_collection_threshold.is_some();
    let mut share = next.garbage_collection_threshold.unwrap_or(COLLECT_SHARE);
    ui.horizontal(|ui| {
        theme::checkbox(ui, &mut collects, "Collect garbage above")
            .on_hover_text("Above this share of the memory, old blocks are given back first.");
        let value = DragValue::new(&mut share).range(0.05..=0.95).speed(0.005).max_decimals(2);
        ui.add_enabled(collects, value).accessible_name("Garbage-collection threshold");
    });
    next.garbage_collection_threshold = collects.then_some(share);
    let in_force = match &state.device {
        Some(device) if !device.allocator.is_empty() => device.allocator.as_str(),
        Some(device) if !device.is_gpu => "nothing, for the CPU has no such allocator",
        _ => "libtorch's own settings",
    };
    ui.add(Label::new(RichText::new(format!("In force: {in_force}.")).small()).wrap());
    let later = "What is changed here takes effect when Cutout starts next.";
    ui.add(Label::new(RichText::new(later).small().weak()).wrap());
    if next != chosen {
        actions.push(Action::SetAllocator(next));
    }
}
