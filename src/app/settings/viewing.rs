//! How photos and their cutouts are looked at.

use serde::{Deserialize, Serialize};

/// What is shown of a photo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewMode {
    /// Before and after in one frame, with a divider between them.
    #[default]
    Wipe,
    /// Before and after beside each other.
    SideBySide,
    /// The result alone.
    Cutout,
    /// The mask alone.
    Mask,
    /// The photo with what will be removed tinted.
    Overlay,
}

impl ViewMode {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] =
        [Self::Wipe, Self::SideBySide, Self::Cutout, Self::Mask, Self::Overlay];
}

/// What shows through where a cutout is transparent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Backdrop {
    /// Light and dark squares.
    #[default]
    Checkerboard,
    /// White.
    White,
    /// Black.
    Black,
    /// Middle grey.
    Grey,
    /// Another colour: red, green, blue.
    Colour([u8; 3]),
}

impl Backdrop {
    /// Its one colour; `None` for the checkerboard.
    pub fn colour(self) -> Option<[u8; 3]> {
        match self {
            Self::Checkerboard => None,
            Self::White => Some([255; 3]),
            Self::Black => Some([0; 3]),
            Self::Grey => Some([128; 3]),
            Self::Colour(colour) => Some(colour),
        }
    }
}

/// How photos are looked at, from one start to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Viewing {
    /// What is shown.
    pub mode: ViewMode,
    /// What shows through a cutout.
    pub backdrop: Backdrop,
    /// The overlay tints what is neither clearly subject nor clearly background in another colour.
    pub show_unsure: bool,
    /// Stay at the same place when another photo of the same size is chosen.
    pub keep_place: bool,
}
