//! Why a mask should be looked at before it is trusted.

use serde::{Deserialize, Serialize};

use super::SaliencyMap;

/// A reason to look at a mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// Nothing stands out.
    NoSubject,
    /// The subject is hardly there.
    TinySubject,
    /// The subject is nearly all of the photo.
    HugeSubject,
    /// Large areas are neither subject nor background.
    Uncertain,
    /// The frame cuts the subject off, at the top or at a side.
    TouchesBorder,
}

/// What belongs to the subject.
const SUBJECT: f32 = 0.5;
/// What belongs to it for certain.
const CERTAIN: f32 = 0.8;
/// What is background for certain.
const BACKGROUND: f32 = 0.2;
/// A subject that fills less of the photo for certain is none.
const NO_SUBJECT_BELOW: f32 = 0.001;
/// A subject that fills less of the photo is tiny.
const TINY_BELOW: f32 = 0.01;
/// A subject that fills more of the photo is huge.
const HUGE_ABOVE: f32 = 0.9;
/// Uncertain pixels count where saliency changes by less than this from one pixel of the map to
/// the next: an edge that takes more than a dozen pixels is none.
const FLAT: f32 = 0.05;
/// So much of the subject's area may be uncertain. Good masks have 0.05 at most.
const UNCERTAIN_ABOVE: f32 = 0.1;
/// So much of the top, or of a side, may be taken by the subject. The bottom may all be: that is
/// where portraits end.
const BORDER_ABOVE: f32 = 0.2;

impl Doubt {
    /// How soon a mask with this doubt is to be looked at: the higher, the sooner. One doubt is
    /// more than all those of lesser weight together.
    pub fn weight(self) -> u32 {
        match self {
            Self::NoSubject => 16,
            Self::TinySubject => 8,
            Self::HugeSubject => 4,
            Self::Uncertain => 2,
            Self::TouchesBorder => 1,
        }
    }
}

/// All doubts about a mask, the weightiest first.
pub fn doubts(map: &SaliencyMap) -> Vec<Doubt> {
    let of_all = |count: usize| count as f32 / map.values.len().max(1) as f32;
    let at_least = |level: f32| of_all(map.values.iter().filter(|&&value| value >= level).count());
    let (subject, certain) = (at_least(SUBJECT), at_least(CERTAIN));
    let uncertain = at_least(BACKGROUND) - certain;
    // A map whose highest values are single peaks was stretched from nothing much.
    if certain < NO_SUBJECT_BELOW.max(uncertain) {
        return vec![Doubt::NoSubject];
    }
    [
        (subject < TINY_BELOW, Doubt::TinySubject),
        (subject > HUGE_ABOVE, Doubt::HugeSubject),
        (of_all(flat_and_uncertain(map)) > UNCERTAIN_ABOVE * subject, Doubt::Uncertain),
        (most_of_a_border(map) > BORDER_ABOVE, Doubt::TouchesBorder),
    ]
    .into_iter()
    .filter_map(|(holds, doubt)| holds.then_some(doubt))
    .collect()
}

fn flat_and_uncertain(map: &SaliencyMap) -> usize {
    let side = map.side_px as usize;
    let at = |x: usize, y: usize| map.values[y * side + x];
    let is_flat = |index: usize| {
        let (x, y) = (index % side, index / side);
        let last = side - 1;
        let across = (at((x + 1).min(last), y) - at(x.saturating_sub(1), y)) / 2.0;
        let down = (at(x, (y + 1).min(last)) - at(x, y.saturating_sub(1))) / 2.0;
        across.hypot(down) < FLAT
    };
    let uncertain = |value: f32| (BACKGROUND..CERTAIN).contains(&value);
    (0..map.values.len()).filter(|&index| uncertain(map.values[index]) && is_flat(index)).count()
}

/// How much of the top, the left or the right the subject takes, whichever is most.
fn most_of_a_border(map: &SaliencyMap) -> f32 {
    let side = map.side_px as usize;
    let taken = |border: &dyn Fn(usize) -> usize| {
        let count = (0..side).filter(|&step| map.values[border(step)] >= SUBJECT).count();
        count as f32 / side as f32
    };
    let (top, left, right) = (taken(&|x| x), taken(&|y| y * side), taken(&|y| y * side + side - 1));
    top.max(left).max(right)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use image::imageops::{self, FilterType};

    use super::*;

    /// An ellipse in a square of 100 x 100 with an edge so many pixels wide.
    fn ellipse(middle: [f32; 2], radii: [f32; 2], edge_px: f32) -> SaliencyMap {
        let values = (0..100 * 100)
            .map(|index| ((index % 100) as f32 + 0.5, (index / 100) as f32 + 0.5))
            .map(|(x, y)| {
                let out = ((x - middle[0]) / radii[0]).hypot((y - middle[1]) / radii[1]);
                ((1.0 - out) * radii[0].min(radii[1]) / edge_px + 0.5).clamp(0.0, 1.0)
            })
            .collect();
        SaliencyMap { side_px: 100, values }
    }

    #[test]
    fn each_doubt_has_its_reason() {
        use Doubt::{HugeSubject, NoSubject, TinySubject, TouchesBorder, Uncertain};
        let middle = [50.0, 50.0];
        let mut half_there = ellipse(middle, [30.0, 30.0], 3.0);
        half_there.values[500..1500].fill(0.45);
        let cases: &[(&str, SaliencyMap, &[Doubt])] = &[
            ("a good mask", ellipse(middle, [30.0, 30.0], 3.0), &[]),
            ("a thin subject", ellipse(middle, [40.0, 6.0], 1.0), &[]),
            ("a portrait", ellipse([50.0, 90.0], [35.0, 60.0], 3.0), &[]),
            ("nothing", SaliencyMap::empty(100), &[NoSubject]),
            ("no map", SaliencyMap::empty(0), &[NoSubject]),
            ("a veil", ellipse(middle, [30.0, 30.0], 90.0), &[NoSubject]),
            ("a dot", ellipse(middle, [4.0, 4.0], 1.0), &[TinySubject]),
            ("all", ellipse(middle, [150.0, 150.0], 3.0), &[HugeSubject, TouchesBorder]),
            ("something half there", half_there, &[Uncertain]),
            ("cut at the top", ellipse([50.0, 5.0], [30.0, 30.0], 3.0), &[TouchesBorder]),
            ("cut at the left", ellipse([2.0, 50.0], [30.0, 20.0], 3.0), &[TouchesBorder]),
            ("cut at the right", ellipse([98.0, 50.0], [30.0, 20.0], 3.0), &[TouchesBorder]),
            ("grazing the left", ellipse([29.0, 50.0], [30.0, 20.0], 3.0), &[]),
        ];
        for (name, map, expected) in cases {
            assert_eq!(doubts(map), *expected, "{name}");
        }
    }

    #[test]
    fn a_weightier_doubt_outweighs_all_others() {
        let weights = [
            Doubt::NoSubject,
            Doubt::TinySubject,
            Doubt::HugeSubject,
            Doubt::Uncertain,
            Doubt::TouchesBorder,
        ]
        .map(Doubt::weight);
        for (place, weight) in weights.iter().enumerate() {
            assert!(*weight > weights[place + 1..].iter().sum(), "{weights:?}");
        }
    }

    /// What the published networks make of photos: good masks raise no doubt, and those that are
    /// not good raise the right one. The cat's fur is cut off by the frame and lost in the dark.
    #[test]
    fn masks_of_photos_are_judged_justly() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens");
        for (name, expected) in [
            ("astronaut", &[][..]),
            ("coffee", &[]),
            ("chelsea", &[Doubt::Uncertain, Doubt::TouchesBorder]),
        ] {
            for model in ["u2net", "u2netp"] {
                let mask = image::open(folder.join(format!("{name}.{model}.png"))).unwrap();
                let mask = imageops::resize(&mask.into_luma8(), 320, 320, FilterType::Triangle);
                let values = mask.iter().map(|&level| f32::from(level) / 255.0).collect();
                let map = SaliencyMap { side_px: 320, values };
                assert_eq!(doubts(&map), expected, "{name} {model}");
            }
        }
    }
}
