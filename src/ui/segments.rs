//! A row of choices of which one is chosen.

use egui::{
    Align2, Color32, CornerRadius, Rect, Sense, Stroke, StrokeKind, TextStyle, Ui, WidgetInfo,
    accesskit::Role, vec2,
};

use crate::ui::theme::{CORNER, SPACE, palette};

/// Height of the row, in points.
const HEIGHT: f32 = 28.0;

/// Draws a row of choices over the whole width, of equal width where that is enough for each, and
/// gives the one that was clicked.
pub fn show<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &str,
    chosen: T,
    choices: &[(T, String)],
) -> Option<T> {
    let equal = ui.available_width() / choices.len() as f32;
    let mut needed = word_widths(ui, choices, SPACE.xs);
    if needed.iter().all(|&width| width <= equal) {
        needed.fill(equal);
    } else {
        let left = ui.available_width() - needed.iter().sum::<f32>();
        needed.iter_mut().for_each(|width| *width += left / choices.len() as f32);
    }
    row(ui, name, chosen, choices, &needed, |_| None)
}

/// The widths of choices that are as wide as their words.
pub fn widths<T>(ui: &Ui, choices: &[(T, String)]) -> Vec<f32> {
    word_widths(ui, choices, SPACE.m)
}

fn word_widths<T>(ui: &Ui, choices: &[(T, String)], margin: f32) -> Vec<f32> {
    let font = TextStyle::Body.resolve(ui.style());
    let width = |word: &str| {
        let text = ui.painter().layout_no_wrap(word.to_owned(), font.clone(), Color32::WHITE);
        text.size().x.ceil() + 2.0 * margin
    };
    choices.iter().map(|(_, word)| width(word)).collect()
}

/// Draws a row of choices of these widths, and gives the one that was clicked. `hint` says more
/// about a choice.
pub fn row<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &str,
    chosen: T,
    choices: &[(T, String)],
    widths: &[f32],
    hint: impl Fn(T) -> Option<String>,
) -> Option<T> {
    let palette = palette(ui.visuals());
    let size = vec2(widths.iter().sum(), HEIGHT);
    let (row, group) = ui.allocate_exact_size(size, Sense::hover());
    group.widget_info(|| WidgetInfo::labeled(Role::RadioGroup, true, name));
    ui.painter().rect_filled(row, CORNER, palette.raised);
    let mut left = row.left();
    let mut clicked = None;
    for (place, ((choice, word), width)) in choices.iter().zip(widths).enumerate() {
        let part = Rect::from_x_y_ranges(left..=left + width, row.y_range());
        left += width;
        let response = ui.interact(part, ui.scope_id().with((name, place)), Sense::click());
        let is_chosen = *choice == chosen;
        let enabled = ui.is_enabled();
        response.widget_info(|| {
            let word = format!("{name}: {word}");
            WidgetInfo::selected(Role::RadioButton, enabled, is_chosen, word)
        });
        let round = |at_end: bool| if at_end { CORNER } else { 0 };
        let (west, east) = (round(place == 0), round(place + 1 == choices.len()));
        let corners = CornerRadius { nw: west, sw: west, ne: east, se: east };
        let fill = match (is_chosen, response.hovered()) {
            (true, _) => palette.accent,
            (false, true) => palette.hovered,
            (false, false) => palette.raised,
        };
        ui.painter().rect_filled(part, corners, fill);
        let colour = if is_chosen { palette.on_accent } else { palette.text };
        let font = TextStyle::Body.resolve(ui.style());
        let text = ui.painter().layout_no_wrap(word.clone(), font, colour);
        let at = Align2::CENTER_CENTER.align_size_within_rect(text.size(), part);
        ui.painter_at(part).galley(at.min, text, colour);
        if place > 0 {
            let line = Stroke::new(1.0, palette.line);
            ui.painter().vline(part.left(), part.y_range(), line);
        }
        if response.has_focus() {
            let ring = Stroke::new(2.0, palette.text);
            ui.painter().rect_stroke(part.shrink(2.0), corners, ring, StrokeKind::Inside);
        }
        if response.clicked() && !is_chosen {
            clicked = Some(*choice);
        }
        if let Some(hint) = hint(*choice) {
            response.on_hover_text(hint);
        }
    }
    ui.painter().rect_stroke(row, CORNER, Stroke::new(1.0, palette.line), StrokeKind::Inside);
    clicked
}
