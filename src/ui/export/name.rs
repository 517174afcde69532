//! What files are called: the template, what can stand in it, and an example.

use egui::{Button, Label, RichText, TextEdit, Ui};

use super::row_title;
use crate::{
    app::{action::Action, export::ExportWindow},
    engine::protocol::{Placeholder, TemplateError},
    lang::t,
    ui::theme::{SPACE, palette},
};

/// Draws it.
pub fn show(ui: &mut Ui, window: &ExportWindow, example: Option<&str>, actions: &mut Vec<Action>) {
    row_title(ui, t!("export-name"));
    ui.vertical(|ui| {
        let mut text = window.name.clone();
        let field = TextEdit::singleline(&mut text).desired_width(f32::INFINITY);
        ui.add(field).accessible_name(t!("export-name"));
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = SPACE.xs;
            for placeholder in Placeholder::ALL {
                let word = format!("{{{}}}", placeholder.word());
                let button = Button::new(RichText::new(&word).small()).small();
                if ui.add(button).on_hover_text(meaning(placeholder)).clicked() {
                    text.push_str(&word);
                }
            }
        });
        if text != window.name {
            actions.push(Action::TypeName(text));
        }
        match &window.name_error {
            None => {
                let example = example.unwrap_or_default();
                let words = t!("export-example", name = example);
                ui.add(Label::new(RichText::new(words).small().weak()).truncate());
            }
            Some(error) => {
                let colour = palette(ui.visuals()).bad;
                ui.add(Label::new(RichText::new(in_words(error)).small().color(colour)).wrap());
            }
        }
    });
    ui.end_row();
}

fn meaning(placeholder: Placeholder) -> String {
    match placeholder {
        Placeholder::Name => t!("export-placeholder-name"),
        Placeholder::Kind => t!("export-placeholder-kind"),
        Placeholder::Number => t!("export-placeholder-number"),
        Placeholder::Folder => t!("export-placeholder-folder"),
    }
}

fn in_words(error: &TemplateError) -> String {
    match error {
        TemplateError::TellsNothingApart => t!("name-error-same"),
        TemplateError::Unknown(word) => t!("name-error-unknown", word = word.as_str()),
        TemplateError::LoneBrace => t!("name-error-brace"),
        TemplateError::Forbidden(character) => {
            t!("name-error-character", character = character.to_string())
        }
        TemplateError::Hidden => t!("name-error-hidden"),
        TemplateError::End => t!("name-error-end"),
    }
}
