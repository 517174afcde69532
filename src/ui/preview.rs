//! The middle: before and after beside each other, or what there is to say instead.

use std::sync::Arc;

use egui::{
    Align, Align2, Button, CursorIcon, Label, Layout, Rect, RichText, Sense, Ui, UiBuilder, Vec2,
    WidgetInfo, accesskit::Role, pos2, vec2,
};

use super::{
    Local, canvas, mark,
    theme::{SPACE, palette},
    words,
};
use crate::{
    app::{
        action::Action,
        item::{Item, PreviewState, Progress},
        state::State,
        view::{Pane, View},
    },
    engine::protocol::{ModelState, Preview},
};

const HEADING_HEIGHT: f32 = 34.0;
/// How far one point of the wheel zooms: a notch of 50 points by a quarter.
const WHEEL_ZOOM: f32 = 0.0045;

/// Draws the selected photo.
pub fn show(ui: &mut Ui, state: &State, local: &mut Local, actions: &mut Vec<Action>) {
    let Some(item) = state.selected_item() else { return };
    let area = ui.available_rect_before_wrap().shrink2(vec2(SPACE.l, 0.0));
    let (heading_area, rest) = area.split_top_bottom_at_y(area.top() + HEADING_HEIGHT);
    ui.scope_builder(UiBuilder::new().max_rect(heading_area), |ui| heading(ui, item));
    let area = rest.with_max_y(rest.bottom() - SPACE.l);
    match (&item.preview, &item.progress) {
        (PreviewState::Ready(preview), _) => {
            pictures(ui, area, state, item, preview, local, actions)
        }
        (_, Progress::Failed { message }) => {
            problem(ui, area, item, "This photo could not be cut out", message, actions);
        }
        (_, Progress::Stopped) => {
            problem(
                ui,
                area,
                item,
                "Stopped",
                "This photo was stopped before it was done.",
                actions,
            );
        }
        (PreviewState::Failed(message), _) => {
            problem(ui, area, item, "The preview could not be made", message, actions);
        }
        _ => placeholder(ui, area, state, item, local),
    }
}

fn heading(ui: &mut Ui, item: &Item) {
    let palette = palette(ui.visuals());
    ui.horizontal_centered(|ui| {
        if let Progress::Done { no_clear_subject: true, .. } = item.progress {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.colored_label(palette.warn, "No clear subject was found: the mask is empty");
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| title(ui, item));
            });
        } else {
            title(ui, item);
        }
    });
}

fn title(ui: &mut Ui, item: &Item) {
    let size = item.size_px.map(|(width, height)| format!("{width} × {height}"));
    let size_width = if size.is_some() { 100.0 } else { 0.0 };
    ui.scope(|ui| {
        ui.set_max_width((ui.available_width() - size_width).max(0.0));
        let name = RichText::new(&item.name).heading().strong();
        ui.add(Label::new(name).truncate()).on_hover_text(item.path.display().to_string());
    });
    if let Some(size) = size {
        ui.weak(size);
    }
}

fn pictures(
    ui: &mut Ui,
    area: Rect,
    state: &State,
    item: &Item,
    preview: &Arc<Preview>,
    local: &mut Local,
    actions: &mut Vec<Action>,
) {
    let width = (area.width() - SPACE.m) / 2.0;
    let panes = [area.left(), area.right() - width]
        .map(|left| Rect::from_min_size(pos2(left, area.top()), vec2(width, area.height())));
    let pixels_per_point = ui.pixels_per_point();
    let (photo_width, photo_height) =
        item.size_px.unwrap_or((preview.before.width_px, preview.before.height_px));
    let pane = Pane {
        size_px: (panes[0].size().max(Vec2::splat(1.0)) * pixels_per_point).into(),
        photo_px: [photo_width.max(1) as f32, photo_height.max(1) as f32],
    };
    if local.pane.replace(pane) != Some(pane) {
        // The toolbar was drawn before this was known.
        ui.ctx().request_repaint();
    }
    let response = ui.interact(area, ui.scope_id().with("pictures"), Sense::click_and_drag());
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Image, true, format!("Before and after of {}", item.name))
    });
    let sides = [(&preview.before, "Before", false), (&preview.after, "After", true)];
    for (pane_area, (picture, caption, see_through)) in panes.into_iter().zip(sides) {
        let photo = canvas::photo_rect(pane_area, &state.view, &pane, pixels_per_point);
        let shown_px = photo.width() * pixels_per_point;
        let texture = local.textures.get(ui.ctx(), preview, picture, shown_px);
        canvas::paint(ui, pane_area, photo, &texture, caption, see_through);
    }
    let is_larger =
        (0..2).any(|axis| pane.photo_px[axis] * state.view.scale(&pane) > pane.size_px[axis] + 0.5);
    if let Some(view) = navigated(ui, &response, &state.view, &pane, panes) {
        actions.push(Action::SetView(view));
    }
    if is_larger {
        response.on_hover_and_drag_cursor(CursorIcon::Grab);
    }
}

/// The view after this frame's dragging and wheel turning over either picture.
fn navigated(
    ui: &Ui,
    response: &egui::Response,
    view: &View,
    pane: &Pane,
    panes: [Rect; 2],
) -> Option<View> {
    if response.double_clicked() {
        return Some(View::default());
    }
    if response.dragged() {
        let by = response.drag_delta() * ui.pixels_per_point();
        return (by != Vec2::ZERO).then(|| view.panned(pane, by.into()));
    }
    let pointer = response.hover_pos()?;
    let under = panes.into_iter().find(|pane| pane.contains(pointer))?;
    let factor =
        ui.input(|input| input.zoom_delta() * (input.smooth_scroll_delta().y * WHEEL_ZOOM).exp());
    let from_middle = (pointer - under.center()) * ui.pixels_per_point();
    (factor != 1.0).then(|| view.zoomed(pane, factor, from_middle.into()))
}

fn placeholder(ui: &mut Ui, area: Rect, state: &State, item: &Item, local: &mut Local) {
    let picture_size = vec2(240.0, 180.0).min(area.size() - vec2(0.0, 40.0)).max(Vec2::splat(1.0));
    let block = Align2::CENTER_CENTER.align_size_within_rect(picture_size + vec2(0.0, 40.0), area);
    let frame = Rect::from_min_size(block.min, picture_size);
    let palette = palette(ui.visuals());
    if let Some(picture) = &item.thumbnail {
        let texture =
            local.textures.get(ui.ctx(), picture, picture, frame.width() * ui.pixels_per_point());
        let size = texture.size_vec2();
        let size = size * (frame.width() / size.x).min(frame.height() / size.y);
        let rect = Align2::CENTER_BOTTOM.align_size_within_rect(size, frame);
        egui::Image::from_texture(egui::load::SizedTexture::new(texture.id(), size))
            .corner_radius(f32::from(super::theme::CORNER))
            .tint(egui::Color32::from_white_alpha(150))
            .paint_at(ui, rect);
    } else {
        ui.painter().rect_filled(frame, super::theme::CORNER, palette.panel);
    }
    let text = match (&item.progress, &state.model) {
        (Progress::Waiting, None | Some(ModelState::Loading { .. })) => {
            "Waiting for the model to load".to_owned()
        }
        (Progress::Done { .. }, _) => "Making the preview…".to_owned(),
        (Progress::Working(step), _) => format!("{}…", words::step(*step)),
        _ => words::progress(item),
    };
    let caption = Rect::from_min_max(pos2(area.left(), frame.bottom() + SPACE.m), area.max);
    ui.scope_builder(UiBuilder::new().max_rect(caption), |ui| {
        ui.vertical_centered(|ui| ui.weak(text));
    });
}

fn problem(
    ui: &mut Ui,
    area: Rect,
    item: &Item,
    title: &str,
    message: &str,
    actions: &mut Vec<Action>,
) {
    let palette = palette(ui.visuals());
    let (shape, colour) = mark::of_progress(&item.progress, palette);
    let block = Align2::CENTER_CENTER
        .align_size_within_rect(vec2(area.width().min(460.0), area.height().min(190.0)), area);
    ui.scope_builder(UiBuilder::new().max_rect(block), |ui| {
        ui.vertical_centered(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(24.0, 24.0), Sense::hover());
            mark::paint(ui.painter(), rect.center(), 16.0, shape, colour);
            ui.add_space(SPACE.s);
            ui.label(RichText::new(title).size(16.0).strong());
            ui.add_space(SPACE.xs);
            ui.add(Label::new(RichText::new(message).weak()).wrap());
            ui.add_space(SPACE.m);
            let buttons = [
                ("Try again", Action::Retry(item.id)),
                ("Remove from the list", Action::Remove(vec![item.id])),
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
