//! Zoom, model, device and memory.

use cutout::engine::protocol::{
    DeviceInfo, Event, Job, ModelProblem, ModelState, NoGpu, Outcome, Precision, Timings,
};
use egui::{Key, Modifiers, Theme, accesskit::Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::{pictures::done, situation, window::Window};

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
    let ready = ModelState::Ready {
        name: name.clone(),
        load_ms: 400,
        weights_bytes: 1 << 27,
        precision: Precision::Fp32,
    };
    window.tell(Event::Model(ready));
    window.harness.get_by_label("U²-Net · ready");
    window.tell(Event::Model(ModelState::Unloaded { name }));
    window.harness.get_by_label("U²-Net · unloaded");
    let message = "U²-Net is not here: run `cutout models fetch u2net`".to_owned();
    window.tell(Event::Model(ModelState::Failed {
        why: ModelProblem::Other(message.clone()).into(),
    }));
    window.harness.get_by_label(&message);
}

#[test]
fn the_device_and_why_are_always_in_sight() {
    let mut window = Window::open(Theme::Dark);
    let cpu = |why: &str| situation::on_cpu(NoGpu::Other(why.to_owned()));
    let renamed = DeviceInfo { name: "CUDA device 0".to_owned(), ..situation::on_gpu() };
    for (device, words) in [
        (situation::on_gpu(), "NVIDIA RTX 4070"),
        (renamed, "CUDA device 0"),
        (cpu("no NVIDIA driver (x)"), "CPU, 2 threads, because no NVIDIA driver (x)"),
        (cpu("it was chosen."), "CPU, 2 threads, because it was chosen"),
    ] {
        window.tell(Event::Device(device));
        window.harness.get_by_label(words);
    }
}

#[test]
fn on_a_gpu_precision_and_the_usual_time_are_in_sight() {
    let mut window = Window::with_photos(&["a.png", "b.png", "c.png"]);
    window.tell(Event::Device(situation::on_gpu()));
    let (name, precision) = ("u2net".to_owned(), Precision::Fp16);
    window.tell(Event::Model(ModelState::Ready { name, load_ms: 1, weights_bytes: 1, precision }));
    window.harness.get_by_label("NVIDIA RTX 4070 · half precision (fp16)");
    for (job, infer_ms) in window.jobs().iter().zip([900.0, 11.2, 3.0]) {
        let outcome = in_the_network_for(job, infer_ms);
        window.finish(job, outcome);
    }
    window.harness.get_by_label("NVIDIA RTX 4070 · half precision (fp16) · 11 ms an image");
}

fn in_the_network_for(job: &Job, infer_ms: f64) -> Outcome {
    let Outcome::Done(mut outcome) = done(job) else { unreachable!() };
    outcome.timings = Timings { infer_ms, ..Timings::default() };
    Outcome::Done(outcome)
}

#[test]
fn a_gpu_that_fails_is_not_passed_over() {
    let mut window = Window::open(Theme::Dark);
    window.tell(Event::Device(situation::on_gpu()));
    window.tell(Event::Device(situation::on_cpu(NoGpu::Failed("it fell off the bus".to_owned()))));
    window
        .harness
        .get_by_label("NVIDIA RTX 4070 is no longer used: the GPU failed while it worked (it fell off the bus). The CPU goes on.");
}

#[test]
fn every_control_has_a_name_in_every_state() {
    for scene in crate::scene::ALL {
        let mut window = Window::open(Theme::Light);
        scene.play(&mut window);
        let unnamed = window.harness.unnamed_widgets();
        assert!(unnamed.is_empty(), "{}: {unnamed:?}", scene.name());
        let rows = window.harness.query_all_by(|node| node.role() == Role::ListBoxOption);
        assert!(rows.into_iter().all(|row| row.accesskit_node().label().is_some()));
    }
}
