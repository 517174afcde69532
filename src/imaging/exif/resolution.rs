//! Dots per inch in EXIF.

use super::{Fields, allowed::Place::Main, tag};
use crate::imaging::Dpi;

const INCH: u16 = 2;
const CENTIMETRE: u16 = 3;
const CENTIMETRES_PER_INCH: f64 = 2.54;

impl Fields {
    /// What they say of the dots per inch.
    pub fn dpi(&self) -> Option<Dpi> {
        let per_unit = |tag| self.fraction(Main, tag);
        let (x, y) = (per_unit(tag::X_RESOLUTION)?, per_unit(tag::Y_RESOLUTION)?);
        match self.number(Main, tag::RESOLUTION_UNIT).map_or(INCH, |unit| unit as u16) {
            INCH => Dpi::new(x, y),
            CENTIMETRE => Dpi::new(x * CENTIMETRES_PER_INCH, y * CENTIMETRES_PER_INCH),
            _ => None,
        }
    }

    /// Makes them say so many dots per inch; without any, they say nothing of them.
    pub fn set_dpi(&mut self, dpi: Option<Dpi>) {
        if let (Some(known), Some(dpi)) = (self.dpi(), dpi)
            && known.is_about(dpi)
        {
            return;
        }
        for tag in [tag::X_RESOLUTION, tag::Y_RESOLUTION, tag::RESOLUTION_UNIT] {
            self.remove(Main, tag);
        }
        if let Some(dpi) = dpi {
            self.set_fraction(Main, tag::X_RESOLUTION, fraction(dpi.x));
            self.set_fraction(Main, tag::Y_RESOLUTION, fraction(dpi.y));
            self.set_short(Main, tag::RESOLUTION_UNIT, INCH);
        }
    }
}

/// A number as EXIF and TIFF write it, to a thousandth.
pub fn fraction(value: f64) -> (u32, u32) {
    if value.fract() == 0.0 { (value as u32, 1) } else { ((value * 1e3).round() as u32, 1000) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::exif::{dpi, with_dpi};

    #[test]
    fn a_resolution_is_added_changed_or_taken_out_and_the_rest_stays() {
        let odd = Dpi::new(299.5, 72.0).unwrap();
        let own = with_dpi(None, odd);
        assert_eq!(dpi(&own), Some(odd));
        let big_endian = b"MM\0*\0\0\0\x08\0\x01\x01\x31\0\x02\0\0\0\x04Abc\0\0\0\0\0".to_vec();
        for exif in [own, big_endian] {
            let other = Dpi::new(600.0, 600.0).unwrap();
            let changed = with_dpi(Some(&exif), other);
            assert_eq!(dpi(&changed), Some(other));
            let [before, mut after] = [&exif, &changed].map(|exif| Fields::read(exif).unwrap());
            let software = |fields: &Fields| fields.get(Main, tag::SOFTWARE).cloned();
            assert_eq!(software(&before), software(&after));
            assert_eq!(with_dpi(Some(&changed), other), changed);
            after.set_dpi(None);
            assert_eq!(after.dpi(), None);
            assert_eq!(software(&before), software(&after));
        }
    }
}
