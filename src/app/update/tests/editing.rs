//! Changing photos.

use super::*;
use crate::{
    app::{
        brush::Brush,
        edit_action::{EditAction, Target},
        export::Scope,
        history::Step,
    },
    imaging::edit::{Background, BrushTool, Edits, Trim},
};

const SELECT_NEXT: Action = Action::SelectBy(1, Choosing::Only);
const SELECT_PREVIOUS: Action = Action::SelectBy(-1, Choosing::Only);
const NAMES: [&str; 3] = ["a.png", "b.png", "c.png"];

fn edits(change: impl FnOnce(&mut Edits)) -> Arc<Edits> {
    let mut edits = Edits::default();
    change(&mut edits);
    Arc::new(edits)
}

fn grown(grow_px: f32) -> Arc<Edits> {
    edits(|edits| edits.mask.grow_px = grow_px)
}

fn edit(state: &mut State, edit: EditAction) -> Vec<Effect> {
    action(state, Action::Edit(edit))
}

/// Changes the selected photo in one step.
fn set(state: &mut State, edits: &Arc<Edits>) -> Vec<Effect> {
    let id = state.selected().expect("a photo");
    edit(state, EditAction::Set { id, edits: edits.clone(), step: Step::Whole })
}

fn current(state: &State, index: usize) -> &Edits {
    state.items.at(index).unwrap().edits.current()
}

fn paint(state: &mut State, points_px: &[[f32; 2]]) {
    let id = state.selected().expect("a photo");
    let (first, rest) = points_px.split_first().expect("a point");
    edit(state, EditAction::BeginStroke { id, points_px: vec![*first] });
    edit(state, EditAction::ExtendStroke { id, points_px: rest.to_vec() });
    edit(state, EditAction::Settle(id));
}

#[test]
fn every_job_carries_what_the_user_changed() {
    let mut state = State::default();
    state.settings.editing.new_photos = grown(2.0).as_ref().clone();
    let cut = found(&mut state, &NAMES);
    assert!(cut.iter().all(|job| job.edits == grown(2.0)), "new photos begin with the defaults");
    for job in &cut {
        let outcome = done(job);
        finish(&mut state, job, outcome);
    }
    set(&mut state, &grown(5.0));
    action(&mut state, Action::OpenExport(Scope::All));
    let saved = submitted(&action(&mut state, Action::Export));
    let grown_px: Vec<_> = saved.iter().map(|job| job.edits.mask.grow_px).collect();
    assert_eq!(grown_px, [5.0, 2.0, 2.0]);
    set(&mut state, &grown(6.0));
    assert_eq!(saved[0].edits, grown(5.0), "a save that is under way writes what was asked");
}

#[test]
fn how_far_a_refinement_is_is_known_until_it_is_over() {
    let percent = |state: &State| state.items.at(0).unwrap().refining_percent;
    let mut state = done_list(&NAMES);
    let tell = |state: &mut State, id, done| {
        event(state, Event::Refining { id, done });
        percent(state)
    };
    let saved = submitted(&action(&mut state, Action::Save(OutputKind::Cutout))).remove(0);
    assert_eq!(tell(&mut state, saved.id, 0.404), Some(40));
    event(&mut state, Event::Step { id: saved.id, step: super::Step::Saving });
    assert_eq!(percent(&state), None);
    assert_eq!(tell(&mut state, saved.id, 1.0), Some(100));
    finish(&mut state, &saved, Outcome::Cancelled);
    assert_eq!(percent(&state), None);
    assert_eq!(tell(&mut state, saved.id, 0.5), None, "that job has ended");
}

#[test]
fn only_a_second_look_that_nobody_took_cuts_a_photo_again() {
    let one_look = edits(|edits| edits.mask.second_look = false);
    let mut state = done_list(&NAMES);
    // The first was looked at twice, or needed no second look: on and off at once.
    assert!(submitted(&set(&mut state, &one_look)).is_empty());
    assert!(submitted(&edit(&mut state, EditAction::Undo)).is_empty());

    let mut state = State::default();
    state.settings.editing.new_photos = one_look.as_ref().clone();
    for job in found(&mut state, &NAMES) {
        let outcome = done(&job);
        finish(&mut state, &job, outcome);
    }
    let grown_once = edits(|edits| (edits.mask.second_look, edits.mask.grow_px) = (false, 3.0));
    assert!(submitted(&set(&mut state, &grown_once)).is_empty());
    let again = submitted(&set(&mut state, &grown(3.0)));
    assert_eq!(again.len(), 1);
    assert!(again[0].saliency.is_none() && again[0].edits.mask.second_look);
    let outcome = done(&again[0]);
    finish(&mut state, &again[0], outcome);
    assert!(submitted(&edit(&mut state, EditAction::Undo)).is_empty());
    assert!(submitted(&edit(&mut state, EditAction::Redo)).is_empty(), "it is known now");
    let others = submitted(&edit(&mut state, EditAction::CopyTo(Target::All)));
    assert_eq!(others.len(), 2, "the others were looked at once");

    let mut state = State::default();
    state.settings.editing.new_photos = one_look.as_ref().clone();
    let under_way = found(&mut state, &NAMES);
    assert!(submitted(&set(&mut state, &grown(3.0))).is_empty());
    let outcome = done(&under_way[0]);
    let again = submitted(&finish(&mut state, &under_way[0], outcome));
    assert!(again.len() == 1 && again[0].edits == grown(3.0), "{again:?}");
}

#[test]
fn steps_are_kept_for_each_photo_and_go_back_and_forth() {
    let mut state = done_list(&NAMES);
    set(&mut state, &grown(1.0));
    set(&mut state, &grown(2.0));
    action(&mut state, SELECT_NEXT);
    set(&mut state, &grown(7.0));
    edit(&mut state, EditAction::Undo);
    edit(&mut state, EditAction::Undo);
    assert_eq!(current(&state, 1), &Edits::default());
    action(&mut state, SELECT_PREVIOUS);
    for (doing, expected) in [
        (EditAction::Undo, 1.0),
        (EditAction::Undo, 0.0),
        (EditAction::Undo, 0.0),
        (EditAction::Redo, 1.0),
        (EditAction::Redo, 2.0),
        (EditAction::Reset, 0.0),
        (EditAction::Undo, 2.0),
    ] {
        edit(&mut state, doing.clone());
        assert_eq!(current(&state, 0).mask.grow_px, expected, "{doing:?}");
    }
    assert!(state.items.at(0).unwrap().is_edited() && !state.items.at(1).unwrap().is_edited());
}

#[test]
fn a_stroke_is_one_step_and_keeps_the_brush_that_painted_it() {
    let mut state = done_list(&NAMES[..1]);
    let brush = Brush { on: true, tool: BrushTool::Erase, size_px: 40.0, softness: 0.5 };
    edit(&mut state, EditAction::SetBrush(brush));
    paint(&mut state, &[[1.0, 2.0], [9.0, 2.0], [9.1, 2.1], [30.0, 40.0]]);
    edit(&mut state, EditAction::SetBrush(brush.swapped()));
    paint(&mut state, &[[5.0, 5.0], [50.0, 5.0]]);
    let strokes = &current(&state, 0).strokes;
    assert_eq!(strokes.len(), 2);
    let first = &strokes[0];
    assert_eq!((first.tool, first.radius_px, first.softness), (BrushTool::Erase, 20.0, 0.5));
    assert_eq!(first.points_px, [[1.0, 2.0], [9.0, 2.0], [30.0, 40.0]], "near points add nothing");
    assert_eq!(strokes[1].tool, BrushTool::Keep);
    for left in [1, 0] {
        edit(&mut state, EditAction::Undo);
        assert_eq!(current(&state, 0).strokes.len(), left);
    }
    edit(&mut state, EditAction::Redo);
    assert_eq!(current(&state, 0).strokes[0].points_px.len(), 3);
}

#[test]
fn settings_go_to_other_photos_without_what_was_painted() {
    let wanted = edits(|edits| {
        edits.background = Background::Colour([9, 8, 7]);
        edits.trim = Some(Trim { margin_px: 3 });
    });
    type Give = fn(&mut State);
    let cases: [(Give, [bool; 3]); 3] = [
        (|state| drop(edit(state, EditAction::CopyTo(Target::All))), [true; 3]),
        (|state| drop(edit(state, EditAction::CopyTo(Target::Selection))), [true, false, false]),
        (
            |state| {
                edit(state, EditAction::Copy);
                action(state, SELECT_NEXT);
                edit(state, EditAction::Paste);
            },
            [true, true, false],
        ),
    ];
    for (give, expected) in cases {
        let mut state = done_list(&NAMES);
        action(&mut state, SELECT_NEXT);
        paint(&mut state, &[[5.0, 5.0], [50.0, 5.0]]);
        action(&mut state, SELECT_PREVIOUS);
        set(&mut state, &wanted);
        paint(&mut state, &[[1.0, 1.0]]);
        give(&mut state);
        let has = |index: usize| current(&state, index).background == wanted.background;
        assert_eq!([0, 1, 2].map(has), expected);
        let strokes = [0, 1, 2].map(|index| current(&state, index).strokes.len());
        assert_eq!(strokes, [1, 1, 0], "each photo keeps its own strokes");
        assert!(state.notice.is_some_and(|notice| !notice.is_problem));
    }
}

#[test]
fn the_default_is_what_later_photos_begin_with() {
    let mut state = done_list(&NAMES[..1]);
    set(&mut state, &grown(3.0));
    paint(&mut state, &[[1.0, 1.0]]);
    let effects = edit(&mut state, EditAction::MakeDefault);
    let kept = &state.stored_settings.editing.new_photos;
    assert!(
        matches!(&effects[..], [Effect::SaveSettings(saved)] if &saved.editing.new_photos == kept)
    );
    found(&mut state, &["d.png"]);
    assert_eq!(state.items.at(1).unwrap().edits.current(), &grown(3.0), "without what was painted");
    assert!(!state.items.at(1).unwrap().edits.can_undo());
}

#[test]
fn a_chosen_picture_stands_behind_the_photo_that_asked() {
    let mut state = done_list(&NAMES);
    let id = state.items.at(0).unwrap().id;
    let asked = edit(&mut state, EditAction::PickBackground);
    assert!(matches!(asked[..], [Effect::PickBackground(of)] if of == id));
    assert_eq!(edit(&mut state, EditAction::PickBackground).len(), 0, "one dialog at a time");
    action(&mut state, SELECT_NEXT);
    report(&mut state, Report::Background(id, Some("sea.jpg".into())));
    assert_eq!(current(&state, 0).background, Background::Picture("sea.jpg".into()));
    assert_eq!(current(&state, 1), &Edits::default());
    report(&mut state, Report::Background(id, None));
    assert!(state.items.at(0).unwrap().is_edited() && !state.dialog_open);
}

#[test]
fn giving_settings_to_hundreds_of_photos_shares_them() {
    let names: Vec<String> = (0..500).map(|number| format!("{number}.png")).collect();
    let mut state = done_list(&names.iter().map(String::as_str).collect::<Vec<_>>());
    set(&mut state, &grown(4.0));
    let effects = edit(&mut state, EditAction::CopyTo(Target::All));
    assert_eq!(effects.len(), 0, "no photo out of sight is asked for");
    let first = state.items.at(0).unwrap().edits.current();
    assert!(state.items.iter().all(|item| Arc::ptr_eq(item.edits.current(), first)));
}
