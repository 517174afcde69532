//! The window on a card: what the memory panel says while the real engine works on it.

use std::{cell::RefCell, path::PathBuf, rc::Rc, sync::Arc, time::Instant};

use cutout::{
    app::{App, EnginePort, Start, clipboard::Clip, desktop::Desktop},
    engine::{
        Engine, EngineOptions,
        backend::{Torch, TorchOptions},
        batch::BatchChoice,
    },
    gpu::device::DeviceChoice,
    lang::LanguageChoice,
};
use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable as _},
};
use gpu_stand_in::{Settings, StandIn};

use crate::rig::{LITE, PATIENCE, photo};

/// A desktop without dialogs.
struct NoDesktop;

impl Desktop for NoDesktop {
    fn pick_photos(&self) -> Result<Vec<PathBuf>, String> {
        Ok(Vec::new())
    }
    fn pick_picture(&self, _title: &str) -> Result<Option<PathBuf>, String> {
        Ok(None)
    }
    fn pick_folder(&self, _title: &str) -> Result<Option<PathBuf>, String> {
        Ok(None)
    }
    fn show_folder(&self, _folder: &std::path::Path) -> Result<(), String> {
        Ok(())
    }
    fn read_clipboard(&self) -> Result<Clip, String> {
        Ok(Clip::Nothing)
    }
    fn clipboard_text(&self) -> Result<Option<String>, String> {
        Ok(None)
    }
    fn copy_picture(&self, _picture: Arc<image::RgbaImage>) -> Result<(), String> {
        Ok(())
    }
}

struct Window(RefCell<Harness<'static, App>>);

impl Window {
    fn open(paths: Vec<PathBuf>, options: EngineOptions) -> Self {
        let backend = Torch::new(TorchOptions::new(DeviceChoice::Cuda(0), LITE));
        let mut start = Start { paths, takes_drops: true, ..Start::default() };
        start.settings.in_force.look.language = LanguageChoice::English;
        start.settings.in_force.memory.cleanup = options.cleanup;
        let harness = Harness::builder()
            .with_max_steps(50)
            .with_size([1280.0, 800.0])
            .build_eframe(move |creation| {
                let context = creation.egui_ctx.clone();
                let repaint = move || context.request_repaint();
                let wake = Arc::new(repaint);
                let engine_wake = wake.clone();
                let engine = Engine::start(options, Box::new(backend), move || engine_wake())
                    .expect("threads start");
                let events = engine.events().clone();
                let engine = Rc::new(engine);
                let port =
                    EnginePort { commands: Box::new(move |command| engine.send(command)), events };
                App::new(&creation.egui_ctx, start, port, Arc::new(NoDesktop), wake)
            });
        Self(RefCell::new(harness))
    }

    /// Draws until a node's label holds all these words, and gives the label.
    fn until(&self, words: &[&str]) -> String {
        let started = Instant::now();
        loop {
            self.0.borrow_mut().step();
            let labels = self.labels();
            let found = labels.iter().find(|label| words.iter().all(|word| label.contains(word)));
            if let Some(label) = found {
                return label.clone();
            }
            assert!(started.elapsed() < PATIENCE, "{words:?} is not in sight: {labels:#?}");
            std::thread::yield_now();
        }
    }

    fn labels(&self) -> Vec<String> {
        let harness = self.0.borrow();
        let nodes = harness.root().children_recursive();
        let label = |node: egui_kittest::Node<'_>| {
            let node = node.accesskit_node();
            node.label().or_else(|| node.value())
        };
        nodes.into_iter().filter_map(label).collect()
    }

    fn click(&self, label: &str) {
        self.0.borrow().get_by_label(label).click();
        self.0.borrow_mut().step();
    }
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / (1 << 20) as f64
}

on_stand_in!(the_panel_tells_what_the_card_holds, Settings::default(), |stand_in: &StandIn| {
    let held = || stand_in.books().cards[0].held_bytes;
    let folder = tempfile::tempdir().unwrap();
    let photos = (0..3).map(|number| photo(folder.path(), 400 + number, 300)).collect();
    let options = EngineOptions {
        cleanup: "none".parse().unwrap(),
        batch: BatchChoice::Fixed(1),
        ..EngineOptions::default()
    };
    let window = Window::open(photos, options);
    window.until(&["GPU memory"]);
    window.until(&["Stand-in (no GPU)", "8.00 GiB"]);
    window.until(&["3 of 3 done"]);
    // The cache was kept: it is a part of the card, to the byte that is shown.
    window.until(&[&format!("Reserved {:.0} MiB", mib(held()))]);
    let kept = held();
    window.click("Free cache");
    let freed = window.until(&["Freed the cache: reserved"]);
    assert!(held() < kept, "{} of {kept} bytes are held", held());
    let after = format!("{:.0} MiB before, ", mib(kept));
    assert!(freed.contains(&after), "{after:?}: {freed}");
    window.until(&["This image  0 MiB"]);
    window.click("Unload model");
    window.until(&["Weights  0 MiB"]);
    assert_eq!(held(), 0);
    window.until(&["Context  400 MiB"]);
});

on_stand_in!(the_panel_counts_what_the_points_did, Settings::default(), |_: &StandIn| {
    let folder = tempfile::tempdir().unwrap();
    let photos = (0..3).map(|number| photo(folder.path(), 400 + number, 300)).collect();
    let options = EngineOptions {
        cleanup: "a,d".parse().unwrap(),
        batch: BatchChoice::Fixed(1),
        ..EngineOptions::default()
    };
    let window = Window::open(photos, options);
    window.until(&["3 of 3 done"]);
    window.until(&["Memory over the last minute"]);
    // Each row's numbers come before its name: how often, and what was given back in all.
    let row = |name: &str| {
        let labels = window.labels();
        let at = labels.iter().position(|label| label == name).expect("a row of the table");
        (labels[at - 1].clone(), labels[at - 2].clone())
    };
    let (calls, freed) = row("A after inference");
    assert_eq!(calls, "3");
    assert!(freed.ends_with("MiB") && freed != "0 MiB", "{freed}");
    assert_eq!(row("D after the image").0, "3");
    assert_eq!(row("B after the mask").0, "0");
    // What is switched is measured anew.
    window.click("B after the mask");
    window.until(&["What this costs shows after the next image."]);
});
