//! How many images go through the network together.

use std::str::FromStr;

/// How many images go through the network together, at most: never is an image kept waiting for
/// others to join it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BatchChoice {
    /// As many as measured memory and measured time call for; one on the CPU.
    #[default]
    Auto,
    /// So many.
    Fixed(usize),
}

impl BatchChoice {
    /// The most that can be asked for: each image waits with its decoded photo in memory.
    pub const MAX: usize = 64;
}

impl FromStr for BatchChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "auto" {
            return Ok(Self::Auto);
        }
        let number = text.parse().ok().filter(|number| (1..=Self::MAX).contains(number));
        number
            .map(Self::Fixed)
            .ok_or_else(|| format!("{text:?} is neither auto nor a number from 1 to {}", Self::MAX))
    }
}
