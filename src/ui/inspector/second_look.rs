//! Whether small subjects are looked at from nearer.

use egui::Ui;

use super::touch::Touch;
use crate::{app::item::Item, lang::t, ui::theme};

/// Draws the switch, and says where the network looked twice.
pub fn show(ui: &mut Ui, second_look: &mut bool, item: &Item) -> Touch {
    let switch = theme::checkbox(ui, second_look, &t!("inspector-second-look"))
        .on_hover_text(t!("inspector-second-look-hint"));
    if *second_look && item.saliency.as_ref().is_some_and(|maps| maps.has_crop()) {
        ui.weak(t!("inspector-looked-twice"));
    }
    Touch::chosen(switch.changed())
}
