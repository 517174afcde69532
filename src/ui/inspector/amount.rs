//! A labelled slider with its value beside it.

use std::ops::RangeInclusive;

use egui::{Align, DragValue, Label, Layout, Response, Sense, Slider, Ui, vec2};

use super::touch::Touch;
use crate::{app::history::Step, lang::t, ui::theme::SPACE};

/// Height of a slider, in points.
const HEIGHT: f32 = 16.0;

/// What an amount is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Pixels of the photo.
    Px,
    /// Hundredths; the value itself goes from 0 to 1.
    Percent,
}

/// An amount that can be set.
pub struct Amount {
    /// The key of its name, which also names the movement of its slider.
    pub name: &'static str,
    /// From where to where it goes.
    pub range: RangeInclusive<f32>,
    /// Where it stands as long as nobody changes it.
    pub rest: f32,
    /// What it is counted in.
    pub unit: Unit,
    /// Whether small values have more room than large ones.
    pub is_logarithmic: bool,
}

impl Amount {
    /// One counted in pixels that rests at nothing.
    pub const fn px(name: &'static str, range: RangeInclusive<f32>) -> Self {
        Self { name, range, rest: 0.0, unit: Unit::Px, is_logarithmic: false }
    }

    /// A share that goes from nothing to all.
    pub const fn share(name: &'static str, rest: f32) -> Self {
        Self { name, range: 0.0..=1.0, rest, unit: Unit::Percent, is_logarithmic: false }
    }

    /// The same, resting elsewhere.
    pub const fn resting_at(self, rest: f32) -> Self {
        Self { name: self.name, range: self.range, rest, unit: self.unit, is_logarithmic: false }
    }
}

impl Unit {
    fn factor(self) -> f32 {
        match self {
            Self::Px => 1.0,
            Self::Percent => 100.0,
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::Px => " px",
            Self::Percent => " %",
        }
    }
}

/// Draws an amount; a double click on its slider puts it back to where it rests.
pub fn show(ui: &mut Ui, amount: &Amount, value: &mut f32) -> Touch {
    let name = t!(amount.name);
    let factor = amount.unit.factor();
    let range = amount.range.start() * factor..=amount.range.end() * factor;
    let mut shown = (*value * factor).round();
    let before = shown;
    let field = number_beside_name(ui, amount, &name, &mut shown, range.clone());
    let slider = slider(ui, amount, &name, &mut shown, range);
    let mut touch = Touch::moved(amount.name, &field).and(Touch::moved(amount.name, &slider));
    if shown != before {
        *value = shown / factor;
    }
    if slider.double_clicked() {
        touch = Touch { step: Some(Step::Whole), let_go: true };
        *value = amount.rest;
    }
    touch
}

fn number_beside_name(
    ui: &mut Ui,
    amount: &Amount,
    name: &str,
    shown: &mut f32,
    range: RangeInclusive<f32>,
) -> Response {
    let row = vec2(ui.available_width(), HEIGHT);
    ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(row);
        ui.spacing_mut().interact_size = vec2(0.0, HEIGHT);
        ui.spacing_mut().button_padding = vec2(SPACE.xs, 0.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let speed = (range.end() - range.start()) / 400.0;
            let field = DragValue::new(shown)
                .range(range)
                .speed(speed)
                .max_decimals(0)
                .suffix(amount.unit.suffix())
                .update_while_editing(false);
            ui.visuals_mut().widgets.inactive.weak_bg_fill = egui::Color32::TRANSPARENT;
            ui.visuals_mut().widgets.inactive.bg_stroke = egui::Stroke::NONE;
            let field = ui.add(field).accessible_name(t!("inspector-number", name = name));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(name).truncate());
            });
            field
        })
        .inner
    })
    .inner
}

fn slider(
    ui: &mut Ui,
    amount: &Amount,
    name: &str,
    shown: &mut f32,
    range: RangeInclusive<f32>,
) -> Response {
    ui.scope(|ui| {
        ui.spacing_mut().slider_width = ui.available_width();
        ui.spacing_mut().interact_size.y = HEIGHT;
        // Filled is what goes beyond where it rests.
        let fills = amount.rest == *amount.range.start();
        let slider = Slider::new(shown, range)
            .show_value(false)
            .step_by(1.0)
            .logarithmic(amount.is_logarithmic)
            .trailing_fill(fills);
        let slider = ui.add(slider);
        // The slider alone takes no clicks.
        let clicks = ui.interact(slider.rect, slider.id, Sense::click_and_drag());
        let hint = t!("inspector-double-click");
        slider.union(clicks).accessible_name(name).on_hover_text(hint)
    })
    .inner
}
