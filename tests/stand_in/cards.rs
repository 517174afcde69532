//! Which card is used and why, and who else is on it.

use gpu_stand_in::{Card, MIB, Nvml, Settings};
use serde_json::{Value, json};

use crate::rig::{command, json as objects, stand_in_with, stderr};

const GIB: u64 = 1024 * MIB;

fn info(settings: &Settings, nvml: Nvml, environment: &[(&str, &str)]) -> Option<Value> {
    let stand_in = stand_in_with(settings, nvml)?;
    let mut info = command(&stand_in, &["info", "--json"]);
    let output = info.envs(environment.iter().copied()).output().expect("the executable runs");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    Some(objects(&output).remove(0))
}

/// CUDA's first card is NVML's second.
fn unequal() -> Settings {
    let small =
        Card { name: "Small".to_owned(), total_bytes: 4 * GIB, pci_bus: 9, ..Card::default() };
    let big = Card {
        name: "Big".to_owned(),
        total_bytes: 16 * GIB,
        others_bytes: 3 * GIB,
        pci_bus: 2,
        context_bytes: 500 * MIB,
        ..Card::default()
    };
    Settings { cards: vec![small, big], ..Settings::default() }
}

#[test]
fn the_card_with_most_free_memory_is_taken_and_shown() {
    let busy = || {
        let mut settings = unequal();
        settings.cards[1].others_bytes = 14 * GIB;
        settings
    };
    let broken = || {
        let mut settings = unequal();
        // Its context takes all there is: nothing can be computed on it.
        settings.cards[1].others_bytes = 0;
        settings.cards[1].context_bytes = 16 * GIB;
        settings
    };
    for (settings, nvml, environment, name, total_bytes) in [
        (unequal(), Nvml::Present, &[][..], "Big", 16 * GIB),
        (unequal(), Nvml::Missing, &[], "Big", 16 * GIB),
        (unequal(), Nvml::Present, &[("CUDA_DEVICE_ORDER", "PCI_BUS_ID")], "Big", 16 * GIB),
        (unequal(), Nvml::Present, &[("CUDA_VISIBLE_DEVICES", "1")], "Big", 16 * GIB),
        (unequal(), Nvml::Present, &[("CUDA_VISIBLE_DEVICES", "0")], "Small", 4 * GIB),
        (busy(), Nvml::Present, &[], "Small", 4 * GIB),
        (broken(), Nvml::Present, &[], "Small", 4 * GIB),
    ] {
        let Some(info) = info(&settings, nvml, environment) else { return };
        assert_eq!(info["device"]["name"], name, "{environment:?}: {info}");
        assert_eq!(info["card"]["total_bytes"], total_bytes, "{environment:?}: {info}");
    }
}

#[test]
fn other_programs_are_named_with_their_bytes() {
    let Some(told) = info(&unequal(), Nvml::Present, &[]) else { return };
    let others = told["others"].as_array().expect("the driver tells");
    assert_eq!(others.len(), 1, "{told}");
    assert_eq!(others[0]["bytes"], 3 * GIB, "{told}");
    // The stand-in has this test hold what others do.
    assert_eq!(others[0]["pid"], std::process::id(), "{told}");
    let why = told["device"]["why"].as_str().unwrap();
    assert!(why.contains("most free memory"), "{why}");

    let without = info(&unequal(), Nvml::Missing, &[]).expect("the stand-in is there");
    assert_eq!(without["others"], Value::Null, "{without}");
}

#[test]
fn an_instance_of_a_card_has_its_own_size() {
    let instance = Card {
        name: "Stand-in MIG 1g.10gb".to_owned(),
        total_bytes: 10 * GIB,
        mig_parent_bytes: 80 * GIB,
        driver_bytes: 100 * MIB,
        ..Card::default()
    };
    let settings = Settings { cards: vec![instance], ..Settings::default() };
    for nvml in [Nvml::Present, Nvml::Missing] {
        let Some(info) = info(&settings, nvml, &[]) else { return };
        assert_eq!(info["device"]["name"], json!("Stand-in MIG 1g.10gb"), "{info}");
        assert_eq!(info["card"]["total_bytes"], 10 * GIB, "{nvml:?}: {info}");
    }
}
