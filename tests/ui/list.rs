//! The list: states in words, selection, stopping and removing.

use cutout::engine::protocol::{Command, Event, Outcome, Step};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use crate::{pictures::done, window::Window};

#[test]
fn a_photo_goes_through_its_states_in_words() {
    let mut window = Window::with_photos(&["lemur.png"]);
    let job = window.jobs().remove(0);
    for (step, words) in [
        (Step::Decoding, "lemur.png, Reading the photo"),
        (Step::Inferring, "lemur.png, Finding the subject"),
        (Step::Refining, "lemur.png, Refining the edge"),
        (Step::Saving, "lemur.png, Saving"),
    ] {
        window.tell(Event::Step { id: job.id, step });
        assert_eq!(window.rows(), [words]);
    }
    window.finish(&job, done(&job));
    assert_eq!(window.rows(), ["lemur.png, Done · 0.21 s"]);
    window.harness.get_by_label("1 of 1 done");
    window.harness.get_by_label("Before and after of lemur.png");
}

#[test]
fn a_failure_shows_its_reason_and_can_be_tried_again() {
    let reason = "scan.jpg: the file ends early; copy it again";
    let mut window = Window::with_photos(&["scan.jpg"]);
    let job = window.jobs().remove(0);
    window.finish(&job, Outcome::Failed { why: reason.to_owned().into() });
    assert_eq!(window.rows(), ["scan.jpg, Failed: the file ends early; copy it again"]);
    window.harness.get_by_label(reason);
    window.click("Try again");
    let again = window.jobs().remove(1);
    assert_eq!(again.source, job.source);
    assert_eq!(window.rows(), ["scan.jpg, Waiting"]);
}

#[test]
fn an_empty_mask_is_said_in_words() {
    let mut window = Window::with_photos(&["wall.png"]);
    let job = window.jobs().remove(0);
    let Outcome::Done(mut outcome) = done(&job) else { unreachable!() };
    outcome.no_clear_subject = true;
    window.finish(&job, Outcome::Done(outcome));
    assert_eq!(window.rows(), ["wall.png, No clear subject · 0.21 s"]);
    window.harness.get_by_label_contains("the mask is empty");
}

#[test]
fn selecting_asks_for_a_preview_without_inference() {
    let mut window = Window::with_photos(&["a.png", "b.png", "c.png"]);
    for job in window.jobs() {
        window.finish(&job, done(&job));
    }
    let cut = 3;
    window.click("b.png, Done · 0.21 s");
    window.press(Modifiers::NONE, Key::ArrowDown);
    // The first beside the photo that was selected at first, the other beside the next.
    let asked = window.jobs().split_off(cut);
    let names: Vec<_> = asked.iter().map(|job| job.source.file_name().unwrap()).collect();
    assert_eq!(names, ["b.png", "c.png"]);
    assert!(asked.iter().all(|job| job.saliency.is_some() && job.preview_px.is_some()));
    window.press(Modifiers::NONE, Key::ArrowUp);
    window.press(Modifiers::NONE, Key::ArrowUp);
    window.harness.get_by_label("Before and after of a.png");
}

#[test]
fn delete_and_clear_take_photos_off_the_list() {
    let mut window = Window::with_photos(&["a.png", "b.png", "c.png"]);
    window.press(Modifiers::NONE, Key::Delete);
    assert_eq!(window.rows(), ["b.png, Waiting", "c.png, Waiting"]);
    window.choose("List", "Clear the list");
    assert_eq!(window.rows(), [""; 0]);
    window.harness.get_by_label("Drop photos or folders here");
}

#[test]
fn stop_ends_the_batch_and_continue_takes_it_up() {
    let mut window = Window::with_photos(&["a.png", "b.png"]);
    window.click("Stop");
    assert!(matches!(window.commands().last(), Some(Command::CancelAll)));
    for job in window.jobs() {
        window.finish(&job, Outcome::Cancelled);
    }
    assert_eq!(window.rows(), ["a.png, Stopped", "b.png, Stopped"]);
    window.click("Continue");
    assert_eq!(window.jobs().len(), 4);
}

#[test]
fn only_the_visible_rows_of_a_long_list_are_laid_out() {
    let names: Vec<String> = (0..5000).map(|number| format!("{number:04}.png")).collect();
    let mut window = Window::with_photos(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let rows = window.rows();
    assert!((5..30).contains(&rows.len()), "{} rows", rows.len());
    assert_eq!(rows[0], "0000.png, Waiting");
    for _ in 0..40 {
        window.press(Modifiers::NONE, Key::PageDown);
    }
    let rows = window.rows();
    assert!(rows.contains(&"0320.png, Waiting".to_owned()), "the selection is in sight: {rows:?}");
    assert!(rows.len() < 30, "{} rows", rows.len());
}
