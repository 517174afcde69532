//! EXIF, as far as a cutout needs it: the orientation is taken out once the pixels are upright,
//! the embedded thumbnail, which still shows the background, is blanked, and the place goes if
//! that is asked for.

mod ifd;
mod location;
mod resolution;
pub mod tiff_file;

use std::ops::Range;

use image::metadata::Orientation;

use ifd::{Directory, Order};

pub use location::without_location;
pub use resolution::{dpi, fraction, with_dpi};

/// Some writers put JPEG's name of the segment before the TIFF structure.
const SEGMENT_NAME: &[u8] = b"Exif\0\0";

/// Names of fields.
mod tag {
    pub const DESCRIPTION: u16 = 0x010e;
    pub const MAKE: u16 = 0x010f;
    pub const MODEL: u16 = 0x0110;
    pub const ORIENTATION: u16 = 0x0112;
    pub const X_RESOLUTION: u16 = 0x011a;
    pub const Y_RESOLUTION: u16 = 0x011b;
    pub const RESOLUTION_UNIT: u16 = 0x0128;
    pub const SOFTWARE: u16 = 0x0131;
    pub const DATE_TIME: u16 = 0x0132;
    pub const ARTIST: u16 = 0x013b;
    pub const THUMBNAIL_OFFSET: u16 = 0x0201;
    pub const THUMBNAIL_BYTES: u16 = 0x0202;
    pub const XMP: u16 = 0x02bc;
    pub const COPYRIGHT: u16 = 0x8298;
    pub const IPTC: u16 = 0x83bb;
    pub const PHOTOSHOP: u16 = 0x8649;
    pub const EXIF: u16 = 0x8769;
    pub const GPS: u16 = 0x8825;
    pub const MAKER_NOTE: u16 = 0x927c;
    pub const WIDTH: u16 = 0xa002;
    pub const HEIGHT: u16 = 0xa003;
    pub const INTEROPERABILITY: u16 = 0xa005;
}

/// Makes raw EXIF fit for upright pixels without a thumbnail, and gives the orientation that it
/// had. Anything that cannot be understood is left as it is.
pub fn make_normal(raw: Vec<u8>) -> (Vec<u8>, Orientation) {
    let mut exif = match raw.strip_prefix(SEGMENT_NAME) {
        Some(tiff) => tiff.to_vec(),
        None => raw,
    };
    let orientation = orientation(&exif);
    set_upright(&mut exif);
    blank_thumbnail(&mut exif);
    (exif, orientation.unwrap_or(Orientation::NoTransforms))
}

/// The orientation that EXIF names, even where the rest of it is damaged.
pub fn orientation(raw: &[u8]) -> Option<Orientation> {
    let exif = raw.strip_prefix(SEGMENT_NAME).unwrap_or(raw);
    let named = || {
        let (order, main) = Directory::first(exif)?;
        let number = main.entry(tag::ORIENTATION)?.number(exif, order)?;
        Orientation::from_exif(u8::try_from(number).ok()?)
    };
    named().or_else(|| Orientation::from_exif_chunk(exif))
}

fn set_upright(exif: &mut [u8]) -> Option<()> {
    if Orientation::remove_from_exif_chunk(exif).is_some() {
        return Some(());
    }
    let (order, main) = Directory::first(exif)?;
    let entry = main.entry(tag::ORIENTATION)?;
    Orientation::from_exif(u8::try_from(entry.number(exif, order)?).ok()?)?;
    entry.set_number(exif, order, 1)
}

/// The camera's own small picture, as a file of its own; it is turned like the pixels.
pub fn thumbnail(raw: &[u8]) -> Option<&[u8]> {
    let exif = raw.strip_prefix(SEGMENT_NAME).unwrap_or(raw);
    let (order, first) = Directory::first(exif)?;
    let second_at = order.u32(exif, first.link_at())? as usize;
    let second = Directory::read(exif, order, second_at)?;
    exif.get(thumbnail_range(exif, order, &second)?)
}

fn thumbnail_range(exif: &[u8], order: Order, second: &Directory) -> Option<Range<usize>> {
    let value = |tag| second.entry(tag)?.number(exif, order);
    let start = value(tag::THUMBNAIL_OFFSET)? as usize;
    let end = start.checked_add(value(tag::THUMBNAIL_BYTES)? as usize)?.min(exif.len());
    (start <= end).then_some(start..end)
}

/// Whether across is down in the file.
pub fn lies_on_its_side(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

/// Overwrites the thumbnail with zeros and takes its directory, the second, out of the chain.
/// `None` where there is none.
fn blank_thumbnail(exif: &mut [u8]) -> Option<()> {
    let (order, first) = Directory::first(exif)?;
    let link = first.link_at();
    let second_at = order.u32(exif, link)? as usize;
    if second_at == 0 {
        return None;
    }
    let second = Directory::read(exif, order, second_at);
    exif[link..link + 4].fill(0);
    let range = thumbnail_range(exif, order, &second?)?;
    exif.get_mut(range)?.fill(0);
    Some(())
}

/// Makes EXIF say this size, where it says one.
pub fn set_size_px(exif: &mut [u8], size_px: (u32, u32)) {
    let set = |exif: &mut [u8], order: Order, below: &Directory, tag, value| {
        below.entry(tag).and_then(|entry| entry.set_number(exif, order, value));
    };
    let Some((order, main)) = Directory::first(exif) else { return };
    let Some(below) = main.below(exif, order, tag::EXIF) else { return };
    set(exif, order, &below, tag::WIDTH, size_px.0);
    set(exif, order, &below, tag::HEIGHT, size_px.1);
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
    fn the_cameras_small_picture_is_found_where_there_is_one() {
        let whole = exif(6, b"small");
        assert_eq!(thumbnail(&whole), Some(&b"small"[..]));
        assert_eq!(thumbnail(&[SEGMENT_NAME, &whole].concat()), Some(&b"small"[..]));
        assert!(make_normal(whole).0.windows(5).all(|bytes| bytes != b"small"));
        assert_eq!(thumbnail(&make_normal(exif(6, b"small")).0), None);
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
            thumbnail(&whole[..length]);
            make_normal(whole[..length].to_vec());
        }
        for at in 0..whole.len() {
            let mut wild = whole.clone();
            wild[at] = 0xff;
            thumbnail(&wild);
            make_normal(wild);
        }
        assert_eq!(
            make_normal(b"no EXIF".to_vec()),
            (b"no EXIF".to_vec(), Orientation::NoTransforms)
        );
    }
}
