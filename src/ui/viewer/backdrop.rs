//! What shows through where a picture is transparent.

use egui::{
    Color32, ColorImage, Context, Id, Painter, Pos2, Rect, TextureHandle, TextureOptions,
    TextureWrapMode,
};

use crate::{app::settings::Backdrop, ui::theme::CHECKER};

/// Width of a square of the checkerboard, in points.
const SQUARE: f32 = 8.0;

/// Fills what the painter may paint on. The squares stay where they are in the pane, whatever is
/// seen of it.
pub fn paint(painter: &Painter, pane_corner: Pos2, backdrop: Backdrop) {
    let area = painter.clip_rect();
    match backdrop.colour() {
        Some([r, g, b]) => {
            painter.rect_filled(area, 0.0, Color32::from_rgb(r, g, b));
        }
        None => {
            let board = checkerboard(painter.ctx());
            let in_board = |at: Pos2| ((at - pane_corner) / (2.0 * SQUARE)).to_pos2();
            let uv = Rect::from_min_max(in_board(area.min), in_board(area.max));
            painter.image(board.id(), area, uv, Color32::WHITE);
        }
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
