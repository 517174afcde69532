//! A colour as people write it.

use std::{fmt, str::FromStr};

/// A colour: red, green, blue. Its text is `#rrggbb`; some have a name as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// White.
    pub const WHITE: Self = Self([255; 3]);
}

impl fmt::Display for Colour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(formatter, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl FromStr for Colour {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = |text: &str| {
            let digits = text.strip_prefix('#')?;
            let is_hex = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let value = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
            let [_, red, green, blue] = value.to_be_bytes();
            Some([red, green, blue])
        };
        let colour = match text {
            "white" => Some([255; 3]),
            "black" => Some([0; 3]),
            "grey" | "gray" => Some([128; 3]),
            _ => numbers(text),
        };
        colour.map(Self).ok_or_else(|| "a colour is white, black, grey or #rrggbb".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_named_or_numbered() {
        for (text, expected) in [
            ("white", Some([255, 255, 255])),
            ("grey", Some([128, 128, 128])),
            ("#0a0B0c", Some([10, 11, 12])),
            ("0a0b0c", None),
            ("#abc", None),
            ("#+12345", None),
            ("mauve", None),
        ] {
            assert_eq!(text.parse::<Colour>().ok(), expected.map(Colour), "{text}");
        }
        assert_eq!(Colour([10, 11, 255]).to_string(), "#0a0bff");
    }
}
