//! The second look: where a subject fills little of the frame, a crop around it is resampled from the photo
//! and goes through the network again.
//!
//! A map of the crop that finds another subject is dropped; the first then stands. Whoever makes a matte takes
//! [`SaliencyMaps::merged`], once a photo: one finer map, faded within the margin so that no seam shows.

mod levels;
mod maps;
mod merge;
mod part;

pub use maps::{SaliencyMaps, Second};
pub use part::{Part, second_look};

#[cfg(test)]
mod tests;
