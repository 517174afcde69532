//! Rows that are dragged to another place.

use egui::{Key, Rangef, Rect, Stroke, Ui, vec2};

use super::rows::ROW_HEIGHT;
use crate::{
    app::{action::Action, item::ItemId, state::State},
    ui::theme::{SPACE, palette},
};

/// So near an edge of the list, in points, a drag scrolls it.
const EDGE: f32 = 32.0;
/// How fast it then scrolls, in points a second.
const SPEED: f32 = 600.0;

/// Rows on their way.
pub struct Drag {
    ids: Vec<ItemId>,
}

impl Drag {
    /// Takes a row up, and with it the chosen ones if it is one of them.
    pub fn begin(state: &State, id: ItemId) -> Self {
        let ids = if state.selection.contains(id) { state.chosen() } else { vec![id] };
        Self { ids }
    }

    /// Whether a row is on its way.
    pub fn holds(&self, id: ItemId) -> bool {
        self.ids.contains(&id)
    }
}

/// Shows where the rows would go, and moves them there when they are let go. `top` is where the
/// first row of the list is, be it out of sight.
pub fn follow(
    ui: &Ui,
    state: &State,
    drag: &mut Option<Drag>,
    top: f32,
    view: Rect,
    actions: &mut Vec<Action>,
) {
    let Some(Drag { ids }) = &drag else { return };
    let (pointer, is_down, is_cancelled) = ui.input(|input| {
        let is_cancelled = input.key_down(Key::Escape);
        (input.pointer.latest_pos(), input.pointer.primary_down(), is_cancelled)
    });
    let Some(pointer) = pointer.filter(|_| !is_cancelled) else {
        *drag = None;
        return;
    };
    let shown = state.list.shown();
    let is_above_list = view.expand2(vec2(EDGE, EDGE)).contains(pointer);
    let place = ((pointer.y - top) / ROW_HEIGHT).round().clamp(0.0, shown.len() as f32);
    if !is_down {
        if is_above_list {
            let before = shown.get(place as usize).copied();
            actions.push(Action::MoveBefore(ids.clone(), before));
        }
        *drag = None;
        return;
    }
    if is_above_list {
        let y = top + place * ROW_HEIGHT;
        let line = Stroke::new(2.0, palette(ui.visuals()).accent);
        ui.painter().hline(Rangef::new(view.left() + SPACE.s, view.right() - SPACE.s), y, line);
    }
    scroll_near_edge(ui, pointer.y, view);
}

fn scroll_near_edge(ui: &Ui, pointer_y: f32, view: Rect) {
    let direction = if pointer_y < view.top() + EDGE {
        1.0
    } else if pointer_y > view.bottom() - EDGE {
        -1.0
    } else {
        return;
    };
    let step = SPEED * ui.input(|input| input.stable_dt.min(0.05));
    ui.scroll_with_delta(vec2(0.0, direction * step));
    ui.ctx().request_repaint();
}
