//! Saving: when it can be done, and what is asked for.

use std::path::PathBuf;

use cutout::engine::protocol::{Destination, OutputKind};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use crate::{scene::done, window::Window};

#[test]
fn save_buttons_come_alive_when_there_is_something_to_save() {
    let mut window = Window::with_photos(&["a.png"]);
    let job = window.jobs().remove(0);
    let names = ["Save mask", "Save cutout", "Save all"];
    let enabled = |window: &Window| names.map(|name| window.is_enabled(name));
    assert_eq!(enabled(&window), [false; 3]);
    window.press(Modifiers::COMMAND, Key::S);
    assert_eq!(window.jobs().len(), 1, "nothing can be saved yet");
    window.finish(&job, done(&job));
    assert_eq!(enabled(&window), [true; 3]);
}

#[test]
fn each_way_to_save_asks_for_the_right_files() {
    type Way = fn(&mut Window);
    let ways: [(Way, &[OutputKind]); 6] = [
        (|window| window.click("Save mask"), &[OutputKind::Mask]),
        (|window| window.click("Save cutout"), &[OutputKind::Cutout]),
        (|window| window.click("Save all"), &[OutputKind::Cutout, OutputKind::Mask]),
        (|window| window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::S), &[OutputKind::Mask]),
        (|window| window.press(Modifiers::COMMAND, Key::S), &[OutputKind::Cutout]),
        (
            |window| window.press(Modifiers::COMMAND, Key::E),
            &[OutputKind::Cutout, OutputKind::Mask],
        ),
    ];
    for (save, kinds) in ways {
        let mut window = Window::with_photos(&["a.png"]);
        let job = window.jobs().remove(0);
        window.finish(&job, done(&job));
        save(&mut window);
        let job = window.jobs().remove(1);
        let asked = job.save.clone().expect("a job that saves");
        assert_eq!(asked.cutout, kinds.contains(&OutputKind::Cutout));
        assert_eq!(asked.mask, kinds.contains(&OutputKind::Mask));
        assert_eq!(asked.options.folder, Destination::Beside);
        assert!(job.saliency.is_some());
        window.finish(&job, done(&job));
        window.harness.get_by_label_contains("Saved");
        assert!(window.rows()[0].ends_with("· saved"));
    }
}

#[test]
fn save_all_takes_every_photo_that_is_done_and_shows_where() {
    let mut window = Window::with_photos(&["a.png", "b.png", "c.png"]);
    let jobs = window.jobs();
    window.finish(&jobs[0], done(&jobs[0]));
    window.finish(&jobs[2], done(&jobs[2]));
    window.click("Save all");
    let saves = window.jobs().split_off(3);
    let sources: Vec<_> = saves.iter().map(|job| &job.source).collect();
    assert_eq!(sources, [&jobs[0].source, &jobs[2].source]);
    for job in &saves {
        window.finish(job, done(job));
    }
    window.harness.get_by_label("Saved 4 files beside the originals.");
    window.click("Show folder");
    window.wait_until(|window| window.desktop.shown() == [PathBuf::from("photos")]);
}
