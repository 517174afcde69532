//! EXIF, as far as a cutout needs it: the orientation is taken out once the pixels are upright,
//! and the embedded thumbnail, which still shows the background, is blanked.
//!
//! Layout: EXIF 2.32 (CIPA DC-008), which is TIFF 6.0 without pixels.

use image::metadata::Orientation;

/// Some writers put JPEG's name of the segment before the TIFF structure.
const SEGMENT_NAME: &[u8] = b"Exif\0\0";

const TAG_THUMBNAIL_OFFSET: u16 = 0x0201;
const TAG_THUMBNAIL_BYTES: u16 = 0x0202;
const ENTRY_BYTES: usize = 12;

/// Makes raw EXIF fit for upright pixels without a thumbnail, and gives the orientation that it
/// had. Anything that cannot be understood is left as it is.
pub fn make_normal(raw: Vec<u8>) -> (Vec<u8>, Orientation) {
    let mut exif = match raw.strip_prefix(SEGMENT_NAME) {
        Some(tiff) => tiff.to_vec(),
        None => raw,
    };
    let orientation = Orientation::remove_from_exif_chunk(&mut exif);
    blank_thumbnail(&mut exif);
    (exif, orientation.unwrap_or(Orientation::NoTransforms))
}

/// Overwrites the thumbnail with zeros and takes its directory, the second, out of the chain.
/// `None` where there is none.
fn blank_thumbnail(exif: &mut [u8]) -> Option<()> {
    let order = match exif.first_chunk()? {
        b"II*\0" => Order::Little,
        b"MM\0*" => Order::Big,
        _ => return None,
    };
    let first = order.u32(exif, 4)? as usize;
    let link = first.checked_add(2 + ENTRY_BYTES * usize::from(order.u16(exif, first)?))?;
    let second = order.u32(exif, link)? as usize;
    if second == 0 {
        return None;
    }
    let value = |exif: &[u8], tag| {
        (0..usize::from(order.u16(exif, second)?))
            .map(|index| second + 2 + ENTRY_BYTES * index)
            .find(|&entry| order.u16(exif, entry) == Some(tag))
            .and_then(|entry| order.u32(exif, entry + 8))
    };
    let offset = value(exif, TAG_THUMBNAIL_OFFSET);
    let bytes = value(exif, TAG_THUMBNAIL_BYTES);
    exif[link..link + 4].fill(0);
    let start = offset? as usize;
    let end = start.checked_add(bytes? as usize)?.min(exif.len());
    exif.get_mut(start..end)?.fill(0);
    Some(())
}

#[derive(Clone, Copy)]
enum Order {
    Little,
    Big,
}

impl Order {
    fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        let value = *bytes.get(at..)?.first_chunk()?;
        Some(match self {
            Self::Little => u16::from_le_bytes(value),
            Self::Big => u16::from_be_bytes(value),
        })
    }

    fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        let value = *bytes.get(at..)?.first_chunk()?;
        Some(match self {
            Self::Little => u32::from_le_bytes(value),
            Self::Big => u32::from_be_bytes(value),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One directory with an orientation, and a second that points to `thumbnail`.
    fn exif(orientation: u8, thumbnail: &[u8]) -> Vec<u8> {
        let mut exif = b"MM\0*\0\0\0\x08".to_vec();
        exif.extend(b"\0\x01\x01\x12\0\x03\0\0\0\x01\0");
        exif.push(orientation);
        exif.extend(b"\0\0\0\0\0\x1a");
        exif.extend(b"\0\x02\x02\x01\0\x04\0\0\0\x01\0\0\0\x38");
        exif.extend(b"\x02\x02\0\x04\0\0\0\x01\0\0\0");
        exif.push(thumbnail.len() as u8);
        exif.extend(b"\0\0\0\0");
        assert_eq!(exif.len(), 0x38);
        exif.extend(thumbnail);
        exif
    }

    #[test]
    fn orientation_is_taken_out_and_the_thumbnail_blanked() {
        let (normal, orientation) = make_normal(exif(6, b"background"));
        assert_eq!(orientation, Orientation::Rotate90);
        assert_eq!(Orientation::from_exif_chunk(&normal), Some(Orientation::NoTransforms));
        assert_eq!(&normal[0x38..], &[0; 10]);
        assert_eq!(&normal[0x16..0x1a], &[0; 4]);
    }

    #[test]
    fn the_name_of_the_segment_is_no_part_of_it() {
        let mut named = SEGMENT_NAME.to_vec();
        named.extend(exif(3, b"x"));
        assert_eq!(make_normal(named), make_normal(exif(3, b"x")));
    }

    #[test]
    fn what_is_cut_or_points_nowhere_is_survived() {
        let whole = exif(8, b"background");
        for length in 0..whole.len() {
            make_normal(whole[..length].to_vec());
        }
        for at in 0..whole.len() {
            let mut wild = whole.clone();
            wild[at] = 0xff;
            make_normal(wild);
        }
        assert_eq!(
            make_normal(b"no EXIF".to_vec()),
            (b"no EXIF".to_vec(), Orientation::NoTransforms)
        );
    }
}
