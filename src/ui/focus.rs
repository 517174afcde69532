//! The ring around the control that has the keys.

use egui::{Context, Stroke, StrokeKind};

use super::theme::{CORNER, RING, palette};

/// Draws it, over everything else of the control's layer.
pub fn ring(context: &Context) {
    let focused = context.memory(|memory| memory.focused());
    let Some(control) = focused.and_then(|id| context.read_response(id)) else { return };
    if !control.interact_rect.is_positive() {
        return;
    }
    let palette = palette(&context.global_style().visuals);
    let painter = context.layer_painter(control.layer_id);
    let area = control.interact_rect.expand(1.0).intersect(context.content_rect());
    painter.rect_stroke(area, CORNER, Stroke::new(RING, palette.accent), StrokeKind::Inside);
}
