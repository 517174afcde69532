//! The line above the photo: its name, its size and what is to be said of it.

use egui::{Align, Label, Layout, RichText, Ui};

use crate::{
    app::item::{Item, Progress},
    lang::t,
    path_text::printable,
    ui::theme::palette,
};

/// Height of the line, in points.
pub const HEIGHT: f32 = 34.0;
/// What a note leaves of the line for the name, in points.
const NAME_WIDTH: f32 = 96.0;
/// Room for the size, in points.
const SIZE_WIDTH: f32 = 100.0;

/// Draws the line.
pub fn show(ui: &mut Ui, item: &Item) {
    let palette = palette(ui.visuals());
    ui.horizontal_centered(|ui| {
        if let Progress::Done { no_clear_subject: true, .. } = item.progress {
            let room = ui.available_width() - NAME_WIDTH - SIZE_WIDTH;
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.scope(|ui| {
                    ui.set_max_width(room.max(0.0));
                    let words = t!("viewer-no-subject");
                    let note = Label::new(RichText::new(&words).color(palette.warn)).truncate();
                    ui.add(note).on_hover_text(words);
                });
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| title(ui, item));
            });
        } else {
            title(ui, item);
        }
    });
}

fn title(ui: &mut Ui, item: &Item) {
    let size = item.size_px.map(|(width, height)| format!("{width} × {height}"));
    let size_width = if size.is_some() { SIZE_WIDTH } else { 0.0 };
    ui.scope(|ui| {
        ui.set_max_width((ui.available_width() - size_width).max(0.0));
        let name = RichText::new(&item.name).heading().strong();
        ui.add(Label::new(name).truncate()).on_hover_text(printable(&item.path));
    });
    if let Some(size) = size {
        ui.weak(size);
    }
}
