//! The second look: where a subject fills little of the frame, the network sees its part of the
//! photo once more, from nearer, and both of its maps become one.
//!
//! Where a subject fills little of the frame (this module), its part with some room around it
//! is resampled from the picture in hand and goes through the network again. A second map that finds
//! another subject is dropped, as one that fails is; the first then stands. Whoever makes a matte takes
//! `SaliencyMaps::merged`, once a photo: one finer map, faded within the margin so that no seam shows.

mod levels;
mod maps;
mod merge;
mod part;

pub use maps::{SaliencyMaps, Second};
pub use part::{Part, second_look};

#[cfg(test)]
mod tests;
