//! The batch as a whole: pausing, stopping, trying again, and how far it is.

use cutout::engine::protocol::{Command, Event, Outcome, Step};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use crate::{pictures::done, window::Window};

const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

fn failed() -> Outcome {
    Outcome::Failed { why: "the file ends early".to_owned().into() }
}

fn told(window: &Window, wanted: impl Fn(&Command) -> bool) -> usize {
    window.commands().iter().filter(|command| wanted(command)).count()
}

#[test]
fn the_batch_is_paused_and_goes_on_by_button_menu_and_key() {
    type Toggle = fn(&mut Window, bool);
    let ways: [Toggle; 3] = [
        |window, paused| window.click(if paused { "Pause" } else { "Resume" }),
        |window, _| window.choose("List", "Pause"),
        |window, _| window.press(Modifiers::COMMAND, Key::P),
    ];
    for (number, toggle) in ways.into_iter().enumerate() {
        let mut window = Window::with_photos(&["a.png", "b.png"]);
        for paused in [true, false] {
            // The word is on the button too: the menu's entry is the other one.
            if number == 1 && paused {
                window.press(Modifiers::COMMAND, Key::P);
            } else {
                toggle(&mut window, paused);
            }
            let sent =
                told(&window, |command| matches!(command, Command::Pause(on) if *on == paused));
            assert_eq!(sent, 1, "way {number}");
            assert_eq!(window.harness.query_by_label("Paused").is_some(), paused);
        }
    }
}

#[test]
fn the_batch_stops_after_this_photo_or_at_once() {
    for (entry, key, modifiers) in [
        ("Stop after this photo", Key::Period, CTRL_SHIFT),
        ("Stop all", Key::Period, Modifiers::COMMAND),
    ] {
        for by_key in [false, true] {
            let mut window = Window::with_photos(&["a.png", "b.png"]);
            if by_key {
                window.press(modifiers, key);
            } else {
                window.choose("Ways to stop", entry);
            }
            let is_sent = |command: &Command| match command {
                Command::CancelWaiting => modifiers == CTRL_SHIFT,
                Command::CancelAll => modifiers == Modifiers::COMMAND,
                _ => false,
            };
            assert_eq!(told(&window, is_sent), 1, "{entry}, by key: {by_key}");
        }
    }
}

#[test]
fn failed_photos_are_tried_again_all_at_once_or_as_chosen() {
    type Retry = fn(&mut Window);
    let ways: [(Retry, usize); 4] = [
        (|window| window.click("Retry 2"), 2),
        (|window| window.choose("List", "Try failed photos again"), 2),
        (|window| window.press(CTRL_SHIFT, Key::R), 2),
        (|window| window.press(Modifiers::COMMAND, Key::R), 1),
    ];
    for (retry, expected) in ways {
        let mut window = Window::with_photos(&["a.png", "b.png", "c.png"]);
        let jobs = window.jobs();
        window.finish(&jobs[0], failed());
        window.finish(&jobs[1], failed());
        window.harness.get_by_label("2 failed");
        retry(&mut window);
        assert_eq!(window.jobs().len(), 3 + expected);
    }
}

#[test]
fn one_photo_is_stopped_alone() {
    let mut window = Window::with_photos(&["a.png", "b.png"]);
    let job = window.jobs().remove(1);
    window.click_row("b.png");
    window.choose("Photo", "Stop these photos");
    assert!(matches!(window.commands().last(), Some(Command::Cancel(ids)) if *ids == [job.id]));
}

#[test]
fn finished_photos_are_cleared() {
    let mut window = Window::with_photos(&["a.png", "b.png"]);
    for job in window.jobs() {
        window.finish(&job, done(&job));
    }
    window.add(&["c.png"]);
    window.choose("List", "Clear finished photos");
    assert_eq!(window.rows(), ["c.png, Waiting"]);
    let job = window.jobs().pop().expect("a job");
    window.finish(&job, done(&job));
    window.click("Clear finished");
    assert_eq!(window.rows(), [""; 0]);
}

#[test]
fn the_rate_and_the_time_left_are_told() {
    let mut window = Window::with_photos(&["a.png", "b.png", "c.png", "d.png"]);
    let jobs = window.jobs();
    window.tell(Event::Step { id: jobs[0].id, step: Step::Decoding });
    window.finish(&jobs[0], done(&jobs[0]));
    window.finish(&jobs[1], done(&jobs[1]));
    window.harness.get_by_label("2 of 4 done");
    window.harness.get_by_label_contains("photos a minute");
    window.harness.get_by_label_contains(" left");
}
