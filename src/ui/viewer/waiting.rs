//! A photo whose pictures are not there yet: its list picture in the place where they will be, so
//! that nothing jumps when they come.

use egui::{Color32, Pos2, Rect, Ui, pos2};

use super::{caption, mapping::Mapping, stage::Room};
use crate::{
    app::{
        item::{Item, Progress},
        state::State,
        view::View,
    },
    engine::protocol::ModelState,
    lang::t,
    ui::{
        Local,
        texture::Finish,
        theme::{CORNER, palette},
        words,
    },
};

/// How much of the list picture shows while the photo is worked on.
const STRENGTH: u8 = 150;
/// The shape of a photo of which nothing is known yet.
const UNKNOWN_PX: [f32; 2] = [1200.0, 800.0];

/// Draws the photo as far as it is known and says what it waits for.
pub fn show(ui: &mut Ui, area: Rect, state: &State, item: &Item, local: &mut Local) {
    let photo_px = match item.size_px {
        Some((width, height)) => [width.max(1) as f32, height.max(1) as f32],
        None => UNKNOWN_PX,
    };
    let room = Room {
        area,
        view: View::default(),
        photo_px,
        pixels_per_point: ui.pixels_per_point(),
        divider: 0.5,
    };
    let Mapping { photo, .. } =
        Mapping::new(area, &room.view, &room.pane(area), room.pixels_per_point);
    match &item.thumbnail {
        Some(picture) => {
            let texture = local.textures.get(ui.ctx(), picture, Finish::default());
            let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
            let painter = ui.painter_at(area);
            painter.image(texture.id(), photo, whole, Color32::from_white_alpha(STRENGTH));
        }
        None => {
            let palette = palette(ui.visuals());
            ui.painter().rect_filled(photo.intersect(area), CORNER, palette.panel);
        }
    }
    caption::tell_below(ui, photo.intersect(area), &text(state, item));
}

fn text(state: &State, item: &Item) -> String {
    match (&item.progress, &state.model) {
        (Progress::Waiting, None | Some(ModelState::Loading { .. })) => {
            t!("viewer-waits-for-model")
        }
        (Progress::Done { .. }, _) => t!("viewer-making-preview"),
        (Progress::Working(step), _) => format!("{}…", words::step(*step)),
        _ => words::progress(item),
    }
}
