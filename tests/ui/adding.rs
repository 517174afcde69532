//! Photos come in: the first start, drops, dialogs, the command line.

use std::path::PathBuf;

use egui::{Key, Modifiers, Theme};
use egui_kittest::kittest::Queryable as _;

use crate::window::{self, FakeDesktop, Window};

const FIRST_START: [&str; 3] = ["Open…", "Open folder…", "Try a sample"];

#[test]
fn the_first_start_offers_a_drop_area_and_three_buttons_that_work() {
    let mut window = Window::open(Theme::Dark);
    window.harness.get_by_label("Drop photos or folders here");
    let formats = window.harness.get_by_label(cutout::imaging::FORMATS);
    assert!(formats.rect().is_positive());
    assert_eq!(window.buttons(), FIRST_START.map(|name| (name.to_owned(), true)));
    window.click("Try a sample");
    window.wait_for_jobs(1);
}

#[test]
fn without_samples_there_is_no_button_for_them() {
    let window = Window::with(Theme::Dark, FakeDesktop::default(), |start| start.samples.clear());
    assert_eq!(window.buttons().len(), 2);
}

#[test]
fn where_drops_do_not_arrive_the_window_says_to_use_open() {
    let window =
        Window::with(Theme::Dark, FakeDesktop::default(), |start| start.takes_drops = false);
    assert!(window.harness.query_by_label("Drop photos or folders here").is_none());
    window.harness.get_by_label_contains("passes no dropped files");
}

#[test]
fn dropped_files_and_folders_become_rows_and_jobs() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["b.png", "a.jpg", "notes.txt"] {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    let loose = PathBuf::from("no such folder/c.webp");
    let mut window = Window::open(Theme::Dark);
    window.hover_files(2);
    window.harness.get_by_label("Drop to add them to the list");
    window.drop_files(&[folder.path().to_owned(), loose.clone()]);
    assert!(window.harness.query_by_label("Drop to add them to the list").is_none());
    window.wait_for_jobs(3);
    assert_eq!(window.rows(), ["a.jpg, Waiting", "b.png, Waiting", "c.webp, Waiting"]);
    let sources: Vec<_> = window.jobs().into_iter().map(|job| job.source).collect();
    assert_eq!(sources, [folder.path().join("a.jpg"), folder.path().join("b.png"), loose]);
    window.harness.get_by_label("3 photos");
    window.harness.get_by_label("0 of 3 done");
}

#[test]
fn photos_in_subfolders_are_asked_about_once() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("deep")).unwrap();
    for name in ["a.png", "deep/b.png"] {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    let folder_name = folder.path().file_name().unwrap().to_string_lossy().into_owned();
    let question = format!("{folder_name} has photos in subfolders. Add them too?");
    for (answer, rows) in [("Add them", 2), ("Leave them out", 1)] {
        let mut window = Window::open(Theme::Dark);
        window.drop_files(&[folder.path().to_owned()]);
        window.wait_until(|window| window.harness.query_by_label(&question).is_some());
        assert_eq!(window.rows(), ["a.png, Waiting"], "what lies on top is there at once");
        window.click(answer);
        window.wait_for_jobs(rows);
        assert_eq!(window.rows().len(), rows);
        window.choose("List", "Clear the list");
        window.drop_files(&[folder.path().to_owned()]);
        window.wait_for_jobs(2 * rows);
        assert!(window.harness.query_by_label(&question).is_none(), "{answer}");
    }
}

#[test]
fn a_photo_that_is_in_the_list_already_is_shown_there() {
    let mut window = Window::with_photos(&["a.png", "b.png"]);
    window.drop_files(&["photos/b.png".into()]);
    let notice = "This photo is in the list already.";
    window.wait_until(|window| window.harness.query_by_label(notice).is_some());
    assert_eq!(window.rows().len(), 2);
    window.press(Modifiers::NONE, Key::Delete);
    assert_eq!(window.rows(), ["a.png, Waiting"]);
}

#[test]
fn paths_of_the_command_line_are_queued() {
    let mut window = Window::with(Theme::Dark, FakeDesktop::default(), |start| {
        start.paths = vec!["a.png".into(), "b.png".into()];
    });
    window.wait_for_jobs(2);
    assert_eq!(window.rows().len(), 2);
}

#[test]
fn open_asks_the_desktop_and_queues_what_was_picked() {
    for (button, key, shift) in [("Open…", Key::O, false), ("Open folder…", Key::O, true)] {
        for by_key in [false, true] {
            let mut window = Window::with(Theme::Dark, FakeDesktop::picking("x/a.png"), |_| {});
            if by_key {
                let shift = if shift { Modifiers::SHIFT } else { Modifiers::NONE };
                window.press(Modifiers::COMMAND | shift, key);
            } else {
                window.click(button);
            }
            window.wait_for_jobs(1);
            assert_eq!(window.rows(), ["a.png, Waiting"], "{button}");
        }
    }
}

#[test]
fn a_desktop_without_dialogs_says_what_to_do_instead() {
    for photos in [&[][..], &["a.png"]] {
        let mut window = Window::with_photos(photos);
        window.click("Open…");
        window.wait_until(|window| window.harness.query_by_label(window::NO_DIALOG).is_some());
        window.click("Dismiss");
        assert!(window.harness.query_by_label(window::NO_DIALOG).is_none());
    }
}

#[test]
fn a_busy_engine_gets_its_commands_later() {
    let mut window = Window::open(Theme::Dark);
    window.set_busy(true);
    window.drop_files(&["a.png".into()]);
    window.wait_until(|window| window.rows().len() == 1);
    assert_eq!(window.jobs().len(), 0);
    window.set_busy(false);
    window.wait_for_jobs(1);
}
