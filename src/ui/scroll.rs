//! Areas that scroll, told to screen readers as such: what is scrolled out of them is out of sight.

use egui::{ScrollArea, Ui, accesskit, scroll_area::ScrollAreaOutput};

/// Shows an area's content.
pub fn show<R>(
    ui: &mut Ui,
    area: ScrollArea,
    content: impl FnOnce(&mut Ui) -> R,
) -> ScrollAreaOutput<R> {
    tell(ui, |ui| area.show(ui, content))
}

/// Shows the rows of an area that are in sight.
pub fn show_rows<R>(
    ui: &mut Ui,
    area: ScrollArea,
    row_height: f32,
    rows: usize,
    content: impl FnOnce(&mut Ui, std::ops::Range<usize>) -> R,
) -> ScrollAreaOutput<R> {
    tell(ui, |ui| area.show_rows(ui, row_height, rows, content))
}

fn tell<R>(ui: &mut Ui, show: impl FnOnce(&mut Ui) -> ScrollAreaOutput<R>) -> ScrollAreaOutput<R> {
    ui.scope(|ui| {
        let output = show(ui);
        let seen = output.inner_rect;
        ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
            node.set_role(accesskit::Role::ScrollView);
            node.set_clips_children();
            node.set_bounds(accesskit::Rect {
                x0: seen.min.x.into(),
                y0: seen.min.y.into(),
                x1: seen.max.x.into(),
                y1: seen.max.y.into(),
            });
        });
        output
    })
    .inner
}
