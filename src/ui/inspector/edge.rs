//! The edge of the subject.

use egui::Ui;

use super::{
    amount::{self, Amount},
    touch::Touch,
};
use crate::{
    imaging::edit::{FEATHER_MAX_PX, GROW_MAX_PX, MaskEdits, THRESHOLD_UNCHANGED},
    lang::t,
    ui::theme,
};

const THRESHOLD: Amount = Amount::share("inspector-threshold", THRESHOLD_UNCHANGED);
const HARDNESS: Amount = Amount::share("inspector-hardness", 0.0);
const GROW: Amount = Amount::px("inspector-grow", -GROW_MAX_PX..=GROW_MAX_PX);
const FEATHER: Amount = Amount::px("inspector-feather", 0.0..=FEATHER_MAX_PX);

/// Draws what can be done about the edge.
pub fn show(ui: &mut Ui, mask: &mut MaskEdits) -> Touch {
    let amounts = amount::show(ui, &GROW, &mut mask.grow_px)
        .and(amount::show(ui, &FEATHER, &mut mask.feather_px))
        .and(amount::show(ui, &HARDNESS, &mut mask.hardness))
        .and(amount::show(ui, &THRESHOLD, &mut mask.threshold));
    let largest = theme::checkbox(ui, &mut mask.keep_largest, &t!("inspector-keep-largest"))
        .on_hover_text(t!("inspector-keep-largest-hint"));
    let holes = theme::checkbox(ui, &mut mask.fill_holes, &t!("inspector-fill-holes"))
        .on_hover_text(t!("inspector-fill-holes-hint"));
    amounts.and(Touch::chosen(largest.changed() || holes.changed()))
}
