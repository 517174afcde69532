//! The line between before and after: dragged, or moved by keys like any slider.

use egui::{CursorIcon, Rect, Response, Sense, Shape, Stroke, Ui, pos2, vec2};

use crate::{
    app::action::Action,
    lang::t,
    ui::{
        slide,
        theme::{DIVIDER, DIVIDER_EDGE, DIVIDER_MARK, palette},
    },
};

/// Width of the stripe that takes the pointer, in points.
const GRIP_WIDTH: f32 = 24.0;
/// Radius of the handle, in points.
const HANDLE_RADIUS: f32 = 15.0;
/// How far a key moves it.
pub const STEP: f32 = 0.02;

/// Draws the divider at `x` over what is seen of the photo. While the brush is in hand, the pointer
/// does not move it.
pub fn show(ui: &mut Ui, seen: Rect, x: f32, divider: f32, moves: bool, actions: &mut Vec<Action>) {
    if !seen.is_positive() {
        return;
    }
    let grip = Rect::from_center_size(pos2(x, seen.center().y), vec2(GRIP_WIDTH, seen.height()));
    let sense = if moves { Sense::click_and_drag() } else { Sense::hover() };
    let response = ui.interact(grip, ui.scope_id().with("divider"), sense);
    let moved = slide::take(ui, &response, seen.x_range(), divider, STEP, &t!("viewer-divider"));
    let back = response.double_clicked().then_some(0.5);
    actions.extend(back.or(moved).map(Action::SetDivider));
    paint(ui, &response, seen, x);
    if moves {
        response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
    }
}

fn paint(ui: &Ui, response: &Response, seen: Rect, x: f32) {
    let palette = palette(ui.visuals());
    // Its handle reaches beyond a photo that ends at the divider.
    let painter = ui.painter_at(seen.expand2(vec2(HANDLE_RADIUS + 2.0, 0.0)));
    painter.vline(x, seen.y_range(), Stroke::new(4.0, DIVIDER_EDGE));
    painter.vline(x, seen.y_range(), Stroke::new(2.0, DIVIDER));
    let centre = pos2(x, seen.center().y);
    let radius = HANDLE_RADIUS.min(seen.height() / 2.0);
    let is_active = response.hovered() || response.dragged() || response.has_focus();
    let edge =
        if is_active { Stroke::new(2.0, palette.accent) } else { Stroke::new(1.0, DIVIDER_EDGE) };
    painter.circle(centre, radius, DIVIDER, edge);
    for side in [-1.0, 1.0] {
        let at = |dx: f32, dy: f32| centre + vec2(side * dx, dy);
        let arrow = vec![at(3.0, -4.0), at(8.0, 0.0), at(3.0, 4.0)];
        painter.add(Shape::convex_polygon(arrow, DIVIDER_MARK, Stroke::NONE));
    }
}
