//! Photos that are pasted, cutouts that are copied, and text fields that keep both for text.

use std::path::Path;

use cutout::{
    app::{clipboard::Clip, pasted::PastedPlace},
    engine::protocol::{Destination, Job, Outcome},
};
use egui::{Event, Key, Modifiers, OutputCommand, Theme, accesskit::Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use image::{Rgba, RgbaImage};

use crate::{
    pictures::done,
    window::{FakeDesktop, Window},
};

/// A window with this on the clipboard, which keeps what is pasted in this folder.
fn holding(clip: Clip, session: &Path) -> Window {
    with_clipboard(Ok(clip), Some(session))
}

fn with_clipboard(clip: Result<Clip, String>, session: Option<&Path>) -> Window {
    Window::with(Theme::Dark, FakeDesktop::holding(clip), |start| {
        start.pasted = session.map(|session| PastedPlace::new(session, Path::new("/Pictures")));
    })
}

fn by_palette(window: &mut Window, command: &str) {
    window.press(Modifiers::COMMAND, Key::K);
    window.type_text(command);
    window.press(Modifiers::NONE, Key::Enter);
}

fn picture() -> RgbaImage {
    RgbaImage::from_fn(5, 4, |x, y| Rgba([x as u8, y as u8, 9, 60 * x as u8]))
}

fn says(window: &mut Window, words: &str) {
    window.wait_until(|window| window.harness.query_by_label_contains(words).is_some());
}

/// Presses Ctrl and a key without letting go.
fn hold(window: &mut Window, key: Key) {
    let modifiers = Modifiers::COMMAND;
    let (physical_key, pressed, repeat) = (None, true, false);
    window.harness.event(Event::Key { key, physical_key, pressed, repeat, modifiers });
}

type Way = fn(&mut Window);

const WAYS_TO_PASTE: [Way; 4] = [
    |window| window.press(Modifiers::COMMAND, Key::V),
    |window| window.press(Modifiers::NONE, Key::Paste),
    |window| window.choose("Edit", "Paste"),
    |window| by_palette(window, "Paste"),
];

#[test]
fn files_are_pasted_as_if_they_were_dropped_whichever_way() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["b.png", "a.jpg", "notes.txt"] {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    let files = vec![folder.path().to_owned()];
    let text = folder.path().display().to_string();
    for paste in WAYS_TO_PASTE {
        for clip in [Clip::Files(files.clone()), Clip::Text(text.clone())] {
            let mut window = holding(clip, folder.path());
            paste(&mut window);
            window.wait_for_jobs(2);
            assert_eq!(window.rows(), ["a.jpg, Waiting", "b.png, Waiting"]);
        }
    }
    assert!(!folder.path().join("pasted").exists(), "a file needs no copy");
}

#[test]
fn a_pasted_picture_becomes_a_photo_that_is_seen_at_once() {
    let session = tempfile::tempdir().unwrap();
    let mut window = holding(Clip::Picture(picture()), session.path());
    window.add(&["a.png"]);
    for pastes in 1..=2 {
        window.press(Modifiers::COMMAND, Key::V);
        window.wait_for_jobs(1 + pastes);
        let job = window.jobs().pop().unwrap();
        assert_eq!(job.source.parent(), Some(&*session.path().join("pasted")));
        assert_eq!(image::open(&job.source).unwrap().into_rgba8(), picture());
        let row = window.rows().pop().unwrap();
        assert!(row.starts_with("Pasted 2") && row.ends_with(".png, Waiting"), "{row}");
        let selected = window.harness.state().state().selected_item().unwrap();
        assert_eq!(selected.path, job.source);
    }
    assert_eq!(window.rows().len(), 3, "each has a file of its own");
}

#[test]
fn a_key_that_is_held_pastes_once() {
    let session = tempfile::tempdir().unwrap();
    let mut window = holding(Clip::Picture(picture()), session.path());
    hold(&mut window, Key::V);
    window.wait_for_jobs(1);
    for _ in 0..5 {
        hold(&mut window, Key::V);
        window.harness.run();
        assert!(!window.harness.state().state().is_pasting);
    }
    assert_eq!(window.rows().len(), 1);
}

#[test]
fn where_nothing_can_be_pasted_the_window_says_why() {
    let session = tempfile::tempdir().unwrap();
    std::fs::write(session.path().join("pasted"), "in the way").unwrap();
    let text = Clip::Text("to be or not to be".to_owned());
    let picture = || Ok(Clip::Picture(picture()));
    for (clip, folder, words) in [
        (Ok(Clip::Nothing), Some(session.path()), "no photo on the clipboard"),
        (Ok(text), None, "no photo on the clipboard"),
        (Err("it is busy".to_owned()), None, "cannot be read (it is busy)"),
        (picture(), None, "cannot be kept as a file"),
        (picture(), Some(session.path()), "cannot write in this folder"),
    ] {
        let mut window = with_clipboard(clip, folder);
        window.press(Modifiers::COMMAND, Key::V);
        says(&mut window, words);
        assert!(window.rows().is_empty() && window.jobs().is_empty(), "{words}");
        // It is no dead end: the next paste is heard.
        window.click("Dismiss");
        window.choose("Edit", "Paste");
        says(&mut window, words);
    }
}

/// The job that makes a cutout for the clipboard, if one was asked for last.
fn copy_job(window: &Window) -> Option<Job> {
    window.jobs().pop().filter(|job| job.cutout)
}

#[test]
fn the_cutout_is_copied_whichever_way_once_it_is_done() {
    let ways: [Way; 5] = [
        |window| window.press(Modifiers::COMMAND, Key::C),
        |window| window.press(Modifiers::NONE, Key::Copy),
        |window| window.choose("Edit", "Copy cutout"),
        |window| by_palette(window, "Copy cutout"),
        |window| {
            let row = window.rows().remove(0);
            window.harness.get_by_label(&row).click_secondary();
            window.harness.run();
            window.click("Copy cutout");
        },
    ];
    for copy in ways {
        let mut window = Window::with_photos(&["a.png"]);
        window.press(Modifiers::COMMAND, Key::C);
        assert!(copy_job(&window).is_none(), "there is no cutout yet");
        let job = window.jobs().remove(0);
        window.finish(&job, done(&job));
        copy(&mut window);
        let job = copy_job(&window).expect("a job that gives the cutout");
        assert!(job.saliency.is_some() && job.save.is_none());
        assert!(window.desktop.copied().is_empty());
        window.finish(&job, done(&job));
        says(&mut window, "Copied the cutout of a.png.");
        assert_eq!(window.desktop.copied().len(), 1);
    }
}

#[test]
fn a_copy_that_fails_says_so() {
    let mut window = with_clipboard(Err("it is busy".to_owned()), None);
    window.add(&["a.png"]);
    let job = window.jobs().remove(0);
    window.finish(&job, done(&job));
    window.press(Modifiers::COMMAND, Key::C);
    let job = copy_job(&window).unwrap();
    window.finish(&job, done(&job));
    says(&mut window, "The cutout of a.png cannot be put on the clipboard (it is busy).");
    window.press(Modifiers::COMMAND, Key::C);
    let job = copy_job(&window).unwrap();
    window.finish(&job, Outcome::Failed { why: "a.png: it is gone".to_owned().into() });
    says(&mut window, "a.png: it is gone");
    assert!(window.desktop.copied().is_empty());
}

#[test]
fn a_text_field_copies_and_pastes_text() {
    let mut window = holding(Clip::Text("beach".to_owned()), Path::new("/nowhere"));
    window.add(&["a.png"]);
    let job = window.jobs().remove(0);
    window.finish(&job, done(&job));
    window.press(Modifiers::COMMAND, Key::F);
    window.type_text("sunny ");
    window.press(Modifiers::COMMAND, Key::V);
    let typed = |window: &Window| {
        let fields = window.harness.query_all_by(|node| node.role() == Role::TextInput);
        fields.filter_map(|field| field.accesskit_node().value()).collect::<Vec<_>>().join("|")
    };
    window.wait_until(|window| typed(window).contains("sunny beach"));
    window.press(Modifiers::COMMAND, Key::A);
    hold(&mut window, Key::C);
    window.harness.step();
    let commands = &window.harness.output().platform_output.commands;
    let copies = |command: &OutputCommand| match command {
        OutputCommand::CopyText(text) => text == "sunny beach",
        _ => false,
    };
    assert!(commands.iter().any(copies), "{commands:?}");
    window.press(Modifiers::COMMAND, Key::X);
    assert!(!typed(&window).contains("sunny"), "{}", typed(&window));
    assert!(copy_job(&window).is_none(), "the field had the keys");
    assert_eq!(window.harness.state().state().items.len(), 1);
}

#[test]
fn results_of_a_pasted_photo_go_where_the_user_finds_them() {
    let session = tempfile::tempdir().unwrap();
    let mut window = holding(Clip::Picture(picture()), session.path());
    window.add(&["a.png"]);
    window.press(Modifiers::COMMAND, Key::V);
    window.wait_for_jobs(2);
    for job in window.jobs() {
        window.finish(&job, done(&job));
    }
    window.press(Modifiers::COMMAND, Key::S);
    let pasted = window.jobs().pop().unwrap();
    let save = pasted.save.clone().expect("a job that saves");
    assert_eq!(save.options.folder, Destination::Folder("/Pictures".into()));
    window.finish(&pasted, done(&pasted));
    window.harness.get_by_label_contains("in /Pictures.");

    // Together with a photo that has a place of its own.
    window.click("Save all…");
    window.harness.get_by_label("Those of pasted photos go to /Pictures.");
    window.click("Save 4 files");
    let folders = window.jobs().into_iter().rev().take(2).rev();
    let folders: Vec<_> = folders.map(|job| job.save.unwrap().options.folder.clone()).collect();
    assert_eq!(folders, [Destination::Beside, Destination::Folder("/Pictures".into())]);
    for job in window.jobs().into_iter().rev().take(2) {
        window.finish(&job, done(&job));
    }
    window.harness.get_by_label_contains("beside the originals. Saved 2 files in /Pictures.");
}
