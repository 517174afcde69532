//! The window through its accessibility tree: what a user sees and does, with the engine's part
//! played by the test.

mod looks;
mod scene;
mod window;

use std::path::PathBuf;

use cutout::engine::protocol::{
    CleanupPoint, Command, DeviceInfo, Event, ModelState, Outcome, OutputKind, Step,
};
use egui::{Key, Modifiers, Theme, accesskit::Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use scene::{cleanup, done, gpu_sample, sample};
use window::{FakeDesktop, Window};

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
    window.finish(&job, Outcome::Failed { message: reason.to_owned() });
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
        assert_eq!((asked.folder, job.saliency.is_some()), (None, true));
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

#[test]
fn selecting_asks_for_a_preview_without_inference() {
    let mut window = Window::with_photos(&["a.png", "b.png", "c.png"]);
    for job in window.jobs() {
        window.finish(&job, done(&job));
    }
    let before = window.jobs().len();
    window.click("b.png, Done · 0.21 s");
    window.press(Modifiers::NONE, Key::ArrowDown);
    let asked = window.jobs().split_off(before);
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
    window.click("Clear list");
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
fn a_busy_engine_gets_its_commands_later() {
    let mut window = Window::open(Theme::Dark);
    window.set_busy(true);
    window.drop_files(&["a.png".into()]);
    window.wait_until(|window| window.rows().len() == 1);
    assert_eq!(window.jobs().len(), 0);
    window.set_busy(false);
    window.wait_for_jobs(1);
}

#[test]
fn zoom_follows_buttons_keys_and_wheel() {
    let mut window = Window::with_photos(&["a.png"]);
    let job = window.jobs().remove(0);
    window.finish(&job, done(&job));
    let fit = window.zoom_percent();
    window.click("Zoom in");
    let zoomed = window.zoom_percent();
    assert!(zoomed > fit, "{zoomed} > {fit}");
    window.press(Modifiers::NONE, Key::Minus);
    assert_eq!(window.zoom_percent(), fit);
    window.click("Full size");
    assert_eq!(window.zoom_percent(), 100);
    window.press(Modifiers::NONE, Key::Num0);
    assert_eq!(window.zoom_percent(), fit);
    window.turn_wheel_over("Before and after of a.png", 60.0);
    assert!(window.zoom_percent() > fit);
    window.click("Fit");
    assert_eq!(window.zoom_percent(), fit);
}

#[test]
fn the_model_is_told_in_words() {
    let mut window = Window::open(Theme::Dark);
    window.harness.get_by_label("Starting…");
    let name = "u2net".to_owned();
    window.tell(Event::Model(ModelState::Loading { name: name.clone() }));
    window.harness.get_by_label("Loading U²-Net…");
    window.tell(Event::Model(ModelState::Ready { name, load_ms: 400, weights_bytes: 1 << 27 }));
    window.harness.get_by_label("U²-Net · ready");
    let message = "U²-Net is not here: run `cutout models fetch u2net`".to_owned();
    window.tell(Event::Model(ModelState::Failed { message: message.clone() }));
    window.harness.get_by_label(&message);
}

#[test]
fn the_device_and_why_are_always_in_sight() {
    let mut window = Window::open(Theme::Dark);
    for device in [
        DeviceInfo { is_gpu: true, name: "NVIDIA H100".into(), why: "the first GPU".into() },
        DeviceInfo { is_gpu: false, name: "CPU, 2 threads".into(), why: "no NVIDIA driver".into() },
    ] {
        window.tell(Event::Device(device.clone()));
        window.harness.get_by_label(&device.name);
        window.harness.get_by_label(&device.why);
    }
}

#[test]
fn with_a_gpu_the_panel_shows_its_memory() {
    let mut window = Window::with_photos(&["a.png"]);
    window.tell(Event::Memory(gpu_sample(1.0, 300, 400)));
    window.tell(Event::Memory(gpu_sample(1.25, 146, 164)));
    window.tell(cleanup(CleanupPoint::AfterInference, Some((222, 164))));
    for words in [
        "GPU memory",
        "146 MiB",
        "164 MiB",
        "peak 300 MiB",
        "peak 400 MiB",
        "A after inference",
        "58 MiB",
        "Allocated 146 MiB · Reserved 164 MiB",
    ] {
        window.harness.get_by_label(words);
    }
}

#[test]
fn without_a_gpu_the_panel_shows_the_programs_memory() {
    let mut window = Window::with_photos(&["a.png"]);
    window.tell(Event::Memory(sample(1.0, 700)));
    window.tell(Event::Memory(sample(1.25, 512)));
    window.tell(cleanup(CleanupPoint::AfterMask, None));
    let device =
        DeviceInfo { is_gpu: false, name: "CPU, 2 threads".into(), why: "no driver".into() };
    window.tell(Event::Device(device));
    for words in [
        "Memory of this program",
        "512 MiB",
        "peak 700 MiB",
        "nothing to free on the CPU",
        "Memory of this program 512 MiB",
        "0.40 ms",
    ] {
        window.harness.get_by_label(words);
    }
    assert!(window.harness.query_by_label("GPU memory").is_none());
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

#[test]
fn every_control_has_a_name_in_every_state() {
    for scene in scene::ALL {
        let mut window = Window::open(Theme::Light);
        scene.play(&mut window);
        let unnamed = window.harness.unnamed_widgets();
        assert!(unnamed.is_empty(), "{}: {unnamed:?}", scene.name());
        let rows = window.harness.query_all_by(|node| node.role() == Role::ListBoxOption);
        assert!(rows.into_iter().all(|row| row.accesskit_node().label().is_some()));
    }
}
