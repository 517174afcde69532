//! Questions before files are written.

use egui::{Button, Label, RichText, Ui, vec2};

use crate::{
    app::{
        action::Action,
        export::{self, Question, ToSave},
        item::file_name,
        state::State,
    },
    engine::protocol::{Destination, OnExist},
    lang::t,
    path_text::printable,
    ui::theme::{self, SPACE},
};

const WIDTH: f32 = 420.0;
const BUTTON_HEIGHT: f32 = 32.0;

/// Draws the question.
pub fn show(ui: &mut Ui, state: &State, is_new: bool, actions: &mut Vec<Action>) {
    ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 6.0 * SPACE.l));
    match &state.question {
        Some(Question::Many { wanted }) => many(ui, state, wanted, is_new, actions),
        Some(Question::Exists { waiting, example }) => {
            let text = t!("exists-text", name = file_name(example), count = waiting.len());
            exists(ui, &text, is_new, actions);
        }
        None => {}
    }
}

fn many(ui: &mut Ui, state: &State, wanted: &[ToSave], is_new: bool, actions: &mut Vec<Action>) {
    let (files, photos) = (export::count(wanted), wanted.len());
    let text = match state.settings.export.options().folder {
        Destination::Beside => t!("many-beside", count = photos),
        Destination::Folder(folder) => {
            t!("many-in", count = photos, folder = printable(&folder))
        }
    };
    let of_pasted = export::results_of_pasted(state, wanted)
        .map(|folder| t!("export-of-pasted", folder = printable(folder)));
    let text = std::iter::once(text).chain(of_pasted).collect::<Vec<_>>().join(" ");
    title(ui, &t!("many-title", count = files), &text);
    if super::save_or_cancel(ui, files, true, is_new, actions) {
        actions.push(Action::ConfirmMany);
    }
}

fn exists(ui: &mut Ui, text: &str, is_new: bool, actions: &mut Vec<Action>) {
    title(ui, &t!("exists-title"), text);
    let size = vec2(ui.available_width(), BUTTON_HEIGHT);
    let number = theme::main_button(ui, &t!("exists-number"));
    for (button, on_exist) in [
        (number, OnExist::Number),
        (Button::new(t!("exists-replace")), OnExist::Replace),
        (Button::new(t!("exists-skip")), OnExist::Skip),
    ] {
        let button = ui.add(button.min_size(size));
        if is_new && on_exist == OnExist::Number {
            button.request_focus();
        }
        if button.clicked() {
            actions.push(Action::AnswerExists(on_exist));
        }
    }
    ui.add_space(SPACE.s);
    ui.add(Label::new(RichText::new(t!("exists-later")).small().weak()).wrap());
}

fn title(ui: &mut Ui, title: &str, text: &str) {
    ui.label(theme::title(title));
    ui.add_space(SPACE.s);
    ui.add(Label::new(text).wrap());
    ui.add_space(SPACE.m);
}
