//! What a file carries beside its pixels, and how much of it goes along.

use serde::{Deserialize, Serialize};

use super::{exif, icc};

/// What a file carries beside its pixels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// The ICC profile of the pixels as decoded. Only RGB profiles are kept: one of another
    /// colour space would be wrong for the RGB pixels that decoding gives.
    pub icc_profile: Option<Vec<u8>>,
    /// EXIF (TIFF structure) of fields that are known to be harmless, for upright pixels.
    pub exif: Option<Vec<u8>>,
    /// How large the pixels are on paper.
    pub dpi: Option<Dpi>,
}

/// Dots per inch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dpi {
    /// Across.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// How much of a photo's metadata goes into its results. The colour profile and the resolution
/// always do: without them colours and sizes are wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetadataPolicy {
    /// All of it.
    #[default]
    All,
    /// All but what names the place, or may: GPS, the caption and the comment.
    NoLocation,
    /// Nothing more.
    Minimal,
}

impl Dpi {
    /// Metres in an inch.
    const INCH_M: f64 = 0.0254;
    /// What is outside cannot be meant.
    const PLAUSIBLE: std::ops::RangeInclusive<f64> = 1.0..=50_000.0;

    /// These, if they can be meant.
    pub fn new(x: f64, y: f64) -> Option<Self> {
        [x, y].iter().all(|dpi| Self::PLAUSIBLE.contains(dpi)).then_some(Self { x, y })
    }

    /// From dots per metre, which PNG counts in. 11,811 of them are 300 dpi, not 299.9994.
    pub fn from_per_metre(x: u32, y: u32) -> Option<Self> {
        let dpi = |per_metre: u32| {
            let exact = f64::from(per_metre) * Self::INCH_M;
            let whole = exact.round();
            if Self::per_metre(whole) == per_metre { whole } else { exact }
        };
        Self::new(dpi(x), dpi(y))
    }

    /// In dots per metre.
    pub fn to_per_metre(self) -> (u32, u32) {
        (Self::per_metre(self.x), Self::per_metre(self.y))
    }

    fn per_metre(dpi: f64) -> u32 {
        (dpi / Self::INCH_M).round() as u32
    }

    /// Whether a person would call the two the same.
    pub fn is_about(self, other: Self) -> bool {
        (self.x - other.x).abs() < 0.5 && (self.y - other.y).abs() < 0.5
    }
}

impl Metadata {
    /// As much of it as is to be kept, for a result of this size: what is not known to be harmless
    /// never is, wherever this came from. EXIF says the same resolution as [`Metadata::dpi`].
    pub fn kept(&self, policy: MetadataPolicy, size_px: (u32, u32)) -> Self {
        let keeps_location = policy == MetadataPolicy::All;
        let exif = self.exif.as_deref().filter(|_| policy != MetadataPolicy::Minimal);
        Self {
            icc_profile: self.icc_profile.as_deref().and_then(icc::checked),
            exif: exif.and_then(|exif| exif::kept(exif, keeps_location, size_px, self.dpi)),
            dpi: self.dpi,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_dots_per_inch_survive_metres() {
        for dpi in [1.0, 72.0, 96.0, 240.0, 300.0, 600.0, 1200.0] {
            let (x, y) = Dpi::new(dpi, dpi).unwrap().to_per_metre();
            assert_eq!(Dpi::from_per_metre(x, y), Dpi::new(dpi, dpi));
        }
        let odd = Dpi::from_per_metre(5000, 5001).unwrap();
        assert_eq!(odd.to_per_metre(), (5000, 5001));
    }

    #[test]
    fn what_cannot_be_meant_is_no_resolution() {
        for (x, y) in [(0.0, 0.0), (300.0, 0.0), (f64::NAN, 72.0), (1e9, 1e9), (-72.0, 72.0)] {
            assert_eq!(Dpi::new(x, y), None, "{x} {y}");
        }
    }
}
