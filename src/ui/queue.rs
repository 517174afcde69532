//! The list on the left: every photo with its state, and the progress of the whole.

use std::sync::Arc;

use egui::{
    Align, Button, FontId, Frame, Galley, Id, Label, Layout, Margin, Panel, ProgressBar, Rect,
    RichText, ScrollArea, Sense, TextStyle, Ui, Vec2, WidgetInfo, accesskit::Role, pos2, vec2,
};

use super::{
    Local, mark,
    texture::Finish,
    theme::{SPACE, palette},
    words,
};
use crate::app::{
    action::{Action, Choosing},
    item::{Item, Progress},
    state::State,
};

const ROW_HEIGHT: f32 = 54.0;
const THUMBNAIL: Vec2 = vec2(48.0, 36.0);

/// Draws the list.
pub fn show(ui: &mut Ui, state: &State, local: &mut Local, actions: &mut Vec<Action>) {
    let inset = Margin::symmetric(SPACE.m as i8, SPACE.s as i8);
    Panel::top("queue-heading")
        .frame(Frame::new().inner_margin(inset))
        .show_separator_line(false)
        .show(ui, |ui| heading(ui, state, actions));
    Panel::bottom("queue-progress")
        .frame(Frame::new().inner_margin(SPACE.m))
        .show(ui, |ui| progress(ui, state, actions));
    ui.spacing_mut().item_spacing.y = 0.0;
    let list = ScrollArea::vertical().auto_shrink(false);
    list.show_rows(ui, ROW_HEIGHT, state.items.len(), |ui, range| {
        reveal_selected(ui, state, local, range.start);
        for item in range.filter_map(|place| state.items.at(place)) {
            row(ui, item, state.selection.contains(item.id), local, actions);
        }
    });
}

fn heading(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.label(
            RichText::new(words::count(state.items.len(), "photo", "photos")).heading().strong(),
        );
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let text = RichText::new("Clear list").small().weak();
            let clear = ui.add(Button::new(text).frame_when_inactive(false).small());
            let what = "Take every photo off this list. The files stay where they are.";
            if clear.on_hover_text(what).clicked() {
                actions.push(Action::Clear);
            }
        });
    });
}

fn progress(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let palette = palette(ui.visuals());
    let tally = state.tally();
    let mut words = format!("{} of {} done", tally.done, tally.all);
    if tally.failed > 0 {
        words += &format!(" · {} failed", tally.failed);
    }
    ui.horizontal(|ui| {
        ui.label(&words);
        if let Some(left_s) = state.time_left_s() {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let text = RichText::new(words::time_left(left_s)).small().weak();
                ui.add(Label::new(text).truncate());
            });
        }
    });
    let ended = tally.all - tally.under_way;
    ui.add(
        ProgressBar::new(ended as f32 / tally.all.max(1) as f32)
            .desired_height(SPACE.xs)
            .corner_radius(2.0)
            .fill(palette.accent),
    )
    .accessible_name("Photos done");
    if tally.under_way > 0 {
        ui.add_space(SPACE.xs);
        if ui.button("Stop").on_hover_text("Stop all photos that are not done").clicked() {
            actions.push(Action::Stop);
        }
    } else if tally.stopped > 0 {
        ui.add_space(SPACE.xs);
        let what = words::count(tally.stopped, "photo was stopped", "photos were stopped");
        if ui.button("Continue").on_hover_text(what).clicked() {
            actions.push(Action::Continue);
        }
    }
}

/// Scrolls to the selection when it changed, even to a row that is not laid out.
fn reveal_selected(ui: &Ui, state: &State, local: &mut Local, first_row: usize) {
    if local.revealed == state.selected() {
        return;
    }
    local.revealed = state.selected();
    if let Some(index) = state.selected().and_then(|id| state.items.place_of(id)) {
        let top = ui.max_rect().top() + (index as f32 - first_row as f32) * ROW_HEIGHT;
        let rows = Rect::from_min_size(
            pos2(ui.max_rect().left(), top),
            vec2(ui.available_width(), ROW_HEIGHT),
        );
        ui.scroll_to_rect(rows, None);
    }
}

fn row(ui: &mut Ui, item: &Item, selected: bool, local: &mut Local, actions: &mut Vec<Action>) {
    let palette = palette(ui.visuals());
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), ROW_HEIGHT));
    let response = ui.interact(rect, Id::unique(("photo", item.id.0)), Sense::click());
    let state_words = words::progress(item);
    response.widget_info(|| {
        let name = format!("{}, {state_words}", item.name);
        WidgetInfo::selected(Role::ListBoxOption, true, selected, name)
    });
    let plate = rect.shrink2(vec2(6.0, 2.0));
    if selected {
        ui.painter().rect_filled(plate, super::theme::CORNER, palette.selected);
        let bar = Rect::from_min_size(plate.min, vec2(3.0, plate.height()));
        ui.painter().rect_filled(bar, 1.5, palette.accent);
    } else if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(plate, super::theme::CORNER, palette.raised);
    }
    let picture =
        Rect::from_min_size(pos2(rect.left() + SPACE.l, rect.center().y - 18.0), THUMBNAIL);
    thumbnail(ui, item, picture, local);
    let left = picture.right() + 10.0;
    let width = plate.right() - SPACE.s - left;
    let body = TextStyle::Body.resolve(ui.style());
    let small = TextStyle::Small.resolve(ui.style());
    let name = elided_in_the_middle(ui, &item.name, body, palette.text, width);
    let failed = matches!(item.progress, Progress::Failed { .. });
    let text_colour = if failed { palette.bad } else { palette.muted };
    let mut job =
        egui::text::LayoutJob::simple(state_words.clone(), small, text_colour, width - 14.0);
    job.wrap.max_rows = 2;
    let state = ui.fonts_mut(|fonts| fonts.layout_job(job));
    let (name_y, state_y) = if state.rows.len() > 1 { (4.0, 21.0) } else { (10.0, 30.0) };
    ui.painter().galley(pos2(left, rect.top() + name_y), name, palette.text);
    let (shape, colour) = mark::of_progress(&item.progress, palette);
    let mark_at = pos2(left + 4.0, rect.top() + state_y + 7.0);
    mark::paint(ui.painter(), mark_at, 8.0, shape, colour);
    ui.painter().galley(pos2(left + 14.0, rect.top() + state_y), state, text_colour);
    let response = response.on_hover_text(format!("{}\n{state_words}", item.path.display()));
    if response.clicked() {
        let held = ui.input(|input| input.modifiers);
        let how = match (held.shift, held.command) {
            (true, _) => Choosing::Extend,
            (false, true) => Choosing::Toggle,
            (false, false) => Choosing::Only,
        };
        actions.push(Action::Select(item.id, how));
    }
}

fn thumbnail(ui: &Ui, item: &Item, rect: Rect, local: &mut Local) {
    let palette = palette(ui.visuals());
    let Some(picture) = &item.thumbnail else {
        ui.painter().rect_filled(rect, 3.0, palette.raised);
        return;
    };
    let texture = local.textures.get(ui.ctx(), picture, Finish::default());
    let size = texture.size_vec2();
    // Filled, with what sticks out cropped evenly.
    let scale = (rect.width() / size.x).max(rect.height() / size.y);
    let seen = rect.size() / scale / size;
    let uv = Rect::from_center_size(pos2(0.5, 0.5), seen);
    let mut shape = egui::epaint::RectShape::filled(rect, 3.0, egui::Color32::WHITE);
    shape = shape.with_texture(texture.id(), uv);
    ui.painter().add(shape);
}

fn elided_in_the_middle(
    ui: &Ui,
    text: &str,
    font: FontId,
    colour: egui::Color32,
    width: f32,
) -> Arc<Galley> {
    let layout = |text: String| ui.painter().layout_no_wrap(text, font.clone(), colour);
    let mut galley = layout(text.to_owned());
    let mut length = text.chars().count();
    while galley.size().x > width && length > 1 {
        let surplus = (length as f32 * width / galley.size().x) as usize;
        length = surplus.clamp(1, length - 1);
        galley = layout(words::elided(text, length));
    }
    galley
}
