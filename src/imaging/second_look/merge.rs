//! One map of two maps.

use super::{
    super::SaliencyMap,
    levels::{levels, resampled, whole},
    part::Part,
};

/// So much of a part's side is the way from the first look to the second.
const FADE: f64 = 0.1;
/// Longest side of a merged map.
pub const MERGED_MAX_PX: u32 = 1024;

/// The first look with the closer one laid over its part, which fades out towards the part's sides.
pub fn merge(first: &SaliencyMap, part: Part, closer: &SaliencyMap) -> SaliencyMap {
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
