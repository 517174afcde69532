//! Changing photos: settings, strokes, steps back, and settings for other photos.

use std::{path::PathBuf, sync::Arc};

use super::{jobs, live, settings::change as change_setting};
use crate::{
    app::{
        edit_action::{EditAction, Target},
        effect::Effect,
        history::{History, Step},
        item::{Item, ItemId},
        state::{Notice, State},
    },
    imaging::edit::{Background, Edits, Stroke},
    lang::t,
};

/// Points of a stroke closer to each other than this share of its radius add nothing.
const POINT_SPACING: f32 = 0.05;
const POINT_SPACING_MIN_PX: f32 = 0.5;
const STROKE: Step = Step::Part("brush");

/// Takes in what the user changed.
pub fn edit(state: &mut State, action: EditAction) -> Vec<Effect> {
    match action {
        EditAction::Set { id, edits, step } => change(state, id, edits, step),
        EditAction::Settle(id) => {
            with_history(state, id, |history| {
                history.settle();
                true
            });
            Vec::new()
        }
        EditAction::BeginStroke { id, points_px } => begin_stroke(state, id, points_px),
        EditAction::ExtendStroke { id, points_px } => extend_stroke(state, id, &points_px),
        EditAction::Undo => in_history(state, History::undo),
        EditAction::Redo => in_history(state, History::redo),
        EditAction::Reset => {
            let unchanged = Arc::default();
            state.selected().map_or_else(Vec::new, |id| change(state, id, unchanged, Step::Whole))
        }
        EditAction::CopyTo(target) => copy_to(state, target),
        EditAction::Copy => {
            state.copied_edits = state.selected_item().map(|item| settings(item.edits.current()));
            Vec::new()
        }
        EditAction::Paste => match state.copied_edits.clone() {
            Some(edits) => give(state, &edits, state.chosen()),
            None => Vec::new(),
        },
        EditAction::MakeDefault => {
            if let Some(item) = state.selected_item() {
                let edits = settings(item.edits.current()).as_ref().clone();
                state.notice = Some(Notice::good(t!("inspector-default-made")));
                vec![change_setting(state, |all| all.editing.new_photos = edits.clone())]
            } else {
                Vec::new()
            }
        }
        EditAction::SetBrush(brush) => {
            state.brush = brush;
            Vec::new()
        }
        EditAction::PickBackground => state.selected().map_or_else(Vec::new, |id| {
            super::actions::open_dialog(state, Effect::PickBackground(id))
        }),
        EditAction::ShowInspector(open) => {
            vec![change_setting(state, |all| all.editing.panel_open = open)]
        }
    }
}

/// A picture to stand behind the subject was chosen, if any.
pub fn background_picked(state: &mut State, id: ItemId, picture: Option<PathBuf>) -> Vec<Effect> {
    state.dialog_open = false;
    let (Some(picture), Some(item)) = (picture, state.item(id)) else { return Vec::new() };
    let edits =
        Edits { background: Background::Picture(picture), ..item.edits.current().as_ref().clone() };
    change(state, id, Arc::new(edits), Step::Whole)
}

fn change(state: &mut State, id: ItemId, edits: Arc<Edits>, step: Step) -> Vec<Effect> {
    let once = with_one_look(state, &[id]);
    let changed = with_history(state, id, |history| history.change(edits, step));
    if changed { shown_anew(state, once) } else { Vec::new() }
}

fn with_history(state: &mut State, id: ItemId, f: impl FnOnce(&mut History) -> bool) -> bool {
    state.item_mut(id).is_some_and(|mut item| f(&mut item.edits))
}

fn in_history(state: &mut State, step: impl FnOnce(&mut History) -> bool) -> Vec<Effect> {
    let Some(id) = state.selected() else { return Vec::new() };
    let once = with_one_look(state, &[id]);
    if with_history(state, id, step) { shown_anew(state, once) } else { Vec::new() }
}

/// Those of these photos that were cut with one look, and wanted no second.
fn with_one_look(state: &State, ids: &[ItemId]) -> Vec<ItemId> {
    let is_once = |item: &Item| item.was_seen_once() && !item.wants_second_look();
    ids.iter().copied().filter(|&id| state.item(id).is_some_and(is_once)).collect()
}

/// The selected photo with its changes; of photos that were cut with one look, those that want
/// another now are cut again: no other change takes the network.
fn shown_anew(state: &mut State, once: Vec<ItemId>) -> Vec<Effect> {
    let wanted = |id: &ItemId| state.item(*id).is_some_and(Item::wants_second_look);
    let again: Vec<ItemId> = once.into_iter().filter(wanted).collect();
    let mut effects: Vec<Effect> =
        again.into_iter().flat_map(|id| jobs::cut_anew(state, id)).collect();
    effects.extend(live::refresh(state));
    effects
}

fn begin_stroke(state: &mut State, id: ItemId, points_px: Vec<[f32; 2]>) -> Vec<Effect> {
    let brush = state.brush;
    let Some(mut item) = state.item_mut(id).filter(|_| !points_px.is_empty()) else {
        return Vec::new();
    };
    item.edits.settle();
    let stroke = Stroke {
        tool: brush.tool,
        radius_px: brush.size_px / 2.0,
        softness: brush.softness,
        points_px,
    };
    let mut edits = item.edits.current().as_ref().clone();
    edits.strokes.push(Arc::new(stroke));
    drop(item);
    change(state, id, Arc::new(edits), STROKE)
}

fn extend_stroke(state: &mut State, id: ItemId, points_px: &[[f32; 2]]) -> Vec<Effect> {
    let Some(item) = state.item(id) else { return Vec::new() };
    let mut edits = item.edits.current().as_ref().clone();
    let Some(stroke) = edits.strokes.last_mut() else { return Vec::new() };
    let mut longer = stroke.as_ref().clone();
    let spacing_px = (longer.radius_px * POINT_SPACING).max(POINT_SPACING_MIN_PX);
    for &point in points_px {
        let far = |last: &[f32; 2]| (last[0] - point[0]).hypot(last[1] - point[1]) >= spacing_px;
        if longer.points_px.last().is_none_or(far) {
            longer.points_px.push(point);
        }
    }
    *stroke = Arc::new(longer);
    change(state, id, Arc::new(edits), STROKE)
}

fn copy_to(state: &mut State, target: Target) -> Vec<Effect> {
    let Some(item) = state.selected_item() else { return Vec::new() };
    let edits = settings(item.edits.current());
    let ids = match target {
        Target::Selection => state.chosen(),
        Target::All => state.items.order().to_vec(),
    };
    give(state, &edits, ids)
}

/// Gives settings to photos, each of which keeps its own strokes.
fn give(state: &mut State, settings: &Arc<Edits>, ids: Vec<ItemId>) -> Vec<Effect> {
    let once = with_one_look(state, &ids);
    let mut changed = 0;
    for id in ids {
        let Some(mut item) = state.item_mut(id) else { continue };
        let strokes = &item.edits.current().strokes;
        let edits = if strokes.is_empty() {
            settings.clone()
        } else {
            Arc::new(Edits { strokes: strokes.clone(), ..settings.as_ref().clone() })
        };
        changed += usize::from(item.edits.change(edits, Step::Whole));
    }
    state.notice = Some(Notice::good(t!("inspector-settings-given", count = changed)));
    shown_anew(state, once)
}

/// What is changed, but for what was painted.
fn settings(edits: &Arc<Edits>) -> Arc<Edits> {
    if edits.strokes.is_empty() {
        return edits.clone();
    }
    Arc::new(Edits { strokes: Vec::new(), ..edits.as_ref().clone() })
}
