//! A colour to be chosen, with the ones that are wanted most beside it.

use egui::{
    Color32, Popup, PopupCloseBehavior, Response, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
    accesskit::Role, vec2,
};

use super::{
    colour,
    theme::{CORNER, SPACE, palette},
};
use crate::lang::t;

/// Colours that shops and printers ask for, by the keys of their names.
const OFTEN: [(&str, [u8; 3]); 4] = [
    ("colour-white", [255, 255, 255]),
    ("colour-light-grey", [240, 240, 240]),
    ("colour-grey", [128, 128, 128]),
    ("colour-black", [0, 0, 0]),
];
const SWATCH: f32 = 22.0;

/// How a colour was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picked {
    /// All at once.
    AtOnce([u8; 3]),
    /// As one of many in a movement.
    Moving([u8; 3]),
}

/// Draws a colour to be chosen, and returns the one that was chosen now. `control` is the key of
/// its name.
pub fn show(ui: &mut Ui, control: &'static str, colour: [u8; 3]) -> Option<Picked> {
    let name = t!(control);
    let mut picked = None;
    ui.horizontal(|ui| {
        let button = swatch(ui, vec2(2.0 * SWATCH, SWATCH), colour, false);
        button.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &name));
        let button = button.on_hover_text(format!("{name}: {}", colour::hex(colour)));
        let popup = Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
        popup.show(|ui| picked = colour::show(ui, control, colour).map(Picked::Moving));
        ui.add_space(SPACE.xs);
        for (word, often) in OFTEN {
            let word = t!(word);
            let is_chosen = colour == often;
            let response = swatch(ui, Vec2::splat(SWATCH), often, is_chosen);
            response.widget_info(|| {
                let name = format!("{name}: {word}");
                WidgetInfo::selected(Role::RadioButton, ui.is_enabled(), is_chosen, name)
            });
            if response.on_hover_text(word).clicked() && !is_chosen {
                picked = Some(Picked::AtOnce(often));
            }
        }
    });
    picked
}

fn swatch(ui: &mut Ui, size: Vec2, [red, green, blue]: [u8; 3], is_chosen: bool) -> Response {
    let palette = palette(ui.visuals());
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    ui.painter().rect_filled(rect, CORNER, Color32::from_rgb(red, green, blue));
    let is_near = response.hovered() || response.has_focus();
    let line = match (is_chosen, is_near) {
        (true, _) => Stroke::new(2.0, palette.accent),
        (false, true) => Stroke::new(2.0, palette.text),
        (false, false) => Stroke::new(1.0, palette.muted),
    };
    ui.painter().rect_stroke(rect, CORNER, line, StrokeKind::Inside);
    response
}
