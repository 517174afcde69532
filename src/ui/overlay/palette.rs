//! The command palette: every command, found by some letters of its name.

use egui::{
    Align, Key, Label, Layout, Modifiers, Rect, RichText, ScrollArea, Sense, TextEdit, Ui,
    WidgetInfo, accesskit::Role, vec2,
};

use super::search;
use crate::{
    app::action::Action,
    lang::t,
    ui::{
        commands::{self, Command, Sight},
        icon, scroll,
        theme::{CORNER, SPACE, palette},
    },
};

const WIDTH: f32 = 480.0;
const ROW_HEIGHT: f32 = 30.0;

/// What was typed, and the row that Enter takes.
#[derive(Default)]
pub struct Local {
    query: String,
    row: usize,
}

/// Draws the field and the commands that fit.
pub fn show(
    ui: &mut Ui,
    sight: &Sight,
    local: &mut Local,
    is_new: bool,
    actions: &mut Vec<Action>,
) {
    ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 4.0 * SPACE.l));
    let (up, down, enter) = ui.input_mut(|input| {
        let mut pressed = |key| input.count_and_consume_key(Modifiers::NONE, key);
        (pressed(Key::ArrowUp), pressed(Key::ArrowDown), pressed(Key::Enter) > 0)
    });
    let hint = t!("palette-hint");
    let field =
        TextEdit::singleline(&mut local.query).hint_text(&hint).desired_width(f32::INFINITY);
    let field = ui.add(field.margin(vec2(SPACE.s, 7.0))).accessible_name(&hint);
    if is_new {
        field.request_focus();
    }
    let all: Vec<(String, &Command)> = commands::all()
        .filter(|command| command.name != "command-palette")
        .map(|command| (command.title(), command))
        .collect();
    let names: Vec<String> = all.iter().map(|(name, _)| name.clone()).collect();
    let found = search::places(&names, &local.query);
    if field.changed() {
        local.row = 0;
    }
    local.row = (local.row + down).saturating_sub(up).min(found.len().saturating_sub(1));
    ui.add_space(SPACE.s);
    if found.is_empty() {
        ui.add(Label::new(RichText::new(t!("palette-nothing")).weak()));
    }
    let moved = up + down > 0 || field.changed();
    scroll::show(ui, ScrollArea::vertical().auto_shrink([false, true]), |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (row, &place) in found.iter().enumerate() {
            let (name, command) = &all[place];
            let is_chosen = row == local.row;
            let action = (command.act)(sight);
            let response = entry(ui, name, command, is_chosen, action.is_some());
            if is_chosen && moved {
                response.scroll_to_me(None);
            }
            let is_taken = response.clicked() || (is_chosen && enter);
            if let Some(action) = action.filter(|_| is_taken) {
                actions.extend([Action::CloseOverlay, action]);
            }
        }
    });
}

fn entry(
    ui: &mut Ui,
    name: &str,
    command: &Command,
    is_chosen: bool,
    is_possible: bool,
) -> egui::Response {
    let palette = palette(ui.visuals());
    let size = vec2(ui.available_width(), ROW_HEIGHT);
    let sense = if is_possible { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(size, sense);
    response
        .widget_info(|| WidgetInfo::selected(Role::MenuListOption, is_possible, is_chosen, name));
    if is_chosen || (is_possible && response.hovered()) {
        let fill = if is_chosen { palette.selected } else { palette.raised };
        ui.painter().rect_filled(rect, CORNER, fill);
    }
    let colour = if is_possible { palette.text } else { palette.muted };
    let inside = rect.shrink2(vec2(SPACE.s, 0.0));
    let picture = Rect::from_min_size(inside.min, vec2(icon::SIZE, ROW_HEIGHT));
    if let Some(of_command) = command.icon {
        icon::paint(ui.painter(), picture.center(), icon::SIZE, of_command, palette.muted);
    }
    let words = inside.with_min_x(picture.right() + SPACE.s);
    ui.scope_builder(egui::UiBuilder::new().max_rect(words), |ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Some(keys) = command.keys_in_words(ui.ctx()) {
                ui.label(RichText::new(keys).small().color(palette.muted));
            }
            if !is_possible {
                ui.label(RichText::new(t!("palette-not-now")).small().color(palette.muted));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(RichText::new(name).color(colour)).truncate());
            });
        });
    });
    response
}
