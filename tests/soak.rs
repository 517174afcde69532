//! `cutout soak` as a real process: what it tells, and that it fails where it must.

use std::process::{Command, Output};

use serde_json::Value;

/// On the CPU with the lite network, so that machines with a GPU test the same.
fn soak(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cutout"))
        .args(["soak", "--model", "u2netp", "--device", "cpu"])
        .args(args)
        .output()
        .expect("the executable runs")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {} {}", String::from_utf8_lossy(&output.stdout), stderr(output))
    })
}

#[test]
fn every_image_ends_as_planned_and_memory_comes_back() {
    let output =
        soak(&["--count", "20", "--mixed-sizes", "--inject-errors", "--batch", "1", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(!stderr(&output).contains("panic"), "injected panics stay quiet: {}", stderr(&output));
    let report = report(&output);
    assert_eq!(report["passed"], true, "{report}");
    assert_eq!(report["reasons"], serde_json::json!([]));
    assert_eq!(report["outcomes"]["done"], 18);
    assert_eq!(report["outcomes"]["failed"], 2);
    assert_eq!(report["failures"]["expected"], 2);
    assert_eq!(report["failures"]["wrong"], 0);
    // Of the two one is cut short and never reaches the network, in which the other panics.
    assert_eq!(report["cleanup"]["c"]["calls"], 1, "{report}");
    assert_eq!(report["infer"]["calls"], 18);
    let count = |name: &str| report["cleanup"][name]["calls"].as_u64().unwrap();
    // Small subjects are looked at twice.
    assert!((1..=2 * 19).contains(&count("d")) && count("a") <= count("d"), "{report}");
    let bytes = |name: &str| report[name].as_u64().unwrap();
    assert!(bytes("peak_bytes") > 2 * bytes("weights_bytes"), "{report}");
    let tensors = &report["live_tensors_without_weights"];
    assert!(tensors["readings"].as_u64().unwrap() > 1, "{report}");
    assert_eq!(tensors["min_bytes"], tensors["max_bytes"]);
    assert_eq!(report["allocated"], Value::Null, "there is no GPU in use");
    assert!(report["resident"]["first_bytes"].as_u64().unwrap() > 10 << 20, "{report}");
    assert!(report["weights_bytes"].as_u64().unwrap() > 2 << 20, "{report}");
    assert!(report["sampling"]["while_inferring"].as_u64().unwrap() > 0, "{report}");
    if cfg!(target_os = "linux") {
        let percent = report["memory_thread_percent_of_a_core"].as_f64();
        assert!(percent.unwrap() > 0.0, "{report}");
    }
}

#[test]
fn an_image_that_fails_takes_no_other_with_it() {
    let output = soak(&["--count", "40", "--inject-errors", "--batch", "4", "--json"]);
    let report = report(&output);
    assert!(report["largest_pass"].as_u64() > Some(1), "images went together: {report}");
    assert_eq!(report["failures"]["wrong"], 0, "{report}");
    assert_eq!(output.status.code(), Some(0), "{report}");
}

#[test]
fn words_say_the_same() {
    let output = soak(&["--count", "20", "--cleanup", "d", "--random-weights"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    for expected in ["20 images with u2netp", "20 done, 0 failed", "cleanup d: ", "resident"] {
        assert!(words.contains(expected), "{expected}: {words}");
    }
    assert!(!words.contains("cleanup a"), "only D is on: {words}");
}

#[test]
fn images_that_fail_unplanned_fail_the_soak() {
    // Every photo is larger than what is allowed.
    let output = soak(&["--count", "20", "--mixed-sizes", "--max-megapixels", "1", "--json"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let report = report(&output);
    assert_eq!(report["passed"], false);
    assert!(report["failures"]["wrong"].as_u64().unwrap() > 0, "{report}");
    let reason = report["reasons"][0].as_str().unwrap();
    assert!(reason.contains("large.jpg") || reason.contains("medium.jpg"), "{reason}");
}

#[test]
fn wrong_usage_is_told_and_exits_with_2() {
    for (args, expected) in [
        (["--count", "0"], "20"),
        (["--model", "u3net"], "u3net"),
        (["--cleanup", "e"], "cleanup point"),
        (["--metrics", "nowhere"], "HOST:PORT"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_cutout"))
            .arg("soak")
            .args(args)
            .output()
            .expect("the executable runs");
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(expected), "{args:?}: {}", stderr(&output));
    }
}
