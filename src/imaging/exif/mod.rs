//! EXIF, as far as a cutout needs it. Of a photo's own only what is known to be harmless is kept: the
//! camera's small pictures, which still show the background, stand in many places of it.
//!
//! ```text
//! block of a photo, fields of a TIFF file -> Fields, by the list of what is allowed -> block of our own
//! ```

mod allowed;
mod fields;
mod ifd;
mod resolution;
pub mod tiff_file;
mod value;

use std::ops::Range;

use image::metadata::Orientation;

use super::Dpi;
use allowed::Place;
use fields::Fields;
use ifd::{Directory, Order};

pub use resolution::fraction;

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
    pub const COPYRIGHT: u16 = 0x8298;
    pub const EXIF: u16 = 0x8769;
    pub const GPS: u16 = 0x8825;
    pub const USER_COMMENT: u16 = 0x9286;
    pub const WIDTH: u16 = 0xa002;
    pub const HEIGHT: u16 = 0xa003;
}

/// Makes of raw EXIF a block for upright pixels, with nothing in it that is not known to be harmless,
/// and gives the orientation that it had. `None` where nothing is left.
pub fn make_normal(raw: Vec<u8>) -> (Option<Vec<u8>>, Orientation) {
    let exif = raw.strip_prefix(SEGMENT_NAME).unwrap_or(&raw);
    let orientation = orientation(exif).unwrap_or(Orientation::NoTransforms);
    let Some(mut fields) = Fields::read(exif) else { return (None, orientation) };
    if fields.get(Place::Main, tag::ORIENTATION).is_some() {
        fields.set_short(Place::Main, tag::ORIENTATION, 1);
    }
    ((!fields.is_empty()).then(|| fields.block()), orientation)
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

/// A block for a result of this size and resolution, with the place where the photo was taken or without;
/// `None` where nothing is left.
pub fn kept(
    exif: &[u8],
    keeps_location: bool,
    (width_px, height_px): (u32, u32),
    dpi: Option<Dpi>,
) -> Option<Vec<u8>> {
    let mut fields = Fields::read(exif)?;
    if !keeps_location {
        fields.forget_location();
    }
    if fields.is_empty() {
        return None;
    }
    for (tag, side_px) in [(tag::WIDTH, width_px), (tag::HEIGHT, height_px)] {
        if fields.get(Place::Taken, tag).is_some() {
            fields.set_long(Place::Taken, tag, side_px);
        }
    }
    fields.set_dpi(dpi);
    (!fields.is_empty()).then(|| fields.block())
}

/// What EXIF says of the dots per inch.
pub fn dpi(exif: &[u8]) -> Option<Dpi> {
    Fields::read(exif)?.dpi()
}

/// EXIF that says so many dots per inch: this one with that changed, or a new one.
pub fn with_dpi(exif: Option<&[u8]>, dpi: Dpi) -> Vec<u8> {
    let mut fields = exif.and_then(Fields::read).unwrap_or(Fields::new(Order::Little));
    fields.set_dpi(Some(dpi));
    fields.block()
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

#[cfg(test)]
mod tests;
