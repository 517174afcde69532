//! The sheets of a view, and where they lie.

use egui::{Align, Pos2, Rect, Vec2};

use super::{
    mapping::Mapping,
    sheet::{Face, Sheet},
    views,
};
use crate::app::{
    settings::{ViewMode, Viewing},
    view::{Pane, View},
};

/// The room that a photo is shown in.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// All of it.
    pub area: Rect,
    /// Zoom and pan.
    pub view: View,
    /// The photo's own width and height in pixels.
    pub photo_px: [f32; 2],
    /// Screen pixels per point.
    pub pixels_per_point: f32,
    /// Where the divider is, 0 to 1.
    pub divider: f32,
}

/// What is shown of a photo, and where.
#[derive(Debug)]
pub struct Stage {
    /// The pictures.
    pub sheets: Vec<Sheet>,
    /// The size of each one's pane.
    pub pane: Pane,
    /// Where the divider between two sheets stands.
    pub divider_x: Option<f32>,
}

impl Room {
    /// A pane of this room.
    pub fn pane(&self, area: Rect) -> Pane {
        let size_px = (area.size().max(Vec2::splat(1.0)) * self.pixels_per_point).into();
        Pane { size_px, photo_px: self.photo_px }
    }

    /// A picture that fills a pane.
    pub fn sheet(&self, face: Face, pane: Rect, caption: &'static str) -> Sheet {
        let mapping = Mapping::new(pane, &self.view, &self.pane(pane), self.pixels_per_point);
        Sheet { face, pane, part: pane, mapping, caption, caption_side: Align::Min }
    }

    /// A stage with one picture.
    pub fn single(&self, face: Face, caption: &'static str) -> Stage {
        let sheets = vec![self.sheet(face, self.area, caption)];
        Stage { sheets, pane: self.pane(self.area), divider_x: None }
    }
}

impl Stage {
    /// What a view shows; the original alone while that is asked for.
    pub fn new(room: &Room, viewing: &Viewing, original: bool) -> Self {
        match viewing.mode {
            _ if original => views::original(room),
            ViewMode::Wipe => views::wipe(room),
            ViewMode::SideBySide => views::side_by_side(room),
            ViewMode::Cutout => views::cutout(room),
            ViewMode::Mask => views::mask(room),
            ViewMode::Overlay => views::overlay(room, viewing.show_unsure),
        }
    }

    /// The picture under a place on the screen.
    pub fn sheet_at(&self, at: Pos2) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.part.contains(at))
    }
}
