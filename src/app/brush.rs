//! The brush as a tool in the user's hand.

use crate::imaging::edit::BrushTool;

/// Widest brush, in pixels of the photo.
pub const SIZE_MAX_PX: f32 = 2000.0;
/// How much one key press changes the size.
const SIZE_FACTOR: f32 = 1.2;
/// How much one key press changes the softness.
const SOFTNESS_STEP: f32 = 0.1;

/// The brush as it would paint now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brush {
    /// Whether it is in hand: dragging over the photo then paints.
    pub on: bool,
    /// What it does.
    pub tool: BrushTool,
    /// From rim to rim, in pixels of the photo.
    pub size_px: f32,
    /// 0 a sharp rim, 1 fading from the middle on.
    pub softness: f32,
}

impl Default for Brush {
    fn default() -> Self {
        Self { on: false, tool: BrushTool::Keep, size_px: 60.0, softness: 0.3 }
    }
}

impl Brush {
    /// Picked up or put down.
    pub fn toggled(self) -> Self {
        Self { on: !self.on, ..self }
    }

    /// Doing the opposite.
    pub fn swapped(self) -> Self {
        let tool = match self.tool {
            BrushTool::Keep => BrushTool::Erase,
            BrushTool::Erase => BrushTool::Keep,
        };
        Self { tool, ..self }
    }

    /// Larger by so many steps, or smaller; always by a pixel at least.
    pub fn resized(self, steps: i32) -> Self {
        let scaled = self.size_px * SIZE_FACTOR.powi(steps);
        let next =
            if steps < 0 { scaled.min(self.size_px - 1.0) } else { scaled.max(self.size_px + 1.0) };
        Self { size_px: next.round().clamp(1.0, SIZE_MAX_PX), ..self }
    }

    /// Softer by so many steps, or harder.
    pub fn softened(self, steps: i32) -> Self {
        let next = ((self.softness / SOFTNESS_STEP).round() + steps as f32) * SOFTNESS_STEP;
        Self { softness: next.clamp(0.0, 1.0), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_and_softness_change_by_steps_within_their_ends() {
        let brush = |size_px, softness| Brush { size_px, softness, ..Brush::default() };
        for (size_px, steps, expected) in [
            (100.0, 1, 120.0),
            (120.0, -1, 100.0),
            (1.0, 1, 2.0),
            (1.0, -1, 1.0),
            (1990.0, 1, 2000.0),
        ] {
            assert_eq!(brush(size_px, 0.0).resized(steps).size_px, expected, "{size_px}");
        }
        for (softness, steps, expected) in
            [(0.3, 1, 0.4), (0.34, -1, 0.2), (0.0, -1, 0.0), (1.0, 1, 1.0)]
        {
            let next = brush(9.0, softness).softened(steps).softness;
            assert!((next - expected).abs() < 1e-6, "{softness}: {next}");
        }
    }

    #[test]
    fn swapping_twice_is_nothing() {
        let brush = Brush::default();
        assert_ne!(brush.swapped(), brush);
        assert_eq!(brush.swapped().swapped(), brush);
        assert_eq!(brush.toggled().toggled(), brush);
    }
}
