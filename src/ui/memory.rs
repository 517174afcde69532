//! The memory panel: what is held now and was held lately, and what each cleanup point gave back.

use egui::{
    Align, Color32, Frame, Grid, Layout, RichText, Sense, Ui, UiBuilder, WidgetInfo,
    accesskit::Role, pos2, vec2,
};
use egui_plot::{Line, Plot, PlotPoints};

use super::{
    theme::{ALLOCATED, CORNER, RESERVED, SPACE, palette},
    words,
};
use crate::{
    app::{memory::HISTORY_S, state::State},
    engine::protocol::MemorySample,
};

/// Height of the panel, in points.
pub const HEIGHT: f32 = 176.0;

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
    let table_width = (area.width() * 0.42).clamp(300.0, 400.0);
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
        ui.label(RichText::new(title).heading().strong());
        ui.label(RichText::new(subtitle(state, has_gpu)).small().weak());
    });
    ui.horizontal(|ui| figures(ui, state, &series));
    plot(ui, state, &series);
}

fn subtitle(state: &State, has_gpu: bool) -> String {
    let card = state.memory.latest().and_then(|sample| sample.card);
    match card {
        Some(card) if has_gpu => {
            let (free, total) = (words::bytes(card.free_bytes), words::bytes(card.total_bytes));
            format!("{free} of {total} free on the card")
        }
        _ if has_gpu => String::new(),
        _ => "The work is done on the CPU".to_owned(),
    }
}

fn figures(ui: &mut Ui, state: &State, series: &[Series]) {
    for series in series {
        let now = state.memory.latest().and_then(series.value_bytes);
        let (swatch, _) = ui.allocate_exact_size(vec2(9.0, 9.0), Sense::hover());
        ui.painter().rect_filled(swatch, 2.0, series.colour);
        ui.label(series.name);
        ui.label(RichText::new(now.map_or_else(|| "–".to_owned(), words::bytes)).strong());
        let peak = format!("peak {}", words::bytes(series.peak_bytes));
        ui.label(RichText::new(peak).small().weak())
            .on_hover_text("The highest since the program started");
        ui.add_space(SPACE.s);
    }
}

fn plot(ui: &mut Ui, state: &State, series: &[Series]) {
    let palette = palette(ui.visuals());
    let now_s = state.memory.latest().map_or(0.0, |sample| sample.at_s);
    let top_bytes = state
        .memory
        .samples()
        .flat_map(|sample| series.iter().filter_map(move |series| (series.value_bytes)(sample)));
    let top_bytes = top_bytes.max().unwrap_or(0).max(1 << 20) as f64 * 1.2;
    let frame = Frame::new().fill(palette.bg).corner_radius(CORNER).stroke((1.0, palette.line));
    frame.show(ui, |ui| {
        let lines = series.iter().map(|series| {
            let points = state.memory.samples().filter_map(|sample| {
                (series.value_bytes)(sample).map(|bytes| [sample.at_s - now_s, bytes as f64])
            });
            Line::new(series.name, PlotPoints::new(points.collect()))
                .color(series.colour)
                .width(1.5)
                .fill(0.0)
                .fill_alpha(0.12)
        });
        let lines: Vec<_> = lines.collect();
        let size = ui.available_size();
        let response = Plot::new("memory-history")
            .width(size.x)
            .height(size.y - 2.0)
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
            .set_margin_fraction(vec2(0.0, 0.0))
            .default_x_bounds(-HISTORY_S, 0.0)
            .default_y_bounds(0.0, top_bytes)
            .label_formatter(|_| None)
            .show(ui, |plot| {
                plot.set_plot_bounds_x(-HISTORY_S..=0.0);
                plot.set_plot_bounds_y(0.0..=top_bytes);
                for line in lines {
                    plot.line(line);
                }
            })
            .response;
        response
            .widget_info(|| WidgetInfo::labeled(Role::Image, true, "Memory over the last minute"));
        let corner = response.rect.left_top() + vec2(6.0, 4.0);
        let font = egui::TextStyle::Small.resolve(ui.style());
        let scale = words::bytes((top_bytes / 1.2) as u64);
        ui.painter().text(corner, egui::Align2::LEFT_TOP, scale, font.clone(), palette.muted);
        let corner = pos2(response.rect.right() - 6.0, corner.y);
        ui.painter().text(corner, egui::Align2::RIGHT_TOP, "last minute", font, palette.muted);
    });
}

fn cleanup_points(ui: &mut Ui, state: &State, has_gpu: bool) {
    ui.horizontal(|ui| {
        ui.label(RichText::new("Cleanup points").heading().strong());
        if !has_gpu {
            ui.label(RichText::new("nothing to free on the CPU").small().weak());
        }
    });
    ui.spacing_mut().interact_size.y = 0.0;
    ui.style_mut().override_text_style = Some(egui::TextStyle::Small);
    let width = ui.available_width();
    Grid::new("cleanup-points").num_columns(4).spacing(vec2(SPACE.m, 3.0)).show(ui, |ui| {
        let right = |ui: &mut Ui, text: RichText, width: f32| {
            ui.allocate_ui_with_layout(
                vec2(width, 14.0),
                Layout::right_to_left(Align::Center),
                |ui| {
                    ui.set_min_width(width);
                    ui.label(text);
                },
            );
        };
        let name_width = width - 3.0 * (62.0 + SPACE.m);
        let name = |ui: &mut Ui, text: RichText| {
            ui.allocate_ui_with_layout(
                vec2(name_width, 14.0),
                Layout::left_to_right(Align::Center),
                |ui| {
                    ui.set_min_width(name_width);
                    ui.label(text);
                },
            );
        };
        name(ui, RichText::new("Where").weak());
        for heading in ["Calls", "Freed", "Time each"] {
            right(ui, RichText::new(heading).weak(), 62.0);
        }
        ui.end_row();
        for (point, totals) in state.cleanups.totals() {
            name(ui, RichText::new(words::cleanup_point(point)));
            right(ui, RichText::new(totals.calls.to_string()), 62.0);
            let none = || "–".to_owned();
            let freed = if has_gpu { words::bytes(totals.freed_bytes) } else { none() };
            right(ui, RichText::new(freed), 62.0);
            let each_us = totals.took_us.checked_div(totals.calls);
            let each =
                each_us.map_or_else(none, |each_us| format!("{:.2} ms", each_us as f64 / 1000.0));
            right(ui, RichText::new(each), 62.0);
            ui.end_row();
        }
    });
}
