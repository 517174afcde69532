//! libtorch's allocator settings and memory snapshots, folded away.

use egui::{
    Button, DragValue, Label, PopupCloseBehavior, RichText, Ui,
    containers::menu::{MenuButton, MenuConfig},
};

use crate::{
    app::{action::Action, state::State},
    engine::protocol::AllocatorSettings,
    lang::t,
    ui::theme::{self, SPACE},
};

const WIDTH: f32 = 320.0;
/// What a setting starts with when it is switched on.
const SPLIT_MIB: u32 = 128;
const COLLECT_SHARE: f64 = 0.8;
const FRACTION: f64 = 0.5;

/// Draws the button that unfolds them.
pub fn show(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (button, _) = MenuButton::new(t!("advanced-button")).config(config).ui(ui, |ui| {
        ui.set_width(WIDTH);
        ui.spacing_mut().interact_size.y = 22.0;
        ui.spacing_mut().button_padding = egui::vec2(SPACE.s, 2.0);
        settings(ui, state, actions);
    });
    button.on_hover_text(t!("advanced-what"));
}

fn settings(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let chosen = state.stored_settings.memory.allocator;
    let mut next = chosen;
    ui.label(RichText::new(t!("advanced-title")).heading().strong());
    ui.horizontal(|ui| {
        ui.label(t!("advanced-expandable")).on_hover_text(t!("advanced-expandable-what"));
        for (word, value) in [
            (t!("advanced-default"), None),
            (t!("advanced-on"), Some(true)),
            (t!("advanced-off"), Some(false)),
        ] {
            ui.selectable_value(&mut next.expandable_segments, value, word);
        }
    });
    let mut splits = next.max_split_size_mib.is_some();
    let mut split_mib = next.max_split_size_mib.unwrap_or(SPLIT_MIB);
    ui.horizontal(|ui| {
        theme::checkbox(ui, &mut splits, &t!("advanced-split"))
            .on_hover_text(t!("advanced-split-what"));
        let value = DragValue::new(&mut split_mib).range(20..=65_536).suffix(" MiB");
        ui.add_enabled(splits, value).accessible_name(t!("advanced-split-name"));
    });
    next.max_split_size_mib = splits.then_some(split_mib);
    let mut collects = next.garbage_collection_threshold.is_some();
    let mut share = next.garbage_collection_threshold.unwrap_or(COLLECT_SHARE);
    ui.horizontal(|ui| {
        theme::checkbox(ui, &mut collects, &t!("advanced-collect"))
            .on_hover_text(t!("advanced-collect-what"));
        let value = DragValue::new(&mut share).range(0.05..=0.95).speed(0.005).max_decimals(2);
        ui.add_enabled(collects, value).accessible_name(t!("advanced-collect-name"));
    });
    next.garbage_collection_threshold = collects.then_some(share);
    let mut is_bounded = next.memory_fraction.is_some();
    let mut fraction = next.memory_fraction.unwrap_or(FRACTION);
    ui.horizontal(|ui| {
        theme::checkbox(ui, &mut is_bounded, &t!("advanced-fraction"))
            .on_hover_text(t!("advanced-fraction-what"));
        let value = DragValue::new(&mut fraction).range(0.05..=1.0).speed(0.005).max_decimals(2);
        ui.add_enabled(is_bounded, value).accessible_name(t!("advanced-fraction-name"));
    });
    next.memory_fraction = is_bounded.then_some(fraction);
    let others = without_controls(&chosen).to_string();
    if !others.is_empty() {
        let others = t!("advanced-others", settings = others);
        ui.add(Label::new(RichText::new(others).small()).wrap());
    }
    let in_force = match &state.device {
        Some(device) if !device.allocator.is_empty() => device.allocator.clone(),
        Some(device) if !device.is_gpu => t!("advanced-none-on-cpu"),
        _ => t!("advanced-libtorchs-own"),
    };
    let in_force = t!("advanced-in-force", settings = in_force);
    ui.add(Label::new(RichText::new(in_force).small()).wrap());
    ui.add(Label::new(RichText::new(t!("advanced-later")).small().weak()).wrap());
    ui.separator();
    let has_gpu = super::is_of_gpu(state);
    let save = ui
        .add_enabled(has_gpu, Button::new(t!("memory-snapshot")))
        .on_hover_text(t!("memory-snapshot-what"))
        .on_disabled_hover_text(t!("memory-snapshot-none"));
    if save.clicked() {
        actions.push(Action::PickSnapshotFile);
        ui.close();
    }
    if next != chosen {
        actions.push(Action::SetAllocator(next));
    }
}

/// What only the command line and the file of the settings set.
fn without_controls(settings: &AllocatorSettings) -> AllocatorSettings {
    AllocatorSettings {
        expandable_segments: None,
        max_split_size_mib: None,
        garbage_collection_threshold: None,
        memory_fraction: None,
        ..*settings
    }
}
