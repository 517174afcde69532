//! Previews that follow the user's changes.

use super::*;
use crate::{
    app::{edit_action::EditAction, history::Step},
    engine::protocol::{LiveAnswer, LiveRequest},
    imaging::edit::Edits,
};

fn grown(grow_px: f32) -> Arc<Edits> {
    let mut edits = Edits::default();
    edits.mask.grow_px = grow_px;
    Arc::new(edits)
}

/// Changes the selected photo and gives the preview that is asked for.
fn grow(state: &mut State, grow_px: f32) -> Option<LiveRequest> {
    let id = state.selected().expect("a photo");
    let set = EditAction::Set { id, edits: grown(grow_px), step: Step::Part("grow") };
    asked(&action(state, Action::Edit(set)))
}

fn asked(effects: &[Effect]) -> Option<LiveRequest> {
    let requests = effects.iter().filter_map(|effect| match effect {
        Effect::Send(Command::Live(request)) => Some(request.clone()),
        _ => None,
    });
    let requests: Vec<_> = requests.collect();
    assert!(requests.len() <= 1, "{} requests at once", requests.len());
    requests.into_iter().next()
}

fn a_preview() -> Preview {
    let [before, after, mask] = [(); 3].map(|()| Mipmap::of(picture()));
    Preview { before, after, mask, trim_px: None, problem: None }
}

fn answer(state: &mut State, request: &LiveRequest) {
    // The frame tells the answers apart.
    let preview = Preview { trim_px: Some([request.edits.mask.grow_px; 4]), ..a_preview() };
    let LiveRequest { key, serial, .. } = *request;
    let answer = LiveAnswer { key, serial, preview: Arc::new(preview), took_ms: 1.0 };
    event(state, Event::Live(answer));
}

/// How far the subject of the preview in sight is grown.
fn shown(state: &State) -> f32 {
    match &state.selected_item().expect("a photo").preview {
        PreviewState::Ready(preview) => preview.trim_px.map_or(0.0, |[grown, ..]| grown),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_change_asks_for_a_preview_and_for_nothing_else() {
    let mut state = done_list(&["a.png"]);
    let id = state.selected().unwrap();
    let set = EditAction::Set { id, edits: grown(3.0), step: Step::Whole };
    let effects = action(&mut state, Action::Edit(set.clone()));
    let request = asked(&effects).expect("a preview");
    assert_eq!((effects.len(), &request.edits), (1, &grown(3.0)), "no job is submitted");
    assert_eq!(request.photo_px, (4, 3));
    assert!(action(&mut state, Action::Edit(set)).is_empty(), "nothing was changed");
    answer(&mut state, &request);
    assert_eq!(shown(&state), 3.0);
    // Taking it back asks anew.
    let undone = asked(&action(&mut state, Action::Edit(EditAction::Undo))).expect("a preview");
    assert!(undone.edits.is_unchanged() && undone.serial > request.serial);
}

#[test]
fn the_picture_follows_the_hand_and_never_goes_back() {
    let mut state = done_list(&["a.png"]);
    let requests: Vec<_> = (1..=4).filter_map(|px| grow(&mut state, px as f32)).collect();
    assert_eq!(requests.len(), 4);
    for (answered, expected) in [(1, 2.0), (0, 2.0), (3, 4.0), (2, 4.0)] {
        answer(&mut state, &requests[answered]);
        assert_eq!(shown(&state), expected, "after the answer to request {answered}");
    }
}

#[test]
fn a_photo_left_before_its_answer_came_is_made_anew_when_it_is_selected_again() {
    for late_answer in [false, true] {
        let mut state = done_list(&["a.png", "b.png"]);
        let request = grow(&mut state, 5.0).expect("a preview");
        action(&mut state, Action::SelectBy(1, Choosing::Only));
        if late_answer {
            answer(&mut state, &request);
        }
        let again = action(&mut state, Action::SelectBy(-1, Choosing::Only));
        let again = asked(&again).expect("a preview");
        assert_eq!(again.edits, grown(5.0));
        answer(&mut state, &request);
        assert_eq!(shown(&state), 0.0, "the answer from before the photo was left");
        answer(&mut state, &again);
        assert_eq!(shown(&state), 5.0);
    }
}

#[test]
fn a_photo_changed_out_of_sight_is_made_anew_when_it_is_selected() {
    let mut state = done_list(&["a.png", "b.png"]);
    let second = state.items.order()[1];
    let set = EditAction::Set { id: second, edits: grown(2.0), step: Step::Whole };
    assert!(asked(&action(&mut state, Action::Edit(set))).is_none());
    action(&mut state, Action::Select(second, Choosing::Only));
    // Its preview was on its way already, as it stands beside the selected one.
    let PreviewState::Pending(id) = state.item(second).unwrap().preview else { panic!("a job") };
    let outcome = done(&Job { id, ..found(&mut state, &["c.png"]).remove(0) });
    let Outcome::Done(mut outcome) = outcome else { unreachable!() };
    outcome.preview = Some(a_preview());
    let effects = event(&mut state, Event::Finished { id, outcome: Outcome::Done(outcome) });
    let request = asked(&effects).expect("a preview");
    assert_eq!((request.key, request.edits), (second.0, grown(2.0)));
}

#[test]
fn changes_made_while_a_preview_is_on_its_way_are_shown_after_it() {
    let mut state = State::default();
    let job = found(&mut state, &["a.png"]).remove(0);
    assert!(grow(&mut state, 8.0).is_none(), "there is nothing to make it of yet");
    let outcome = done(&job);
    let request = asked(&finish(&mut state, &job, outcome)).expect("a preview");
    assert_eq!(request.edits, grown(8.0));
}
