//! One picture of the photo on the screen.

use egui::{Align, Color32, Pos2, Rect, Ui, pos2};

use super::{Shown, backdrop, caption, mapping::Mapping, trim};
use crate::{
    engine::protocol::{Layer, Preview},
    imaging::Mipmap,
    lang::t,
    ui::{
        Local,
        texture::{Finish, Veil},
        theme::{OVERLAY, UNSURE},
    },
};

/// From this many screen pixels for each of the photo's on, pixels are drawn as squares.
const SQUARES_FROM: f32 = 4.0;

const PLAIN: Finish = Finish { veil: None, squares: false };
const VEIL: Finish = veil(None);
const VEIL_AND_UNSURE: Finish = veil(Some(UNSURE));

const fn veil(unsure: Option<Color32>) -> Finish {
    Finish { veil: Some(Veil { removed: OVERLAY, unsure }), squares: false }
}

/// What a sheet shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// The photo.
    Before,
    /// The result.
    After,
    /// The mask.
    Mask,
    /// The photo with what will be removed tinted.
    Overlay,
    /// The same, with what is unsure in another colour.
    OverlayAndUnsure,
}

impl Face {
    /// The pictures that it is made of, the lowest first, and how each is drawn.
    pub fn layers(self) -> &'static [(Layer, Finish)] {
        match self {
            Self::Before => &[(Layer::Before, PLAIN)],
            Self::After => &[(Layer::After, PLAIN)],
            Self::Mask => &[(Layer::Mask, PLAIN)],
            Self::Overlay => &[(Layer::Before, PLAIN), (Layer::Mask, VEIL)],
            Self::OverlayAndUnsure => &[(Layer::Before, PLAIN), (Layer::Mask, VEIL_AND_UNSURE)],
        }
    }
}

/// One picture of the photo on the screen.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What it shows.
    pub face: Face,
    /// The pane that the photo is placed in.
    pub pane: Rect,
    /// What of the pane it covers.
    pub part: Rect,
    /// Where the photo lies.
    pub mapping: Mapping,
    /// The key of its caption.
    pub caption: &'static str,
    /// The side that its caption is on.
    pub caption_side: Align,
}

impl Sheet {
    /// What of the photo can be seen on it.
    pub fn seen(&self) -> Rect {
        self.mapping.photo.intersect(self.part)
    }

    /// Paints the photo as far as it is known, its tiles over that, and what is to be said of it.
    pub fn paint(&self, ui: &Ui, shown: &Shown, local: &mut Local) {
        let seen = self.seen();
        if !seen.is_positive() {
            return;
        }
        let painter = ui.painter_at(seen);
        let Shown { state, preview, level, .. } = *shown;
        let pixels_per_point = ui.pixels_per_point();
        let squares = self.mapping.points_per_px * pixels_per_point >= SQUARES_FROM;
        backdrop::paint(&painter, self.pane.min, state.settings.viewing.backdrop);
        for &(layer, finish) in self.face.layers() {
            let finish = Finish { squares, ..finish };
            let mipmap = picture(preview, layer);
            let width_px = self.mapping.photo.width() * pixels_per_point;
            // Squares of a picture that has not all pixels would be those of no photo.
            let is_whole = level.is_none();
            let finish_here = Finish { squares: squares && is_whole, ..finish };
            let texture = local.textures.get(ui.ctx(), mipmap.for_width(width_px), finish_here);
            let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
            painter.image(texture.id(), self.mapping.photo, whole, Color32::WHITE);
            if let Some(level) = level {
                local.tiles.paint(
                    &painter,
                    self,
                    (layer, level),
                    finish,
                    &mut local.textures,
                    state,
                );
            }
        }
        if let (Face::After, Some(trim_px)) = (self.face, preview.trim_px) {
            trim::paint(&painter, seen, self.mapping.rect(trim_px));
        }
        caption::paint(ui, seen, self.caption_side, &t!(self.caption));
    }
}

fn picture(preview: &Preview, layer: Layer) -> &Mipmap {
    match layer {
        Layer::Before => &preview.before,
        Layer::After => &preview.after,
        Layer::Mask => &preview.mask,
    }
}
