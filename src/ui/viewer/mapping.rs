//! From the screen to the photo and back.

use egui::{Pos2, Rect, pos2, vec2};

use crate::app::view::{Pane, View};

/// Where a photo lies on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mapping {
    /// The whole photo, in points; it may reach beyond its pane.
    pub photo: Rect,
    /// Points per pixel of the photo.
    pub points_per_px: f32,
}

impl Mapping {
    /// Where a view puts the photo in an area of the screen. It begins with a whole pixel of the
    /// screen, so that a photo at 100 % is not smeared over its neighbours.
    pub fn new(area: Rect, view: &View, pane: &Pane, pixels_per_point: f32) -> Self {
        let view = view.kept_in_sight(pane);
        let points_per_px = view.scale(pane) / pixels_per_point;
        let size = vec2(pane.photo_px[0], pane.photo_px[1]) * points_per_px;
        let corner = area.center() - vec2(view.centre[0], view.centre[1]) * size;
        let whole = |points: f32| (points * pixels_per_point).round() / pixels_per_point;
        let corner = pos2(whole(corner.x), whole(corner.y));
        Self { photo: Rect::from_min_size(corner, size), points_per_px }
    }

    /// The place in the photo under a place on the screen, in pixels from its left and top edges;
    /// it may lie outside.
    pub fn to_photo(self, at: Pos2) -> [f32; 2] {
        ((at - self.photo.min) / self.points_per_px).into()
    }

    /// The place on the screen of a place in the photo.
    pub fn to_screen(self, [x_px, y_px]: [f32; 2]) -> Pos2 {
        self.photo.min + vec2(x_px, y_px) * self.points_per_px
    }

    /// What of the photo lies in a part of the screen: left, top, right, bottom in pixels.
    pub fn part_px(&self, part: Rect) -> [f32; 4] {
        let seen = self.photo.intersect(part);
        let ([left, top], [right, bottom]) = (self.to_photo(seen.min), self.to_photo(seen.max));
        [left, top, right, bottom]
    }

    /// Where a part of the photo, given by its left, top, right and bottom in pixels, is on the
    /// screen.
    pub fn rect(&self, [left, top, right, bottom]: [f32; 4]) -> Rect {
        Rect::from_min_max(self.to_screen([left, top]), self.to_screen([right, bottom]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::view::Zoom;

    const AREA: Rect = Rect { min: pos2(100.3, 50.0), max: pos2(500.3, 350.0) };

    fn mapping(zoom: Zoom, pixels_per_point: f32) -> Mapping {
        let size_px = (AREA.size() * pixels_per_point).into();
        let pane = Pane { size_px, photo_px: [1600.0, 800.0] };
        let view = View { zoom, centre: [0.3, 0.99] };
        Mapping::new(AREA, &view, &pane, pixels_per_point)
    }

    #[test]
    fn there_and_back_is_the_same_place_at_any_scale() {
        for pixels_per_point in [1.0, 1.5, 2.0] {
            for zoom in [Zoom::Fit, Zoom::Scale(1.0), Zoom::Scale(7.3)] {
                let mapping = mapping(zoom, pixels_per_point);
                for at in [AREA.min, AREA.center(), AREA.max] {
                    let back = mapping.to_screen(mapping.to_photo(at));
                    assert!((back - at).length() < 1e-2, "{zoom:?} {pixels_per_point}");
                }
                let corner = mapping.photo.min * pixels_per_point;
                assert!((corner - corner.round()).length() < 1e-3, "a whole pixel: {corner:?}");
                assert_eq!(mapping.to_photo(mapping.photo.min), [0.0, 0.0]);
            }
        }
    }

    #[test]
    fn what_fits_is_seen_whole_and_a_larger_photo_fills_its_pane() {
        let whole = mapping(Zoom::Fit, 1.0).part_px(AREA);
        for (side, expected) in whole.into_iter().zip([0.0, 0.0, 1600.0, 800.0]) {
            // Half a pixel of the screen, at a quarter of the photo's size.
            assert!((side - expected).abs() <= 2.0, "{whole:?}");
        }
        let [left, top, right, bottom] = mapping(Zoom::Scale(2.0), 1.0).part_px(AREA);
        assert!((right - left - 200.0).abs() < 0.3 && (bottom - top - 150.0).abs() < 0.3);
        // Kept in sight: the view asks for a place nearer to the edge than there is photo.
        assert!((bottom - 800.0).abs() < 0.5);
        let part = mapping(Zoom::Scale(2.0), 1.0).rect([left, top, right, bottom]);
        assert!((part.min - AREA.min).length() < 1.0, "{part:?}");
    }
}
