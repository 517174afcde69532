//! Choosing any colour: three sliders and its number as the web writes it.

use egui::{Color32, Id, Mesh, Sense, Shape, Stroke, TextEdit, Ui, ecolor::Hsva, pos2, vec2};

use super::{
    slide,
    theme::{SPACE, palette},
};
use crate::lang::t;

/// Width and height of a slider, in points.
const TRACK: egui::Vec2 = vec2(180.0, 18.0);
/// How many colours a slider shows beside each other; the screen blends between them.
const STOPS: usize = 24;
/// How far a key moves a slider.
const STEP: f32 = 0.02;

/// Draws the sliders and the number of a colour, and returns the colour that was chosen now.
pub fn show(ui: &mut Ui, salt: &str, colour: [u8; 3]) -> Option<[u8; 3]> {
    let id = ui.scope_id().with(salt);
    // Grey has no hue and black no strength: both are kept while the sliders are in use.
    let known: Option<Hsva> = ui.data(|data| data.get_temp(id));
    let known = known.filter(|known| known.to_srgb() == colour);
    let mut chosen = known.unwrap_or_else(|| Hsva::from_srgb(colour));
    let mut changed = false;
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = SPACE.s;
        let now = chosen;
        type With = fn(Hsva, f32) -> Hsva;
        let parts: [(&str, &mut f32, With); 3] = [
            ("colour-hue", &mut chosen.h, |_, h| Hsva { h, s: 1.0, v: 1.0, a: 1.0 }),
            ("colour-strength", &mut chosen.s, |now, s| Hsva { s, ..now }),
            ("colour-brightness", &mut chosen.v, |now, v| Hsva { v, ..now }),
        ];
        for (key, value, at) in parts {
            changed |= slider(ui, id.with(key), &t!(key), value, |value| at(now, value));
        }
        if let Some(typed) = number(ui, id.with("number"), chosen.to_srgb()) {
            chosen = Hsva::from_srgb(typed);
            changed = true;
        }
    });
    if changed {
        ui.data_mut(|data| data.insert_temp(id, chosen));
    }
    changed.then(|| chosen.to_srgb())
}

fn slider(ui: &mut Ui, id: Id, name: &str, value: &mut f32, at: impl Fn(f32) -> Hsva) -> bool {
    let (_, rect) = ui.allocate_space(TRACK);
    let response = ui.interact(rect, id, Sense::click_and_drag());
    let track = rect.shrink2(vec2(rect.height() / 2.0, 4.0));
    let mut mesh = Mesh::default();
    for stop in 0..=STOPS {
        let part = stop as f32 / STOPS as f32;
        let x = track.left() + part * track.width();
        let colour = Color32::from(at(part));
        mesh.colored_vertex(pos2(x, track.top()), colour);
        mesh.colored_vertex(pos2(x, track.bottom()), colour);
        if let Some(left) = stop.checked_sub(1).map(|left| 2 * left as u32) {
            mesh.add_triangle(left, left + 1, left + 2);
            mesh.add_triangle(left + 1, left + 2, left + 3);
        }
    }
    ui.painter().add(Shape::mesh(mesh));
    let moved = slide::take(ui, &response, track.x_range(), *value, STEP, name);
    if let Some(moved) = moved {
        *value = moved;
    }
    let palette = palette(ui.visuals());
    let edge = if response.has_focus() { palette.accent } else { palette.muted };
    let centre = pos2(track.left() + *value * track.width(), track.center().y);
    let radius = rect.height() / 2.0 - 1.0;
    ui.painter().circle(centre, radius, Color32::from(at(*value)), Stroke::new(2.0, edge));
    response.on_hover_text(name);
    moved.is_some()
}

/// The colour as `#rrggbb`, to be typed over.
fn number(ui: &mut Ui, id: Id, colour: [u8; 3]) -> Option<[u8; 3]> {
    let typed: Option<String> = ui.data(|data| data.get_temp(id));
    let mut text = typed.unwrap_or_else(|| hex(colour));
    let edit = TextEdit::singleline(&mut text).desired_width(80.0).char_limit(7);
    let response = ui.add(edit).accessible_name(t!("colour-number"));
    let response = response.on_hover_text(t!("colour-number"));
    if response.has_focus() {
        ui.data_mut(|data| data.insert_temp(id, text.clone()));
    } else {
        ui.data_mut(|data| data.remove::<String>(id));
    }
    response.changed().then(|| parse(&text)).flatten()
}

/// A colour as the web writes it.
pub fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// A colour from what the web writes, with the hash or without.
fn parse(text: &str) -> Option<[u8; 3]> {
    let digits = text.trim().trim_start_matches('#');
    let all_hex = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = u32::from_str_radix(digits, 16).ok().filter(|_| all_hex)?;
    let [_, r, g, b] = number.to_be_bytes();
    Some([r, g, b])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written_and_nothing_else_is() {
        for colour in [[0, 0, 0], [255, 255, 255], [1, 128, 254]] {
            assert_eq!(parse(&hex(colour)), Some(colour));
        }
        for (text, expected) in [
            ("FF0000", Some([255, 0, 0])),
            (" #00ff7f ", Some([0, 255, 127])),
            ("#fff", None),
            ("#+12345", None),
            ("red", None),
            ("", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
