//! The ledger: one stacked bar of the whole card, or machine, and its legend.

use egui::{
    Align2, CornerRadius, FontId, Label, Rect, RichText, Sense, Stroke, StrokeKind, TextStyle, Ui,
    Vec2, WidgetInfo, accesskit::Role, pos2, vec2,
};

use super::parts;
use crate::{
    app::state::State,
    engine::protocol::{Ledger, Part},
    lang::{decimal, t},
    ui::{
        theme::{ON_LEDGER, SPACE, palette},
        words,
    },
};

const HEIGHT: f32 = 16.0;
/// A part that is there at all is this wide, in points, so that it can be seen and pointed at.
const WIDTH_MIN: f32 = 5.0;
const SWATCH: Vec2 = vec2(10.0, 10.0);

/// Draws the bar and its legend.
pub fn show(ui: &mut Ui, state: &State, ledger: &Ledger) {
    let free_is_named = bar(ui, state, ledger);
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = 16.0;
        ui.spacing_mut().item_spacing = vec2(SPACE.s, 2.0);
        ui.horizontal_wrapped(|ui| {
            for (part, bytes) in ledger.parts {
                if part != Part::Free || !free_is_named {
                    legend(ui, state, ledger, part, bytes);
                }
            }
        });
    });
}

/// Whether there was room to name what is free, with its number.
fn bar(ui: &mut Ui, state: &State, ledger: &Ledger) -> bool {
    let palette = palette(ui.visuals());
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    ui.painter().rect_filled(rect, 3.0, palette.raised);
    let font = TextStyle::Small.resolve(ui.style());
    let mut left = rect.left();
    let mut free_is_named = false;
    for ((part, bytes), width) in ledger.parts.into_iter().zip(widths(ledger, rect.width())) {
        let area = Rect::from_min_size(pos2(left, rect.top()), vec2(width, HEIGHT));
        left += width;
        if width <= 0.0 {
            continue;
        }
        let colour = match parts::look(part) {
            None => palette.muted,
            Some((colour, pattern)) => {
                // The gap is the separator.
                let filled = area.with_max_x(area.right() - 1.0);
                ui.painter().rect_filled(filled, CornerRadius::same(2), colour);
                parts::hatch(ui.painter(), filled, pattern);
                ON_LEDGER
            }
        };
        let is_named = word(ui, area, part, bytes, font.clone(), colour);
        free_is_named |= is_named && part == Part::Free;
        let response = ui.interact(area, ui.scope_id().with(("ledger", part)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, share(part, ledger)));
        response.on_hover_text(parts::explained(part, ledger, state));
    }
    ui.painter().rect_stroke(rect, 3.0, Stroke::new(1.0, palette.line), StrokeKind::Inside);
    free_is_named
}

/// The name where it fits, otherwise its first letter, otherwise nothing. Whether it fitted.
fn word(ui: &Ui, area: Rect, part: Part, bytes: u64, font: FontId, colour: egui::Color32) -> bool {
    let name = parts::name(part);
    let whole = match part {
        Part::Free => format!("{name} {}", words::bytes(bytes)),
        _ => name.clone(),
    };
    let inside = area.shrink2(vec2(3.0, 0.0));
    for (text, is_whole) in [(whole, true), (name.chars().take(1).collect(), false)] {
        let galley = ui.painter().layout_no_wrap(text, font.clone(), colour);
        if galley.size().x <= inside.width() {
            let place = Align2::CENTER_CENTER.align_size_within_rect(galley.size(), inside);
            if let Some((fill, _)) = parts::look(part) {
                ui.painter().rect_filled(place.expand2(vec2(2.0, 0.0)), 2.0, fill);
            }
            ui.painter().galley(place.min, galley, colour);
            return is_whole;
        }
    }
    false
}

/// A part's share for those who do not see the bar.
fn share(part: Part, ledger: &Ledger) -> String {
    let (bytes, total_bytes) = (ledger.bytes_of(part), ledger.total_bytes.max(1));
    let percent = bytes as f64 / total_bytes as f64 * 100.0;
    let (bytes, total) = (words::bytes(bytes), words::bytes(ledger.total_bytes));
    let percent = decimal(percent, 1);
    t!("part-share", part = parts::name(part), bytes = bytes, percent = percent, total = total)
}

/// How wide each part is drawn, in points: what thin parts get beyond their share comes off the
/// widest.
fn widths(ledger: &Ledger, width: f32) -> [f32; 6] {
    let total_bytes = ledger.total_bytes.max(1) as f32;
    let mut widths = ledger.parts.map(|(_, bytes)| match bytes {
        0 => 0.0,
        _ => (bytes as f32 / total_bytes * width).max(WIDTH_MIN),
    });
    let surplus = widths.iter().sum::<f32>() - width;
    if let Some(widest) = widths.iter_mut().max_by(|a, b| a.total_cmp(b)) {
        *widest = (*widest - surplus.max(0.0)).max(0.0);
    }
    widths
}

fn legend(ui: &mut Ui, state: &State, ledger: &Ledger, part: Part, bytes: u64) {
    let palette = palette(ui.visuals());
    // Swatch, name and number stay together when the line is broken.
    let text = format!("{}  {}", parts::name(part), words::bytes(bytes));
    let font = TextStyle::Small.resolve(ui.style());
    let galley = ui.painter().layout_no_wrap(text.clone(), font, palette.text);
    let gap = SPACE.xs;
    let size = vec2(SWATCH.x + gap + galley.size().x, galley.size().y.max(SWATCH.y));
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let swatch = Align2::LEFT_CENTER.align_size_within_rect(SWATCH, rect);
    match parts::look(part) {
        Some((colour, pattern)) => {
            ui.painter().rect_filled(swatch, 2.0, colour);
            parts::hatch(ui.painter(), swatch, pattern);
        }
        None => {
            let stroke = Stroke::new(1.0, palette.muted);
            ui.painter().rect_stroke(swatch, 2.0, stroke, StrokeKind::Inside);
        }
    }
    let at = pos2(swatch.right() + gap, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, palette.text);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text.clone()));
    response.on_hover_text(parts::explained(part, ledger, state));
}

/// Before the first reading.
pub fn unknown(ui: &mut Ui) {
    ui.add(Label::new(RichText::new(t!("memory-under-way")).small().weak()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::protocol::Whole;

    #[test]
    fn parts_fill_the_bar_and_thin_ones_can_be_pointed_at() {
        let parts = [
            (Part::Weights, 1),
            (Part::WorkingSet, 0),
            (Part::Cached, 2),
            (Part::Context, 97),
            (Part::Others, 100_000),
            (Part::Free, 900_000),
        ];
        let total_bytes = parts.iter().map(|(_, bytes)| bytes).sum();
        let ledger = Ledger {
            whole: Whole::Card,
            total_bytes,
            parts,
            driver_bytes: None,
            context_is_estimate: false,
        };
        for width in [100.0, 1000.0] {
            let widths = widths(&ledger, width);
            assert!((widths.iter().sum::<f32>() - width).abs() < 0.01);
            for ((part, bytes), width) in parts.into_iter().zip(widths) {
                assert_eq!(width >= WIDTH_MIN, bytes > 0, "{part:?}");
            }
        }
    }
}
