//! The changes themselves. Lengths are pixels of the photo at its full size, whatever size it is
//! looked at.

use std::{path::PathBuf, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{
    super::Refine,
    stroke::{self, Stroke},
};

/// Farthest that a subject can be grown or shrunk.
pub const GROW_MAX_PX: f32 = 100.0;
/// Widest blur of the edge.
pub const FEATHER_MAX_PX: f32 = 100.0;
/// The threshold that leaves the mask as it is.
pub const THRESHOLD_UNCHANGED: f32 = 0.5;

/// Everything that a user changed about one picture. By default nothing is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Edits {
    /// How the mask is made of the saliency map.
    pub mask: MaskEdits,
    /// Take the old background's colour out of the edge.
    pub clean_colours: bool,
    /// What was painted over the mask, the oldest first.
    #[serde(with = "stroke::shared", skip_serializing_if = "Vec::is_empty")]
    pub strokes: Vec<Arc<Stroke>>,
    /// What is behind the subject.
    pub background: Background,
    /// Cut the frame down to the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trim: Option<Trim>,
    /// A shadow of the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shadow: Option<Shadow>,
}

/// How the mask is made of the saliency map, in this order: the second look, refinement, growing,
/// parts and holes, threshold and hardness, feather.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MaskEdits {
    /// How the map becomes as fine as the photo.
    pub refine: Refine,
    /// Use what the network saw from nearer, where it looked twice.
    pub second_look: bool,
    /// The saliency that becomes half opaque, 0 to 1; [`THRESHOLD_UNCHANGED`] leaves it.
    pub threshold: f32,
    /// 0 as the network gave it, 1 a hard step, as smooth as one pixel allows.
    pub hardness: f32,
    /// Above 0 grows the subject, below shrinks it; at most [`GROW_MAX_PX`] either way.
    pub grow_px: f32,
    /// The blur of the edge reaches so far, inwards and outwards; at most [`FEATHER_MAX_PX`].
    pub feather_px: f32,
    /// Keep only the largest of several parts.
    pub keep_largest: bool,
    /// Fill background that the subject encloses.
    pub fill_holes: bool,
}

impl Default for MaskEdits {
    fn default() -> Self {
        Self { refine: Refine::default(), second_look: true, ..Self::plain() }
    }
}

impl MaskEdits {
    /// The map resampled and no more.
    pub const fn plain() -> Self {
        Self {
            refine: Refine::Off,
            second_look: false,
            threshold: THRESHOLD_UNCHANGED,
            hardness: 0.0,
            grow_px: 0.0,
            feather_px: 0.0,
            keep_largest: false,
            fill_holes: false,
        }
    }
}

impl Default for Edits {
    fn default() -> Self {
        Self { mask: MaskEdits::default(), clean_colours: true, ..Self::plain() }
    }
}

impl Edits {
    /// Nothing done at all: the mask is the network's map resampled, and the result the photo with
    /// it, bit by bit.
    pub const fn plain() -> Self {
        Self {
            mask: MaskEdits::plain(),
            clean_colours: false,
            strokes: Vec::new(),
            background: Background::Transparent,
            trim: None,
            shadow: None,
        }
    }

    /// Whether nothing is changed.
    pub fn is_unchanged(&self) -> bool {
        *self == Self::default()
    }
}

/// What is behind the subject.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Background {
    /// Nothing.
    #[default]
    Transparent,
    /// One colour: red, green, blue.
    Colour([u8; 3]),
    /// A picture, scaled to cover the photo, its middle in the middle.
    Picture(PathBuf),
    /// The photo itself, out of focus.
    Blurred {
        /// How far the blur reaches.
        radius_px: f32,
    },
}

/// Cuts the frame down to the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trim {
    /// Room left around the subject, as far as the photo has it.
    pub margin_px: u32,
}

/// A shadow that the subject throws on what is behind it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Shadow {
    /// To the right and down.
    pub offset_px: [f32; 2],
    /// How far its blur reaches.
    pub blur_px: f32,
    /// 0 to 1.
    pub opacity: f32,
    /// Red, green, blue.
    pub colour: [u8; 3],
}

impl Default for Shadow {
    fn default() -> Self {
        Self { offset_px: [0.0, 24.0], blur_px: 48.0, opacity: 0.45, colour: [0, 0, 0] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::edit::BrushTool;

    #[test]
    fn edits_survive_being_written_in_either_format() {
        let stroke = Stroke {
            tool: BrushTool::Erase,
            radius_px: 12.5,
            softness: 0.25,
            points_px: vec![[1.0, 2.0], [3.5, 4.0]],
        };
        for background in [
            Background::Transparent,
            Background::Colour([1, 2, 3]),
            Background::Picture("sea.jpg".into()),
            Background::Blurred { radius_px: 40.0 },
        ] {
            let edits = Edits {
                mask: MaskEdits { grow_px: -3.5, fill_holes: true, ..MaskEdits::default() },
                strokes: vec![Arc::new(stroke.clone())],
                background,
                trim: Some(Trim { margin_px: 20 }),
                shadow: Some(Shadow::default()),
                clean_colours: false,
            };
            let json = serde_json::to_string(&edits).unwrap();
            assert_eq!(serde_json::from_str::<Edits>(&json).unwrap(), edits, "{json}");
            let toml = toml::to_string(&edits).unwrap();
            assert_eq!(toml::from_str::<Edits>(&toml).unwrap(), edits, "{toml}");
        }
    }

    #[test]
    fn what_is_not_written_is_not_changed() {
        let edits: Edits = toml::from_str("[mask]\nhardness = 1.0").unwrap();
        let mask = MaskEdits { hardness: 1.0, ..MaskEdits::default() };
        assert_eq!(edits, Edits { mask, ..Edits::default() });
        assert!(Edits::default().is_unchanged() && !edits.is_unchanged());
    }
}
