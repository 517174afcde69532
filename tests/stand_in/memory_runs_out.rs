//! Too little memory, and cards that fail: what is tried, and that every image is done.

use cutout::{
    engine::{
        EngineOptions,
        batch::BatchChoice,
        protocol::{Command, Event, LetGo, ModelState, Rung, Step},
    },
    u2net::{Precision, PrecisionChoice},
};
use gpu_stand_in::{Card, MIB, Nvml, Settings};
use serde_json::{Value, json};

use crate::rig::{Fault, LITE, Run, command, json as lines, photo, stand_in_with, stderr};

const CONTEXT_MIB: u64 = 400;

/// A card with so much room beside the context.
fn with_room(room_mib: u64) -> Settings {
    let card = Card {
        total_bytes: (CONTEXT_MIB + room_mib) * MIB,
        context_bytes: CONTEXT_MIB * MIB,
        ..Card::default()
    };
    Settings { cards: vec![card], ..Settings::default() }
}

/// Cuts so many photos, and gives what was tried for each; every one must be done.
fn rungs(settings: &Settings, nvml: Nvml, photos: u32, arguments: &[&str]) -> Option<Vec<Value>> {
    let stand_in = stand_in_with(settings, nvml)?;
    let folder = tempfile::tempdir().unwrap();
    let sources: Vec<_> =
        (0..photos).map(|number| photo(folder.path(), 200 + number, 150)).collect();
    let out = folder.path().join("out");
    let mut remove = command(&stand_in, &["remove", "--json", "--device", "cuda", "--out"]);
    let output = remove.arg(&out).args(&sources).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let lines = lines(&output);
    assert_eq!(lines.len(), sources.len(), "one line a photo");
    for line in &lines {
        assert_eq!(line["status"], "done", "{line}");
        assert!(line["outputs"][0]["path"].as_str().is_some(), "{line}");
    }
    Some(lines)
}

fn keys(line: &Value) -> Vec<&str> {
    let rungs = line["rungs"].as_array().expect("rungs");
    rungs.iter().map(|rung| rung["rung"].as_str().expect("a name")).collect()
}

/// Fewer images, then smaller numbers, then the CPU: as little as helps.
#[test]
fn on_smaller_and_smaller_cards_more_is_tried_and_every_image_is_done() {
    let lite: &[&str] = &["--model", LITE, "--precision", "fp32", "--batch", "8"];
    for (room_mib, tried, untried) in [
        (4000, &[][..], &["empty_cache", "halve_batch", "lower_precision", "on_cpu"][..]),
        (70, &["empty_cache", "lower_precision"], &["on_cpu"]),
        (30, &["empty_cache", "lower_precision", "on_cpu"], &[]),
        (3, &["empty_cache", "on_cpu"], &[]),
    ] {
        for nvml in [Nvml::Present, Nvml::Incomplete, Nvml::Missing] {
            let Some(lines) = rungs(&with_room(room_mib), nvml, 9, lite) else { return };
            let all: Vec<&str> = lines.iter().flat_map(keys).collect();
            for rung in tried {
                assert!(all.contains(rung), "{room_mib} MiB, {nvml:?}: {rung} of {all:?}");
            }
            for rung in untried {
                assert!(!all.contains(rung), "{room_mib} MiB, {nvml:?}: {rung} of {all:?}");
            }
        }
    }
}

on_stand_in!(images_that_do_not_fit_together_go_in_smaller_passes, with_room(240), |stand_in| {
    let options = EngineOptions { batch: BatchChoice::Fixed(8), ..EngineOptions::default() };
    let mut run = Run::start(LITE, PrecisionChoice::Fixed(Precision::Fp32), options);
    // While the first image stands in the network, the others gather behind it.
    run.fault.set(Fault::STOPS);
    let first = run.sent();
    run.submit(&[(90, 60), (91, 60), (92, 60), (93, 60), (94, 60), (95, 60), (96, 60), (97, 60)]);
    let mut decoded = 0;
    while decoded < 8 {
        decoded += usize::from(matches!(run.hear(), Event::Step { step: Step::Decoding, .. }));
    }
    run.fault.set(Fault::NONE);
    let ended = run.until_ended(first);
    let rungs: Vec<_> = ended.iter().flat_map(|ended| &ended.rungs).collect();
    assert!(rungs.contains(&&Rung::EmptyCache), "{rungs:?}");
    assert!(rungs.iter().any(|rung| matches!(rung, Rung::HalveBatch { .. })), "{rungs:?}");
    for ended in &ended {
        let pass = ended.done().pass.expect("the network ran");
        assert!(pass.on_gpu && pass.precision == Precision::Fp32, "{pass:?}");
    }
    assert!(stand_in.books().cards[0].refusals > 0);
    let rest = run.at_rest().device.unwrap();
    assert_eq!(stand_in.books().cards[0].held_bytes, rest.reserved_bytes);
});

#[test]
fn a_card_that_fails_in_the_middle_of_a_batch_hands_over_to_the_cpu_for_good() {
    // The launches of one pass are some hundreds; those of loading come first.
    for launch in [60, 400, 1000] {
        let settings = Settings { fail_at_launch: launch, ..Settings::default() };
        let arguments = ["--model", LITE, "--batch", "4"];
        let Some(lines) = rungs(&settings, Nvml::Present, 12, &arguments) else { return };
        let failed: Vec<_> = lines.iter().filter(|line| keys(line) == ["gpu_failed"]).collect();
        assert!(!failed.is_empty() && failed.len() <= 4, "{launch}: {lines:?}");
        let on_gpu = lines.iter().filter(|line| line["pass"]["on_gpu"] == json!(true)).count();
        assert!(on_gpu + failed.len() <= lines.len(), "{launch}");
        assert_eq!(lines.last().unwrap()["pass"]["on_gpu"], json!(false), "{launch}");
    }
}

on_stand_in!(a_card_that_others_fill_while_work_runs_is_shared, with_room(600), |stand_in| {
    let options = EngineOptions { batch: BatchChoice::Fixed(2), ..EngineOptions::default() };
    let mut run = Run::start(LITE, PrecisionChoice::Auto, options);
    assert!(run.image().rungs.is_empty());
    stand_in.set_others_bytes(0, 585 * MIB);
    let crowded: Vec<_> = run.images(&[(100, 80), (101, 80)]);
    for ended in &crowded {
        ended.done();
        assert!(ended.rungs.contains(&Rung::EmptyCache), "{:?}", ended.rungs);
        assert!(ended.rungs.contains(&Rung::OnCpu), "{:?}", ended.rungs);
    }
    // They are gone: the card is used again.
    stand_in.set_others_bytes(0, 0);
    let after = run.image();
    assert!(after.rungs.is_empty(), "{:?}", after.rungs);
    assert!(after.done().pass.unwrap().on_gpu);
});

on_stand_in!(the_cache_and_the_model_are_given_back_as_told, Settings::default(), |stand_in| {
    let held_bytes = || stand_in.books().cards[0].held_bytes;
    let options = EngineOptions {
        cleanup: "none".parse().unwrap(),
        batch: BatchChoice::Fixed(1),
        ..EngineOptions::default()
    };
    let mut run = Run::start(LITE, PrecisionChoice::Auto, options);
    run.image();
    let cached = held_bytes();
    let freed = run.freed(Command::FreeCache);
    assert_eq!(freed.what, LetGo::Cache);
    let [before, after] = [freed.before, freed.after].map(|sample| sample.device.unwrap());
    assert_eq!((before.reserved_bytes, after.reserved_bytes), (cached, held_bytes()));
    assert!(after.reserved_bytes < before.reserved_bytes);
    assert_eq!(after.allocated_bytes, before.allocated_bytes);

    run.image();
    let freed = run.freed(Command::UnloadModel);
    assert_eq!(freed.what, LetGo::Model);
    let after = freed.after.device.unwrap();
    assert_eq!((after.allocated_bytes, after.reserved_bytes), (0, 0));
    assert_eq!(held_bytes(), 0, "nothing is left on the card but its context");
    assert!(matches!(run.models.last(), Some(ModelState::Unloaded { .. })));
    run.image().done();
    assert!(matches!(run.models.last(), Some(ModelState::Ready { .. })));

    run.send(Command::SetIdleUnload(Some(std::time::Duration::from_millis(1))));
    loop {
        if let Event::Freed(freed) = run.hear() {
            assert_eq!(freed.what, LetGo::IdleModel);
            break;
        }
    }
    assert_eq!(held_bytes(), 0);
});

/// Whatever allocation is refused, once: the image is done, on the card.
#[test]
fn one_refused_allocation_costs_no_image() {
    for refused in [2, 5, 9, 14, 20, 27] {
        let settings = Settings { refuse_allocation: refused, ..Settings::default() };
        let arguments = ["--model", LITE, "--batch", "2"];
        let Some(lines) = rungs(&settings, Nvml::Present, 4, &arguments) else { return };
        let last = lines.last().unwrap();
        assert_eq!(last["pass"]["on_gpu"], json!(true), "{refused}: {last}");
    }
}
