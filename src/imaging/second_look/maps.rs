//! The saliency maps of one photo: of the whole frame, and of a crop.

use std::borrow::Cow;

use super::{
    super::SaliencyMap,
    levels::{levels, resampled, whole},
    merge::merge,
    part::Part,
};

/// Both maps must find the same subject: intersection over union.
const AGREEMENT_MIN: f64 = 0.75;
/// Above this saliency a pixel counts as subject in both maps.
const SUBJECT: u16 = u16::MAX / 2;

/// The saliency maps of one photo.
#[derive(Clone, Debug, PartialEq)]
pub struct SaliencyMaps {
    /// The whole frame.
    pub first: SaliencyMap,
    /// The crop around the subject.
    pub second: Second,
}

/// What became of the second look.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Second {
    /// Nobody asked for it.
    #[default]
    NotAsked,
    /// There was nothing to gain, it failed, or it found another subject than the first.
    Nothing,
    /// A part of the frame and its map.
    Closer(Part, SaliencyMap),
}

impl From<SaliencyMap> for SaliencyMaps {
    fn from(first: SaliencyMap) -> Self {
        Self { first, second: Second::NotAsked }
    }
}

impl SaliencyMaps {
    /// Whether there is a map of a crop.
    pub fn has_crop(&self) -> bool {
        matches!(self.second, Second::Closer(..))
    }

    /// Bytes of the maps' values.
    pub fn bytes(&self) -> usize {
        let closer = match &self.second {
            Second::Closer(_, map) => size_of_val(map.values.as_slice()),
            Second::NotAsked | Second::Nothing => 0,
        };
        size_of_val(self.first.values.as_slice()) + closer
    }

    /// Adds the map of a crop, unless it disagrees with the first.
    pub fn add_crop(&mut self, part: Part, map: SaliencyMap) {
        self.second = match agreement(&self.first, part, &map) {
            found if found >= AGREEMENT_MIN => Second::Closer(part, map),
            _ => Second::Nothing,
        };
    }

    /// Merges both maps into one, finer than the first, at most 1024 pixels a side. The first
    /// alone, to the bit, where there is no other or `second_look` does not want it.
    pub fn merged(&self, second_look: bool) -> Cow<'_, SaliencyMap> {
        match &self.second {
            Second::Closer(part, closer) if second_look => {
                Cow::Owned(merge(&self.first, *part, closer))
            }
            _ => Cow::Borrowed(&self.first),
        }
    }
}

/// How much the maps agree on the subject, at the first one's fineness: intersection over union
/// within the part, from 0 to 1.
fn agreement(first: &SaliencyMap, part: Part, closer: &SaliencyMap) -> f64 {
    let rect = part.in_px((first.side_px, first.side_px));
    let size_px = (rect.width_px, rect.height_px);
    let closer = resampled(&levels(closer), whole(closer.side_px), size_px);
    let levels = levels(first);
    let (mut both, mut either) = (0_u32, 0_u32);
    for (x, y, closer) in closer.enumerate_pixels() {
        let first = levels.get_pixel(rect.left_px + x, rect.top_px + y);
        let (first, closer) = (first.0[0] > SUBJECT, closer.0[0] > SUBJECT);
        both += u32::from(first && closer);
        either += u32::from(first || closer);
    }
    f64::from(both) / f64::from(either.max(1))
}
