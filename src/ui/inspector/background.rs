//! What is behind the subject.

use std::mem;

use egui::{Align, Button, Label, Layout, RichText, Ui};

use super::{
    amount::{self, Amount},
    colour,
    touch::Touch,
};
use crate::{
    app::{action::Action, edit_action::EditAction, item::file_name},
    engine::protocol::Failure,
    imaging::edit::Background,
    lang::t,
    path_text::printable,
    ui::{segments, theme::palette, words},
};

const BLUR: Amount = Amount::px("inspector-blur-radius", 1.0..=200.0).resting_at(BLUR_RADIUS_PX);
const BLUR_RADIUS_PX: f32 = 40.0;
const WHITE: [u8; 3] = [255; 3];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    None,
    Colour,
    Picture,
    Blurred,
}

fn kind(background: &Background) -> Kind {
    match background {
        Background::Transparent => Kind::None,
        Background::Colour(_) => Kind::Colour,
        Background::Picture(_) => Kind::Picture,
        Background::Blurred { .. } => Kind::Blurred,
    }
}

/// Draws the choice of what is behind the subject. `problem` says why it cannot be shown.
pub fn show(
    ui: &mut Ui,
    background: &mut Background,
    problem: Option<&Failure>,
    actions: &mut Vec<Action>,
) -> Touch {
    let choices = [
        (Kind::None, t!("inspector-background-none")),
        (Kind::Colour, t!("inspector-background-colour")),
        (Kind::Picture, t!("inspector-background-picture")),
        (Kind::Blurred, t!("inspector-background-blurred")),
    ];
    let chosen = segments::show(ui, &t!("inspector-background"), kind(background), &choices);
    let mut touch = Touch::default();
    match chosen {
        None => {}
        Some(Kind::Picture) => actions.push(Action::Edit(EditAction::PickBackground)),
        Some(chosen) => {
            let next = match chosen {
                Kind::Colour => Background::Colour(WHITE),
                Kind::Blurred => Background::Blurred { radius_px: BLUR_RADIUS_PX },
                Kind::None | Kind::Picture => Background::Transparent,
            };
            touch = Touch::chosen(mem::replace(background, next) != *background);
        }
    }
    touch.and(match background {
        Background::Transparent => Touch::default(),
        Background::Colour(colour) => colour::show(ui, "inspector-background-colour-name", colour),
        Background::Picture(path) => {
            let name = file_name(path);
            ui.horizontal(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let change = ui.add(Button::new(t!("inspector-choose-picture")).small());
                    if change.clicked() {
                        actions.push(Action::Edit(EditAction::PickBackground));
                    }
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        let line = Label::new(RichText::new(name).weak()).truncate();
                        ui.add(line).on_hover_text(printable(path));
                    });
                });
            });
            if let Some(problem) = problem {
                let colour = palette(ui.visuals()).bad;
                let words = words::failure(problem);
                ui.add(Label::new(RichText::new(words).small().color(colour)).wrap());
            }
            Touch::default()
        }
        Background::Blurred { radius_px } => amount::show(ui, &BLUR, radius_px),
    })
}
