//! A colour with the ones that are wanted most beside it.

use egui::{Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, accesskit::Role};

use super::touch::Touch;
use crate::{
    app::history::Step,
    lang::t,
    ui::theme::{CORNER, SPACE, palette},
};

/// Colours that shops and printers ask for, by the keys of their names.
const OFTEN: [(&str, [u8; 3]); 4] = [
    ("colour-white", [255, 255, 255]),
    ("colour-light-grey", [240, 240, 240]),
    ("colour-grey", [128, 128, 128]),
    ("colour-black", [0, 0, 0]),
];
const SWATCH: Vec2 = Vec2::splat(22.0);

/// Draws a colour to be chosen. `control` is the key of its name.
pub fn show(ui: &mut Ui, control: &'static str, colour: &mut [u8; 3]) -> Touch {
    let name = t!(control);
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size = Vec2::new(44.0, SWATCH.y);
        ui.spacing_mut().button_padding.y = 2.0;
        let picker = ui.color_edit_button_srgb(colour).accessible_name(&name);
        let mut touch = Touch {
            step: picker.changed().then_some(Step::Part(control)),
            let_go: ui.input(|input| input.pointer.any_released()),
        };
        picker.on_hover_text(&name);
        ui.add_space(SPACE.xs);
        for (word, often) in OFTEN {
            if swatch(ui, &name, &t!(word), often, *colour == often) {
                *colour = often;
                touch = Touch::chosen(true);
            }
        }
        touch
    })
    .inner
}

fn swatch(
    ui: &mut Ui,
    control: &str,
    word: &str,
    [red, green, blue]: [u8; 3],
    is_chosen: bool,
) -> bool {
    let palette = palette(ui.visuals());
    let (rect, response) = ui.allocate_exact_size(SWATCH, Sense::click());
    response.widget_info(|| {
        let name = format!("{control}: {word}");
        WidgetInfo::selected(Role::RadioButton, true, is_chosen, name)
    });
    ui.painter().rect_filled(rect, CORNER, egui::Color32::from_rgb(red, green, blue));
    let is_near = response.hovered() || response.has_focus();
    let line = match (is_chosen, is_near) {
        (true, _) => Stroke::new(2.0, palette.accent),
        (false, true) => Stroke::new(2.0, palette.text),
        (false, false) => Stroke::new(1.0, palette.muted),
    };
    ui.painter().rect_stroke(rect, CORNER, line, StrokeKind::Inside);
    response.on_hover_text(word).clicked()
}
