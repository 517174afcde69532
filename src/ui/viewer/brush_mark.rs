//! The brush on the screen: a ring of its true size, and what it painted before the result is here.

use std::f32::consts::PI;

use egui::{Color32, CursorIcon, Painter, Pos2, Response, Shape, Stroke as Line, Ui, Vec2, vec2};

use super::{Shown, painting, stage::Stage};
use crate::{
    app::item::Item,
    imaging::edit::{BrushTool, Stroke},
    ui::theme::{BRUSH_EDGE, BRUSH_RING, palette},
};

/// Below this radius, in points, a cross shows where the brush is.
const CROSS_BELOW: f32 = 3.0;
const CROSS: f32 = 7.0;
/// From this radius on a sign in the middle says what the brush does.
const SIGN_FROM: f32 = 12.0;
const SIGN: f32 = 4.0;

/// Draws the brush over the photo.
pub fn show(ui: &Ui, response: &Response, shown: &Shown, stage: &Stage) {
    if !shown.state.brush.on {
        return;
    }
    paint_ahead(ui, shown, stage);
    let pointer = ui.input(|input| input.pointer.latest_pos());
    let is_near = response.contains_pointer() || response.is_pointer_button_down_on();
    let Some((at, under)) =
        pointer.filter(|_| is_near).and_then(|at| Some((at, stage.sheet_at(at)?)))
    else {
        return;
    };
    if painting::moves_photo(ui, shown) {
        return;
    }
    ui.ctx().set_cursor_icon(CursorIcon::None);
    let brush = shown.state.brush;
    let in_photo = under.mapping.to_photo(at);
    for sheet in &stage.sheets {
        let radius = brush.size_px / 2.0 * sheet.mapping.points_per_px;
        let centre = sheet.mapping.to_screen(in_photo);
        ring(&ui.painter_at(sheet.part), centre, radius, brush.softness, brush.tool);
    }
}

/// A light ring with a dark edge, to be seen on any photo; the inner one is where a soft brush
/// begins to fade.
fn ring(painter: &Painter, centre: Pos2, radius: f32, softness: f32, tool: BrushTool) {
    let lines = [Line::new(3.0, BRUSH_EDGE), Line::new(1.5, BRUSH_RING)];
    let cross = |size: f32, upright: bool| {
        for line in lines {
            painter.line_segment([centre - vec2(size, 0.0), centre + vec2(size, 0.0)], line);
            if upright {
                painter.line_segment([centre - vec2(0.0, size), centre + vec2(0.0, size)], line);
            }
        }
    };
    if radius < CROSS_BELOW {
        cross(CROSS, true);
        return;
    }
    for line in lines {
        painter.circle_stroke(centre, radius, line);
    }
    let inner = radius * (1.0 - softness);
    if softness > 0.0 && inner > CROSS_BELOW {
        painter.circle_stroke(centre, inner, Line::new(1.0, BRUSH_RING.gamma_multiply(0.6)));
    }
    if radius >= SIGN_FROM {
        cross(SIGN, tool == BrushTool::Keep);
    }
}

/// What was painted and the preview does not show yet, in the colour of what the brush does.
fn paint_ahead(ui: &Ui, shown: &Shown, stage: &Stage) {
    let Some((stroke, from)) = not_shown(shown.item) else { return };
    let palette = palette(ui.visuals());
    let colour = match stroke.tool {
        BrushTool::Keep => palette.accent,
        BrushTool::Erase => palette.bad,
    };
    let colour = colour.gamma_multiply(0.45);
    for sheet in &stage.sheets {
        let radius = stroke.radius_px * sheet.mapping.points_per_px;
        let points = stroke.points_px[from..].iter();
        let points: Vec<_> = points.map(|&point| sheet.mapping.to_screen(point)).collect();
        let painter = ui.painter_at(sheet.part.intersect(sheet.mapping.photo));
        match points.as_slice() {
            [] => {}
            [one] => {
                painter.circle_filled(*one, radius, colour);
            }
            [first, second, ..] => {
                painter.add(cap(*first, *first - *second, radius, colour));
                if let [.., before, last] = points.as_slice() {
                    painter.add(cap(*last, *last - *before, radius, colour));
                }
                painter.add(Shape::line(points, Line::new(2.0 * radius, colour)));
            }
        }
    }
}

/// The round end of a line that goes this way. A whole disc would show through the line.
fn cap(centre: Pos2, direction: Vec2, radius: f32, colour: Color32) -> Shape {
    const STEPS: u8 = 16;
    let angle = |step: u8| direction.angle() + PI * (f32::from(step) / f32::from(STEPS) - 0.5);
    let rim = (0..=STEPS).map(|step| centre + radius * Vec2::angled(angle(step)));
    Shape::convex_polygon(rim.collect(), colour, Line::NONE)
}

/// The last stroke, and the first of its points that the preview does not show.
fn not_shown(item: &Item) -> Option<(&Stroke, usize)> {
    let (now, shown) = (&item.edits.current().strokes, &item.previewed.strokes);
    let stroke = now.last()?;
    let points = stroke.points_px.len();
    let from = match now.len().checked_sub(shown.len())? {
        1 => 0,
        // The stroke goes on: it is joined to what is shown of it.
        0 => shown.last()?.points_px.len().checked_sub(1)?,
        _ => return None,
    };
    (from + 1 < points || from == 0 && now.len() > shown.len()).then_some((stroke, from))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        app::{history::History, item::ItemId},
        imaging::edit::Edits,
    };

    fn edits(strokes: &[usize]) -> Arc<Edits> {
        let stroke = |&points: &usize| {
            let points_px = (0..points).map(|x| [x as f32, 0.0]).collect();
            let tool = BrushTool::Keep;
            Arc::new(Stroke { tool, radius_px: 1.0, softness: 0.0, points_px })
        };
        Arc::new(Edits { strokes: strokes.iter().map(stroke).collect(), ..Edits::default() })
    }

    #[test]
    fn only_what_the_preview_lacks_is_painted_ahead() {
        for (now, shown, expected) in [
            (&[][..], &[][..], None),
            (&[1], &[], Some(0)),
            (&[9], &[], Some(0)),
            (&[9], &[9], None),
            (&[9], &[4], Some(3)),
            (&[9, 5], &[9], Some(0)),
            (&[9, 5], &[9, 2], Some(1)),
            // Taken back.
            (&[9], &[9, 5], None),
        ] {
            let mut item = Item::new(ItemId(0), "a.png".into());
            item.edits = History::starting_with(edits(now));
            item.previewed = edits(shown);
            assert_eq!(not_shown(&item).map(|(_, from)| from), expected, "{now:?} {shown:?}");
        }
    }
}
