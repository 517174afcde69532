//! Where it is worth looking again.

use super::super::{Doubt, SaliencyMap, doubts, edit::Rect};

/// What is less salient is not looked at again: outside the part the first look stands.
const FOUND: f32 = 0.25;
/// Room on each side, as a share of what was found.
const MARGIN: f64 = 0.25;
/// A part's longer side is at most so many times its shorter one, where the photo has the room:
/// the network sees squares.
const ASPECT_MAX: f64 = 2.0;
/// So much finer must the second look be, in pixels of the photo along a side, both sides' mean.
const GAIN_MIN: f64 = 1.4;

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

impl Part {
    /// Of a photo, as fractions of its size.
    pub fn of(rect: Rect, photo_px: (u32, u32)) -> Self {
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
