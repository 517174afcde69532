//! What each view shows.

use egui::{Align, Rect, pos2, vec2};

use super::{
    sheet::{Face, Sheet},
    stage::{Room, Stage},
};
use crate::ui::theme::SPACE;

/// Before to the left of the divider, after to its right, in one frame.
pub fn wipe(room: &Room) -> Stage {
    let before = room.sheet(Face::Before, room.area, "viewer-before");
    let seen = before.seen();
    let x = seen.left() + room.divider * seen.width();
    let x = (x * room.pixels_per_point).round() / room.pixels_per_point;
    let (left, right) = room.area.split_left_right_at_x(x);
    let after = room.sheet(Face::After, room.area, "viewer-after");
    let after = Sheet { part: right, caption_side: Align::Max, ..after };
    let sheets = vec![Sheet { part: left, ..before }, after];
    Stage { sheets, pane: room.pane(room.area), divider_x: Some(x) }
}

/// Before and after beside each other.
pub fn side_by_side(room: &Room) -> Stage {
    let area = room.area;
    let size = vec2(((area.width() - SPACE.m) / 2.0).max(1.0), area.height());
    let pane_at = |left: f32| Rect::from_min_size(pos2(left, area.top()), size);
    let (left, right) = (pane_at(area.left()), pane_at(area.right() - size.x));
    let sheets = vec![
        room.sheet(Face::Before, left, "viewer-before"),
        room.sheet(Face::After, right, "viewer-after"),
    ];
    Stage { sheets, pane: room.pane(left), divider_x: None }
}

/// The result alone.
pub fn cutout(room: &Room) -> Stage {
    room.single(Face::After, "viewer-cutout")
}

/// The mask alone.
pub fn mask(room: &Room) -> Stage {
    room.single(Face::Mask, "viewer-mask")
}

/// The photo with what will be removed tinted, and what is unsure in another colour where that is
/// asked for.
pub fn overlay(room: &Room, show_unsure: bool) -> Stage {
    let face = if show_unsure { Face::OverlayAndUnsure } else { Face::Overlay };
    room.single(face, "viewer-overlay")
}

/// The photo alone.
pub fn original(room: &Room) -> Stage {
    room.single(Face::Before, "viewer-original")
}
