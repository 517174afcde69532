//! The memory panel: what is held now and was held lately, and what each cleanup point gave back.

use egui::{
    Align, Align2, Color32, Frame, Grid, Layout, Rect, RichText, Sense, TextStyle, Ui, UiBuilder,
    Vec2, WidgetInfo, accesskit::Role, vec2,
};
use egui_plot::{HLine, Line, Plot, PlotPoints};

use super::{
    theme::{ALLOCATED, CORNER, RESERVED, SPACE, palette},
    words,
};
use crate::{
    app::{memory::HISTORY_S, state::State},
    engine::protocol::MemorySample,
};

/// Height of the panel, in points.
pub const HEIGHT: f32 = 180.0;

const LINE_HEIGHT: f32 = 18.0;
const TABLE_WIDTH_MIN: f32 = 316.0;
/// Width of the table's columns of figures, in points.
const CALLS_WIDTH: f32 = 36.0;
const FREED_WIDTH: f32 = 58.0;
const TIME_WIDTH: f32 = 62.0;

/// One line of the plot, with the figures that go with it.
struct Series {
    name: &'static str,
    colour: Color32,
    value_bytes: fn(&MemorySample) -> Option<u64>,
    peak_bytes: u64,
}

/// Draws the panel.
pub fn show(ui: &mut Ui, state: &State) {
    let area = ui.available_rect_before_wrap();
    ui.spacing_mut().interact_size.y = LINE_HEIGHT;
    let table_width = (area.width() * 0.4).clamp(TABLE_WIDTH_MIN, 380.0);
    let (left, right) = area.split_left_right_at_x(area.right() - table_width);
    let left = left.with_max_x(left.right() - SPACE.l);
    let has_gpu = state.memory.latest().map_or_else(
        || state.device.as_ref().is_some_and(|device| device.is_gpu),
        |sample| sample.device.is_some(),
    );
    ui.scope_builder(UiBuilder::new().max_rect(left), |ui| now_and_lately(ui, state, has_gpu));
    ui.scope_builder(UiBuilder::new().max_rect(right), |ui| cleanup_points(ui, state, has_gpu));
}

fn now_and_lately(ui: &mut Ui, state: &State, has_gpu: bool) {
    let peak = state.memory.peak;
    let series = if has_gpu {
        vec![
            Series {
                name: "Allocated",
                colour: ALLOCATED,
                value_bytes: |sample| sample.device.map(|device| device.allocated_bytes),
                peak_bytes: peak.allocated_bytes,
            },
            Series {
                name: "Reserved",
                colour: RESERVED,
                value_bytes: |sample| sample.device.map(|device| device.reserved_bytes),
                peak_bytes: peak.reserved_bytes,
            },
        ]
    } else {
        vec![Series {
            name: "In use",
            colour: ALLOCATED,
            value_bytes: |sample| Some(sample.resident_bytes),
            peak_bytes: peak.resident_bytes,
        }]
    };
    ui.horizontal(|ui| {
        let title = if has_gpu { "GPU memory" } else { "Memory of this program" };
        let subtitle = subtitle(state, has_gpu);
        ui.label(RichText::new(title).heading().strong());
        ui.label(RichText::new(subtitle).small().weak());
    });
    figures(ui, state, &series);
    plot(ui, state, &series);
}

fn subtitle(state: &State, has_gpu: bool) -> String {
    let card = state.memory.latest().and_then(|sample| sample.card);
    match card {
        Some(card) if has_gpu => {
            let (free, total) = (words::bytes(card.free_bytes), words::bytes(card.total_bytes));
            format!("{free} of {total} free on the card")
        }
        _ if has_gpu || state.device.is_none() => String::new(),
        _ => "The work is done on the CPU".to_owned(),
    }
}

fn figures(ui: &mut Ui, state: &State, series: &[Series]) {
    Grid::new("memory-figures").spacing(vec2(SPACE.m, 0.0)).show(ui, |ui| {
        for series in series {
            let now = state.memory.latest().and_then(series.value_bytes);
            ui.horizontal(|ui| {
                let (swatch, _) = ui.allocate_exact_size(vec2(9.0, 9.0), Sense::hover());
                ui.painter().rect_filled(swatch, 2.0, series.colour);
                ui.label(series.name);
            });
            ui.label(RichText::new(now.map_or_else(|| "–".to_owned(), words::bytes)).strong());
            let peak = format!("peak {}", words::bytes(series.peak_bytes));
            ui.label(RichText::new(peak).small().weak())
                .on_hover_text("The highest since the program started");
            ui.end_row();
        }
    });
}

fn plot(ui: &mut Ui, state: &State, series: &[Series]) {
    let palette = palette(ui.visuals());
    let now_s = state.memory.latest().map_or(0.0, |sample| sample.at_s);
    let values = state
        .memory
        .samples()
        .flat_map(|sample| series.iter().filter_map(move |series| (series.value_bytes)(sample)));
    let top_bytes = values.max();
    // Room for words above the highest reading.
    let ceiling_bytes = top_bytes.unwrap_or(1).max(1) as f64 * 1.35;
    let lines: Vec<_> = series
        .iter()
        .map(|series| {
            let points = state.memory.samples().filter_map(|sample| {
                (series.value_bytes)(sample).map(|bytes| [sample.at_s - now_s, bytes as f64])
            });
            Line::new(series.name, PlotPoints::new(points.collect()))
                .color(series.colour)
                .width(1.5)
                .fill(0.0)
                .fill_alpha(0.12)
        })
        .collect();
    let frame = Frame::new().fill(palette.bg).corner_radius(CORNER).stroke((1.0, palette.line));
    frame.show(ui, |ui| {
        let size = ui.available_size();
        let response = still_plot(size - vec2(0.0, 2.0))
            .show(ui, |plot| {
                plot.set_plot_bounds_x(-HISTORY_S..=0.0);
                plot.set_plot_bounds_y(0.0..=ceiling_bytes);
                if let Some(top_bytes) = top_bytes {
                    let level = HLine::new("Highest", top_bytes as f64);
                    plot.hline(level.color(palette.line).width(1.0));
                }
                for line in lines {
                    plot.line(line);
                }
            })
            .response;
        response
            .widget_info(|| WidgetInfo::labeled(Role::Image, true, "Memory over the last minute"));
        if let Some(top_bytes) = top_bytes {
            plot_words(ui, response.rect, top_bytes);
        }
    });
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
        .allow_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .sense(Sense::hover())
        .label_formatter(|_| None)
}

fn plot_words(ui: &Ui, area: Rect, top_bytes: u64) {
    let colour = palette(ui.visuals()).muted;
    let font = TextStyle::Small.resolve(ui.style());
    let inside = area.shrink2(vec2(6.0, 4.0));
    let words = [
        (inside.left_top(), Align2::LEFT_TOP, words::bytes(top_bytes)),
        (inside.right_top(), Align2::RIGHT_TOP, "last minute".to_owned()),
    ];
    for (corner, align, text) in words {
        ui.painter().text(corner, align, text, font.clone(), colour);
    }
}

fn cleanup_points(ui: &mut Ui, state: &State, has_gpu: bool) {
    ui.horizontal(|ui| {
        ui.label(RichText::new("Cleanup points").heading().strong());
        if !has_gpu && state.device.is_some() {
            ui.label(RichText::new("nothing to free on the CPU").small().weak());
        }
    });
    ui.style_mut().override_text_style = Some(TextStyle::Small);
    ui.spacing_mut().interact_size.y = 0.0;
    let figures_width = CALLS_WIDTH + FREED_WIDTH + TIME_WIDTH + 3.0 * SPACE.s;
    let name_width = ui.available_width() - figures_width;
    let row = |ui: &mut Ui, cells: [RichText; 4]| {
        let widths = [name_width, CALLS_WIDTH, FREED_WIDTH, TIME_WIDTH];
        for (index, (cell, width)) in cells.into_iter().zip(widths).enumerate() {
            let layout = match index {
                0 => Layout::left_to_right(Align::Center),
                _ => Layout::right_to_left(Align::Center),
            };
            ui.allocate_ui_with_layout(vec2(width, 14.0), layout, |ui| {
                ui.set_min_width(width);
                ui.label(cell);
            });
        }
        ui.end_row();
    };
    Grid::new("cleanup-points").num_columns(4).min_col_width(0.0).spacing(vec2(SPACE.s, 3.0)).show(
        ui,
        |ui| {
            row(
                ui,
                ["Where", "Calls", "Freed", "Time each"].map(|word| RichText::new(word).weak()),
            );
            for (point, totals) in state.cleanups.totals() {
                let none = || "–".to_owned();
                let cells = [
                    words::cleanup_point(point).to_owned(),
                    totals.calls.to_string(),
                    if has_gpu { words::bytes(totals.freed_bytes) } else { none() },
                    totals.took_us.checked_div(totals.calls).map_or_else(none, words::micros),
                ];
                row(ui, cells.map(RichText::new));
            }
        },
    );
}
