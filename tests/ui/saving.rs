//! Saving: when it can be done, what the window says, what is asked before, and the line at the
//! end.

use std::path::PathBuf;

use cutout::{
    engine::protocol::{
        Destination, ExportOptions, FileFormat, Job, MetadataPolicy, OnExist, Outcome, OutputKind,
        Save,
    },
    imaging::Colour,
};
use egui::{Key, Modifiers, Theme, accesskit::Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::{
    pictures::done,
    window::{FakeDesktop, Window},
};

/// A window whose photos are all done.
fn with_done(names: &[&str]) -> Window {
    finished(Window::with_photos(names))
}

fn finished(mut window: Window) -> Window {
    for job in window.jobs() {
        window.finish(&job, done(&job));
    }
    window
}

/// The saves that were asked for so far.
fn saves(window: &Window) -> Vec<(Job, Save)> {
    let save = |job: Job| job.save.clone().map(|save| (job, save));
    window.jobs().into_iter().filter_map(save).collect()
}

fn last_options(window: &Window) -> ExportOptions {
    let (_, save) = saves(window).pop().expect("a job that saves");
    (*save.options).clone()
}

#[test]
fn save_buttons_come_alive_when_there_is_something_to_save() {
    let mut window = Window::with_photos(&["a.png"]);
    let job = window.jobs().remove(0);
    let names = ["Save mask", "Save cutout", "Save all…"];
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
    let both: &[OutputKind] = &[OutputKind::Cutout, OutputKind::Mask];
    let ways: [(Way, &[OutputKind]); 7] = [
        (|window| window.click("Save mask"), &[OutputKind::Mask]),
        (|window| window.click("Save cutout"), &[OutputKind::Cutout]),
        (|window| window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::S), &[OutputKind::Mask]),
        (|window| window.press(Modifiers::COMMAND, Key::S), &[OutputKind::Cutout]),
        (
            |window| {
                window.click("Save all…");
                window.click("Save 2 files");
            },
            both,
        ),
        (
            |window| {
                window.press(Modifiers::COMMAND, Key::E);
                window.press(Modifiers::NONE, Key::Enter);
            },
            both,
        ),
        (
            |window| {
                window.click("Save all…");
                window.click("Masks");
                window.click("Save 1 file");
            },
            &[OutputKind::Cutout],
        ),
    ];
    for (save, kinds) in ways {
        let mut window = with_done(&["a.png"]);
        save(&mut window);
        let (job, asked) = saves(&window).pop().expect("a job that saves");
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
    window.click("Save all…");
    window.click("Save 4 files");
    let saves = window.jobs().split_off(3);
    let sources: Vec<_> = saves.iter().map(|job| &job.source).collect();
    assert_eq!(sources, [&jobs[0].source, &jobs[2].source]);
    for job in &saves {
        window.finish(job, done(job));
    }
    window.harness.get_by_label("Saved 4 files beside the originals.");
    window.click("Open folder");
    window.wait_until(|window| window.desktop.shown() == [PathBuf::from("photos")]);
}

#[test]
fn the_window_says_how_results_are_saved() {
    type Change = fn(&mut Window);
    type Holds = fn(&ExportOptions) -> bool;
    let cases: [(&str, Change, Holds); 8] = [
        (
            "TIFF",
            |window| window.click("Format: TIFF"),
            |options| options.format == FileFormat::Tiff,
        ),
        (
            "WebP, lossless",
            |window| window.click("Format: WebP"),
            |options| options.format == FileFormat::WebpLossless,
        ),
        (
            "WebP, smaller",
            |window| {
                window.click("Format: WebP");
                window.click("Keep every pixel as it is");
            },
            |options| options.format == FileFormat::Webp { quality: 90 },
        ),
        (
            "JPEG",
            |window| {
                window.click("Format: JPEG");
                window.harness.get_by_role_and_label(Role::Button, "Background colour");
            },
            |options| options.format == FileFormat::Jpeg { quality: 90, colour: Colour::WHITE.0 },
        ),
        (
            "without the location",
            |window| window.pick("Keep from the photo", "Its details without the location"),
            |options| options.metadata == MetadataPolicy::NoLocation,
        ),
        (
            "replace",
            |window| window.pick("If a file exists", "Replace"),
            |options| options.on_exist == Some(OnExist::Replace),
        ),
        (
            "a placeholder by its button",
            |window| window.click("{number}"),
            |options| options.template.to_string() == "{name}_{kind}{number}",
        ),
        ("as they are", |_| {}, |options| *options == ExportOptions::default()),
    ];
    for (name, change, holds) in cases {
        let mut window = with_done(&["a.png"]);
        window.click("Save all…");
        change(&mut window);
        window.click("Save 2 files");
        let options = last_options(&window);
        assert!(holds(&options), "{name}: {options:?}");
        // The choice stays, for the buttons and keys too.
        window.press(Modifiers::COMMAND, Key::S);
        assert!(holds(&last_options(&window)), "{name}, again");
    }
}

#[test]
fn results_go_to_the_folder_that_was_chosen() {
    let desktop = FakeDesktop::picking("results");
    let mut window = Window::with(Theme::Dark, desktop, |_| {});
    window.add(&["a.png"]);
    let mut window = finished(window);
    window.click("Save all…");
    window.click("Choose…");
    window.wait_until(|window| window.harness.query_by_label("results").is_some());
    window.click("Save 2 files");
    let (job, save) = saves(&window).remove(0);
    assert_eq!(save.options.folder, Destination::Folder("results".into()));
    window.finish(&job, done(&job));
    window.harness.get_by_label("Saved 2 files in results.");
    window.click("Save all…");
    window.click("Beside each photo");
    window.click("Save 2 files");
    assert_eq!(last_options(&window).folder, Destination::Beside);
}

#[test]
fn the_example_follows_the_name_as_it_is_typed() {
    let mut window = with_done(&["lemur.jpg", "owl.jpg"]);
    window.click("Save all…");
    window.harness.get_by_label("Example: lemur_cutout.png");
    window.click("Format: WebP");
    window.harness.get_by_label("Example: lemur_cutout.webp");
    window.type_over("File name", "{folder}-{number} {name}");
    window.harness.get_by_label("Example: photos-1 lemur.webp");
    for (text, error) in [
        ("{title}", "There is no {title}."),
        ("results", "Every photo would get the same name: put {name} or {number} in it."),
        ("a/{name}", "A file name cannot have the character “/”."),
    ] {
        window.type_over("File name", text);
        window.harness.get_by_label(error);
        assert!(!window.is_enabled("Save 4 files"), "{text}");
    }
    window.type_over("File name", "{name}");
    window.click("Save 4 files");
    assert_eq!(last_options(&window).template.to_string(), "{name}");
}

#[test]
fn the_chosen_photos_can_be_saved_alone() {
    let mut window = with_done(&["a.png", "b.png", "c.png"]);
    window.click("Save all…");
    window.click("Selected (1)");
    window.click("Save 2 files");
    assert_eq!(saves(&window).len(), 1);
    window.press(Modifiers::COMMAND, Key::A);
    window.press(Modifiers::COMMAND, Key::S);
    assert_eq!(saves(&window).len(), 4, "all three chosen ones");
}

#[test]
fn escape_and_cancel_put_the_window_away() {
    type Away = fn(&mut Window);
    let ways: [Away; 2] =
        [|window| window.press(Modifiers::NONE, Key::Escape), |window| window.click("Cancel")];
    for away in ways {
        let mut window = with_done(&["a.png"]);
        window.click("Save all…");
        away(&mut window);
        assert!(window.harness.query_by_label("Save results").is_none());
        assert!(saves(&window).is_empty());
    }
}

#[test]
fn many_files_are_asked_for_first() {
    let names: Vec<String> = (0..30).map(|number| format!("{number}.png")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut window = with_done(&names);
    window.click("Save all…");
    window.click("Save 60 files");
    window.harness.get_by_label("Save 60 files?");
    window.harness.get_by_label("The results of 30 photos will be written beside them.");
    window.click("Cancel");
    assert!(saves(&window).is_empty());
    window.click("Save all…");
    window.click("Save 60 files");
    window.click("Save 60 files");
    assert_eq!(saves(&window).len(), 30);
    window.harness.get_by_label("Saving: 0 of 30 photos");
    let (job, _) = saves(&window).remove(0);
    window.finish(&job, done(&job));
    window.harness.get_by_label("Saving: 1 of 30 photos");
    window.click("Stop saving");
    for (job, _) in saves(&window).into_iter().skip(1) {
        window.finish(&job, Outcome::Cancelled);
    }
    window.harness.get_by_label("Saved 2 files beside the originals. 29 photos were stopped.");
}

#[test]
fn what_to_do_with_existing_files_is_asked_once() {
    for (button, expected) in [
        ("Keep both, with a number", OnExist::Number),
        ("Replace", OnExist::Replace),
        ("Keep the old one", OnExist::Skip),
    ] {
        let mut window = with_done(&["a.png"]);
        window.click("Save cutout");
        let (job, save) = saves(&window).remove(0);
        assert_eq!(save.options.on_exist, None);
        let paths = vec![PathBuf::from("photos/a_cutout.png")];
        window.finish(&job, Outcome::Exists { paths });
        window.harness.get_by_label("Some results exist already");
        window.harness.get_by_label_contains("a_cutout.png");
        window.click(button);
        assert_eq!(last_options(&window).on_exist, Some(expected));
        // From now on without a question.
        window.click("Save mask");
        assert_eq!(last_options(&window).on_exist, Some(expected));
    }
}

#[test]
fn what_exists_stays_if_the_question_is_put_away() {
    let mut window = with_done(&["a.png"]);
    window.click("Save cutout");
    let (job, _) = saves(&window).remove(0);
    window.finish(&job, Outcome::Exists { paths: vec!["photos/a_cutout.png".into()] });
    window.press(Modifiers::NONE, Key::Escape);
    assert_eq!(saves(&window).len(), 1);
    window.harness.get_by_label("1 file existed and was left.");
}

#[test]
fn every_control_of_the_window_has_a_name() {
    let mut window = with_done(&["a.png"]);
    window.click("Save all…");
    for format in ["Format: PNG", "Format: WebP", "Format: JPEG", "Format: TIFF"] {
        window.click(format);
        for role in [Role::CheckBox, Role::RadioButton, Role::ComboBox, Role::TextInput] {
            for node in window.harness.query_all_by(|node| node.role() == role) {
                let label = node.accesskit_node().label().unwrap_or_default();
                assert!(!label.is_empty(), "{format}: {role:?}");
            }
        }
    }
}
