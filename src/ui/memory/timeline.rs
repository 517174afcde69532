//! The last minute: how much was held when.

use egui::{Align2, Frame, Rect, Sense, TextStyle, Ui, Vec2, WidgetInfo, accesskit::Role, vec2};
use egui_plot::{FilledArea, HLine, Line, Plot, PlotPoints};

use super::{
    marks,
    series::{Series, series},
};
use crate::{
    app::{
        memory::{HISTORY_S, Span},
        state::State,
    },
    lang::t,
    ui::{
        theme::{CORNER, palette},
        words,
    },
};

/// The plot's height in heights of the highest reading: there is room for letters above it.
const CEILING: f64 = 1.4;

/// Draws the timeline, `height` points high.
pub fn show(ui: &mut Ui, state: &State, has_gpu: bool, height: f32) {
    let palette = palette(ui.visuals());
    let now_s = state.memory.newest_s();
    let top_bytes = state.memory.slots().map(|slot| slot.held.high_bytes.max(slot.live.high_bytes));
    let top_bytes = top_bytes.max();
    let ceiling_bytes = top_bytes.unwrap_or(1).max(1) as f64 * CEILING;
    let frame = Frame::new().fill(palette.bg).corner_radius(CORNER).stroke((1.0, palette.line));
    frame.show(ui, |ui| {
        let size = vec2(ui.available_width(), height - 2.0);
        let shapes = series(has_gpu).map(|series| shapes(state, &series, now_s));
        // Below the lines, so that they hide no reading.
        marks::paint(ui, state, Rect::from_min_size(ui.cursor().min, size));
        let response = still_plot(size)
            .show(ui, |plot| {
                plot.set_plot_bounds_x(-HISTORY_S..=0.0);
                plot.set_plot_bounds_y(0.0..=ceiling_bytes);
                if let Some(top_bytes) = top_bytes {
                    let level = HLine::new("Highest", top_bytes as f64);
                    plot.hline(level.color(palette.line).width(1.0).allow_hover(false));
                }
                for (line, band) in shapes {
                    plot.add(band);
                    plot.line(line);
                }
            })
            .response;
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, t!("timeline-name")));
        let area = response.rect;
        marks::explain(state, has_gpu, response);
        if let Some(top_bytes) = top_bytes {
            captions(ui, area, top_bytes);
        }
    });
}

/// A line through the highest readings, and a band down to the lowest of the same slot of time.
fn shapes(state: &State, series: &Series, now_s: f64) -> (Line<'static>, FilledArea) {
    let spans = state.memory.slots().map(|slot| (slot.last.at_s - now_s, (series.span)(slot)));
    let (times_s, spans): (Vec<f64>, Vec<Span>) = spans.unzip();
    let low: Vec<f64> = spans.iter().map(|span| span.low_bytes as f64).collect();
    let high: Vec<f64> = spans.iter().map(|span| span.high_bytes as f64).collect();
    let band = FilledArea::new(format!("{}, range", series.name), &times_s, &low, &high)
        .fill_color(series.colour.gamma_multiply(0.25))
        .allow_hover(false);
    let points = times_s.into_iter().zip(high).map(|(at_s, bytes)| [at_s, bytes]).collect();
    let line = Line::new(&series.name, PlotPoints::new(points)).color(series.colour);
    let line =
        if series.is_filled { line.width(1.5).fill(0.0).fill_alpha(0.2) } else { line.width(2.0) };
    (line.allow_hover(false), band)
}

/// A plot that nothing moves.
fn still_plot<'a>(size: Vec2) -> Plot<'a> {
    Plot::new("memory-history")
        .width(size.x)
        .height(size.y)
        .min_size(vec2(32.0, 24.0))
        .show_axes(false)
        .show_grid(false)
        .show_background(false)
        .show_x(false)
        .show_y(false)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .sense(Sense::hover())
        .label_formatter(|_| None)
}

/// The highest reading's number at its line, and what the width means.
fn captions(ui: &Ui, area: Rect, top_bytes: u64) {
    let palette = palette(ui.visuals());
    let font = TextStyle::Small.resolve(ui.style());
    let line_y = area.bottom() - area.height() / CEILING as f32;
    let plate = |at, align: Align2, text: String| {
        let galley = ui.painter().layout_no_wrap(text, font.clone(), palette.muted);
        let rect = align.anchor_size(at, galley.size());
        ui.painter().rect_filled(rect.expand2(vec2(2.0, 0.0)), 2.0, palette.bg.gamma_multiply(0.8));
        ui.painter().galley(rect.min, galley, palette.muted);
    };
    plate(egui::pos2(area.left() + 6.0, line_y + 1.0), Align2::LEFT_TOP, words::bytes(top_bytes));
    let corner = area.right_bottom() + vec2(-6.0, -3.0);
    plate(corner, Align2::RIGHT_BOTTOM, t!("timeline-width"));
}
