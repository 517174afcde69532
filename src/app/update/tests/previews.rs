//! Previews: of the photo in the middle, and of those beside it.

use super::*;
use crate::app::{item::Item, update::previews::PREVIEWS_KEPT, view::View};

/// A list whose photos are all done, and the previews that were asked for since.
fn done_and_asked(names: &[&str]) -> (State, Vec<Job>) {
    let mut state = State::default();
    let mut asked = Vec::new();
    for job in found(&mut state, names) {
        let outcome = done(&job);
        asked.extend(submitted(&finish(&mut state, &job, outcome)));
    }
    (state, asked)
}

fn go(state: &mut State, rows: isize) -> Vec<Effect> {
    action(state, Action::SelectBy(rows, Choosing::Only))
}

fn names(jobs: &[Job]) -> Vec<String> {
    let name = |job: &Job| job.source.file_name().unwrap().to_string_lossy().into_owned();
    jobs.iter().map(name).collect()
}

fn is_ready(item: &Item) -> bool {
    matches!(item.preview, PreviewState::Ready(_))
}

#[test]
fn going_to_the_next_photo_or_the_one_before_needs_no_wait() {
    let (mut state, mut asked) = done_and_asked(&["a", "b", "c", "d", "e"]);
    for (rows, expected) in [(0, "a"), (1, "b"), (1, "c"), (1, "d"), (-1, "c"), (-1, "b"), (1, "c")]
    {
        asked.extend(submitted(&go(&mut state, rows)));
        let item = state.selected_item().unwrap();
        assert_eq!(item.name, expected);
        assert!(is_ready(item), "{expected} is there at once");
        // The engine has time for those beside it while this one is looked at.
        for job in std::mem::take(&mut asked) {
            let outcome = done(&job);
            asked.extend(submitted(&finish(&mut state, &job, outcome)));
        }
        assert_eq!(names(&asked), [""; 0]);
    }
}

#[test]
fn the_photos_beside_the_selected_one_are_asked_for_after_it() {
    let (mut state, asked) = done_and_asked(&["a", "b", "c", "d", "e"]);
    assert_eq!(names(&asked), ["b"]);
    let id = state.items.order()[3];
    let effects = action(&mut state, Action::Select(id, Choosing::Only));
    assert_eq!(cancelled(&effects), [asked[0].id], "it is beside nothing looked at any more");
    let next = submitted(&effects);
    assert_eq!(names(&next), ["d", "e", "c"]);
    assert!(next.iter().all(|job| job.saliency.is_some() && job.preview_px == Some(PREVIEW_PX)));
    finish(&mut state, &asked[0], Outcome::Cancelled);
    assert_eq!(cancelled(&go(&mut state, 1)), [next[2].id], "d and e are still looked at");
}

#[test]
fn a_preview_ends_as_its_last_event_says() {
    for (outcome, expected) in [
        (None, "ready"),
        (Some(failed()), "failed"),
        // Called off, and the user came back: it is asked for again.
        (Some(Outcome::Cancelled), "asked again"),
    ] {
        let (mut state, asked) = done_and_asked(&["a", "b"]);
        let job = &asked[0];
        assert!(job.saliency.is_some() && job.preview_px.is_some() && !job.thumbnail);
        go(&mut state, 1);
        let outcome = outcome.unwrap_or_else(|| done(job));
        let effects = finish(&mut state, job, outcome);
        let seen = match &state.items.at(1).unwrap().preview {
            PreviewState::Ready(_) => "ready",
            PreviewState::Failed(_) => "failed",
            PreviewState::Pending(new) if *new == submitted(&effects)[0].id => "asked again",
            other => panic!("{other:?}"),
        };
        assert_eq!(seen, expected);
        assert!(matches!(state.items.at(1).unwrap().progress, Progress::Done { .. }));
    }
}

#[test]
fn a_failed_preview_is_asked_for_again_only_by_the_user() {
    let (mut state, asked) = done_and_asked(&["a", "b"]);
    go(&mut state, 1);
    finish(&mut state, &asked[0], failed());
    let other = found(&mut state, &["c"]).remove(0);
    let outcome = done(&other);
    assert_eq!(names(&submitted(&finish(&mut state, &other, outcome))), ["c"]);
    let id = state.items.order()[1];
    assert_eq!(names(&submitted(&action(&mut state, Action::Retry(vec![id])))), ["b"]);
}

#[test]
fn coming_back_after_a_preview_was_called_off_asks_anew() {
    let (mut state, asked) = done_and_asked(&["a", "b", "c", "d"]);
    assert_eq!(cancelled(&go(&mut state, 3)), [asked[0].id]);
    finish(&mut state, &asked[0], Outcome::Cancelled);
    let back = submitted(&go(&mut state, -2));
    assert_eq!(names(&back), ["b"]);
}

#[test]
fn selecting_while_the_cutout_is_under_way_brings_the_preview_at_its_end() {
    let mut state = State::default();
    let jobs = found(&mut state, &["a", "b"]);
    assert_eq!(names(&submitted(&go(&mut state, 1))), [""; 0]);
    let outcome = done(&jobs[1]);
    let asked = submitted(&finish(&mut state, &jobs[1], outcome));
    assert_eq!(names(&asked), ["b"]);
    assert!(asked[0].saliency.is_some());
}

#[test]
fn only_the_last_previews_stay_in_memory() {
    let names: Vec<String> = (0..PREVIEWS_KEPT + 3).map(|n| format!("{n}.png")).collect();
    let (mut state, mut asked) =
        done_and_asked(&names.iter().map(String::as_str).collect::<Vec<_>>());
    for _ in 1..state.items.len() {
        for job in std::mem::take(&mut asked) {
            let outcome = done(&job);
            finish(&mut state, &job, outcome);
        }
        asked = submitted(&go(&mut state, 1));
    }
    assert_eq!(state.items.iter().filter(|item| is_ready(item)).count(), PREVIEWS_KEPT);
    assert!(is_ready(state.items.iter().last().unwrap()));
    assert!(!is_ready(state.items.at(0).unwrap()));
}

#[test]
fn the_place_is_kept_between_photos_of_one_size_if_that_is_wanted() {
    let close = View { zoom: crate::app::view::Zoom::Scale(2.0), centre: [0.3, 0.6] };
    for (keep, size_px, expected) in
        [(false, (4, 3), View::default()), (true, (4, 3), close), (true, (3, 4), View::default())]
    {
        let (mut state, _) = done_and_asked(&["a", "b"]);
        let id = state.items.order()[1];
        state.item_mut(id).unwrap().size_px = Some(size_px);
        action(&mut state, Action::KeepPlace(keep));
        action(&mut state, Action::SetView(close));
        go(&mut state, 1);
        assert_eq!(state.view, expected, "{keep} {size_px:?}");
    }
}
