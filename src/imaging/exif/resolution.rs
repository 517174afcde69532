//! Dots per inch in EXIF.

use super::{
    ifd::{Directory, Order, kind},
    tag,
};
use crate::imaging::Dpi;

const INCH: u16 = 2;
const CENTIMETRE: u16 = 3;
const CENTIMETRES_PER_INCH: f64 = 2.54;

/// What EXIF says of the dots per inch.
pub fn dpi(exif: &[u8]) -> Option<Dpi> {
    let (order, main) = Directory::first(exif)?;
    let per_unit = |tag| main.entry(tag)?.fraction(exif, order);
    let (x, y) = (per_unit(tag::X_RESOLUTION)?, per_unit(tag::Y_RESOLUTION)?);
    let unit = main.entry(tag::RESOLUTION_UNIT).and_then(|entry| entry.number(exif, order));
    match unit.map_or(INCH, |unit| unit as u16) {
        INCH => Dpi::new(x, y),
        CENTIMETRE => Dpi::new(x * CENTIMETRES_PER_INCH, y * CENTIMETRES_PER_INCH),
        _ => None,
    }
}

/// EXIF that says so many dots per inch: this one with that changed, or a new one. What cannot be
/// understood stays as it is.
pub fn with_dpi(exif: Option<&[u8]>, dpi: Dpi) -> Vec<u8> {
    let Some(exif) = exif else {
        let empty = b"II*\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
        return replaced(&empty, dpi).unwrap_or(empty);
    };
    if self::dpi(exif).is_some_and(|known| known.is_about(dpi)) {
        return exif.to_vec();
    }
    replaced(exif, dpi).unwrap_or_else(|| exif.to_vec())
}

/// Everything stays where it is, since a camera maker's notes may count on that; a new first
/// directory follows it.
fn replaced(exif: &[u8], dpi: Dpi) -> Option<Vec<u8>> {
    let (order, main) = Directory::first(exif)?;
    let mut whole = exif.to_vec();
    whole.resize(whole.len().next_multiple_of(2), 0);
    let fractions_at = u32::try_from(whole.len()).ok()?;
    for (above, below) in [dpi.x, dpi.y].map(fraction) {
        whole.extend(order.bytes_of_u32(above));
        whole.extend(order.bytes_of_u32(below));
    }
    let ours = [tag::X_RESOLUTION, tag::Y_RESOLUTION, tag::RESOLUTION_UNIT];
    let mut entries: Vec<(u16, [u8; 12])> = main
        .entries
        .iter()
        .filter(|entry| !ours.contains(&entry.tag))
        .map(|entry| Some((entry.tag, *exif.get(entry.at..)?.first_chunk()?)))
        .collect::<Option<_>>()?;
    for (tag, value_at) in [(tag::X_RESOLUTION, 0), (tag::Y_RESOLUTION, 8)] {
        let at = order.bytes_of_u32(fractions_at + value_at);
        entries.push((tag, entry(order, tag, kind::RATIONAL, at)));
    }
    let [high, low] = order.bytes_of_u16(INCH);
    let unit = entry(order, tag::RESOLUTION_UNIT, kind::SHORT, [high, low, 0, 0]);
    entries.push((tag::RESOLUTION_UNIT, unit));
    entries.sort_by_key(|&(tag, _)| tag);

    let directory_at = u32::try_from(whole.len()).ok()?;
    whole[4..8].copy_from_slice(&order.bytes_of_u32(directory_at));
    whole.extend(order.bytes_of_u16(u16::try_from(entries.len()).ok()?));
    whole.extend(entries.iter().flat_map(|(_, bytes)| bytes));
    whole.extend(exif.get(main.link_at()..)?.first_chunk::<4>()?);
    Some(whole)
}

fn entry(order: Order, tag: u16, kind: u16, value: [u8; 4]) -> [u8; 12] {
    let mut bytes = [0; 12];
    bytes[..2].copy_from_slice(&order.bytes_of_u16(tag));
    bytes[2..4].copy_from_slice(&order.bytes_of_u16(kind));
    bytes[4..8].copy_from_slice(&order.bytes_of_u32(1));
    bytes[8..].copy_from_slice(&value);
    bytes
}

/// A number as EXIF and TIFF write it, to a thousandth.
pub fn fraction(value: f64) -> (u32, u32) {
    if value.fract() == 0.0 { (value as u32, 1) } else { ((value * 1e3).round() as u32, 1000) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resolution_is_added_or_changed_and_the_rest_stays() {
        let dpi = Dpi::new(299.5, 72.0).unwrap();
        let own = with_dpi(None, dpi);
        assert_eq!(self::dpi(&own), Some(dpi));
        let big_endian = b"MM\0*\0\0\0\x08\0\x01\x01\x31\0\x02\0\0\0\x04Abc\0\0\0\0\0".to_vec();
        for exif in [own, big_endian] {
            let other = Dpi::new(600.0, 600.0).unwrap();
            let changed = with_dpi(Some(&exif), other);
            assert_eq!(self::dpi(&changed), Some(other));
            let (_, before) = Directory::first(&exif).unwrap();
            let (_, after) = Directory::first(&changed).unwrap();
            let software = |directory: &Directory, exif: &[u8]| {
                directory.entry(tag::SOFTWARE)?.range(exif).map(|range| exif[range].to_vec())
            };
            assert_eq!(software(&before, &exif), software(&after, &changed));
            assert!(after.entries.is_sorted_by_key(|entry| entry.tag));
            assert_eq!(with_dpi(Some(&changed), other), changed);
        }
    }

    #[test]
    fn what_is_no_exif_stays_as_it_is() {
        let dpi = Dpi::new(300.0, 300.0).unwrap();
        for exif in [&b""[..], b"no EXIF", b"II*\0\xff\xff\xff\xff"] {
            assert_eq!(with_dpi(Some(exif), dpi), exif);
        }
    }
}
