//! The brush's settings.

use egui::{Button, RichText, Ui};

use super::{
    amount::{self, Amount, Unit},
    touch::Touch,
};
use crate::{
    app::{
        action::Action,
        brush::{Brush, SIZE_MAX_PX},
        edit_action::EditAction,
    },
    imaging::edit::{BrushTool, Edits},
    lang::t,
    ui::segments,
};

const SIZE: Amount = Amount {
    name: "inspector-brush-size",
    range: 1.0..=SIZE_MAX_PX,
    rest: 60.0,
    unit: Unit::Px,
    is_logarithmic: true,
};
const SOFTNESS: Amount = Amount::share("inspector-brush-softness", 0.3);

/// Draws the settings of a brush that is in hand.
pub fn show(ui: &mut Ui, brush: Brush, edits: &mut Edits, actions: &mut Vec<Action>) -> Touch {
    let mut next = brush;
    let choices = [
        (BrushTool::Keep, t!("inspector-brush-keep")),
        (BrushTool::Erase, t!("inspector-brush-erase")),
    ];
    if let Some(tool) = segments::show(ui, &t!("inspector-brush"), brush.tool, &choices) {
        next.tool = tool;
    }
    amount::show(ui, &SIZE, &mut next.size_px);
    amount::show(ui, &SOFTNESS, &mut next.softness);
    if next != brush {
        actions.push(Action::Edit(EditAction::SetBrush(next)));
    }
    ui.label(RichText::new(t!("inspector-brush-hint")).small().weak());
    let strokes = edits.strokes.len();
    let clear = Button::new(t!("inspector-clear-strokes", count = strokes));
    let cleared = ui.add_enabled(strokes > 0, clear).clicked();
    if cleared {
        edits.strokes.clear();
    }
    Touch::chosen(cleared)
}
