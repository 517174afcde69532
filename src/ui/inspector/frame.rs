//! The frame around the subject and its shadow.

use egui::Ui;

use super::{
    amount::{self, Amount},
    colour,
    touch::Touch,
};
use crate::{
    imaging::edit::{Shadow, Trim},
    lang::t,
    ui::theme,
};

const MARGIN: Amount = Amount::px("inspector-margin", 0.0..=500.0).resting_at(MARGIN_PX);
const MARGIN_PX: f32 = 20.0;
const ACROSS: Amount = Amount::px("inspector-shadow-across", -200.0..=200.0);
const DOWN: Amount = Amount::px("inspector-shadow-down", -200.0..=200.0).resting_at(24.0);
const BLUR: Amount = Amount::px("inspector-shadow-blur", 0.0..=200.0).resting_at(48.0);
const OPACITY: Amount = Amount::share("inspector-shadow-opacity", 0.45);

/// Draws trimming.
pub fn show_trim(ui: &mut Ui, trim: &mut Option<Trim>) -> Touch {
    let mut on = trim.is_some();
    let switch = theme::checkbox(ui, &mut on, &t!("inspector-trim"))
        .on_hover_text(t!("inspector-trim-hint"));
    if switch.changed() {
        *trim = on.then_some(Trim { margin_px: MARGIN_PX as u32 });
    }
    let mut touch = Touch::chosen(switch.changed());
    if let Some(trim) = trim {
        let mut margin_px = trim.margin_px as f32;
        touch = touch.and(amount::show(ui, &MARGIN, &mut margin_px));
        trim.margin_px = margin_px as u32;
    }
    touch
}

/// Draws the shadow.
pub fn show_shadow(ui: &mut Ui, shadow: &mut Option<Shadow>) -> Touch {
    let mut on = shadow.is_some();
    let switch = theme::checkbox(ui, &mut on, &t!("inspector-shadow"));
    if switch.changed() {
        *shadow = on.then(Shadow::default);
    }
    let mut touch = Touch::chosen(switch.changed());
    if let Some(Shadow { offset_px: [across_px, down_px], blur_px, opacity, colour }) = shadow {
        touch = touch
            .and(amount::show(ui, &ACROSS, across_px))
            .and(amount::show(ui, &DOWN, down_px))
            .and(amount::show(ui, &BLUR, blur_px))
            .and(amount::show(ui, &OPACITY, opacity))
            .and(colour::show(ui, "inspector-shadow-colour", colour));
    }
    touch
}
