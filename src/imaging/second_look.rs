//! The second look: where a subject fills little of the frame, the network sees its part of the
//! photo once more, from nearer, and both of its maps become one.

use std::borrow::Cow;

use image::{DynamicImage, ImageBuffer, Luma};

use super::{
    Doubt, Resampling, SaliencyMap, doubts,
    edit::Rect,
    resize::{self, Alpha},
};

/// What is less salient is not looked at again: outside the part the first look stands.
const FOUND: f32 = 0.25;
/// Room on each side, as a share of what was found.
const MARGIN: f64 = 0.25;
/// A part's longer side is at most so many times its shorter one, where the photo has the room:
/// the network sees squares.
const ASPECT_MAX: f64 = 2.0;
/// So much finer must the second look be, in pixels of the photo along a side, both sides' mean.
const GAIN_MIN: f64 = 1.4;
/// So much of a part's side is the way from the first look to the second.
const FADE: f64 = 0.1;
/// Both looks must find the same subject: intersection over union.
const AGREEMENT_MIN: f64 = 0.75;
/// Above this saliency a pixel counts as subject in both looks.
const SUBJECT: u16 = u16::MAX / 2;
/// Longest side of a merged map.
const MERGED_MAX_PX: u32 = 1024;

type Levels = ImageBuffer<Luma<u16>, Vec<u16>>;

/// Part of a frame, as fractions of its width and height: `left` and `top` in [0, 1), `width` and
/// `height` in (0, 1], and no part of it outside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// First column.
    pub left: f64,
    /// First row.
    pub top: f64,
    /// Columns.
    pub width: f64,
    /// Rows.
    pub height: f64,
}

/// What the network saw of a photo.
#[derive(Clone, Debug, PartialEq)]
pub struct Looks {
    /// The whole frame.
    pub first: SaliencyMap,
    /// The subject from nearer.
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

impl From<SaliencyMap> for Looks {
    fn from(first: SaliencyMap) -> Self {
        Self { first, second: Second::NotAsked }
    }
}

impl Looks {
    /// Whether there is a closer look at the subject.
    pub fn is_twice(&self) -> bool {
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

    /// Takes in a closer look, unless it disagrees with the first.
    pub fn look_closer(&mut self, part: Part, map: SaliencyMap) {
        self.second = match agreement(&self.first, part, &map) {
            found if found >= AGREEMENT_MIN => Second::Closer(part, map),
            _ => Second::Nothing,
        };
    }

    /// One map of both looks, finer than the first, at most 1024 pixels a side. The first look
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

impl Part {
    /// Of a photo, as fractions of its size.
    fn of(rect: Rect, photo_px: (u32, u32)) -> Self {
        let [left, top, width, height] = rect.scaled(photo_px, (1, 1));
        Self { left, top, width, height }
    }

    /// The pixels of a photo of this size, at least one and all within it.
    pub fn in_px(&self, (width_px, height_px): (u32, u32)) -> Rect {
        let pixels = |from: f64, share: f64, side_px: u32| {
            let side = f64::from(side_px);
            let start = ((from * side).round() as u32).min(side_px.saturating_sub(1));
            let end = (((from + share) * side).round() as u32).clamp(start + 1, side_px.max(1));
            (start, end - start)
        };
        let (left_px, width_px) = pixels(self.left, self.width, width_px);
        let (top_px, height_px) = pixels(self.top, self.height, height_px);
        Rect { left_px, top_px, width_px, height_px }
    }

    /// Whether it lies within the frame and is of some size.
    pub fn is_valid(&self) -> bool {
        let within =
            |from: f64, share: f64| from >= 0.0 && share > 0.0 && from + share < 1.0 + 1e-9;
        within(self.left, self.width) && within(self.top, self.height)
    }
}

/// The part of a photo that is worth a second look: everything that the first one found, and some
/// room around it. `None` where nothing was found, where the network would hardly see more than it
/// did, or the photo has no more pixels to show.
pub fn second_look(first: &SaliencyMap, photo_px: (u32, u32)) -> Option<Part> {
    let found = found(first)?;
    if doubts(first).contains(&Doubt::NoSubject) {
        return None;
    }
    let side_px = f64::from(first.side_px);
    let frame = [photo_px.0, photo_px.1].map(f64::from);
    // In pixels of the photo: start and length, across and down.
    let spans: [(f64, f64); 2] = std::array::from_fn(|axis| {
        let (start, end) = found[axis];
        let scale = frame[axis] / side_px;
        let length = f64::from(end - start) * scale;
        (f64::from(start) * scale - MARGIN * length, length * (1.0 + 2.0 * MARGIN))
    });
    let longer = spans[0].1.max(spans[1].1);
    // With fewer pixels than the network has there is nothing to see from nearer.
    let least = (longer / ASPECT_MAX).max(side_px);
    let spans: [(u32, u32); 2] =
        std::array::from_fn(|axis| within(spans[axis], least, frame[axis]));
    let [(left_px, width_px), (top_px, height_px)] = spans;
    let gain = (frame[0] * frame[1] / (f64::from(width_px) * f64::from(height_px))).sqrt();
    let rect = Rect { left_px, top_px, width_px, height_px };
    (gain >= GAIN_MIN && width_px.min(height_px) >= first.side_px).then(|| Part::of(rect, photo_px))
}

/// A span at least so long, in whole pixels and within a frame of this length.
fn within((start, length): (f64, f64), least: f64, frame: f64) -> (u32, u32) {
    let wider = (least - length).max(0.0);
    let (start, length) = (start - wider / 2.0, length + wider);
    // Widened to what it needs and not only to what it finds, it is moved in rather than cut off.
    let start = if wider > 0.0 { start.min(frame - length).max(0.0) } else { start };
    let end = (start + length).min(frame).ceil();
    let start = start.max(0.0).floor();
    (start as u32, (end - start) as u32)
}

/// From where to where a map found something, across and down, in its pixels.
fn found(map: &SaliencyMap) -> Option<[(u32, u32); 2]> {
    let side = map.side_px as usize;
    let mut spans: Option<[(u32, u32); 2]> = None;
    for (index, _) in map.values.iter().enumerate().filter(|(_, value)| **value >= FOUND) {
        let at = [(index % side) as u32, (index / side) as u32];
        let spans = spans.get_or_insert(at.map(|at| (at, at + 1)));
        for (span, at) in spans.iter_mut().zip(at) {
            *span = (span.0.min(at), span.1.max(at + 1));
        }
    }
    spans
}

/// How much the looks agree on the subject, at the first one's fineness: intersection over union
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

fn merge(first: &SaliencyMap, part: Part, closer: &SaliencyMap) -> SaliencyMap {
    let needed_px = f64::from(closer.side_px) / part.width.min(part.height);
    let side_px = (needed_px.ceil() as u32).min(MERGED_MAX_PX).max(first.side_px);
    let mut merged = resampled(&levels(first), whole(first.side_px), (side_px, side_px));
    let across = Band::of(part.left, part.width, side_px);
    let down = Band::of(part.top, part.height, side_px);
    let within = |band: &Band| band.within(f64::from(closer.side_px));
    let ((left, width), (top, height)) = (within(&across), within(&down));
    let size_px = (across.weights.len() as u32, down.weights.len() as u32);
    if size_px.0 == 0 || size_px.1 == 0 {
        return first.clone();
    }
    let closer = resampled(&levels(closer), [left, top, width, height], size_px);
    for (x, y, near) in closer.enumerate_pixels() {
        let weight = across.weights[x as usize] * down.weights[y as usize];
        let far = merged.get_pixel_mut(across.start_px + x, down.start_px + y);
        let (from, to) = (f64::from(far.0[0]), f64::from(near.0[0]));
        far.0[0] = (from + (to - from) * weight).round() as u16;
    }
    let values = merged.iter().map(|&level| f32::from(level) / f32::from(u16::MAX)).collect();
    SaliencyMap { side_px, values }
}

/// The pixels of a merged map in a part, along one side.
struct Band {
    /// The part's start and length, in pixels of the merged map.
    part: (f64, f64),
    start_px: u32,
    /// How much the second look counts: less towards an end, unless the frame ends there too.
    weights: Vec<f64>,
}

impl Band {
    fn of(start: f64, share: f64, side_px: u32) -> Self {
        const AT_FRAME: f64 = 1e-6;
        let side = f64::from(side_px);
        let (from, to) = (start * side, (start + share) * side);
        // Sums of fractions may end a hair beside a pixel.
        let start_px = (from - AT_FRAME).ceil().max(0.0) as u32;
        let end_px = ((to + AT_FRAME).floor() as u32).min(side_px);
        let way = FADE * (to - from);
        let towards = |distance: f64, at_frame: bool| match at_frame {
            true => 1.0,
            false => smooth((distance / way).clamp(0.0, 1.0)),
        };
        let weight = |pixel: u32| {
            let middle = f64::from(pixel) + 0.5;
            towards(middle - from, start <= AT_FRAME)
                * towards(to - middle, start + share >= 1.0 - AT_FRAME)
        };
        let weights = (start_px..end_px).map(weight).collect();
        Self { part: (from, to - from), start_px, weights }
    }

    /// Where its pixels begin in a map of the part, and how many of that map's pixels they are.
    fn within(&self, closer_px: f64) -> (f64, f64) {
        let (from, length) = self.part;
        let scale = closer_px / length;
        let start = ((f64::from(self.start_px) - from) * scale).max(0.0);
        (start, (self.weights.len() as f64 * scale).min(closer_px - start))
    }
}

/// From 0 to 1, level at both ends.
fn smooth(share: f64) -> f64 {
    share * share * (3.0 - 2.0 * share)
}

fn whole(side_px: u32) -> [f64; 4] {
    [0.0, 0.0, f64::from(side_px), f64::from(side_px)]
}

/// No finer than 8 bits, so that maps that were kept as files give the same.
fn levels(map: &SaliencyMap) -> Levels {
    let level = |&level: &u8| match level {
        0 => 0,
        u8::MAX => u16::MAX,
        level => u16::from(level) * 257 + 128,
    };
    Levels::from_raw(map.side_px, map.side_px, map.levels().iter().map(level).collect())
        .expect("a map holds as many values as its sides say")
}

fn resampled(levels: &Levels, part: [f64; 4], size_px: (u32, u32)) -> Levels {
    let filter = resize::map_filter(Resampling::Lanczos);
    let levels = DynamicImage::ImageLuma16(levels.clone());
    resize::resample_part(&levels, part, size_px, filter, Alpha::Ignore).into_luma16()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHOTO_PX: (u32, u32) = (3000, 2000);
    const SIDE_PX: u32 = 320;

    /// An ellipse in fractions of a square with a soft edge of three pixels.
    fn ellipse(middle: [f64; 2], radii: [f64; 2], side_px: u32) -> SaliencyMap {
        let side = f64::from(side_px);
        let value = |index: u32| {
            let [x, y] = [index % side_px, index / side_px].map(|at| (f64::from(at) + 0.5) / side);
            let out = ((x - middle[0]) / radii[0]).hypot((y - middle[1]) / radii[1]);
            ((1.0 - out) * radii[0].min(radii[1]) * side / 3.0 + 0.5).clamp(0.0, 1.0) as f32
        };
        SaliencyMap { side_px, values: (0..side_px * side_px).map(value).collect() }
    }

    /// The same ellipse as the network sees it in a part.
    fn ellipse_in(part: Part, middle: [f64; 2], radii: [f64; 2]) -> SaliencyMap {
        let middle = [(middle[0] - part.left) / part.width, (middle[1] - part.top) / part.height];
        ellipse(middle, [radii[0] / part.width, radii[1] / part.height], SIDE_PX)
    }

    fn looks(middle: [f64; 2], radii: [f64; 2]) -> Looks {
        let first = ellipse(middle, radii, SIDE_PX);
        let part = second_look(&first, PHOTO_PX).unwrap();
        let mut looks = Looks::from(first);
        looks.look_closer(part, ellipse_in(part, middle, radii));
        assert!(looks.is_twice());
        looks
    }

    fn mirrored(map: &SaliencyMap) -> SaliencyMap {
        let rows = map.values.chunks(map.side_px as usize);
        let values = rows.flat_map(|row| row.iter().rev().copied()).collect();
        SaliencyMap { values, ..*map }
    }

    #[test]
    fn only_what_can_be_seen_better_is_looked_at_again() {
        let small = || ellipse([0.7, 0.3], [0.1, 0.1], SIDE_PX);
        let mut veil = SaliencyMap::empty(SIDE_PX);
        veil.values.fill(0.4);
        for (name, map, photo_px, expected) in [
            ("a small subject", small(), PHOTO_PX, true),
            ("one at the edge", ellipse([0.0, 1.0], [0.1, 0.15], SIDE_PX), PHOTO_PX, true),
            ("a standing person", ellipse([0.5, 0.5], [0.08, 0.3], SIDE_PX), PHOTO_PX, true),
            ("half the frame", ellipse([0.5, 0.5], [0.25, 0.25], SIDE_PX), PHOTO_PX, false),
            ("a large subject", ellipse([0.5, 0.5], [0.4, 0.4], SIDE_PX), PHOTO_PX, false),
            ("nothing", SaliencyMap::empty(SIDE_PX), PHOTO_PX, false),
            ("everything", ellipse([0.5, 0.5], [9.0, 9.0], SIDE_PX), PHOTO_PX, false),
            ("a veil", veil, PHOTO_PX, false),
            ("no map", SaliencyMap::empty(0), PHOTO_PX, false),
            ("a small photo", small(), (400, 300), false),
            ("a strip of a photo", small(), (4000, 200), false),
        ] {
            let part = second_look(&map, photo_px);
            assert_eq!(part.is_some(), expected, "{name}: {part:?}");
            if let Some(part) = part {
                assert!(part.is_valid(), "{name}: {part:?}");
                let rect = part.in_px(photo_px);
                assert_eq!(Part::of(rect, photo_px), part, "whole pixels: {name}");
                assert!(rect.width_px.min(rect.height_px) >= SIDE_PX, "{name}: {rect:?}");
            }
        }
    }

    #[test]
    fn the_part_holds_what_was_found_with_room_around_it() {
        let first = ellipse([0.6, 0.4], [0.12, 0.18], SIDE_PX);
        let part = second_look(&first, PHOTO_PX).unwrap();
        let room = [
            (0.48 - part.left) / 0.24,
            (part.left + part.width - 0.72) / 0.24,
            (0.22 - part.top) / 0.36,
            (part.top + part.height - 0.58) / 0.36,
        ];
        assert!(room.iter().all(|room| (0.2..0.35).contains(room)), "{room:?}");
    }

    #[test]
    fn one_look_is_itself_to_the_bit() {
        let once = Looks::from(ellipse([0.7, 0.3], [0.1, 0.1], SIDE_PX));
        assert!(matches!(once.merged(true), Cow::Borrowed(map) if *map == once.first));
        let twice = looks([0.7, 0.3], [0.1, 0.1]);
        assert!(matches!(twice.merged(false), Cow::Borrowed(map) if *map == twice.first));
    }

    #[test]
    fn nothing_and_everything_stay_so() {
        for (value, side_px) in [(0.0, 32), (1.0, 32), (0.0, SIDE_PX), (1.0, SIDE_PX)] {
            let map = SaliencyMap { side_px, values: vec![value; (side_px * side_px) as usize] };
            for part in [
                Part { left: 0.1, top: 0.3, width: 0.3, height: 0.25 },
                Part { left: 0.0, top: 0.613, width: 0.0371, height: 0.387 },
            ] {
                let looks = Looks { first: map.clone(), second: Second::Closer(part, map.clone()) };
                let merged = looks.merged(true);
                assert!(merged.side_px > side_px && merged.side_px <= MERGED_MAX_PX);
                assert!(merged.values.iter().all(|&merged| merged == value), "{value} {part:?}");
            }
        }
    }

    #[test]
    fn both_looks_become_one_finer_map_without_a_seam() {
        let (middle, radii) = ([0.7, 0.3], [0.1, 0.08]);
        for (middle, radii) in [(middle, radii), ([0.05, 0.95], radii), ([0.5, 0.5], [0.05, 0.3])] {
            let looks = looks(middle, radii);
            let merged = looks.merged(true);
            assert!(merged.values.iter().all(|value| (0.0..=1.0).contains(value)));
            let finest = ellipse(middle, radii, merged.side_px);
            let far =
                resampled(&levels(&looks.first), whole(SIDE_PX), (merged.side_px, merged.side_px));
            let error = |values: &mut dyn Iterator<Item = f32>| -> f32 {
                values.zip(&finest.values).map(|(value, fine)| (value - fine).abs()).sum()
            };
            let twice = error(&mut merged.values.iter().copied());
            let once = error(&mut far.iter().map(|&level| f32::from(level) / 65535.0));
            assert!(twice < 0.7 * once, "{twice} {once} {middle:?}");
        }
    }

    /// Where the looks differ by a constant, the way from one to the other shows no step.
    #[test]
    fn the_way_from_one_look_to_the_other_has_no_step() {
        let grey = |value| SaliencyMap { side_px: SIDE_PX, values: vec![value; 320 * 320] };
        let part = Part { left: 0.2, top: 0.0, width: 0.4, height: 0.5 };
        let looks = Looks { first: grey(0.0), second: Second::Closer(part, grey(1.0)) };
        let merged = looks.merged(true);
        let side = merged.side_px as usize;
        let steps = merged.values.chunks(side).flat_map(|row| row.windows(2));
        let step = steps.map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f32::max);
        assert!(step < 0.06, "{step}");
        let at = |x: f64, y: f64| {
            merged.values[(y * side as f64) as usize * side + (x * side as f64) as usize]
        };
        assert_eq!((at(0.4, 0.0), at(0.4, 0.25)), (1.0, 1.0), "the frame's edge is no seam");
        assert_eq!((at(0.1, 0.25), at(0.4, 0.6)), (0.0, 0.0));
    }

    #[test]
    fn mirrored_looks_give_the_mirrored_map() {
        let looks = looks([0.7, 0.3], [0.1, 0.08]);
        let Second::Closer(part, closer) = &looks.second else { panic!("one look") };
        let other = Looks {
            first: mirrored(&looks.first),
            second: Second::Closer(
                Part { left: 1.0 - part.left - part.width, ..*part },
                mirrored(closer),
            ),
        };
        let (one, other) = (mirrored(&looks.merged(true)), other.merged(true));
        let pairs = one.values.iter().zip(&other.values);
        let largest = pairs.map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
        assert!(largest < 0.002, "{largest}");
    }

    #[test]
    fn a_closer_look_at_something_else_is_dropped() {
        let first = ellipse([0.7, 0.3], [0.1, 0.1], SIDE_PX);
        let part = second_look(&first, PHOTO_PX).unwrap();
        let same = ellipse_in(part, [0.7, 0.3], [0.1, 0.1]);
        let mut inside_out = same.clone();
        inside_out.values.iter_mut().for_each(|value| *value = 1.0 - *value);
        for (closer, expected) in [
            (same, true),
            (ellipse_in(part, [0.71, 0.31], [0.09, 0.1]), true),
            (ellipse_in(part, [0.8, 0.4], [0.1, 0.1]), false),
            (inside_out, false),
            (SaliencyMap::empty(SIDE_PX), false),
        ] {
            let mut looks = Looks::from(first.clone());
            looks.look_closer(part, closer);
            assert_eq!(looks.is_twice(), expected);
            assert_ne!(looks.second, Second::NotAsked);
        }
    }
}
