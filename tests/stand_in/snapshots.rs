//! Memory snapshots: what PyTorch's own viewer is given, and that the figures in it are libtorch's.

use std::{fs, path::Path, process::Command};

use gpu_stand_in::{Card, MIB, Settings, StandIn};
use serde_json::Value;

use crate::rig::{LITE, command, json, photo, stand_in, stderr};

/// Reads a snapshot with Python alone, and where its version is that of PyTorch's package, has the
/// viewer take it.
const READ: &str = "
import json, pickle, sys
snapshot = pickle.load(open(sys.argv[1], 'rb'))
traces = [entry for trace in snapshot['device_traces'] for entry in trace]
segments = snapshot['segments']
viewed = None
if sys.version_info[:2] == (3, 11):
    from torch.cuda import _memory_viz
    viewed = len(_memory_viz.trace_plot(snapshot)) + len(_memory_viz.segment_plot(snapshot))
print(json.dumps({
    'labels': sorted({entry.get('user_metadata') or '' for entry in traces}),
    'last': traces[-1]['action'] if traces else None,
    'allocated': sum(segment['allocated_size'] for segment in segments),
    'reserved': sum(segment['total_size'] for segment in segments),
    'viewed': viewed,
}))
";

fn read(stand_in: &StandIn, snapshot: &Path) -> Value {
    let output = Command::new("python3")
        .args(["-c", READ])
        .arg(snapshot)
        .envs(stand_in.environment())
        .env("PYTHONPATH", gpu_stand_in::pytorch())
        .output()
        .expect("python3 starts");
    assert!(output.status.success(), "{}", stderr(&output));
    json(&output).remove(0)
}

#[test]
fn every_allocation_is_named_by_image_and_stage() {
    let Some(stand_in) = stand_in(&Settings::default()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let source = photo(folder.path(), 120, 80);
    let snapshot = folder.path().join("memory.pickle");
    let mut remove = command(&stand_in, &["remove", "--model", LITE, "--device", "cuda"]);
    remove.arg("--memory-snapshot").arg(&snapshot).arg("--out").arg(folder.path()).arg(&source);
    let output = remove.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let told = read(&stand_in, &snapshot);
    let labels = told["labels"].as_array().unwrap();
    let has = |words: &[&str]| {
        let all = |label: &&Value| words.iter().all(|word| label.as_str().unwrap().contains(word));
        labels.iter().any(|label| all(&label))
    };
    assert!(has(&["loading weights", LITE]), "{told}");
    for stage in ["En_1", "En_6", "De_5", "De_1"] {
        assert!(has(&["120x80.png", stage]), "{stage}: {told}");
    }
    assert_ne!(told["viewed"], Value::from(0), "{told}");

    // What is there is never written over.
    let before = fs::read(&snapshot).unwrap();
    let output = remove.output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert_eq!(fs::read(&snapshot).unwrap(), before);
}

#[test]
fn segments_in_a_snapshot_are_what_the_allocator_holds() {
    let Some(stand_in) = stand_in(&Settings::default()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let snapshot = folder.path().join("soak.pickle");
    let arguments = [
        "soak",
        "--count",
        "20",
        "--model",
        LITE,
        "--device",
        "cuda",
        "--json",
        "--memory-snapshot",
    ];
    let output = command(&stand_in, &arguments).arg(&snapshot).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let (report, told) = (json(&output).remove(0), read(&stand_in, &snapshot));
    assert_eq!(told["allocated"], report["allocated"]["last_bytes"], "{told}");
    assert_eq!(told["reserved"], report["reserved"]["last_bytes"], "{told}");
}

#[test]
fn one_is_written_as_memory_runs_out() {
    let card = Card { total_bytes: 424 * MIB, context_bytes: 400 * MIB, ..Card::default() };
    let settings = Settings { cards: vec![card], ..Settings::default() };
    let Some(stand_in) = stand_in(&settings) else { return };
    let folder = tempfile::tempdir().unwrap();
    let source = photo(folder.path(), 120, 80);
    let snapshots = folder.path().join("snapshots");
    fs::create_dir(&snapshots).unwrap();
    let mut remove = command(&stand_in, &["remove", "--model", LITE, "--device", "cuda"]);
    remove.args(["--precision", "fp32", "--out"]).arg(folder.path()).arg(&source);
    let output = remove.arg("--memory-snapshot-on-oom").arg(&snapshots).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let written: Vec<_> =
        fs::read_dir(&snapshots).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(!written.is_empty(), "{}", stderr(&output));
    for snapshot in written {
        let told = read(&stand_in, &snapshot);
        assert_eq!(told["last"], "oom", "{told}");
    }
}
