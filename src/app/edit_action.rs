//! What the user did to change photos.

use std::sync::Arc;

use super::{brush::Brush, history::Step, item::ItemId};
use crate::imaging::edit::Edits;

/// What the user did to change photos. Where no photo is named, the one in the middle is meant.
#[derive(Clone, Debug, PartialEq)]
pub enum EditAction {
    /// Changed a photo with a control.
    Set {
        /// Which photo.
        id: ItemId,
        /// What is changed from now on.
        edits: Arc<Edits>,
        /// How it joins the steps that can be undone.
        step: Step,
    },
    /// Let go of a control or of the brush.
    Settle(ItemId),
    /// Put the brush down on a photo, at these points.
    BeginStroke {
        /// Which photo.
        id: ItemId,
        /// In pixels of the photo.
        points_px: Vec<[f32; 2]>,
    },
    /// Moved the brush on.
    ExtendStroke {
        /// Which photo.
        id: ItemId,
        /// In pixels of the photo.
        points_px: Vec<[f32; 2]>,
    },
    /// Took the last step back.
    Undo,
    /// Did again what was taken back last.
    Redo,
    /// Took everything back that was changed.
    Reset,
    /// Gave the settings to other photos; what was painted stays with its photo.
    CopyTo(Target),
    /// Noted the settings for pasting.
    Copy,
    /// Gave the noted settings to the selected photos.
    Paste,
    /// Made the settings those that new photos begin with.
    MakeDefault,
    /// Picked the brush up, put it down or changed it.
    SetBrush(Brush),
    /// Asked for the dialog that chooses the picture behind the subject.
    PickBackground,
    /// Opened or closed the inspector.
    ShowInspector(bool),
}

/// The photos that settings go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Those that are selected.
    Selection,
    /// All of the list.
    All,
}
