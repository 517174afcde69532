//! The second look: where a subject fills little of the frame, the network sees its part of the
//! photo once more, from nearer, and both of its maps become one.

mod levels;
mod maps;
mod merge;
mod part;

pub use maps::{SaliencyMaps, Second};
pub use part::{Part, second_look};

#[cfg(test)]
mod tests;
