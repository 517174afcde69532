//! A colour of the photo's settings.

use egui::Ui;

use super::touch::Touch;
use crate::{
    app::history::Step,
    ui::swatches::{self, Picked},
};

/// Draws a colour to be chosen. `control` is the key of its name.
pub fn show(ui: &mut Ui, control: &'static str, chosen: &mut [u8; 3]) -> Touch {
    let mut touch = match swatches::show(ui, control, *chosen) {
        None => Touch::default(),
        Some(Picked::AtOnce(colour)) => {
            *chosen = colour;
            Touch::chosen(true)
        }
        Some(Picked::Moving(colour)) => {
            *chosen = colour;
            Touch { step: Some(Step::Part(control)), let_go: false }
        }
    };
    touch.let_go = ui.input(|input| input.pointer.any_released());
    touch
}
