//! The memory panel: the ledger, the points, what was freed, and the choices.

use std::{path::Path, time::Duration};

use cutout::{
    app::settings::{SettingsFile, SettingsProblem},
    engine::protocol::{
        CardUser, CardUsers, ChosenBy, CleanupPoint, CleanupPreset, CleanupSwitches, Command,
        DeviceInfo, Event, GpuChoice, LetGo, ModelState, NoGpu, NoSnapshot, Outcome, Precision,
        Rung, SavedSnapshot, SnapshotEnded, SnapshotError, SnapshotReason, Step,
    },
    imaging::Existing,
};
use egui::{Key, Modifiers, Theme, accesskit::Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::{
    pictures::done,
    readings::{self, Card, MIB, cleanup},
    situation,
    window::{FakeDesktop, Window},
};

fn ready(window: &mut Window) {
    window.tell(Event::Model(ModelState::Ready {
        name: "u2net".to_owned(),
        load_ms: 412,
        weights_bytes: 84 * MIB,
        precision: Precision::Fp16,
    }));
}

fn on_gpu() -> Window {
    let mut window = Window::with_photos(&["lemur.png"]);
    window.tell(Event::Device(situation::on_gpu()));
    ready(&mut window);
    window.tell(Event::Memory(Card::default().sample(1.0)));
    window
}

fn on_cpu() -> Window {
    let mut window = Window::with_photos(&["lemur.png"]);
    window.tell(Event::Device(situation::on_cpu(NoGpu::Other("no driver".to_owned()))));
    ready(&mut window);
    window.tell(Event::Memory(readings::on_cpu(1.0, 512)));
    window
}

fn sees(window: &Window, all: &[&str]) {
    for words in all {
        assert!(window.harness.query_by_label(words).is_some(), "{words:?} is not in sight");
    }
}

#[test]
fn on_a_gpu_the_ledger_names_and_numbers_every_part_of_the_card() {
    let mut window = on_gpu();
    window.tell(Event::Memory(Card { working_mib: 62, ..Card::default() }.sample(1.2)));
    sees(
        &window,
        &[
            "GPU memory",
            "NVIDIA RTX 4070 · 12.00 GiB",
            "Weights  84 MiB",
            "This image  62 MiB",
            "Cached  20 MiB",
            "Context  412 MiB",
            "Other programs  2.10 GiB",
            "Free 9.34 GiB, 77.8 % of 12.00 GiB",
            "Context 412 MiB, 3.4 % of 12.00 GiB",
            "Allocated 146 MiB",
            "Reserved 166 MiB",
            "Allocated 146 MiB · Reserved 166 MiB",
        ],
    );
}

#[test]
fn on_a_cpu_the_same_panel_shows_the_machine_and_this_program() {
    let window = on_cpu();
    sees(
        &window,
        &[
            "Memory",
            "of this computer · 16.00 GiB",
            "Weights  84 MiB",
            "This image  30 MiB",
            "Pictures  46 MiB",
            "Rest of Cutout  352 MiB",
            "Other programs  4.50 GiB",
            "Free 11.00 GiB, 68.8 % of 16.00 GiB",
            "Tensors 114 MiB",
            "This program 512 MiB",
            "Memory of this program 512 MiB",
            "Nothing to free on the CPU: the points only take readings.",
        ],
    );
    assert!(window.harness.query_by_label("GPU memory").is_none());
}

#[test]
fn parts_explain_themselves_on_hover() {
    for (mut window, part, explanation) in [
        (on_gpu(), "Context  412 MiB", "nvidia-smi counts them too, so it reads higher"),
        (on_gpu(), "Cached 20 MiB, 0.2 % of 12.00 GiB", "reserved minus allocated"),
        (on_gpu(), "Other programs  2.10 GiB", "326 MiB of it the driver keeps"),
        (on_cpu(), "Rest of Cutout  352 MiB", "the window keeps 0 MiB"),
    ] {
        window.hover(part);
        window.harness.get_by_label_contains(explanation);
    }
}

#[test]
fn what_the_window_itself_keeps_is_told() {
    let mut window = on_cpu();
    let job = window.jobs().remove(0);
    window.finish(&job, done(&job));
    window.hover("Rest of Cutout  352 MiB");
    // Before, after and mask, 600 x 400 pixels of 4 bytes each, and their halvings.
    window.harness.get_by_label_contains("the window keeps 3.6 MiB: 3.6 MiB in previews");
}

#[test]
fn an_estimated_context_is_told_as_one() {
    let mut window = on_gpu();
    let mut sample = Card::default().sample(1.2);
    sample.ledger.context_is_estimate = true;
    window.tell(Event::Memory(sample));
    window.hover("Context  412 MiB");
    window.harness.get_by_label_contains("The driver does not tell this program's share here");
}

#[test]
fn a_context_that_nobody_tells_is_not_called_measured() {
    let mut window = on_gpu();
    let mut sample = Card { context_mib: 0, ..Card::default() }.sample(1.2);
    sample.ledger.context_is_estimate = true;
    window.tell(Event::Memory(sample));
    window.hover("Context  0 MiB");
    window.harness.get_by_label_contains("Its size is not known here");
}

#[test]
fn the_other_programs_on_the_card_are_named() {
    let mut window = on_gpu();
    window.hover("Other programs  2.10 GiB");
    window.harness.get_by_label_contains("Which programs these are is not told here.");
    let program =
        |pid, name: &str, mib: u64| CardUser { pid, name: name.to_owned(), bytes: Some(mib * MIB) };
    let others = [program(7, "Xorg", 1500), program(9, "pid 9", 324)].into();
    window.tell(Event::CardUsers(Some(CardUsers { others, may_be_own: false })));
    window.hover("Other programs  2.10 GiB");
    window.harness.get_by_label_contains("Xorg: 1.46 GiB\npid 9: 324 MiB\n326 MiB of it");
}

#[test]
fn the_panel_says_why_it_is_this_card() {
    let mut window = on_gpu();
    let choice = GpuChoice {
        number: 1,
        count: 2,
        by: ChosenBy::MostFree,
        free_bytes: Some(9 << 30),
        total_bytes: Some(12 << 30),
        driver: Some("580.65".to_owned()),
        ..GpuChoice::default()
    };
    let device = DeviceInfo { gpu: Some(choice), ..situation::on_gpu() };
    window.tell(Event::Device(device));
    window.hover("NVIDIA RTX 4070 · 12.00 GiB");
    window.harness.get_by_label_contains("of 2 GPUs the one with most free memory (9.0 of 12.0");
}

#[test]
fn peaks_of_this_image_and_the_last_are_told() {
    let mut window = on_gpu();
    sees(&window, &["Peak, this image – · last –"]);
    let job = window.jobs().remove(0);
    window.tell(Event::Step { id: job.id, step: Step::Inferring });
    window.tell(Event::Memory(Card { working_mib: 87, ..Card::default() }.sample(1.4)));
    sees(&window, &["Peak, this image 171 MiB · last –"]);
    window.finish(&job, done(&job));
    sees(&window, &["Peak, this image – · last 170 MiB"]);
}

#[test]
fn points_are_counted_and_what_they_cost_is_measured() {
    let mut window = on_gpu();
    sees(&window, &["What this costs shows after the next image."]);
    let job = window.jobs().remove(0);
    readings::image(&window, job.id, 1.2);
    window.finish(&job, done(&job));
    // 4 x 175 us of an image that was in the network for 150 ms.
    let cost = "Costs 0.70 ms an image (under 1 % of its time), holds 58 MiB less between images.";
    sees(&window, &["A after inference", "58 MiB", "4.0 MiB", cost]);
    window.hover("A after inference");
    window.harness.get_by_label_contains("0.17 ms each time, 175 µs in all");
}

#[test]
fn a_mark_tells_its_point_image_bytes_and_time() {
    let mut window = on_gpu();
    let job = window.jobs().remove(0);
    window.tell(Event::Memory(Card::default().sample(30.0)));
    readings::image(&window, job.id, 30.0);
    window.tell(Event::Memory(Card::default().sample(60.0)));
    let plot = window.harness.get_by_label("Memory over the last minute").rect();
    window.harness.hover_at(plot.center());
    window.harness.run_steps(20);
    window.harness.get_by_label("A after inference · lemur.png");
    window.harness.get_by_label_contains("freed 58 MiB in 175 µs");
}

#[test]
fn each_point_can_be_switched_and_a_preset_chosen_while_running() {
    let mut window = on_gpu();
    window.click("B after the mask");
    window.click("Cleanup points");
    window.click("Once per image");
    window.click("Cleanup points");
    window.click("None");
    let set = |command: &Command| match command {
        Command::SetCleanup(switches) => Some(*switches),
        _ => None,
    };
    let all_but_b = CleanupSwitches::ALL_ON.with(CleanupPoint::AfterMask, false);
    let once = CleanupPreset::OncePerImage.switches();
    let sent: Vec<_> = window.commands().iter().filter_map(set).collect();
    assert_eq!(sent, [all_but_b, once, CleanupSwitches::NONE]);
    sees(&window, &["Costs nothing, holds 20 MiB cached."]);
}

#[test]
fn letting_go_is_asked_for_and_told_in_numbers() {
    let mut window = on_gpu();
    window.click("Free cache");
    window.click("Unload model");
    let asked = window.commands();
    assert!(matches!(asked[asked.len() - 2..], [Command::FreeCache, Command::UnloadModel]));
    let before = Card::default();
    let cleaned = Card { cached_mib: 0, ..before };
    let gone = Card { weights_mib: 0, ..cleaned };
    for (event, words) in [
        (
            readings::freed(LetGo::Cache, before, cleaned),
            "Freed the cache: reserved 104 MiB before, 84 MiB after, in 2.10 ms. What stays: 84 MiB in the \
             model's weights, 412 MiB in the driver's context, which goes when Cutout closes.",
        ),
        (
            readings::freed(LetGo::Model, cleaned, gone),
            "Unloaded the model: reserved 84 MiB before, 0 MiB after, in 2.10 ms. 412 MiB stay: the driver's \
             context, which goes when Cutout closes.",
        ),
        (
            readings::freed_on_cpu(LetGo::IdleModel, 612, 440),
            "Unloaded the model, which was idle: this program 612 MiB before, 440 MiB after, in 2.10 ms.",
        ),
    ] {
        window.tell(event);
        let lines = window.harness.query_all_by_label(words).count();
        assert_eq!(lines, 2, "in the panel and as a notice: {words}");
    }
    window.tell(Event::Model(ModelState::Unloaded { name: "u2net".to_owned() }));
    assert!(!window.is_enabled("Unload model"));
}

#[test]
fn on_a_cpu_there_is_no_cache_to_free_and_the_panel_says_why() {
    let mut window = on_cpu();
    assert!(!window.is_enabled("Free cache") && window.is_enabled("Unload model"));
    window.hover("Free cache");
    window.harness.get_by_label_contains("There is no cache to free on the CPU");
}

#[test]
fn an_idle_model_is_unloaded_after_a_countdown_in_sight() {
    let mut window = on_cpu();
    window.click("Unload after");
    let last = window.commands().pop();
    assert!(
        matches!(last, Some(Command::SetIdleUnload(Some(idle))) if idle.as_secs() == 600),
        "{last:?}"
    );
    window.tell(Event::UnloadsIn(Some(Duration::from_secs(272))));
    window.harness.get_by_label_contains("U²-Net · ready · unloads in 4:3");
    window.tell(Event::UnloadsIn(None));
    sees(&window, &["U²-Net · ready"]);
    window.click("Unload after");
    assert!(matches!(window.commands().pop(), Some(Command::SetIdleUnload(None))));
}

#[test]
fn what_is_typed_into_a_field_moves_nothing_else() {
    let mut window = on_cpu();
    window.click("Unload after");
    window.click("Idle minutes");
    window.press(Modifiers::NONE, Key::Delete);
    assert_eq!(window.rows().len(), 1);
    window.harness.event(egui::Event::Text("25".to_owned()));
    window.press(Modifiers::NONE, Key::Enter);
    let last = window.commands().pop();
    assert!(
        matches!(last, Some(Command::SetIdleUnload(Some(idle))) if idle.as_secs() == 25 * 60),
        "{last:?}"
    );
    window.press(Modifiers::NONE, Key::Delete);
    assert!(window.rows().is_empty());
}

#[test]
fn rungs_show_on_the_row_while_they_are_climbed_and_after() {
    for (rung, under_way, after) in [
        (
            Rung::EmptyCache,
            "lemur.png, Out of memory: cache emptied, trying again",
            "lemur.png, Done · 0.21 s · at the second try (memory ran out)",
        ),
        (
            Rung::HalveBatch { images: 2 },
            "lemur.png, Out of memory: trying 2 at a time",
            "lemur.png, Done · 0.21 s · 2 at a time (memory ran out)",
        ),
        (
            Rung::LowerPrecision { precision: Precision::Fp16 },
            "lemur.png, Out of memory: trying in half precision (fp16)",
            "lemur.png, Done · 0.21 s · in half precision (fp16) (GPU memory ran out)",
        ),
        (
            Rung::OnCpu,
            "lemur.png, Out of memory: trying on the CPU",
            "lemur.png, Done · 0.21 s · on the CPU (GPU memory ran out)",
        ),
        (
            Rung::GpuFailed,
            "lemur.png, The GPU failed: trying on the CPU",
            "lemur.png, Done · 0.21 s · on the CPU (the GPU failed)",
        ),
    ] {
        let mut window = on_gpu();
        let job = window.jobs().remove(0);
        window.tell(Event::Step { id: job.id, step: Step::Inferring });
        window.tell(Event::Rung { id: job.id, rung });
        assert_eq!(window.rows(), [under_way]);
        window.finish(&job, done(&job));
        assert_eq!(window.rows(), [after]);
    }
}

#[test]
fn a_photo_tried_again_starts_without_the_rungs_of_before() {
    let mut window = on_gpu();
    let job = window.jobs().remove(0);
    window.tell(Event::Rung { id: job.id, rung: Rung::OnCpu });
    window.finish(&job, Outcome::Failed { why: "memory ran out".to_owned().into() });
    window.click("Try again");
    let again = window.jobs().remove(1);
    window.finish(&again, done(&again));
    assert_eq!(window.rows(), ["lemur.png, Done · 0.21 s"]);
}

#[test]
fn the_panel_opens_and_closes_from_the_status_bar() {
    let mut window = on_gpu();
    window.click("Hide");
    assert!(window.harness.query_by_label("GPU memory").is_none());
    window.click("Allocated 84 MiB · Reserved 104 MiB");
    sees(&window, &["GPU memory"]);
    window.click("Allocated 84 MiB · Reserved 104 MiB");
    assert!(window.harness.query_by_label("GPU memory").is_none());
}

#[test]
fn choices_are_kept_for_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = || SettingsFile::in_folder(folder.path());
    let mut window = Window::with(Theme::Dark, FakeDesktop::default(), |start| {
        start.settings.file = file();
        // Chosen on the command line, for this run alone.
        start.settings.in_force.memory.cleanup = CleanupSwitches::NONE;
    });
    window.add(&["a.png"]);
    window.tell(Event::Memory(readings::on_cpu(1.0, 512)));
    window.click("Require GPU");
    assert!(matches!(window.commands().pop(), Some(Command::RequireGpu(true))));
    window.click("Unload after");
    window.click("Advanced…");
    window.click("On");
    window.click("Largest block that is split");
    window.press(Modifiers::NONE, Key::Escape);
    window.click("Hide");
    drop(window);
    let (settings, problem) = file().load();
    let settings = settings.memory;
    assert_eq!(problem, None);
    assert_eq!((settings.require_gpu, settings.panel_open), (true, false));
    assert_eq!(settings.idle_unload_min, Some(10));
    assert_eq!(settings.cleanup, CleanupSwitches::ALL_ON);
    let allocator = "expandable_segments:True,max_split_size_mb:128".parse();
    assert_eq!(Ok(settings.allocator), allocator);
}

#[test]
fn the_allocator_in_force_and_when_changes_take_effect_are_said() {
    let mut window = on_gpu();
    window.click("Advanced…");
    sees(
        &window,
        &[
            "In force: expandable_segments:True.",
            "What is changed here takes effect when Cutout starts next.",
        ],
    );
    let names =
        ["Maximum split size in MiB", "Garbage-collection threshold", "Share of the card's memory"];
    let fields = window.harness.query_all_by(|node| node.role() == Role::SpinButton);
    let fields: Vec<_> = fields.filter_map(|field| field.accesskit_node().label()).collect();
    assert!(names.iter().all(|name| fields.iter().any(|field| field == name)), "{fields:?}");
}

#[test]
fn how_tensors_are_laid_out_is_one_step_away_and_explained() {
    let mut window = on_gpu();
    assert!(window.harness.query_by_label("Asked for").is_none());
    window.click("Details…");
    sees(
        &window,
        &["libtorch's allocator on the GPU", "Asked for", "81 MiB", "Rounding", "3.0 MiB"],
    );
    sees(&window, &["Free in split segments", "5.0 MiB", "Free in whole segments", "15 MiB"]);
    sees(&window, &["Segments", "7", "Tried again", "2", "Out of memory", "1"]);
    for (figure, explanation) in [
        ("Asked for", "Highest in this image, or the last: 84 MiB."),
        ("Rounding", "allocated minus asked for"),
        ("Free in split segments", "fragmentation"),
        ("Free in whole segments", "the cleanup points give them back"),
        ("Segments", "that libtorch holds from the driver"),
        ("Tried again", "emptied its cache and asked again"),
        ("Out of memory", "no memory even then"),
    ] {
        window.hover(figure);
        window.harness.get_by_label_contains(explanation);
    }
}

#[test]
fn where_the_layout_of_tensors_is_not_told_the_reason_is() {
    let mut by_the_driver = on_gpu();
    let mut sample = Card::default().sample(1.2);
    sample.device.as_mut().unwrap().blocks = None;
    by_the_driver.tell(Event::Memory(sample));
    for (mut window, reason) in
        [(on_cpu(), "no such figures on the CPU"), (by_the_driver, "backend:cudaMallocAsync")]
    {
        window.click("Details…");
        window.harness.get_by_label_contains(reason);
        assert!(window.harness.query_by_label("Asked for").is_none());
    }
}

#[test]
fn allocator_settings_without_a_control_are_shown_and_stay() {
    let folder = tempfile::tempdir().unwrap();
    let file = || SettingsFile::in_folder(folder.path());
    let by_hand = "large_segment_size_mb:32,roundup_power2_divisions:[64:8,>:2]";
    let mut window = Window::with(Theme::Dark, FakeDesktop::default(), |start| {
        start.settings.file = file();
        start.settings.stored.memory.allocator = by_hand.parse().unwrap();
    });
    window.add(&["a.png"]);
    window.click("Advanced…");
    sees(&window, &[format!("Also set, by hand: {by_hand}.").as_str()]);
    window.click("At most this share of the card");
    window.press(Modifiers::NONE, Key::Escape);
    drop(window);
    let (settings, problem) = file().load();
    assert_eq!(problem, None);
    let expected = format!("{by_hand},per_process_memory_fraction:0.5");
    assert_eq!(settings.memory.allocator.to_string(), expected);
}

#[test]
fn damaged_settings_are_told_when_the_window_opens() {
    let mut window = Window::with(Theme::Dark, FakeDesktop::default(), |start| {
        let error = std::io::Error::other("it is away").into();
        let path = "settings.toml".into();
        start.settings.problem = Some(SettingsProblem::Unreadable { path, error });
    });
    window.harness.run();
    sees(&window, &["settings.toml cannot be read (it is away): the settings are as by default."]);
}

#[test]
fn thousands_of_marks_a_minute_are_drawn_as_few() {
    let mut window = on_gpu();
    let job = window.jobs().remove(0);
    for run in 0..6000_u32 {
        let at_s = f64::from(run) / 100.0;
        let card = Card::default();
        let Event::Cleanup { record, .. } =
            cleanup(CleanupPoint::AfterImage, at_s, Some((card, card)))
        else {
            unreachable!()
        };
        window.send(Event::Cleanup { id: Some(job.id), record });
        if run % 400 == 399 {
            window.harness.run();
        }
    }
    window.harness.run();
    let state = window.harness.state().state();
    assert!(state.marks.iter().len() <= 5 * 602);
    assert!(state.memory.slots().len() <= 602);
}

#[test]
fn a_memory_snapshot_goes_where_the_user_says_and_is_told() {
    let mut window = Window::with(Theme::Dark, FakeDesktop::picking("/tmp/m.pickle"), |_| {});
    window.add(&["lemur.png"]);
    window.tell(Event::Device(situation::on_gpu()));
    window.tell(Event::Memory(Card::default().sample(1.0)));
    window.click("Advanced…");
    window.click("Save memory snapshot…");
    let saves = |window: &Window| {
        let commands = window.commands();
        commands.iter().any(|command| {
            matches!(command, Command::SaveSnapshot(save)
                if save.path == Path::new("/tmp/m.pickle") && save.existing == Existing::Replace)
        })
    };
    window.wait_until(saves);
    let saved = |has_history| SavedSnapshot {
        path: "/tmp/m.pickle".into(),
        file_bytes: 5 * MIB / 2,
        took_us: 900,
        has_history,
    };
    let no_gpu = SnapshotError::NotTaken(NoSnapshot::NoGpu);
    for (reason, result, words) in [
        (
            SnapshotReason::Asked,
            Ok(saved(true)),
            "Memory snapshot saved as /tmp/m.pickle (2.5 MiB). PyTorch's memory viewer opens it: \
             pytorch.org/memory_viz.",
        ),
        (
            SnapshotReason::Asked,
            Ok(saved(false)),
            "Memory snapshot saved as /tmp/m.pickle (2.5 MiB): what is held now. Recording has begun, so \
             the next one also shows what was allocated when.",
        ),
        (
            SnapshotReason::OutOfMemory,
            Ok(saved(true)),
            "GPU memory ran out. A memory snapshot of that moment is in /tmp/m.pickle (2.5 MiB).",
        ),
        (
            SnapshotReason::Asked,
            Err(no_gpu),
            "There is no memory snapshot: a memory snapshot shows what libtorch holds on a GPU, and none \
             is used; `cutout info` tells why",
        ),
    ] {
        window.tell(Event::Snapshot(Box::new(SnapshotEnded { reason, result })));
        sees(&window, &[words]);
    }
}

#[test]
fn on_the_cpu_no_memory_snapshot_is_offered() {
    let mut window = on_cpu();
    window.click("Advanced…");
    assert!(!window.is_enabled("Save memory snapshot…"));
}
