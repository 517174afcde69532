//! What a user changes about one picture, as plain data, and what it makes of the picture.
//!
//! ```text
//! map, photo -> refined matte -> field (grow, parts) -> tone -> feather -> brush -> matte
//! ground, shadow, photo with matte -> render (full size), screen (proxy) -> frame
//! ```
//!
//! Everything can be done at the photo's full size and at the smaller size of a [`Proxy`]; what is
//! seen on the screen is what will be saved.

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
