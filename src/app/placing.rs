//! Where the window is: brought back into sight when it opens, and kept while it is moved.

use egui::{Context, Rect, ViewportCommand, pos2, vec2};

use super::settings::{Area, WindowPlace};

/// A place is kept once it has been the same for so long.
const SETTLES_S: f64 = 1.0;

/// Follows the window's place.
#[derive(Debug, Default)]
pub struct Placing {
    is_in_sight: bool,
    moved: Option<(WindowPlace, f64)>,
}

impl Placing {
    /// Looks at the window; gives a place that is to be kept.
    pub fn look(
        &mut self,
        context: &Context,
        frame: &eframe::Frame,
        kept: &WindowPlace,
    ) -> Option<WindowPlace> {
        if !self.is_in_sight {
            self.bring_into_sight(context, frame, kept);
        }
        let seen = seen(context, kept)?;
        let now_s = context.input(|input| input.time);
        let (kept, soon_s) = self.follow(kept, seen, now_s);
        if let Some(soon_s) = soon_s {
            context.request_repaint_after(std::time::Duration::from_secs_f64(soon_s));
        }
        kept
    }

    /// A place that is not kept yet.
    pub fn last(&mut self) -> Option<WindowPlace> {
        self.moved.take().map(|(place, _)| place)
    }

    /// Gives a place that has settled, or in how many seconds one may.
    fn follow(
        &mut self,
        kept: &WindowPlace,
        seen: WindowPlace,
        now_s: f64,
    ) -> (Option<WindowPlace>, Option<f64>) {
        if seen == *kept {
            self.moved = None;
            return (None, None);
        }
        match self.moved {
            Some((place, since_s)) if place == seen => {
                let left_s = since_s + SETTLES_S - now_s;
                if left_s > 0.0 {
                    return (None, Some(left_s));
                }
                self.moved = None;
                (Some(seen), None)
            }
            _ => {
                self.moved = Some((seen, now_s));
                (None, Some(SETTLES_S))
            }
        }
    }

    /// The screens may be others than the last time.
    fn bring_into_sight(&mut self, context: &Context, frame: &eframe::Frame, kept: &WindowPlace) {
        let Some(window) = frame.winit_window() else { return };
        self.is_in_sight = true;
        let points_per_px = 1.0 / context.pixels_per_point();
        let screens = window.available_monitors().map(|screen| {
            let (at, size) = (screen.position(), screen.size());
            let points = |px: f64| px as f32 * points_per_px;
            Area {
                corner: [points(f64::from(at.x)), points(f64::from(at.y))],
                size: [points(f64::from(size.width)), points(f64::from(size.height))],
            }
        });
        let screens: Vec<Area> = screens.collect();
        if let (false, Some(Area { corner, size })) = (kept.maximised, kept.corrected(&screens)) {
            tracing::info!("the window is brought back into sight");
            let [x, y] = corner;
            context.send_viewport_cmd(ViewportCommand::OuterPosition(pos2(x, y)));
            let [width, height] = size;
            context.send_viewport_cmd(ViewportCommand::InnerSize(vec2(width, height)));
        }
    }
}

/// The window's place now. One that fills the screen, or is put away, goes back to where it was.
fn seen(context: &Context, kept: &WindowPlace) -> Option<WindowPlace> {
    context.input(|input| {
        let viewport = input.viewport();
        let is = |state: Option<bool>| state.unwrap_or(false);
        if is(viewport.minimized) || is(viewport.fullscreen) {
            return None;
        }
        if is(viewport.maximized) {
            return Some(WindowPlace { maximised: true, ..*kept });
        }
        let inner: Rect = viewport.inner_rect?;
        Some(WindowPlace {
            corner: viewport.outer_rect.map(|outer| outer.min.round().into()),
            size: Some(inner.size().round().into()),
            maximised: false,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f32) -> WindowPlace {
        WindowPlace { corner: Some([x, 0.0]), size: Some([900.0, 600.0]), maximised: false }
    }

    #[test]
    fn a_place_is_kept_once_the_window_has_come_to_rest() {
        let mut placing = Placing::default();
        let kept = at(0.0);
        for (now_s, seen, expected) in [
            (0.0, at(0.0), (None, None)),
            (1.0, at(5.0), (None, Some(1.0))),
            (1.5, at(9.0), (None, Some(1.0))),
            (2.25, at(9.0), (None, Some(0.25))),
            (2.5, at(9.0), (Some(at(9.0)), None)),
            // Moved away and back.
            (5.0, at(7.0), (None, Some(1.0))),
            (5.5, at(0.0), (None, None)),
        ] {
            assert_eq!(placing.follow(&kept, seen, now_s), expected, "{now_s}");
        }
        assert_eq!(placing.last(), None);
        placing.follow(&kept, at(3.0), 9.0);
        assert_eq!(placing.last(), Some(at(3.0)), "closed while it was moved");
    }
}
