//! The frame that a trimmed result keeps.

use egui::{Painter, Rect, Shape, Stroke, StrokeKind, pos2};

use crate::ui::theme::{FRAME, FRAME_UNDER, OUTSIDE};

/// Length of a dash and of a gap, in points.
const DASH: f32 = 5.0;

/// Dims what will be cut off and draws a dashed line around what is kept.
pub fn paint(painter: &Painter, seen: Rect, kept: Rect) {
    let inside = kept.intersect(seen);
    let outside = if inside.is_positive() {
        vec![
            Rect::from_min_max(seen.min, pos2(seen.right(), inside.top())),
            Rect::from_min_max(pos2(seen.left(), inside.bottom()), seen.max),
            Rect::from_min_max(
                pos2(seen.left(), inside.top()),
                pos2(inside.left(), inside.bottom()),
            ),
            Rect::from_min_max(
                pos2(inside.right(), inside.top()),
                pos2(seen.right(), inside.bottom()),
            ),
        ]
    } else {
        vec![seen]
    };
    for part in outside.into_iter().filter(Rect::is_positive) {
        painter.rect_filled(part, 0.0, OUTSIDE);
    }
    // Both light and dark, so that it shows on any photo.
    painter.rect_stroke(kept, 0.0, Stroke::new(1.0, FRAME_UNDER), StrokeKind::Inside);
    let line = kept.shrink(0.5);
    let corners = [
        line.left_top(),
        line.right_top(),
        line.right_bottom(),
        line.left_bottom(),
        line.left_top(),
    ];
    painter.extend(Shape::dashed_line(&corners, Stroke::new(1.0, FRAME), DASH, DASH));
}
