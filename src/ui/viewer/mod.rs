//! The middle: the selected photo and its cutout, in the view that the user chose.
//!
//! ```text
//! state -> room -> stage (views) -> sheets, each a part of a pane with the photo mapped into it
//! ```

mod backdrop;
mod backdrop_button;
mod brush_mark;
mod caption;
mod controls;
mod divider;
mod heading;
mod mapping;
mod navigate;
mod original;
mod painting;
mod problem;
mod sheet;
mod stage;
mod tiles;
mod trim;
mod views;
mod waiting;

use std::sync::Arc;

use egui::{Rect, Sense, Ui, UiBuilder, WidgetInfo, accesskit::Role, vec2};

use super::{Local, theme::SPACE, words};
use crate::{
    app::{
        action::Action,
        detail,
        item::{Item, PreviewState},
        settings::ViewMode,
        state::State,
    },
    engine::protocol::{Preview, Step},
    lang::t,
};
use stage::{Room, Stage};

pub use controls::show as show_controls;
pub use original::take_keys;
pub use painting::{Painting, take_keys as take_brush_keys};
pub use tiles::Tiles;

/// A photo whose pictures are there.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// What the window shows.
    pub state: &'a State,
    /// The photo.
    pub item: &'a Item,
    /// Its pictures.
    pub preview: &'a Preview,
    /// How often tiles are halved, where the view is closer than the preview allows.
    pub level: Option<u32>,
}

/// Draws the selected photo.
pub fn show(ui: &mut Ui, state: &State, local: &mut Local, actions: &mut Vec<Action>) {
    // Where it was drawn last is known to the toolbar, which is drawn before.
    let pane_before = local.pane.take();
    let Some(item) = state.selected_item() else { return };
    let area = ui.available_rect_before_wrap().shrink2(vec2(SPACE.l, 0.0));
    let (heading_area, rest) = area.split_top_bottom_at_y(area.top() + heading::HEIGHT);
    ui.scope_builder(UiBuilder::new().max_rect(heading_area), |ui| heading::show(ui, item));
    let area = rest.with_max_y(rest.bottom() - SPACE.l);
    if let PreviewState::Ready(preview) = &item.preview {
        photo(ui, area, state, item, preview, local, actions);
        if local.pane != pane_before {
            ui.ctx().request_repaint();
        }
    } else if let Some(problem) = problem::of(item) {
        problem::show(ui, area, item, problem, actions);
    } else {
        waiting::show(ui, area, state, item, local);
    }
}

fn photo(
    ui: &mut Ui,
    area: Rect,
    state: &State,
    item: &Item,
    preview: &Arc<Preview>,
    local: &mut Local,
    actions: &mut Vec<Action>,
) {
    let full = preview.before.full();
    let preview_px = (full.width_px, full.height_px);
    let photo_px = item.size_px.unwrap_or(preview_px);
    let room = Room {
        area,
        view: state.view,
        photo_px: [photo_px.0.max(1) as f32, photo_px.1.max(1) as f32],
        pixels_per_point: ui.pixels_per_point(),
        divider: state.looking.divider,
    };
    let stage = Stage::new(&room, &state.settings.viewing, state.looking.original);
    local.pane = Some(stage.pane);
    let level = detail::level(state.view.scale(&stage.pane), photo_px, preview_px);
    let shown = Shown { state, item, preview, level };

    let response = ui.interact(area, ui.scope_id().with("photo"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name(&shown)));
    for sheet in &stage.sheets {
        sheet.paint(ui, &shown, local);
    }
    if let (Some(x), [before, after, ..]) = (stage.divider_x, stage.sheets.as_slice()) {
        let seen = before.mapping.photo.intersect(before.part.union(after.part));
        let moves = !state.brush.on;
        divider::show(ui, seen, x, state.looking.divider, moves, actions);
    }
    if let (Some(problem), Some(_)) = (&state.detail.problem, level) {
        caption::paint_below(ui, area, &t!("viewer-no-detail", reason = words::failure(problem)));
    }
    if state.live.begins_matting(item) {
        caption::tell_below(ui, area, &format!("{}…", words::step(Step::Refining)));
    }
    let wanted = tiles::wanted(&stage.sheets, level, photo_px);
    if wanted != state.detail.wanted {
        actions.push(Action::WantTiles(item.id, wanted));
    }
    painting::take(ui, &response, &shown, &stage, &mut local.painting, actions);
    brush_mark::show(ui, &response, &shown, &stage);
    let moves_photo = local.painting.stroke.is_none() && painting::moves_photo(ui, &shown);
    navigate::take(ui, response, &state.view, &stage, moves_photo, actions);
}

/// What is seen, for those who cannot.
fn name(shown: &Shown) -> String {
    let name = shown.item.name.as_str();
    match shown.state.settings.viewing.mode {
        _ if shown.state.looking.original => t!("viewer-name-original", name = name),
        ViewMode::Wipe | ViewMode::SideBySide => t!("viewer-name-before-and-after", name = name),
        ViewMode::Cutout => t!("viewer-name-cutout", name = name),
        ViewMode::Mask => t!("viewer-name-mask", name = name),
        ViewMode::Overlay => t!("viewer-name-overlay", name = name),
    }
}
