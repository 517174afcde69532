//! The small mark before a state: its shape says as much as its colour.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, Vec2, vec2};

use super::theme::Palette;
use crate::app::item::{Item, Progress};

/// The shapes of marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A ring: it waits.
    Ring,
    /// A disc: it is at work, or ready for it.
    Disc,
    /// A tick: it worked.
    Tick,
    /// A triangle: worth a look, or to be unfolded upwards.
    Triangle,
    /// A triangle on its head: to be folded away downwards.
    Down,
    /// A cross: it failed.
    Cross,
    /// A square: it was stopped.
    Square,
}

/// The mark and colour of a photo's state.
pub fn of_item(item: &Item, palette: &Palette) -> (Mark, Color32) {
    match &item.progress {
        Progress::Waiting if item.unreadable.is_some() => (Mark::Cross, palette.bad),
        Progress::Waiting => (Mark::Ring, palette.muted),
        Progress::Working(_) => (Mark::Disc, palette.accent),
        Progress::Done { .. } if item.doubt().is_some() => (Mark::Triangle, palette.warn),
        Progress::Done { .. } => (Mark::Tick, palette.good),
        Progress::Failed { .. } => (Mark::Cross, palette.bad),
        Progress::Stopped => (Mark::Square, palette.muted),
    }
}

/// Paints a mark, `size` points wide.
pub fn paint(painter: &Painter, centre: Pos2, size: f32, mark: Mark, colour: Color32) {
    let half = size / 2.0;
    let at = |x: f32, y: f32| centre + vec2(x, y) * half;
    let stroke = Stroke::new((size / 5.0).max(1.5), colour);
    match mark {
        Mark::Ring => {
            painter.circle_stroke(centre, half * 0.8, Stroke::new(1.5, colour));
        }
        Mark::Disc => {
            painter.circle_filled(centre, half * 0.9, colour);
        }
        Mark::Tick => {
            painter.line(vec![at(-0.9, 0.1), at(-0.3, 0.75), at(0.95, -0.7)], stroke);
        }
        Mark::Triangle => {
            let corners = vec![at(0.0, -1.0), at(1.05, 0.9), at(-1.05, 0.9)];
            painter.add(Shape::convex_polygon(corners, colour, Stroke::NONE));
        }
        Mark::Down => {
            let corners = vec![at(-1.05, -0.9), at(1.05, -0.9), at(0.0, 1.0)];
            painter.add(Shape::convex_polygon(corners, colour, Stroke::NONE));
        }
        Mark::Cross => {
            painter.line_segment([at(-0.8, -0.8), at(0.8, 0.8)], stroke);
            painter.line_segment([at(-0.8, 0.8), at(0.8, -0.8)], stroke);
        }
        Mark::Square => {
            painter.rect_filled(
                Rect::from_center_size(centre, Vec2::splat(size * 0.8)),
                1.0,
                colour,
            );
        }
    }
}
