//! The line while many photos are saved.

use egui::{Align, Layout, ProgressBar, Ui};

use crate::{
    app::{action::Action, state::State},
    lang::t,
    ui::theme::palette,
};

/// How many photos are saved too fast for a line.
const QUICK: usize = 4;
const BAR_WIDTH: f32 = 160.0;

/// Whether there is something to wait for.
pub fn is_needed(state: &State) -> bool {
    state.saving.under_way > 0 && state.saving.submitted > QUICK
}

/// Draws it.
pub fn show(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let saving = &state.saving;
    let done = saving.submitted - saving.under_way;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if ui.button(t!("saving-stop")).clicked() {
            actions.push(Action::StopSaving);
        }
        let share = done as f32 / saving.submitted as f32;
        let bar = ProgressBar::new(share).desired_width(BAR_WIDTH).desired_height(4.0);
        let bar = ui.add(bar.corner_radius(2.0).fill(palette(ui.visuals()).accent));
        bar.accessible_name(t!("saving-progress-name"));
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.label(t!("saving-progress", done = done, count = saving.submitted));
        });
    });
}
