//! What the user can do about memory, and what it did.

use egui::{Button, DragValue, Label, RichText, TextWrapMode, Ui};

use super::advanced;
use crate::{
    app::{action::Action, memory, state::State},
    engine::protocol::ModelState,
    lang::t,
    ui::{
        theme::{self, SPACE},
        words,
    },
};

/// What idle minutes start with when they are switched on.
const IDLE_MIN: u32 = 10;
/// No longer than a day.
const IDLE_MAX_MIN: u32 = 24 * 60;
const ROW_HEIGHT: f32 = 20.0;
/// All choices stand in one row from this width on, in points.
const ONE_ROW_WIDTH: f32 = 480.0;

/// Draws the buttons of the heading, from right to left.
pub fn buttons(ui: &mut Ui, state: &State, has_gpu: bool, actions: &mut Vec<Action>) {
    let hide = ui.add(Button::new(t!("memory-hide")).frame_when_inactive(false));
    if hide.on_hover_text(t!("memory-hide-what")).clicked() {
        actions.push(Action::ShowMemory(false));
    }
    let has_model = matches!(state.model, Some(ModelState::Ready { .. }));
    let unload = ui
        .add_enabled(has_model, Button::new(t!("memory-unload")))
        .on_hover_text(t!("memory-unload-what"))
        .on_disabled_hover_text(t!("memory-unload-none"));
    if unload.clicked() {
        actions.push(Action::UnloadModel);
    }
    let free = ui
        .add_enabled(has_gpu, Button::new(t!("memory-free")))
        .on_hover_text(t!("memory-free-what"))
        .on_disabled_hover_text(t!("memory-free-none"));
    if free.clicked() {
        actions.push(Action::FreeCache);
    }
}

/// The height of what [`show`] draws in such a width, in points.
pub fn height(state: &State, width: f32) -> f32 {
    let rows = if width < ONE_ROW_WIDTH { 2.0 } else { 1.0 };
    let result = if state.freed.is_some() { 18.0 } else { 0.0 };
    rows * (ROW_HEIGHT + SPACE.xs) + SPACE.xs + result
}

/// Draws the choices below the timeline, and what letting go did last.
pub fn show(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    ui.spacing_mut().interact_size.y = ROW_HEIGHT;
    ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
    ui.spacing_mut().button_padding.y = 2.0;
    ui.horizontal_wrapped(|ui| {
        let is_one_row = ui.available_width() >= ONE_ROW_WIDTH;
        idle_unload(ui, state, actions);
        if !is_one_row {
            ui.end_row();
        }
        require_gpu(ui, state, actions);
        advanced::show(ui, state, actions);
    });
    if let Some(freed) = &state.freed {
        let words = memory::freed::in_words(freed);
        let line = Label::new(RichText::new(&words).small().weak()).truncate();
        ui.add(line).on_hover_text(words);
    }
}

fn idle_unload(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let chosen_min = state.settings.memory.idle_unload_min;
    let mut on = chosen_min.is_some();
    let mut minutes = chosen_min.unwrap_or(IDLE_MIN);
    let what = t!("memory-unload-after-what");
    ui.horizontal(|ui| {
        let switch = theme::checkbox(ui, &mut on, &t!("memory-unload-after")).on_hover_text(&what);
        let value = DragValue::new(&mut minutes).range(1..=IDLE_MAX_MIN).suffix(" min");
        let value = ui.add_enabled(on, value).accessible_name(t!("memory-idle-minutes"));
        let changed = switch.changed() || value.on_hover_text(what).changed();
        match countdown(state) {
            Some(left) => ui.label(left),
            None => ui.label(t!("memory-idle")),
        };
        if changed {
            actions.push(Action::SetIdleUnload(on.then_some(minutes)));
        }
    });
}

/// How long until the idle model is unloaded.
pub fn countdown(state: &State) -> Option<String> {
    let left_s = state.unloads_at_s? - state.now_s;
    Some(t!("model-unloads-in", time = words::countdown(left_s)))
}

fn require_gpu(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let mut on = state.settings.memory.require_gpu;
    let switch = theme::checkbox(ui, &mut on, &t!("memory-require-gpu"));
    let switch = switch.on_hover_text(t!("memory-require-gpu-what"));
    if switch.changed() {
        actions.push(Action::RequireGpu(on));
    }
}
