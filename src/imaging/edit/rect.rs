//! A part of a picture.

/// Whole pixels of a picture: from its left and top, so wide and high.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rect {
    /// First column.
    pub left_px: u32,
    /// First row.
    pub top_px: u32,
    /// Columns.
    pub width_px: u32,
    /// Rows.
    pub height_px: u32,
}

impl Rect {
    /// All of a picture of this size.
    pub fn whole((width_px, height_px): (u32, u32)) -> Self {
        Self { left_px: 0, top_px: 0, width_px, height_px }
    }

    /// From corner to corner, cut off at the picture's frame; `None` where nothing is left.
    pub fn between(min: [f32; 2], max: [f32; 2], size_px: (u32, u32)) -> Option<Self> {
        // The conversion cuts off below 0, and takes what is no number for 0.
        let [left_px, top_px] = min.map(|edge| edge.floor() as u32);
        let right_px = (max[0].ceil() as u32).min(size_px.0);
        let bottom_px = (max[1].ceil() as u32).min(size_px.1);
        (right_px > left_px && bottom_px > top_px).then(|| Self {
            left_px,
            top_px,
            width_px: right_px - left_px,
            height_px: bottom_px - top_px,
        })
    }

    /// One past the last column.
    pub fn right_px(&self) -> u32 {
        self.left_px + self.width_px
    }

    /// One past the last row.
    pub fn bottom_px(&self) -> u32 {
        self.top_px + self.height_px
    }

    /// Left, top, width and height of the same part of a picture of another size.
    pub fn scaled(&self, from_px: (u32, u32), to_px: (u32, u32)) -> [f64; 4] {
        let across = f64::from(to_px.0) / f64::from(from_px.0);
        let down = f64::from(to_px.1) / f64::from(from_px.1);
        [
            f64::from(self.left_px) * across,
            f64::from(self.top_px) * down,
            f64::from(self.width_px) * across,
            f64::from(self.height_px) * down,
        ]
    }

    /// The smallest that holds both.
    pub fn union(self, other: Self) -> Self {
        let (left_px, top_px) = (self.left_px.min(other.left_px), self.top_px.min(other.top_px));
        Self {
            left_px,
            top_px,
            width_px: self.right_px().max(other.right_px()) - left_px,
            height_px: self.bottom_px().max(other.bottom_px()) - top_px,
        }
    }

    /// With so much more on every side, as far as the picture has it.
    pub fn grown(self, by_px: u32, size_px: (u32, u32)) -> Self {
        let (left_px, top_px) =
            (self.left_px.saturating_sub(by_px), self.top_px.saturating_sub(by_px));
        Self {
            left_px,
            top_px,
            width_px: self.right_px().saturating_add(by_px).min(size_px.0) - left_px,
            height_px: self.bottom_px().saturating_add(by_px).min(size_px.1) - top_px,
        }
    }

    /// What lies to the left and to the right of another, where that has all its rows; else all of it.
    pub fn beside(self, other: Self) -> [Option<Self>; 2] {
        if self.top_px < other.top_px || self.bottom_px() > other.bottom_px() {
            return [Some(self), None];
        }
        let part = |from_px: u32, to_px: u32| {
            let width_px = to_px.saturating_sub(from_px);
            (width_px > 0).then_some(Self { left_px: from_px, width_px, ..self })
        };
        [
            part(self.left_px, self.right_px().min(other.left_px)),
            part(self.left_px.max(other.right_px()), self.right_px()),
        ]
    }

    /// The same in strips of a few rows each, from the top: what is worked on at once stays small.
    pub fn strips(self, rows: u32) -> impl Iterator<Item = Self> {
        (self.top_px..self.bottom_px()).step_by(rows as usize).map(move |top_px| Self {
            top_px,
            height_px: rows.min(self.bottom_px() - top_px),
            ..self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rect(left_px: u32, top_px: u32, width_px: u32, height_px: u32) -> Rect {
        Rect { left_px, top_px, width_px, height_px }
    }

    #[test]
    fn corners_are_cut_off_at_the_frame() {
        for (min, max, expected) in [
            ([1.2, 2.9], [3.1, 4.0], Some(rect(1, 2, 3, 2))),
            ([-5.0, -5.0], [99.0, 2.0], Some(rect(0, 0, 10, 2))),
            ([11.0, 0.0], [12.0, 5.0], None),
            ([-9.0, 0.0], [-1.0, 5.0], None),
            ([f32::NAN, 0.0], [f32::NAN, 5.0], None),
        ] {
            assert_eq!(Rect::between(min, max, (10, 8)), expected, "{min:?} {max:?}");
        }
    }

    #[test]
    fn parts_join_grow_and_fall_into_strips() {
        let (a, b) = (rect(1, 2, 3, 4), rect(5, 1, 2, 2));
        assert_eq!(a.union(b), rect(1, 1, 6, 5));
        assert_eq!(a.grown(2, (5, 20)), rect(0, 0, 5, 8));
        assert_eq!(a.grown(u32::MAX, (9, 20)), rect(0, 0, 9, 20));
        let strips: Vec<_> = a.strips(3).collect();
        assert_eq!(strips, [rect(1, 2, 3, 3), rect(1, 5, 3, 1)]);
    }

    #[test]
    fn what_lies_beside_another_has_none_of_it() {
        let strip = rect(2, 4, 10, 3);
        for (other, expected) in [
            (rect(5, 0, 3, 9), [Some(rect(2, 4, 3, 3)), Some(rect(8, 4, 4, 3))]),
            (rect(0, 4, 6, 3), [None, Some(rect(6, 4, 6, 3))]),
            (rect(9, 4, 9, 3), [Some(rect(2, 4, 7, 3)), None]),
            (rect(0, 0, 20, 20), [None, None]),
            (rect(0, 0, 2, 20), [None, Some(strip)]),
            (rect(12, 0, 2, 20), [Some(strip), None]),
            // Some rows are not beside it.
            (rect(5, 5, 3, 9), [Some(strip), None]),
            (rect(5, 0, 3, 6), [Some(strip), None]),
        ] {
            assert_eq!(strip.beside(other), expected, "{other:?}");
        }
    }
}
