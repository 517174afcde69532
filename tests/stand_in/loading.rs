//! Whether a card is used, and the reason where it is not.

use gpu_stand_in::{Card, MIB, Nvml, Settings};
use serde_json::Value;

use crate::{
    rig::{LITE, command, cutout, json, photo, stand_in, stand_in_with, stderr},
    samples::sample,
};

fn device(settings: &Settings, nvml: Nvml, environment: &[(&str, &str)]) -> Option<Value> {
    let stand_in = stand_in_with(settings, nvml)?;
    let mut info = command(&stand_in, &["info", "--json"]);
    let output = info.envs(environment.iter().copied()).output().expect("the executable runs");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    Some(json(&output).remove(0)["device"].clone())
}

#[test]
fn a_card_is_used_or_the_reason_is_told() {
    let usual = Settings::default();
    let old = Settings { driver_version: 12_000, ..Settings::default() };
    let none = Settings { cards: vec![], ..Settings::default() };
    let broken = Settings { fail_at_launch: 1, ..Settings::default() };
    for (settings, nvml, environment, expected) in [
        (&usual, Nvml::Present, &[][..], Ok("Stand-in (no GPU)")),
        (&usual, Nvml::Incomplete, &[], Ok("Stand-in (no GPU)")),
        (&usual, Nvml::Missing, &[], Ok("Stand-in (no GPU)")),
        (&old, Nvml::Present, &[], Err("driver is too old")),
        (&none, Nvml::Present, &[], Err("offers no device")),
        (&usual, Nvml::Present, &[("CUDA_VISIBLE_DEVICES", "")], Err("hides every GPU")),
        (&broken, Nvml::Present, &[], Err("does not compute")),
        (&usual, Nvml::Present, &[("CUTOUT_TORCH_LIB", "/nowhere")], Err("CUDA library is not")),
    ] {
        let Some(device) = device(settings, nvml, environment) else { return };
        assert_eq!(device["is_gpu"], expected.is_ok(), "{device}");
        match expected {
            Ok(name) => assert_eq!(device["name"], name, "{device}"),
            Err(reason) => {
                assert!(device["why"].as_str().unwrap().contains(reason), "{reason}: {device}");
                assert_ne!(device["advice"], Value::Null, "something can be done: {device}");
            }
        }
    }
}

#[test]
fn without_a_card_who_requires_one_is_refused_and_others_use_the_cpu() {
    let none = Settings { cards: vec![], ..Settings::default() };
    let Some(stand_in) = stand_in(&none) else { return };
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let source = photo(folder.path(), 90, 60);
    let source = source.to_str().unwrap();
    for (arguments, code, words) in [
        (&["--device", "auto"][..], 0, ""),
        (&["--device", "auto", "--require-gpu"], 1, "no device"),
        (&["--device", "cuda:0"], 1, "CUDA device 0 cannot be used"),
    ] {
        let usual = ["remove", source, "--model", LITE, "--out", out, "--on-exist", "replace"];
        let output = cutout(&stand_in, &[&usual[..], arguments].concat());
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn a_number_names_its_card_and_one_that_is_not_there_is_refused() {
    let second = Card { name: "Second".to_owned(), pci_bus: 2, ..Card::default() };
    let settings = Settings { cards: vec![Card::default(), second], ..Settings::default() };
    let folder = tempfile::tempdir().unwrap();
    let source = photo(folder.path(), 90, 60);
    for (number, code) in [("cuda:0", 0), ("cuda:1", 0), ("cuda:2", 1)] {
        let Some(stand_in) = stand_in(&settings) else { return };
        let output = cutout(
            &stand_in,
            &[
                "remove",
                source.to_str().unwrap(),
                "--model",
                LITE,
                "--device",
                number,
                "--out",
                folder.path().to_str().unwrap(),
                "--on-exist",
                "replace",
            ],
        );
        assert_eq!(output.status.code(), Some(code), "{number}: {}", stderr(&output));
        let used: Vec<_> = stand_in.books().cards.iter().map(|card| card.allocations > 0).collect();
        assert_eq!(used, [number == "cuda:0", number == "cuda:1"], "{number}");
        if code == 1 {
            assert!(stderr(&output).contains("the last CUDA device is cuda:1"), "{output:?}");
        }
    }
}

/// Every network and precision goes all the way, on the card and with its memory.
#[test]
fn both_networks_run_in_every_precision() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    for model in ["u2net", "u2netp"] {
        for precision in ["fp32", "fp16", "bf16"] {
            let Some(stand_in) = stand_in(&Settings::default()) else { return };
            let output = cutout(
                &stand_in,
                &[
                    "remove",
                    sample("chelsea.png").to_str().unwrap(),
                    sample("coffee.png").to_str().unwrap(),
                    "--model",
                    model,
                    "--precision",
                    precision,
                    "--device",
                    "cuda",
                    "--out",
                    out,
                    "--on-exist",
                    "replace",
                    "--save",
                    "cutout,mask",
                    "--json",
                ],
            );
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
            for line in json(&output) {
                assert_eq!(line["status"], "done", "{line}");
                assert_eq!(line["pass"]["on_gpu"], true, "{line}");
                assert_eq!(line["pass"]["precision"], precision, "{line}");
                assert_eq!(line["rungs"], serde_json::json!([]), "{line}");
                let peak_bytes = line["pass"]["peak_bytes"].as_u64().unwrap();
                let books = &stand_in.books().cards[0];
                assert!(peak_bytes > 20 * MIB, "{line}");
                assert!(books.peak_held_bytes >= peak_bytes, "{books:?}: {line}");
            }
        }
    }
}
