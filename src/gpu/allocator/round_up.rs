//! How libtorch's allocator rounds sizes up: to parts of the way from one power of two to the next.

use std::{fmt, str::FromStr};

/// Sizes are told apart by the power of two below them, from 1 MiB to 32 GiB.
const SIZES: usize = 16;

/// In how many parts the way from one power of two to the next is divided, so that sizes are rounded up
/// to fewer different ones. As libtorch writes it: one number for all sizes, or for blocks from so many
/// MiB on: `[64:8,256:4,>:1]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundUp {
    /// All sizes alike.
    Alike(Divisions),
    /// By size. The smallest that is given stands for all below it; those between that are not given
    /// are not rounded.
    BySize {
        /// From 2 to the power of the index, in MiB, up to the next power of two.
        sizes: [Option<Divisions>; SIZES],
        /// All above the largest that is given.
        above: Option<Divisions>,
    },
}

/// A power of two, or 0 where sizes are not rounded up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Divisions {
    /// 0 for none, otherwise one more than the exponent.
    code: u8,
}

/// What is expected.
pub const EXPECTED: &str = "a power of two, or by size [MIB:DIVISIONS,...,>:DIVISIONS]: sizes are \
                            powers of two from 1 to 32768, ascending; divisions are powers of two, or \
                            0 for no rounding";

impl Divisions {
    fn get(self) -> u32 {
        self.code.checked_sub(1).map_or(0, |exponent| 1 << exponent)
    }

    fn parse(text: &str) -> Option<Self> {
        match text.trim().parse().ok()? {
            0 => Some(Self { code: 0 }),
            divisions => exponent(divisions).map(|exponent| Self { code: exponent + 1 }),
        }
    }
}

fn exponent(power_of_two: u32) -> Option<u8> {
    power_of_two.is_power_of_two().then(|| power_of_two.trailing_zeros() as u8)
}

impl FromStr for RoundUp {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let inside = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        match inside {
            None => {
                let divisions = Divisions::parse(text).filter(|divisions| divisions.code > 0);
                divisions.map(Self::Alike).ok_or(EXPECTED)
            }
            Some(inside) => by_size(inside).ok_or(EXPECTED),
        }
    }
}

fn by_size(text: &str) -> Option<RoundUp> {
    let (mut sizes, mut above, mut smallest_free) = ([None; SIZES], None, 0);
    for pair in text.split(',') {
        let (size_mib, divisions) = pair.split_once(':')?;
        let divisions = Some(Divisions::parse(divisions)?);
        // Nothing comes after what stands for the rest, and it is not alone.
        if above.is_some() {
            return None;
        }
        if size_mib.trim() == ">" {
            above = divisions.filter(|_| smallest_free > 0);
            above?;
            continue;
        }
        let index = usize::from(exponent(size_mib.trim().parse().ok()?)?);
        if index < smallest_free {
            return None;
        }
        *sizes.get_mut(index)? = divisions;
        smallest_free = index + 1;
    }
    Some(RoundUp::BySize { sizes, above })
}

impl fmt::Display for Divisions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

impl fmt::Display for RoundUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alike(divisions) => divisions.fmt(f),
            Self::BySize { sizes, above } => {
                let given = sizes.iter().enumerate().filter_map(|(index, divisions)| {
                    divisions.map(|divisions| format!("{}:{divisions}", 1_u32 << index))
                });
                let above = above.map(|divisions| format!(">:{divisions}"));
                write!(f, "[{}]", given.chain(above).collect::<Vec<_>>().join(","))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_the_same() {
        for text in ["1", "4", "[64:8]", "[1:0,32768:2]", "[64:8,256:4,1024:4,>:1]", "[2:16,>:0]"] {
            assert_eq!(text.parse::<RoundUp>().map(|read| read.to_string()), Ok(text.to_owned()));
        }
        let spaced = " [64 : 8, > :1]".trim().parse::<RoundUp>();
        assert_eq!(spaced.map(|read| read.to_string()), Ok("[64:8,>:1]".to_owned()));
    }

    #[test]
    fn what_libtorch_would_refuse_or_read_otherwise_is_refused() {
        let of_one = ["", "0", "3", "-4", "x", "[]", "[4]", "[3:4]", "[4:3]", "[65536:4]", "[0:4]"];
        let of_some = ["[>:4]", "[64:8,>:1,>:2]", "[>:1,64:8]", "[64:8,32:4]", "[64:8,64:4]"];
        let of_half = ["[64:8", "64:8]", "[64:8,]"];
        for text in of_one.iter().chain(&of_some).chain(&of_half) {
            assert_eq!(text.parse::<RoundUp>(), Err(EXPECTED), "{text}");
        }
    }
}
