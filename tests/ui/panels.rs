//! Zoom, model, device and memory.

use cutout::engine::protocol::{CleanupPoint, DeviceInfo, Event, ModelState};
use egui::{Key, Modifiers, Theme, accesskit::Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::{
    scene::{self, cleanup, done, gpu_sample, sample},
    window::Window,
};

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
