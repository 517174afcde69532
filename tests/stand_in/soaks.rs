//! `cutout soak` on a card: hundreds of images of mixed sizes, with errors among them.

use gpu_stand_in::{Settings, StandIn};
use serde_json::Value;

use crate::rig::{cutout, json, stand_in, stderr};

fn soak(stand_in: &StandIn, arguments: &[&str]) -> Value {
    let usual = ["soak", "--device", "cuda", "--json"];
    let output = cutout(stand_in, &[&usual, arguments].concat());
    let report = json(&output).remove(0);
    assert_eq!(output.status.code(), Some(0), "{report}\n{}", stderr(&output));
    report
}

#[test]
fn memory_is_back_after_each_of_300_images_with_errors_among_them() {
    for (model, batch) in [("u2netp", "1"), ("u2net", "8")] {
        let Some(stand_in) = stand_in(&Settings::default()) else { return };
        let report = soak(
            &stand_in,
            &[
                "--model",
                model,
                "--batch",
                batch,
                "--count",
                "300",
                "--mixed-sizes",
                "--inject-errors",
            ],
        );
        assert_eq!(report["passed"], true, "{report}");
        assert_eq!(report["outcomes"]["failed"], 30, "{report}");
        assert_eq!(report["failures"]["wrong"], 0, "{report}");
        let allocated = &report["allocated"];
        // One a pass.
        let readings = allocated["readings"].as_u64().unwrap();
        assert!(readings > if batch == "1" { 250 } else { 50 }, "{report}");
        assert_eq!(allocated["min_bytes"], allocated["max_bytes"], "{report}");
        let reserved = &report["reserved"];
        assert_eq!(reserved["max_bytes"], reserved["baseline_bytes"], "{report}");
        let largest = report["largest_pass"].as_u64().unwrap();
        assert_eq!(largest > 1, batch != "1", "{report}");
        let books = stand_in.books();
        assert!(books.cards[0].peak_held_bytes >= report["peak_bytes"].as_u64().unwrap());
        assert!(books.cards[0].allocations > 300, "the cache was emptied: {books:?}");
        assert_eq!(books.cards[0].refusals, 0, "{books:?}");
    }
}

/// Whatever allocator libtorch uses, and however it is set.
#[test]
fn memory_comes_back_with_every_allocator() {
    for (settings, tells_blocks) in [
        ("backend:native,max_split_size_mb:64", true),
        ("expandable_segments:true", true),
        ("roundup_power2_divisions:8,garbage_collection_threshold:0.5", true),
        ("backend:cudaMallocAsync", false),
    ] {
        let Some(stand_in) = stand_in(&Settings::default()) else { return };
        let report = soak(
            &stand_in,
            &["--model", "u2netp", "--batch", "2", "--count", "30", "--allocator", settings],
        );
        assert_eq!(report["passed"], true, "{settings}: {report}");
        let allocated = &report["allocated"];
        assert_eq!(allocated["min_bytes"], allocated["max_bytes"], "{settings}: {report}");
        assert_eq!(report["blocks_at_rest"].is_object(), tells_blocks, "{settings}: {report}");
        assert!(stand_in.books().cards[0].allocations > 30, "{settings}");
    }
}

#[test]
fn an_injected_panic_hits_its_image_and_no_other_in_every_precision() {
    for precision in ["fp32", "fp16", "bf16"] {
        for batch in ["1", "4"] {
            let Some(stand_in) = stand_in(&Settings::default()) else { return };
            let report = soak(
                &stand_in,
                &[
                    "--model",
                    "u2netp",
                    "--batch",
                    batch,
                    "--count",
                    "40",
                    "--precision",
                    precision,
                    "--inject-errors",
                ],
            );
            assert_eq!(report["failures"]["wrong"], 0, "{precision}, {batch}: {report}");
            assert!(report["cleanup"]["c"]["calls"].as_u64().unwrap() > 0, "{report}");
        }
    }
}
