//! The first start, and the target that shows while files hover over the window.

use egui::{
    Align, Align2, Area, Button, Color32, Id, Layout, Order, Rect, Sense, Shape, Stroke, Ui,
    UiBuilder, pos2, vec2,
};

use super::{
    commands,
    theme::{self, CORNER, SPACE, palette},
    words,
};
use crate::{
    app::{action::Action, state::State},
    lang::t,
};

const BUTTON: egui::Vec2 = vec2(128.0, 34.0);

/// Takes files that were dropped anywhere on the window.
pub fn take_drops(ui: &Ui, actions: &mut Vec<Action>) {
    let paths: Vec<_> = ui
        .input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect());
    if !paths.is_empty() {
        actions.push(Action::Add(paths));
    }
}

/// Draws the drop area of an empty window.
pub fn show(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let palette = palette(ui.visuals());
    let area = ui.available_rect_before_wrap().shrink(SPACE.l);
    ui.painter().rect_filled(area, 2 * CORNER, palette.panel);
    dashed_outline(ui, area, palette.line);
    let block = Align2::CENTER_CENTER.align_size_within_rect(vec2(area.width(), 230.0), area);
    ui.scope_builder(UiBuilder::new().max_rect(block), |ui| {
        ui.vertical_centered(|ui| {
            let (picture, _) = ui.allocate_exact_size(vec2(64.0, 56.0), Sense::hover());
            paint_photo(ui, picture);
            ui.add_space(SPACE.l);
            let invitation = if state.takes_drops { t!("empty-drop") } else { t!("empty-open") };
            ui.label(theme::display(invitation));
            ui.add_space(SPACE.xs);
            ui.weak(words::formats());
            if !state.takes_drops {
                ui.weak(t!("empty-no-drops"));
            }
            ui.add_space(SPACE.l);
            buttons(ui, state, actions);
        });
    });
}

fn buttons(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let main = theme::main_button(ui, &t!("toolbar-open"));
    let keys = |name| commands::named(name).hint(ui.ctx());
    let mut offers = vec![
        (main, keys("command-open"), Action::OpenFiles),
        (Button::new(t!("toolbar-open-folder")), keys("command-open-folder"), Action::OpenFolder),
    ];
    if !state.samples.is_empty() {
        let sample = Button::new(t!("empty-sample"));
        offers.push((sample, t!("empty-sample-what"), Action::TrySample));
    }
    let count = offers.len() as f32;
    let row = vec2(count * BUTTON.x + (count - 1.0) * SPACE.s, BUTTON.y);
    ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Center), |ui| {
        for (button, what, action) in offers {
            if ui.add(button.min_size(BUTTON)).on_hover_text(what).clicked() {
                actions.push(action);
            }
        }
    });
}

/// Covers the window while files hover over it.
pub fn show_drop_target(ui: &Ui, state: &State) {
    let hovering = ui.input(|input| input.raw.hovered_files.len());
    if hovering == 0 || !state.takes_drops {
        return;
    }
    let palette = palette(ui.visuals());
    let window = ui.ctx().content_rect();
    Area::new(Id::unique("drop-target"))
        .order(Order::Foreground)
        .interactable(false)
        .fixed_pos(window.min)
        .show(ui.ctx(), |ui| {
            ui.painter().rect_filled(window, 0.0, palette.bg.gamma_multiply(0.88));
            let edge = window.shrink(SPACE.m);
            let stroke = Stroke::new(2.0, palette.accent);
            ui.painter().rect_stroke(edge, 2 * CORNER, stroke, egui::StrokeKind::Inside);
            let line = Rect::from_center_size(window.center(), vec2(window.width(), 40.0));
            ui.scope_builder(UiBuilder::new().max_rect(line), |ui| {
                ui.vertical_centered(|ui| {
                    ui.label(theme::display(t!("empty-drop-now")));
                });
            });
        });
}

fn dashed_outline(ui: &Ui, area: Rect, colour: Color32) {
    let inset = f32::from(2 * CORNER);
    let corners = [area.left_top(), area.right_top(), area.right_bottom(), area.left_bottom()];
    for (index, &start) in corners.iter().enumerate() {
        let end = corners[(index + 1) % 4];
        let along = (end - start).normalized() * inset;
        let edge = [start + along, end - along];
        ui.painter().extend(Shape::dashed_line(&edge, Stroke::new(1.5, colour), 8.0, 6.0));
    }
}

/// A photo with a hill and a sun.
fn paint_photo(ui: &Ui, area: Rect) {
    let palette = palette(ui.visuals());
    let at = |x: f32, y: f32| pos2(area.left() + x * area.width(), area.top() + y * area.height());
    let stroke = Stroke::new(2.0, palette.muted);
    ui.painter().rect_stroke(area, CORNER, stroke, egui::StrokeKind::Inside);
    ui.painter().circle_filled(at(0.3, 0.32), 5.0, palette.accent);
    let hills = [at(0.08, 0.82), at(0.36, 0.52), at(0.52, 0.68), at(0.72, 0.4), at(0.93, 0.66)];
    ui.painter().line(hills.to_vec(), stroke);
}
