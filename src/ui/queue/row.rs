//! One row: the photo, its name, its state in words, its size and a note.

use std::sync::Arc;

use egui::{
    Color32, FontId, Galley, Rect, Response, TextStyle, Ui, Vec2, epaint::RectShape, pos2,
    text::LayoutJob, vec2,
};
use lucide_icons::Icon;

use crate::{
    app::{item::Item, state::State},
    ui::{
        icon, mark,
        texture::{Finish, Textures},
        theme::{CORNER, Palette, SPACE, palette},
        words,
    },
};

const THUMBNAIL: Vec2 = vec2(56.0, 46.0);
/// The room for the mark before a state.
const MARK_WIDTH: f32 = 14.0;

/// How a row stands out.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// It is one of those chosen.
    pub is_chosen: bool,
    /// It is the photo in the middle.
    pub is_lead: bool,
    /// It is on its way to another place.
    pub is_dragged: bool,
}

/// Paints a row.
pub fn paint(
    ui: &mut Ui,
    state: &State,
    item: &Item,
    look: Look,
    response: &Response,
    textures: &mut Textures,
) {
    let palette = palette(ui.visuals());
    let plate = response.rect.shrink2(vec2(6.0, 2.0));
    if look.is_dragged {
        ui.set_opacity(0.5);
    }
    background(ui, plate, look, response, palette);
    let corner = pos2(response.rect.left() + SPACE.m, plate.center().y - THUMBNAIL.y / 2.0);
    let picture = Rect::from_min_size(corner, THUMBNAIL);
    thumbnail(ui, item, picture, textures);
    let left = picture.right() + 10.0;
    let column = Rect::from_x_y_ranges(left..=plate.right() - SPACE.s, plate.y_range());
    lines(ui, state, item, column, palette);
    ui.set_opacity(1.0);
}

fn background(ui: &Ui, plate: Rect, look: Look, response: &Response, palette: &Palette) {
    let painter = ui.painter();
    if look.is_chosen {
        painter.rect_filled(plate, CORNER, palette.selected);
    } else if response.hovered() {
        painter.rect_filled(plate, CORNER, palette.raised);
    }
    if look.is_lead {
        let bar = Rect::from_min_size(plate.min, vec2(3.0, plate.height()));
        painter.rect_filled(bar, 1.5, palette.accent);
    }
    if response.has_focus() {
        let line = egui::Stroke::new(1.5, palette.accent);
        painter.rect_stroke(plate, CORNER, line, egui::StrokeKind::Inside);
    }
}

/// The name, the state, and below it the size with a note; a long reason takes two lines.
fn lines(ui: &Ui, state: &State, item: &Item, column: Rect, palette: &Palette) {
    let painter = ui.painter();
    let body = TextStyle::Body.resolve(ui.style());
    let small = TextStyle::Small.resolve(ui.style());
    let (left, width) = (column.left(), column.width());
    let name = elided_in_the_middle(ui, &item.name, body, palette.text, width);
    painter.galley(pos2(left, column.top() + 3.0), name, palette.text);

    let is_problem = item.problem().is_some();
    let colour = if is_problem { palette.bad } else { palette.muted };
    let room = width - MARK_WIDTH;
    let words = if is_problem {
        let mut job = LayoutJob::simple(words::state(item), small.clone(), colour, room);
        job.wrap.max_rows = 2;
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    } else {
        fitting(ui, &words::states(item), &small, colour, room)
    };
    let state_y = column.top() + 22.0;
    let (shape, mark_colour) = mark::of_item(item, palette);
    mark::paint(painter, pos2(left + 4.0, state_y + 7.5), 8.0, shape, mark_colour);
    let rows = words.rows.len();
    painter.galley(pos2(left + MARK_WIDTH, state_y), words, colour);
    if rows == 1 {
        let third = Rect::from_min_max(pos2(left, column.top() + 39.0), column.max);
        size_and_note(ui, state, item, third, small, palette);
    }
}

fn size_and_note(ui: &Ui, state: &State, item: &Item, line: Rect, font: FontId, palette: &Palette) {
    let painter = ui.painter();
    let mut right = line.right();
    if let Some(note) = words::note(item, state) {
        let widest = line.width() * 0.62;
        let text = elided_in_the_middle(ui, &note, font.clone(), palette.muted, widest);
        let size = text.size() + vec2(2.0 * 5.0, 0.0);
        let plate = Rect::from_min_size(pos2(line.right() - size.x, line.top()), size);
        painter.rect_filled(plate, 3.0, palette.raised);
        painter.galley(pos2(plate.left() + 5.0, plate.top()), text, palette.muted);
        right = plate.left() - SPACE.xs;
    }
    let sizes = words::sizes(item);
    if !sizes.is_empty() {
        let size = fitting(ui, &sizes, &font, palette.muted, right - line.left());
        painter.galley(line.min, size, palette.muted);
    }
}

fn thumbnail(ui: &Ui, item: &Item, rect: Rect, textures: &mut Textures) {
    let palette = palette(ui.visuals());
    let Some(picture) = &item.thumbnail else {
        ui.painter().rect_filled(rect, 3.0, palette.raised);
        let picture = if item.problem().is_some() { Icon::ImageOff } else { Icon::Image };
        icon::paint(ui.painter(), rect.center(), 18.0, picture, palette.muted);
        return;
    };
    let texture = textures.get(ui.ctx(), picture, Finish::default());
    let size = texture.size_vec2();
    // Filled, with what sticks out cropped evenly.
    let scale = (rect.width() / size.x).max(rect.height() / size.y);
    let seen = rect.size() / scale / size;
    let uv = Rect::from_center_size(pos2(0.5, 0.5), seen);
    let shape = RectShape::filled(rect, 3.0, Color32::WHITE).with_texture(texture.id(), uv);
    ui.painter().add(shape);
}

/// The first of these ways to put something that has room; the last one elided where none has.
fn fitting(ui: &Ui, ways: &[String], font: &FontId, colour: Color32, width: f32) -> Arc<Galley> {
    let layout = |way: &String| ui.painter().layout_no_wrap(way.clone(), font.clone(), colour);
    let fits = ways.iter().map(layout).find(|galley| galley.size().x <= width);
    fits.unwrap_or_else(|| {
        let last = ways.last().map(String::as_str).unwrap_or_default();
        elided_in_the_middle(ui, last, font.clone(), colour, width)
    })
}

fn elided_in_the_middle(
    ui: &Ui,
    text: &str,
    font: FontId,
    colour: Color32,
    width: f32,
) -> Arc<Galley> {
    let layout = |text: String| ui.painter().layout_no_wrap(text, font.clone(), colour);
    let mut galley = layout(text.to_owned());
    let mut length = text.chars().count();
    while galley.size().x > width && length > 1 {
        let surplus = (length as f32 * width / galley.size().x) as usize;
        length = surplus.clamp(1, length - 1);
        galley = layout(words::elided(text, length));
    }
    galley
}
