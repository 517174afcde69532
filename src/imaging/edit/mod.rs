//! What a user changes about one picture, as plain data, and what it makes of the picture.
//!
//! ```text
//! map, photo -> refined matte -> field (grow, parts) -> tone -> feather -> brush -> matte
//! ground, shadow, photo with matte -> render (full size), screen (proxy) -> frame
//! ```
//!
//! Everything can be done at the photo's full size and at the smaller size of a [`Proxy`]; what is
//! seen on the screen is what will be saved.
//!
//! ```text
//! slider, switch, brush, menu -> Action::Edit -> update -> the photo's History: one movement, one step
//!   -> Command::Live(picture on the screen, map, edits, serial) -> cutout-live -> Event::Live
//!   -> update -> the preview, unless a later one is shown already
//! ```
//! What is changed about a photo is one value, `imaging::edit::Edits`, in pixels of the photo at its full
//! size: the same value makes the preview, the tiles at 100 % and what is saved (`Job::edits`). Strokes
//! are shared between steps and photos, so a step costs little and copying settings to 500 photos nothing;
//! at most 100 steps are kept each way. A photo out of sight is not made anew until it is selected. While
//! the brush moves, what the preview does not show yet is painted over it.
//!
//! `imaging/edit` turns them into pictures; a `Proxy` says at which size it is worked on:
//! ```text
//! map, photo -> refined matte -> field (grow, parts) -> tone (threshold, hardness) -> feather -> brush -> matte
//! ground (background), shadow, photo with matte -> render (full size) or screen (proxy) -> frame
//! ```
//! Without refinement the field has at most 512 px a side, so an edit costs the same on every photo; a
//! refined matte is its own field, and kept for the next change. With `Edits::plain` the result is, bit
//! by bit, the photo with the map enlarged as its alpha; what is wholly transparent has no colour. `cutout-live` answers the newest request
//! only; `edit::Live` keeps what the next change does not touch. What the overlay tints, the unsure edge
//! too, is a table of 256 colours that the mask goes through when it is uploaded (`ui/texture.rs`). A
//! missing background picture is left
//! out of a preview, which says so, and fails a save. `imaging/doubt` judges a map by named thresholds.

mod backdrop;
mod background_layer;
mod blur;
mod brush;
mod cast;
mod edits;
mod field;
mod frame;
mod grow;
mod live;
mod matte;
mod parts;
mod pixels;
mod proxy;
mod rect;
mod render;
mod screen;
mod stroke;
mod tone;

pub use backdrop::Backdrop;
pub use edits::{
    Background, Edits, FEATHER_MAX_PX, GROW_MAX_PX, MaskEdits, Shadow, THRESHOLD_UNCHANGED, Trim,
};
pub use live::{Live, LivePicture};
pub use matte::{Source, edited_matte};
pub use proxy::Proxy;
pub use rect::Rect;
pub use render::{Composed, Composer, compose, render};
pub use screen::{Screen, screen};
pub use stroke::{BrushTool, Stroke};

#[cfg(test)]
mod tests;
