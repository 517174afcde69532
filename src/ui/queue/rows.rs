//! The rows of the list: only those in sight are laid out.

use std::ops::Range;

use egui::{Id, Rect, Response, ScrollArea, Sense, Ui, WidgetInfo, accesskit::Role, pos2, vec2};

use super::{Local, drag, drag::Drag, row};
use crate::{
    app::{
        action::{Action, Choosing},
        item::{Item, ItemId},
        state::State,
    },
    lang::t,
    path_text::printable,
    ui::{commands::Sight, menu, scroll, texture::Textures, words},
};

/// The height of a row, in points.
pub const ROW_HEIGHT: f32 = 62.0;

/// What can be done with the chosen photos, as the menu of a row has it.
const MENU: &[&[&str]] = &[
    &["command-retry", "command-stop-these"],
    &["command-save-cutout", "command-save-mask", "command-copy-cutout"],
    &["command-move-up", "command-move-down", "command-show-original"],
    &["command-remove"],
];

/// Draws the rows.
pub fn show(
    ui: &mut Ui,
    sight: &Sight,
    local: &mut Local,
    textures: &mut Textures,
    actions: &mut Vec<Action>,
) {
    let state = sight.state;
    let shown = state.list.shown();
    if shown.is_empty() {
        ui.centered_and_justified(|ui| ui.weak(t!("queue-nothing-found")));
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    let view = ui.available_rect_before_wrap();
    let list = ScrollArea::vertical().auto_shrink(false);
    scroll::show_rows(ui, list, ROW_HEIGHT, shown.len(), |ui, range| {
        ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
            node.set_role(Role::ListBox);
            node.set_label(t!("queue-photos"));
        });
        let top = ui.max_rect().top() - range.start as f32 * ROW_HEIGHT;
        reveal_selected(ui, state, local, top);
        tell_in_sight(shown, &range, local, actions);
        for item in range.filter_map(|place| state.item(shown[place])) {
            let rect = ui.allocate_space(vec2(ui.available_width(), ROW_HEIGHT)).1;
            let response = interact(ui, sight, item, rect, local, actions);
            let look = row::Look {
                is_chosen: state.selection.contains(item.id),
                is_lead: state.selected() == Some(item.id),
                is_dragged: local.drag.as_ref().is_some_and(|drag| drag.holds(item.id)),
            };
            row::paint(ui, state, item, look, &response, textures);
        }
        drag::follow(ui, state, &mut local.drag, top, view, actions);
    });
}

fn interact(
    ui: &Ui,
    sight: &Sight,
    item: &Item,
    rect: Rect,
    local: &mut Local,
    actions: &mut Vec<Action>,
) -> Response {
    let state = sight.state;
    let is_chosen = state.selection.contains(item.id);
    // A finger that moves scrolls the list.
    let mut sense = if ui.input(|input| input.any_touches()) {
        Sense::CLICK
    } else {
        Sense::CLICK | Sense::DRAG
    };
    // The keyboard comes to the photo in the middle; arrow keys lead on from there.
    if state.selected() == Some(item.id) {
        sense |= Sense::FOCUSABLE;
    }
    let response = ui.interact(rect, Id::unique(("photo", item.id.0)), sense);
    let words = std::iter::once(words::progress(item)).chain(words::copy(item, state));
    let state_words = words.collect::<Vec<_>>().join(" · ");
    response.widget_info(|| {
        let name = format!("{}, {state_words}", item.name);
        WidgetInfo::selected(Role::ListBoxOption, true, is_chosen, name)
    });
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_description(words::size(item));
        node.set_selected(is_chosen);
    });
    if response.clicked() {
        let held = ui.input(|input| input.modifiers);
        let how = match (held.shift, held.command) {
            (true, _) => Choosing::Extend,
            (false, true) => Choosing::Toggle,
            (false, false) => Choosing::Only,
        };
        actions.push(Action::Select(item.id, how));
    }
    // Whatever is asked for by the menu is meant for the row that it belongs to.
    if response.secondary_clicked() && !is_chosen {
        actions.push(Action::Select(item.id, Choosing::Only));
    }
    if response.drag_started_by(egui::PointerButton::Primary) {
        local.drag = Some(Drag::begin(state, item.id));
    }
    response.context_menu(|ui| menu::named_entries(ui, MENU, sight, actions));
    let path = printable(&item.path);
    response.on_hover_ui(|ui| {
        ui.label(format!("{path}\n{state_words}\n{}", words::size(item)));
    })
}

/// Scrolls to the selection when it changed, even to a row that is not laid out.
fn reveal_selected(ui: &Ui, state: &State, local: &mut Local, top: f32) {
    if local.revealed == state.selected() {
        return;
    }
    local.revealed = state.selected();
    let place =
        local.revealed.and_then(|id| state.list.shown().iter().position(|&other| other == id));
    if let Some(place) = place {
        let corner = pos2(ui.max_rect().left(), top + place as f32 * ROW_HEIGHT);
        let row = Rect::from_min_size(corner, vec2(ui.available_width(), ROW_HEIGHT));
        ui.scroll_to_rect(row, None);
    }
}

/// Tells which rows are in sight, and those that a turn of the wheel brings there.
fn tell_in_sight(
    shown: &[ItemId],
    range: &Range<usize>,
    local: &mut Local,
    actions: &mut Vec<Action>,
) {
    let page = range.len();
    let after = range.end..(range.end + page).min(shown.len());
    let before = range.start.saturating_sub(page)..range.start;
    let in_sight = [&shown[range.clone()], &shown[after], &shown[before]].concat();
    if in_sight != local.in_sight {
        local.in_sight.clone_from(&in_sight);
        actions.push(Action::InSight(in_sight));
    }
}
