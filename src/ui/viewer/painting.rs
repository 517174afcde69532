//! Painting on the photo: what the pointer does while the brush is in hand.

use egui::{Event, Key, Modifiers, PointerButton, Pos2, Response, Ui};

use super::{Shown, sheet::Sheet, stage::Stage};
use crate::app::{action::Action, edit_action::EditAction, item::ItemId, state::State};

/// What the brush remembers from frame to frame.
#[derive(Debug, Default)]
pub struct Painting {
    /// The stroke that is being painted.
    pub stroke: Option<Begun>,
    /// Whether the pointer is over the photo.
    pub is_over_photo: bool,
}

/// A stroke that is being painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    item: ItemId,
    /// The picture that it was begun on: its place among the sheets.
    sheet: usize,
}

/// Over the photo, Space holds the photo and presses no button.
pub fn take_keys(ui: &Ui, state: &State, painting: &Painting) {
    if state.brush.on && painting.is_over_photo && !ui.ctx().text_edit_focused() {
        ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Space));
    }
}

/// Whether the pointer moves the photo rather than painting on it.
pub fn moves_photo(ui: &Ui, shown: &Shown) -> bool {
    let asked = ui.input(|input| input.key_down(Key::Space) || input.pointer.middle_down());
    !shown.state.brush.on || asked
}

/// What the pointer paints becomes actions.
pub fn take(
    ui: &Ui,
    response: &Response,
    shown: &Shown,
    stage: &Stage,
    painting: &mut Painting,
    actions: &mut Vec<Action>,
) {
    painting.is_over_photo = response.contains_pointer();
    let stroke = &mut painting.stroke;
    let was_down = stroke.is_some();
    let at = ui.input(|input| positions(&input.events, was_down));
    let is_pressed = response.is_pointer_button_down_on() || response.clicked();
    let is_two_fingers = ui.input(|input| input.multi_touch().is_some());
    if stroke.is_none() && is_pressed && !moves_photo(ui, shown) && !is_two_fingers {
        *stroke = begin(ui, shown, stage, &at, actions);
    } else if let Some(Begun { item, sheet }) = *stroke
        && let Some(sheet) = stage.sheets.get(sheet).filter(|_| item == shown.item.id)
        && !at.is_empty()
    {
        let points_px = to_photo(sheet, &at);
        actions.push(Action::Edit(EditAction::ExtendStroke { id: item, points_px }));
    }
    let is_held = ui.input(|input| input.pointer.primary_down());
    if let Some(ended) = stroke.take_if(|of| !is_held || of.item != shown.item.id) {
        actions.push(Action::Edit(EditAction::Settle(ended.item)));
    }
}

/// Puts the brush down; with Shift held, on a straight line from where it was lifted last.
fn begin(
    ui: &Ui,
    shown: &Shown,
    stage: &Stage,
    at: &[Pos2],
    actions: &mut Vec<Action>,
) -> Option<Begun> {
    let first = *at.first()?;
    let place = stage.sheets.iter().position(|sheet| sheet.part.contains(first))?;
    let item = shown.item;
    let mut points_px = to_photo(&stage.sheets[place], at);
    if ui.input(|input| input.modifiers.shift) {
        let last = item.edits.current().strokes.last();
        let last = last.and_then(|stroke| stroke.points_px.last());
        points_px.splice(..0, last.copied());
    }
    actions.push(Action::Edit(EditAction::BeginStroke { id: item.id, points_px }));
    Some(Begun { item: item.id, sheet: place })
}

fn to_photo(sheet: &Sheet, at: &[Pos2]) -> Vec<[f32; 2]> {
    at.iter().map(|&at| sheet.mapping.to_photo(at)).collect()
}

/// Where the pointer was while it was down in this frame: all the places that the system told of,
/// so that a quick stroke has no corners.
fn positions(events: &[Event], was_down: bool) -> Vec<Pos2> {
    let mut is_down = was_down;
    let mut positions = Vec::new();
    for event in events {
        match *event {
            Event::PointerButton { pos, button: PointerButton::Primary, pressed, .. } => {
                if pressed || is_down {
                    positions.push(pos);
                }
                is_down = pressed;
            }
            Event::PointerMoved(pos) if is_down => positions.push(pos),
            _ => {}
        }
    }
    positions
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    #[test]
    fn a_stroke_has_every_place_from_pressing_to_letting_go() {
        let button = |x: f32, button, pressed| Event::PointerButton {
            pos: pos2(x, 0.0),
            button,
            pressed,
            modifiers: Modifiers::NONE,
        };
        let primary = |x, pressed| button(x, PointerButton::Primary, pressed);
        let moved = |x: f32| Event::PointerMoved(pos2(x, 0.0));
        for (events, was_down, expected) in [
            (vec![moved(1.0)], false, vec![]),
            (vec![moved(1.0), moved(2.0)], true, vec![1.0, 2.0]),
            (vec![moved(1.0), primary(2.0, true), moved(3.0)], false, vec![2.0, 3.0]),
            (vec![moved(1.0), primary(2.0, false), moved(3.0)], true, vec![1.0, 2.0]),
            (vec![primary(1.0, true), primary(1.0, false)], false, vec![1.0, 1.0]),
            (vec![button(1.0, PointerButton::Middle, true), moved(2.0)], false, vec![]),
        ] {
            let at: Vec<_> = positions(&events, was_down).iter().map(|at| at.x).collect();
            assert_eq!(at, expected, "{events:?}");
        }
    }
}
