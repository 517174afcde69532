//! What is shown in place of a photo that could not be done.

use egui::{Align, Align2, Button, Label, Layout, Rect, RichText, Sense, Ui, UiBuilder, vec2};

use crate::{
    app::{
        action::Action,
        item::{Item, PreviewState, Progress},
    },
    lang::t,
    ui::{
        mark,
        theme::{SPACE, TITLE, palette},
        words,
    },
};

/// What is wrong with a photo: a title and a reason.
pub fn of(item: &Item) -> Option<(String, String)> {
    match (&item.preview, &item.progress) {
        (PreviewState::Ready(_), _) => None,
        (_, Progress::Failed { why }) => Some((t!("viewer-failed"), words::failure(why))),
        (_, Progress::Stopped) => Some((t!("viewer-stopped"), t!("viewer-stopped-why"))),
        (PreviewState::Failed(why), _) => Some((t!("viewer-no-preview"), words::failure(why))),
        _ => None,
    }
}

/// Says what is wrong and what can be done.
pub fn show(
    ui: &mut Ui,
    area: Rect,
    item: &Item,
    (title, reason): (String, String),
    actions: &mut Vec<Action>,
) {
    let palette = palette(ui.visuals());
    let (shape, colour) = mark::of_item(item, palette);
    let size = vec2(area.width().min(460.0), area.height().min(190.0));
    let block = Align2::CENTER_CENTER.align_size_within_rect(size, area);
    ui.scope_builder(UiBuilder::new().max_rect(block), |ui| {
        ui.vertical_centered(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(24.0, 24.0), Sense::hover());
            mark::paint(ui.painter(), rect.center(), 16.0, shape, colour);
            ui.add_space(SPACE.s);
            ui.label(RichText::new(title).size(TITLE).strong());
            ui.add_space(SPACE.xs);
            ui.add(Label::new(RichText::new(reason).weak()).wrap());
            ui.add_space(SPACE.m);
            let buttons = [
                (t!("viewer-try-again"), Action::Retry(vec![item.id])),
                (t!("command-remove"), Action::Remove(vec![item.id])),
            ];
            let each = vec2(150.0, 30.0);
            let row = vec2(2.0 * each.x + SPACE.s, each.y);
            ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Center), |ui| {
                for (word, action) in buttons {
                    if ui.add(Button::new(word).min_size(each)).clicked() {
                        actions.push(action);
                    }
                }
            });
        });
    });
}
