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
        assert!(allocated["readings"].as_u64().unwrap() > 200, "{report}");
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
