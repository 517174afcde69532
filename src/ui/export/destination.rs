//! Where results go, and what becomes of a file that exists there.

use egui::{Button, ComboBox, Label, RichText, Ui};

use super::row_title;
use crate::{
    app::{
        action::Action,
        export::{self, ToSave},
        settings::ExportSettings,
        state::State,
    },
    engine::protocol::OnExist,
    lang::t,
    path_text::printable,
};

/// Draws the choice of a folder.
pub fn show(
    ui: &mut Ui,
    state: &State,
    export: &mut ExportSettings,
    wanted: &[ToSave],
    actions: &mut Vec<Action>,
) {
    row_title(ui, t!("export-where"));
    ui.vertical(|ui| {
        if ui.radio(export.beside, t!("export-beside")).clicked() {
            export.beside = true;
        }
        if let Some(folder) = export::results_of_pasted(state, wanted) {
            let words = t!("export-of-pasted", folder = printable(folder));
            ui.add(Label::new(RichText::new(words).small().weak()).wrap());
        }
        ui.horizontal(|ui| {
            let in_folder = ui.radio(!export.beside, t!("export-in-folder"));
            let choose = Button::new(t!("export-choose-folder")).min_size(egui::vec2(0.0, 24.0));
            let choose = ui.add_enabled(!state.dialog_open, choose);
            // Without a folder there is nothing to change to yet.
            let needs_one = in_folder.clicked() && export.folder.is_none();
            if in_folder.clicked() && export.folder.is_some() {
                export.beside = false;
            }
            if choose.clicked() || (needs_one && !state.dialog_open) {
                actions.push(Action::PickExportFolder);
            }
        });
        if let Some(folder) = export.folder.as_ref().filter(|_| !export.beside) {
            let path = printable(folder);
            ui.add(Label::new(RichText::new(&path).small()).truncate()).on_hover_text(path);
            ui.add(Label::new(RichText::new(t!("export-mirrored")).small().weak()).wrap());
        }
    });
    ui.end_row();
}

/// Draws the choice of what to do where a file exists.
pub fn existing(ui: &mut Ui, export: &mut ExportSettings) {
    row_title(ui, t!("export-existing"));
    let words = |on_exist| match on_exist {
        None => t!("export-ask"),
        Some(OnExist::Number) => t!("exists-number"),
        Some(OnExist::Skip) => t!("exists-skip"),
        Some(OnExist::Replace) => t!("exists-replace"),
    };
    let chosen = words(export.on_exist);
    let choices = ComboBox::from_id_salt("existing").width(260.0).selected_text(&chosen);
    let shown = choices.show_ui(ui, |ui| {
        for on_exist in [None, Some(OnExist::Number), Some(OnExist::Skip), Some(OnExist::Replace)] {
            ui.selectable_value(&mut export.on_exist, on_exist, words(on_exist));
        }
    });
    shown.response.accessible_name(t!("export-existing"));
    ui.end_row();
}
