//! Zooming and panning with the pointer.

use egui::{CursorIcon, Response, Ui, Vec2};

use super::stage::Stage;
use crate::app::{action::Action, view::View};

/// How far one point of the wheel zooms: a notch of 50 points by a quarter.
const WHEEL_ZOOM: f32 = 0.0045;

/// What the user does over the photo becomes actions. `drags` tells whether the pointer drags the
/// photo, and not something that lies over it.
pub fn take(
    ui: &Ui,
    response: Response,
    view: &View,
    stage: &Stage,
    drags: bool,
    actions: &mut Vec<Action>,
) {
    if let Some(view) = navigated(ui, &response, view, stage, drags) {
        actions.push(Action::SetView(view));
    }
    if drags && view.is_larger(&stage.pane) {
        let held = response.is_pointer_button_down_on();
        let icon = if held { CursorIcon::Grabbing } else { CursorIcon::Grab };
        response.on_hover_and_drag_cursor(icon);
    }
}

fn navigated(
    ui: &Ui,
    response: &Response,
    view: &View,
    stage: &Stage,
    drags: bool,
) -> Option<View> {
    let pane = &stage.pane;
    if drags && response.double_clicked() {
        return Some(View::default());
    }
    if drags && response.dragged() {
        let by = response.drag_delta() * ui.pixels_per_point();
        return (by != Vec2::ZERO).then(|| view.panned(pane, by.into()));
    }
    let pointer = response.hover_pos()?;
    let under = stage.sheet_at(pointer)?;
    let (zoom, scrolled) = ui.input(|input| (input.zoom_delta(), input.smooth_scroll_delta()));
    let factor = zoom * (scrolled.y * WHEEL_ZOOM).exp();
    if factor != 1.0 {
        let from_middle = (pointer - under.pane.center()) * ui.pixels_per_point();
        return Some(view.zoomed(pane, factor, from_middle.into()));
    }
    let by = Vec2::new(scrolled.x, 0.0) * ui.pixels_per_point();
    (by != Vec2::ZERO).then(|| view.panned(pane, by.into()))
}
