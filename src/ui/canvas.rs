//! One picture in its pane: zoomed, panned, with a caption.

use egui::{
    Color32, ColorImage, Context, FontId, Id, Painter, Pos2, Rect, TextureHandle, TextureOptions,
    TextureWrapMode, Ui, pos2, vec2,
};

use super::theme::{CAPTION, CAPTION_BG, CHECKER, SPACE};
use crate::app::view::{Pane, View};

/// Width of a square of the checkerboard, in points.
const CHECKER_SQUARE: f32 = 8.0;

/// Where the photo lies on screen.
pub fn photo_rect(area: Rect, view: &View, pane: &Pane, pixels_per_point: f32) -> Rect {
    let scale = view.scale(pane) / pixels_per_point;
    let size = vec2(pane.photo_px[0], pane.photo_px[1]) * scale;
    let from_corner = vec2(view.centre[0], view.centre[1]) * size;
    Rect::from_min_size(area.center() - from_corner, size)
}

/// Paints a picture into its pane.
pub fn paint(
    ui: &Ui,
    area: Rect,
    photo: Rect,
    texture: &TextureHandle,
    caption: &str,
    see_through: bool,
) {
    let painter = ui.painter_at(area);
    let seen = photo.intersect(area);
    let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
    if see_through {
        let board = checkerboard(ui.ctx());
        let squares = seen.size() / (2.0 * CHECKER_SQUARE);
        let uv = Rect::from_min_size(Pos2::ZERO, squares);
        painter.image(board.id(), seen, uv, Color32::WHITE);
    }
    painter.image(texture.id(), photo, whole, Color32::WHITE);
    paint_caption(&painter, seen, caption);
}

fn paint_caption(painter: &Painter, seen: Rect, caption: &str) {
    let galley = painter.layout_no_wrap(caption.to_owned(), FontId::proportional(11.5), CAPTION);
    let padding = vec2(SPACE.s, 3.0);
    let plate =
        Rect::from_min_size(seen.min + vec2(SPACE.s, SPACE.s), galley.size() + 2.0 * padding);
    if seen.width() > plate.width() && seen.height() > plate.height() {
        painter.rect_filled(plate, SPACE.xs, CAPTION_BG);
        painter.galley(plate.min + padding, galley, CAPTION);
    }
}

/// Four pixels, repeated.
fn checkerboard(context: &Context) -> TextureHandle {
    let id = Id::unique("checkerboard");
    if let Some(texture) = context.data(|data| data.get_temp(id)) {
        return texture;
    }
    let [light, dark] = CHECKER;
    let image = ColorImage::new([2, 2], vec![light, dark, dark, light]);
    let options = TextureOptions { wrap_mode: TextureWrapMode::Repeat, ..TextureOptions::NEAREST };
    let texture = context.load_texture("checkerboard", image, options);
    context.data_mut(|data| data.insert_temp(id, texture.clone()));
    texture
}
