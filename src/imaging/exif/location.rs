//! Taking the place out of EXIF.

use super::{
    ifd::{Directory, Order},
    tag,
};

/// What may name the place: the GPS directory, and blocks whose content is not looked into.
const IN_MAIN: &[u16] = &[tag::GPS, tag::XMP, tag::IPTC, tag::PHOTOSHOP];
const IN_EXIF: &[u16] = &[tag::GPS, tag::MAKER_NOTE];

/// EXIF that names no place: the GPS directory is gone, its bytes too, and so are the camera
/// maker's own notes, which may repeat it. `None` where it cannot be understood, since then nobody
/// can tell what it says.
pub fn without_location(mut exif: Vec<u8>) -> Option<Vec<u8>> {
    let (order, main) = Directory::first(&exif)?;
    if let Some(below) = main.below(&exif, order, tag::EXIF) {
        take_out(&mut exif, order, &below, IN_EXIF)?;
    }
    // Read anew, should the directories lie within each other.
    let (order, main) = Directory::first(&exif)?;
    take_out(&mut exif, order, &main, IN_MAIN)?;
    Some(exif)
}

fn take_out(exif: &mut [u8], order: Order, from: &Directory, tags: &[u16]) -> Option<()> {
    if let Some(places) = from.below(exif, order, tag::GPS) {
        places.blank(exif);
    }
    from.remove(exif, order, tags)
}
