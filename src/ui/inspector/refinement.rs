//! How the edge is found in the photo.

use egui::{RichText, Ui};

use super::touch::Touch;
use crate::{
    imaging::{Refine, edit::Edits},
    lang::t,
    ui::{segments, theme},
};

/// Draws the choice of a refinement, and whether colours are cleaned.
pub fn show(ui: &mut Ui, edits: &mut Edits) -> Touch {
    let choices = [
        (Refine::Off, t!("inspector-refine-off")),
        (Refine::Fast, t!("inspector-refine-fast")),
        (Refine::Matting, t!("inspector-refine-matting")),
    ];
    let name = t!("inspector-refine");
    ui.label(&name);
    let chosen = segments::show(ui, &name, edits.mask.refine, &choices);
    if let Some(refine) = chosen {
        edits.mask.refine = refine;
    }
    let hint = match edits.mask.refine {
        Refine::Off => t!("inspector-refine-off-hint"),
        Refine::Fast => t!("inspector-refine-fast-hint"),
        Refine::Matting => t!("inspector-refine-matting-hint"),
    };
    ui.label(RichText::new(hint).small().weak());
    let clean = theme::checkbox(ui, &mut edits.clean_colours, &t!("inspector-clean-colours"))
        .on_hover_text(t!("inspector-clean-colours-hint"));
    Touch::chosen(chosen.is_some() || clean.changed())
}
