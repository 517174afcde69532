//! Zoom and pan, shared by every picture of a photo, and what of them is shown for the moment.

/// How the photo lies in its pane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// How large the photo is drawn.
    pub zoom: Zoom,
    /// The point of the photo in the middle of the pane: 0 to 1 from its left and top edges.
    pub centre: [f32; 2],
}

/// How large the photo is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Zoom {
    /// As large as fits, at most [`FIT_SCALE_MAX`].
    Fit,
    /// Screen pixels per photo pixel.
    Scale(f32),
}

/// A small photo is not blown up further than this to fit.
pub const FIT_SCALE_MAX: f32 = 4.0;
/// Smallest and largest scale.
pub const SCALE_RANGE: (f32, f32) = (0.01, 32.0);
/// How far a key pans, in parts of the pane.
const PAN_STEP: f32 = 0.1;

/// What is shown at this moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Looking {
    /// Where the divider between before and after is: 0 at the left edge of what is seen of the
    /// photo, 1 at its right edge.
    pub divider: f32,
    /// The original alone is shown for now.
    pub original: bool,
}

impl Default for Looking {
    fn default() -> Self {
        Self { divider: 0.5, original: false }
    }
}

/// The place where one of the pictures is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pane {
    /// Width and height in screen pixels.
    pub size_px: [f32; 2],
    /// The photo's own width and height in pixels.
    pub photo_px: [f32; 2],
}

impl Default for View {
    fn default() -> Self {
        Self { zoom: Zoom::Fit, centre: [0.5, 0.5] }
    }
}

impl Pane {
    /// The scale at which the whole photo fits, in screen pixels per photo pixel.
    pub fn fit_scale(&self) -> f32 {
        (self.size_px[0] / self.photo_px[0])
            .min(self.size_px[1] / self.photo_px[1])
            .clamp(SCALE_RANGE.0, FIT_SCALE_MAX)
    }
}

impl View {
    /// Screen pixels per photo pixel in this pane.
    pub fn scale(&self, pane: &Pane) -> f32 {
        match self.zoom {
            Zoom::Fit => pane.fit_scale(),
            Zoom::Scale(scale) => scale,
        }
    }

    /// Zoomed by `factor`, with what lies `from_middle_px` screen pixels from the pane's middle
    /// staying where it is.
    pub fn zoomed(&self, pane: &Pane, factor: f32, from_middle_px: [f32; 2]) -> Self {
        let old = self.scale(pane);
        let new = (old * factor).clamp(SCALE_RANGE.0, SCALE_RANGE.1);
        let shift = |axis: usize| {
            from_middle_px[axis] * (1.0 / old - 1.0 / new) / pane.photo_px[axis] + self.centre[axis]
        };
        Self { zoom: Zoom::Scale(new), centre: [shift(0), shift(1)] }.kept_in_sight(pane)
    }

    /// Dragged by screen pixels.
    pub fn panned(&self, pane: &Pane, by_px: [f32; 2]) -> Self {
        let scale = self.scale(pane);
        let shift = |axis: usize| self.centre[axis] - by_px[axis] / scale / pane.photo_px[axis];
        Self { zoom: self.zoom, centre: [shift(0), shift(1)] }.kept_in_sight(pane)
    }

    /// Panned towards a side by a tenth of the pane; `None` where all of the photo is in sight.
    pub fn stepped(&self, pane: &Pane, [right, down]: [f32; 2]) -> Option<Self> {
        let step = |axis: usize| -pane.size_px[axis] * PAN_STEP;
        let panned = self.panned(pane, [right * step(0), down * step(1)]);
        self.is_larger(pane).then_some(panned)
    }

    /// Whether the photo is larger than its pane.
    pub fn is_larger(&self, pane: &Pane) -> bool {
        let scale = self.scale(pane);
        (0..2).any(|axis| pane.photo_px[axis] * scale > pane.size_px[axis] + 0.5)
    }

    /// A photo smaller than the pane is centred; a larger one always fills it.
    pub fn kept_in_sight(mut self, pane: &Pane) -> Self {
        let scale = self.scale(pane);
        for axis in 0..2 {
            let half = pane.size_px[axis] / (2.0 * scale * pane.photo_px[axis]);
            self.centre[axis] =
                if half >= 0.5 { 0.5 } else { self.centre[axis].clamp(half, 1.0 - half) };
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PANE: Pane = Pane { size_px: [400.0, 300.0], photo_px: [1600.0, 800.0] };

    #[test]
    fn fit_shows_the_whole_photo_and_does_not_blow_up_an_icon() {
        assert_eq!(View::default().scale(&PANE), 0.25);
        let icon = Pane { photo_px: [8.0, 8.0], ..PANE };
        assert_eq!(View::default().scale(&icon), FIT_SCALE_MAX);
    }

    #[test]
    fn zooming_keeps_the_point_under_the_pointer() {
        let view = View { zoom: Zoom::Scale(2.0), centre: [0.5, 0.5] };
        let pointer = [50.0, -30.0];
        let under = |view: &View, axis: usize| {
            view.centre[axis] + pointer[axis] / view.scale(&PANE) / PANE.photo_px[axis]
        };
        let zoomed = view.zoomed(&PANE, 1.5, pointer);
        assert_eq!(zoomed.zoom, Zoom::Scale(3.0));
        for axis in 0..2 {
            assert!((under(&view, axis) - under(&zoomed, axis)).abs() < 1e-6);
        }
    }

    #[test]
    fn a_photo_cannot_be_dragged_out_of_sight() {
        let view = View { zoom: Zoom::Scale(1.0), centre: [0.5, 0.5] };
        let dragged = view.panned(&PANE, [1e6, -1e6]);
        assert_eq!(dragged.centre, [0.125, 1.0 - 0.1875]);
        let small = View::default().panned(&PANE, [90.0, 90.0]);
        assert_eq!(small.centre, [0.5, 0.5]);
    }

    #[test]
    fn keys_pan_only_what_is_larger_than_its_pane() {
        let view = View { zoom: Zoom::Scale(1.0), centre: [0.5, 0.5] };
        let stepped = view.stepped(&PANE, [1.0, 0.0]).unwrap();
        assert_eq!(stepped.centre, [0.5 + 40.0 / 1600.0, 0.5]);
        assert_eq!(View::default().stepped(&PANE, [1.0, 0.0]), None);
    }

    #[test]
    fn zoom_has_ends() {
        for (factor, end) in [(1e9, SCALE_RANGE.1), (1e-9, SCALE_RANGE.0)] {
            assert_eq!(View::default().zoomed(&PANE, factor, [0.0, 0.0]).zoom, Zoom::Scale(end));
        }
    }
}
