//! Brush strokes on a matte. A stroke covers a pixel by its distance to the stroke's line, however
//! often the line passes by: nothing builds up where it crosses itself.

use super::{
    super::{Cancel, Cancelled, Matte, matte::nearest_level},
    BrushTool, Proxy, Rect, Stroke,
};

/// Rows worked on at once.
const STRIP_ROWS: u32 = 64;
/// Points nearer to the one before than this part of the radius are left out.
const SPACING: f32 = 1.0 / 8.0;

/// Paints strokes over a matte, the oldest first. Touches no pixel outside [`touched`].
///
/// # Errors
/// Once `cancel` is raised; some strokes may then be painted.
pub fn paint<'a>(
    matte: &mut Matte,
    strokes: impl IntoIterator<Item = &'a Stroke>,
    proxy: &Proxy,
    cancel: &Cancel,
) -> Result<(), Cancelled> {
    for stroke in strokes {
        let Some(rect) = touched(stroke, proxy) else { continue };
        let brush = Brush::new(stroke, proxy);
        for strip in rect.strips(STRIP_ROWS) {
            cancel.check()?;
            brush.paint(matte, strip);
        }
    }
    Ok(())
}

/// The pixels that a stroke can change.
pub fn touched(stroke: &Stroke, proxy: &Proxy) -> Option<Rect> {
    let brush = Brush::new(stroke, proxy);
    let reach = brush.outer_px;
    let edge = |pick: fn(f32, f32) -> f32, axis: usize| {
        brush.line.iter().map(|point| point[axis]).reduce(pick)
    };
    let min = [edge(f32::min, 0)? - reach, edge(f32::min, 1)? - reach];
    let max = [edge(f32::max, 0)? + reach, edge(f32::max, 1)? + reach];
    Rect::between(min, max, proxy.size_px)
}

/// A stroke in pixels of the matte.
struct Brush {
    line: Vec<[f32; 2]>,
    tool: BrushTool,
    /// Everything nearer to the line is covered.
    inner_px: f32,
    /// Nothing farther from it is.
    outer_px: f32,
}

impl Brush {
    fn new(stroke: &Stroke, proxy: &Proxy) -> Self {
        let scale = proxy.scale();
        let radius = stroke.radius_px.max(0.0) * scale;
        // The sharpest rim still takes a pixel to fade.
        let hard = radius * (1.0 - stroke.softness.clamp(0.0, 1.0));
        Self {
            line: thinned(stroke).map(|point| point.map(|at| at * scale)).collect(),
            tool: stroke.tool,
            inner_px: hard.min(radius - 0.5),
            outer_px: radius + 0.5,
        }
    }

    fn paint(&self, matte: &mut Matte, strip: Rect) {
        let width = strip.width_px as usize;
        let mut squares = vec![f32::INFINITY; width * strip.height_px as usize];
        self.nearest(&mut squares, strip);
        let stride = matte.0.width() as usize;
        let matte: &mut [u8] = &mut matte.0;
        let rows = (strip.top_px..).map(|y| y as usize * stride + strip.left_px as usize);
        for (from, squares) in rows.zip(squares.chunks_exact(width)) {
            for (opacity, &square) in matte[from..from + width].iter_mut().zip(squares) {
                if square < self.outer_px * self.outer_px {
                    let goal = if self.tool == BrushTool::Keep { 255.0 } else { 0.0 };
                    let was = f32::from(*opacity);
                    *opacity = nearest_level(was + (goal - was) * self.cover(square.sqrt()));
                }
            }
        }
    }

    /// How much of a pixel at this distance from the line is covered: 0 to 1, smoothly.
    fn cover(&self, distance_px: f32) -> f32 {
        let t = (self.outer_px - distance_px) / (self.outer_px - self.inner_px);
        let t = t.clamp(0.0, 1.0);
        t * t * (3.0 - 2.0 * t)
    }

    /// Lowers each pixel's squared distance to that to the line, where it is near enough to count.
    fn nearest(&self, squares: &mut [f32], strip: Rect) {
        let dot = |a: &[f32; 2]| [*a, *a];
        let single = self.line.first().filter(|_| self.line.len() == 1).map(dot);
        let pairs = self.line.windows(2).map(|pair| [pair[0], pair[1]]);
        for [a, b] in single.into_iter().chain(pairs) {
            let reach = self.outer_px;
            let min = [a[0].min(b[0]) - reach, a[1].min(b[1]) - reach];
            let max = [a[0].max(b[0]) + reach, a[1].max(b[1]) + reach];
            let end = (strip.right_px(), strip.bottom_px());
            let Some(near) = Rect::between(min, max, end) else { continue };
            let (left, top) = (near.left_px.max(strip.left_px), near.top_px.max(strip.top_px));
            if left >= near.right_px() {
                continue;
            }
            let along = [b[0] - a[0], b[1] - a[1]];
            let per_length =
                1.0 / (along[0] * along[0] + along[1] * along[1]).max(f32::MIN_POSITIVE);
            for y in top..near.bottom_px() {
                let from = (y - strip.top_px) as usize * strip.width_px as usize;
                let row = &mut squares[from..from + strip.width_px as usize];
                let row = &mut row
                    [(left - strip.left_px) as usize..(near.right_px() - strip.left_px) as usize];
                let down = y as f32 + 0.5 - a[1];
                for (x, square) in row.iter_mut().enumerate() {
                    let across = (left as usize + x) as f32 + 0.5 - a[0];
                    let part = (across * along[0] + down * along[1]) * per_length;
                    let part = part.clamp(0.0, 1.0);
                    let (dx, dy) = (across - part * along[0], down - part * along[1]);
                    *square = square.min(dx * dx + dy * dy);
                }
            }
        }
    }
}

/// A stroke's points without those that hardly move the brush. The last always stays.
fn thinned(stroke: &Stroke) -> impl Iterator<Item = [f32; 2]> {
    let spacing = stroke.radius_px * SPACING;
    let last = stroke.points_px.len().saturating_sub(1);
    let mut kept: Option<[f32; 2]> = None;
    stroke.points_px.iter().enumerate().filter_map(move |(index, &[x, y])| {
        let is_far = kept.is_none_or(|[kept_x, kept_y]| (x - kept_x).hypot(y - kept_y) >= spacing);
        (is_far || index == last).then(|| {
            kept = Some([x, y]);
            [x, y]
        })
    })
}

#[cfg(test)]
mod tests {
    use image::GrayImage;

    use super::*;

    const PROXY: Proxy = Proxy { photo_px: (400, 300), size_px: (200, 150) };

    fn stroke(tool: BrushTool, softness: f32, points_px: &[[f32; 2]]) -> Stroke {
        Stroke { tool, radius_px: 40.0, softness, points_px: points_px.to_vec() }
    }

    fn painted(level: u8, strokes: &[Stroke]) -> GrayImage {
        let mut matte = Matte(GrayImage::from_pixel(200, 150, image::Luma([level])));
        paint(&mut matte, strokes, &PROXY, &Cancel::default()).unwrap();
        matte.0
    }

    #[test]
    fn a_brush_covers_a_disc_and_fades_at_its_rim() {
        // Radius 20 around (100, 50).
        for (tool, level, goal) in [(BrushTool::Keep, 0, 255), (BrushTool::Erase, 255, 0)] {
            for (softness, full, fading) in [(0.0, 19, 21), (0.5, 9, 21), (1.0, 0, 21)] {
                let matte = painted(level, &[stroke(tool, softness, &[[200.0, 100.0]])]);
                for (x, y, pixel) in matte.enumerate_pixels() {
                    let distance = (x as f32 + 0.5 - 100.0).hypot(y as f32 + 0.5 - 50.0);
                    if distance < full as f32 {
                        assert_eq!(pixel[0], goal, "{softness} {distance}");
                    } else if distance > fading as f32 {
                        assert_eq!(pixel[0], level, "{softness} {distance}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_line_is_as_wide_between_its_points_as_at_them() {
        let matte = painted(0, &[stroke(BrushTool::Keep, 0.0, &[[100.0, 150.0], [300.0, 150.0]])]);
        for x in 50..150 {
            let covered: u32 = (0..150).map(|y| u32::from(matte.get_pixel(x, y)[0])).sum();
            assert!(covered.abs_diff(40 * 255) < 128, "{x}: {covered}");
        }
    }

    #[test]
    fn a_stroke_that_crosses_itself_covers_no_more() {
        let there = [[100.0, 150.0], [300.0, 150.0]];
        let back = [[100.0, 150.0], [300.0, 150.0], [100.0, 150.0], [300.0, 150.0]];
        let [once, twice] =
            [&there[..], &back].map(|line| painted(0, &[stroke(BrushTool::Keep, 0.8, line)]));
        assert!(once == twice);
    }

    #[test]
    fn later_strokes_cover_earlier_ones() {
        let dot = |tool| stroke(tool, 0.0, &[[200.0, 150.0]]);
        let (keep, erase) = (dot(BrushTool::Keep), dot(BrushTool::Erase));
        let middle = |strokes: &[Stroke]| painted(90, strokes).get_pixel(100, 75)[0];
        assert_eq!(middle(&[keep.clone(), erase.clone()]), 0);
        assert_eq!(middle(&[erase, keep]), 255);
    }

    #[test]
    fn nothing_outside_the_touched_part_changes() {
        for points in [
            vec![[5.0, 5.0]],
            vec![[399.0, 0.0], [390.0, 310.0]],
            vec![[-300.0, 100.0], [700.0, 200.0], [20.0, 280.0]],
        ] {
            let stroke = stroke(BrushTool::Keep, 0.7, &points);
            let rect = touched(&stroke, &PROXY).unwrap();
            for (x, y, pixel) in painted(0, &[stroke]).enumerate_pixels() {
                let inside = (rect.left_px..rect.right_px()).contains(&x)
                    && (rect.top_px..rect.bottom_px()).contains(&y);
                assert!(inside || pixel[0] == 0, "{points:?}: {x} {y}");
            }
        }
        for points in [vec![], vec![[-900.0, 100.0]], vec![[f32::NAN, f32::NAN]]] {
            assert_eq!(touched(&stroke(BrushTool::Keep, 0.7, &points), &PROXY), None, "{points:?}");
        }
    }

    #[test]
    fn points_that_hardly_move_change_hardly_anything() {
        let curve = |step: f32| -> Vec<[f32; 2]> {
            (0..=(300.0 / step) as u32)
                .map(|at| at as f32 * step)
                .map(|x| [50.0 + x, 150.0 + 60.0 * (x / 40.0).sin()])
                .collect()
        };
        let [fine, coarse] =
            [0.25, 4.0].map(|step| painted(0, &[stroke(BrushTool::Keep, 0.3, &curve(step))]));
        let most = fine.iter().zip(coarse.iter()).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(most < Some(24), "{most:?}");
        assert!(thinned(&stroke(BrushTool::Keep, 0.3, &curve(0.25))).count() < 250);
    }
}
