//! The cleanup points in the timeline.

use egui::{Pos2, Rect, Response, RichText, Stroke, TextStyle, Ui, pos2};

use super::series;
use crate::{
    app::{
        memory::{HISTORY_S, Mark, Slot},
        state::State,
    },
    engine::protocol::CleanupPoint,
    lang::{decimal, t},
    ui::{
        theme::{SPACE, palette},
        words,
    },
};

/// Marks nearer than this, in points, are drawn as one.
const APART: f32 = 3.0;
/// How near the pointer must come to a mark, in points.
const REACH: f32 = 6.0;
/// How many marks are told of at once.
const TOLD: usize = 6;

/// Marks that are drawn as one line.
struct Group {
    x: f32,
    /// One bit a point, in the order of [`CleanupPoint::ALL`].
    points: u8,
}

/// Draws the marks.
pub fn paint(ui: &Ui, state: &State, area: Rect) {
    let palette = palette(ui.visuals());
    let now_s = state.memory.newest_s();
    let groups =
        groups(state.marks.iter().map(|mark| (x_of(mark, now_s, area), mark.record.point)));
    let font = TextStyle::Small.resolve(ui.style());
    let stroke = Stroke::new(1.0, palette.good.gamma_multiply(0.55));
    let mut room_from = area.left() + 2.0;
    let lines_y = area.top() + 16.0..=area.bottom() - 1.0;
    for group in groups {
        let letters = CleanupPoint::ALL.into_iter().filter(|&point| group.points & bit(point) != 0);
        let letters: String = letters.map(words::letter).collect();
        let galley = ui.painter().layout_no_wrap(letters, font.clone(), palette.good);
        let left = (group.x - galley.size().x / 2.0).min(area.right() - galley.size().x - 2.0);
        if left >= room_from {
            room_from = left + galley.size().x + SPACE.xs;
            ui.painter().galley(pos2(left, area.top() + 2.0), galley, palette.good);
        }
        ui.painter().vline(group.x, lines_y.clone(), stroke);
    }
}

/// Tells of the marks under the pointer, or of the memory at its time.
pub fn explain(state: &State, has_gpu: bool, plot: Response) {
    let Some(pointer) = plot.hover_pos() else { return };
    let now_s = state.memory.newest_s();
    let told: Vec<_> = under(state, plot.rect, pointer).collect();
    let ago_s = f64::from((plot.rect.right() - pointer.x) / plot.rect.width()) * HISTORY_S;
    let slots = state.memory.slots();
    let slot = slots.min_by(|a, b| {
        let distance = |slot: &Slot| (slot.last.at_s - now_s + ago_s).abs();
        distance(a).total_cmp(&distance(b))
    });
    plot.on_hover_ui_at_pointer(|ui| match slot {
        _ if !told.is_empty() => tell(ui, &told, now_s, has_gpu),
        Some(slot) => {
            let values = series::series(has_gpu).map(|series| {
                format!("{} {}", series.name, words::bytes((series.bytes)(&slot.last)))
            });
            ui.label(values.join(" · "));
            let ago = ago(now_s - slot.last.at_s);
            ui.label(RichText::new(ago).small().weak());
        }
        None => {}
    });
}

fn x_of(mark: &Mark, now_s: f64, area: Rect) -> f32 {
    let share = 1.0 - (now_s - mark.record.at_s) / HISTORY_S;
    area.left() + area.width() * (share as f32).clamp(0.0, 1.0)
}

fn bit(point: CleanupPoint) -> u8 {
    1 << point as u8
}

/// Brings marks in the order of time together where they would touch.
fn groups(marks: impl Iterator<Item = (f32, CleanupPoint)>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (x, point) in marks {
        match groups.last_mut() {
            Some(group) if x - group.x < APART => group.points |= bit(point),
            _ => groups.push(Group { x, points: bit(point) }),
        }
    }
    groups
}

/// The marks at the pointer, as they were drawn.
fn under(state: &State, area: Rect, pointer: Pos2) -> impl Iterator<Item = &Mark> {
    let now_s = state.memory.newest_s();
    let distance = move |mark: &Mark| (x_of(mark, now_s, area) - pointer.x).abs();
    let nearest = state.marks.iter().map(distance).min_by(f32::total_cmp);
    let within = nearest.filter(|&nearest| nearest <= REACH).map(|nearest| nearest + APART);
    state.marks.iter().filter(move |mark| within.is_some_and(|within| distance(mark) <= within))
}

fn tell(ui: &mut Ui, marks: &[&Mark], now_s: f64, has_gpu: bool) {
    for mark in marks.iter().take(TOLD) {
        let record = &mark.record;
        let image = mark.image.as_deref().map(|name| words::elided(name, 40));
        let title = [Some(words::cleanup_point(record.point)), image];
        ui.label(RichText::new(title.into_iter().flatten().collect::<Vec<_>>().join(" · ")));
        let freed = match has_gpu {
            true => {
                let bytes = words::bytes(record.freed_bytes());
                t!("timeline-freed", bytes = bytes, us = record.took_us.to_string())
            }
            false => t!("timeline-nothing-freed", us = record.took_us.to_string()),
        };
        let others =
            (mark.others > 0).then(|| t!("timeline-others", count = mark.others.to_string()));
        let line = [Some(freed), Some(ago(now_s - record.at_s)), others];
        let line = line.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        ui.label(RichText::new(line).small().weak());
    }
    if marks.len() > TOLD {
        let more = t!("timeline-more", count = (marks.len() - TOLD).to_string());
        ui.label(RichText::new(more).small().weak());
    }
}

fn ago(seconds: f64) -> String {
    t!("timeline-ago", seconds = decimal(seconds, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_would_touch_are_drawn_as_one_so_lines_stay_few() {
        let all = CleanupPoint::ALL;
        let dense = (0..100_000).map(|n| (n as f32 * 600.0 / 100_000.0, all[n % all.len()]));
        let groups = groups(dense);
        assert!(groups.len() <= 201, "{}", groups.len());
        assert!(groups.iter().all(|group| group.points == 0b11111));
        let apart = super::groups([(1.0, all[0]), (2.0, all[1]), (40.0, all[3])].into_iter());
        let seen: Vec<_> = apart.iter().map(|group| group.points).collect();
        assert_eq!(seen, [0b00011, 0b01000]);
    }
}
