//! The cleanup points: which are on, what they did, and what the choice costs and saves.

use egui::{Align, ComboBox, Label, Layout, RichText, TextStyle, Ui, vec2};

use crate::{
    app::{action::Action, memory::PointTotals, state::State},
    engine::protocol::{CleanupPoint, CleanupPreset, Part},
    lang::t,
    ui::{
        theme::{self, SPACE},
        words,
    },
};

/// Width of the columns of figures, in points.
const CALLS_WIDTH: f32 = 38.0;
const FREED_WIDTH: f32 = 62.0;
const TIME_WIDTH: f32 = 54.0;
const ROW_HEIGHT: f32 = 16.0;

/// Draws the table and what belongs to it.
pub fn show(ui: &mut Ui, state: &State, has_gpu: bool, actions: &mut Vec<Action>) {
    preset(ui, state, actions);
    ui.scope(|ui| {
        ui.style_mut().override_text_style = Some(TextStyle::Small);
        ui.spacing_mut().interact_size.y = ROW_HEIGHT;
        ui.spacing_mut().item_spacing = vec2(SPACE.xs, 0.0);
        ui.spacing_mut().icon_width = 13.0;
        let heads = [t!("points-calls"), t!("points-freed"), t!("points-time")]
            .map(|word| RichText::new(word).weak());
        row(ui, heads, |ui| {
            ui.weak(t!("points-empty-cache"));
        });
        for (point, totals) in state.cleanups.totals() {
            let freed = if has_gpu || totals.freed_bytes > 0 {
                words::bytes(totals.freed_bytes)
            } else {
                "–".to_owned()
            };
            let time =
                if totals.calls > 0 { words::micros(totals.took_us) } else { "–".to_owned() };
            let cells = [totals.calls.to_string(), freed, time].map(RichText::new);
            row(ui, cells, |ui| switch(ui, state, point, totals, actions));
        }
    });
    let cached_bytes =
        state.memory.latest().map_or(0, |sample| sample.ledger.bytes_of(Part::Cached));
    let measure = state.cleanups.measure();
    let cost = words::cost(measure, state.settings.memory.cleanup, has_gpu, cached_bytes);
    let measured = t!("points-measured", count = measure.images);
    ui.add(Label::new(RichText::new(cost).small()).wrap()).on_hover_text(measured);
}

fn preset(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let chosen = state.settings.memory.cleanup.preset();
    ui.spacing_mut().interact_size.y = 22.0;
    ui.spacing_mut().button_padding.y = 2.0;
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.horizontal(|ui| {
        let label = ui.label(RichText::new(t!("points-title")).heading().strong());
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let combo = ComboBox::from_id_salt("cleanup-preset")
                .selected_text(words::preset(chosen))
                .width(128.0)
                .show_ui(ui, |ui| {
                    for preset in CleanupPreset::ALL {
                        let name = words::preset(Some(preset));
                        let choice = ui.selectable_label(chosen == Some(preset), name);
                        if choice.on_hover_text(words::preset_explained(preset)).clicked() {
                            actions.push(Action::SetCleanup(preset.switches()));
                        }
                    }
                });
            let explained = chosen.map_or_else(|| t!("points-own"), words::preset_explained);
            combo.response.labelled_by(label.id).on_hover_text(explained);
        });
    });
}

fn switch(
    ui: &mut Ui,
    state: &State,
    point: CleanupPoint,
    totals: PointTotals,
    actions: &mut Vec<Action>,
) {
    let switches = state.settings.memory.cleanup;
    let mut on = switches.is_on(point);
    let each = match totals.took_us.checked_div(totals.calls) {
        Some(us) => {
            t!("points-each", each = words::micros(us), us = totals.took_us.to_string())
        }
        None => t!("points-never"),
    };
    let response = theme::checkbox(ui, &mut on, &words::cleanup_point(point));
    if response.on_hover_text(format!("{}\n{each}.", words::point_explained(point))).changed() {
        actions.push(Action::SetCleanup(switches.with(point, on)));
    }
}

fn row(ui: &mut Ui, cells: [RichText; 3], name: impl FnOnce(&mut Ui)) {
    ui.allocate_ui_with_layout(
        vec2(ui.available_width(), ROW_HEIGHT),
        Layout::right_to_left(Align::Center),
        |ui| {
            let widths = [CALLS_WIDTH, FREED_WIDTH, TIME_WIDTH];
            for (cell, width) in cells.into_iter().zip(widths).rev() {
                let layout = Layout::right_to_left(Align::Center);
                ui.allocate_ui_with_layout(vec2(width, ROW_HEIGHT), layout, |ui| {
                    ui.set_min_width(width);
                    ui.label(cell);
                });
            }
            ui.with_layout(Layout::left_to_right(Align::Center), name);
        },
    );
}
