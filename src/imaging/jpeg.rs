//! What the JPEG decoder does not tell.

use memchr::memchr;

use super::Dpi;

const CENTIMETRES_PER_INCH: f64 = 2.54;

/// Whether the file goes on to its end-of-image marker. The decoder paints grey what is missing
/// and reports no error, so this is where a cut file is noticed.
///
/// Markers are looked for at the top level only: an embedded thumbnail has an end of its own.
pub fn is_complete(file: &[u8]) -> bool {
    const END_OF_IMAGE: u8 = 0xd9;
    let mut rest = file;
    loop {
        let Some(at) = memchr(0xff, rest) else { return false };
        rest = &rest[at + 1..];
        match rest.first() {
            None => return false,
            Some(&END_OF_IMAGE) => return true,
            // Fill byte: the marker is still to come.
            Some(0xff) => {}
            // A stuffed byte of compressed data, or a marker that stands alone.
            Some(0x00 | 0x01 | 0xd0..=0xd8) => rest = &rest[1..],
            Some(_) => {
                let Some(&[high, low]) = rest[1..].first_chunk() else { return false };
                let length = usize::from(u16::from_be_bytes([high, low]));
                let Some(after) = rest.get(1 + length..) else { return false };
                rest = after;
            }
        }
    }
}

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

    #[test]
    fn only_a_top_level_end_counts() {
        let thumbnail_inside = b"\xff\xd8\xff\xe1\x00\x06\xff\xd8\xff\xd9";
        for (file, expected) in [
            (&b"\xff\xd8\xff\xd9"[..], true),
            (b"\xff\xd8\xff\xda\x00\x02\x12\xff\x00\x34\xff\xd0\x56\xff\xff\xd9", true),
            (b"\xff\xd8\xff\xda\x00\x02\x12\xff\x00\x34", false),
            (thumbnail_inside, false),
            (b"\xff\xd8\xff\xe1\xff\xff\x00", false),
            (b"\xff\xd8\xff\xe1\x00", false),
            (b"\xff\xd8\xff", false),
            (b"", false),
        ] {
            assert_eq!(is_complete(file), expected, "{}", file.escape_ascii());
        }
    }
}
