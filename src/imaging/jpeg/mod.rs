//! JPEG files: how far they go, which of two decoders reads them, and what neither of them tells.
//!
//! ```text
//! file -> layout: markers up to the end -> usual: zune-jpeg, the fastest
//!                                       -> rare kinds: libjpeg
//!                                       -> neither: refused by name
//! ```

mod layout;
mod rare;

use super::Dpi;

pub use layout::{Layout, Route, read};
pub use rare::RareDecoder;

const CENTIMETRES_PER_INCH: f64 = 2.54;

/// The resolution in the JFIF header (JFIF 1.02), which follows the start of the image if there is
/// one.
pub fn dpi(file: &[u8]) -> Option<Dpi> {
    let header = file.strip_prefix(b"\xff\xd8\xff\xe0")?.get(2..)?.strip_prefix(b"JFIF\0")?;
    let &[_, _, unit, x_high, x_low, y_high, y_low] = header.first_chunk()?;
    let x = f64::from(u16::from_be_bytes([x_high, x_low]));
    let y = f64::from(u16::from_be_bytes([y_high, y_low]));
    match unit {
        1 => Dpi::new(x, y),
        2 => Dpi::new(x * CENTIMETRES_PER_INCH, y * CENTIMETRES_PER_INCH),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resolution_is_read_in_either_unit() {
        for (header, expected) in [
            (
                &b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x02\x01\x01\x2c\0\x48\0\0"[..],
                Some((300.0, 72.0)),
            ),
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x02\x02\0\x64\0\x64\0\0", Some((254.0, 254.0))),
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x02\0\0\x01\0\x01\0\0", None),
            (b"\xff\xd8\xff\xe1\0\x10Exif\0\0", None),
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01", None),
        ] {
            let expected = expected.and_then(|(x, y)| Dpi::new(x, y));
            assert_eq!(dpi(header), expected, "{}", header.escape_ascii());
        }
    }
}
