//! Which files of which photos are saved.

use egui::Ui;

use super::row_title;
use crate::{
    app::{
        action::Action,
        export::{ExportWindow, Scope},
        settings::ExportSettings,
        state::State,
    },
    lang::t,
    ui::theme,
};

/// Draws it.
pub fn show(
    ui: &mut Ui,
    state: &State,
    window: &ExportWindow,
    export: &mut ExportSettings,
    actions: &mut Vec<Action>,
) {
    row_title(ui, t!("export-what"));
    ui.horizontal(|ui| {
        // One of them stays: saving nothing means nothing.
        let (cutouts, masks) = (export.cutouts, export.masks);
        theme::checkbox(ui, &mut export.cutouts, &t!("export-cutouts"));
        theme::checkbox(ui, &mut export.masks, &t!("export-masks"));
        if !export.cutouts && !export.masks {
            (export.cutouts, export.masks) = (cutouts, masks);
        }
    });
    ui.end_row();
    row_title(ui, t!("export-photos"));
    let count = |scope| {
        let is_meant = |id| scope == Scope::All || state.selection.contains(id);
        state.items.iter().filter(|item| item.can_save() && is_meant(item.id)).count()
    };
    ui.horizontal(|ui| {
        for (scope, words) in [
            (Scope::All, t!("export-all", count = count(Scope::All))),
            (Scope::Chosen, t!("export-chosen", count = count(Scope::Chosen))),
        ] {
            if ui.radio(window.scope == scope, words).clicked() {
                actions.push(Action::SetScope(scope));
            }
        }
    });
    ui.end_row();
}
