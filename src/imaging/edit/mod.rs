//! What a user changes about one picture, as one value ([`Edits`], in pixels of the full-size photo), and
//! the pictures that it makes: the preview, the tiles at 100 % and what is saved.
//!
//! ```text
//! map, photo -> refined matte -> field (grow, parts) -> tone (threshold, hardness) -> feather -> brush -> matte
//! background layer, shadow, photo with matte -> render (full size) or screen (proxy) -> frame
//! ```
//!
//! Everything can be done at the photo's full size and at the smaller size of a [`Proxy`]; what is seen on
//! the screen is what will be saved. Without refinement the field has at most 512 px a side, so an edit
//! costs the same on every photo; a refined matte is its own field, and kept for the next change
//! ([`Live`]). With [`Edits::plain`] the result is, bit by bit, the photo with the map enlarged as its
//! alpha; what is wholly transparent has no colour. Strokes are shared between steps of the history and
//! between photos. A background picture that is missing is left out of a preview, which says so, and fails
//! a save.

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
