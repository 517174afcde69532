//! What the JPEG decoder does not tell.

/// Whether the file goes on to its end-of-image marker. The decoder paints grey what is missing
/// and reports no error, so this is where a cut file is noticed.
///
/// Markers are looked for at the top level only: an embedded thumbnail has an end of its own.
pub fn is_complete(file: &[u8]) -> bool {
    const END_OF_IMAGE: u8 = 0xd9;
    let mut rest = file;
    loop {
        let Some(at) = rest.iter().position(|&byte| byte == 0xff) else { return false };
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

#[cfg(test)]
mod tests {
    use super::is_complete;

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
