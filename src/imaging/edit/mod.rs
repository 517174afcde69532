//! What a user changes about one picture, as plain data.

mod edits;
mod stroke;

pub use edits::{
    Background, Edits, FEATHER_MAX_PX, GROW_MAX_PX, MaskEdits, Shadow, THRESHOLD_UNCHANGED, Trim,
};
pub use stroke::{BrushTool, Stroke};
