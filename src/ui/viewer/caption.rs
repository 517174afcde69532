//! A word on a picture.

use egui::{Align, Align2, FontId, Rect, Sense, Ui, Vec2, WidgetInfo, accesskit::Role, vec2};

use crate::ui::theme::{CAPTION, CAPTION_BG, SMALL, SPACE};

/// Paints a word in an upper corner of what is seen of a photo, where there is room for it.
pub fn paint(ui: &Ui, seen: Rect, side: Align, words: &str) {
    let at = Align2([side, Align::Min]);
    let room = seen.shrink(SPACE.s);
    plate(ui, at, room, words);
}

/// Paints words at the lower edge of an area.
pub fn paint_below(ui: &Ui, area: Rect, words: &str) {
    plate(ui, Align2::CENTER_BOTTOM, area.shrink(SPACE.m), words);
}

/// Paints what is being waited for at the lower edge of an area, and has it read out.
pub fn tell_below(ui: &Ui, area: Rect, words: &str) {
    paint_below(ui, area, words);
    // What is painted only is not read out.
    let place = Rect::from_center_size(area.center(), Vec2::splat(1.0));
    let told = ui.interact(place, ui.scope_id().with("told"), Sense::hover());
    told.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
}

fn plate(ui: &Ui, at: Align2, room: Rect, words: &str) {
    let painter = ui.painter_at(room);
    let font = FontId::proportional(SMALL);
    let padding = vec2(SPACE.s, 3.0);
    let width = (room.width() - 2.0 * padding.x).max(0.0);
    let galley = painter.layout(words.to_owned(), font, CAPTION, width);
    let plate = at.align_size_within_rect(galley.size() + 2.0 * padding, room);
    if galley.rows.len() == 1 && room.expand(0.5).contains_rect(plate) {
        painter.rect_filled(plate, SPACE.xs, CAPTION_BG);
        painter.galley(plate.min + padding, galley, CAPTION);
    }
}
