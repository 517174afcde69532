//! Peaks beside the published network, run eagerly by PyTorch on the same stand-in.

use cutout::{
    engine::{EngineOptions, batch::BatchChoice},
    u2net::{Precision, PrecisionChoice},
};
use gpu_stand_in::{MIB, Settings, StandIn};
use serde_json::Value;

use crate::rig::Run;

/// What each model may take in fp16 of what the published network takes in fp32, weights included.
const BARS: [(&str, f64); 2] = [("u2net", 0.28), ("u2netp", 0.14)];

/// PyTorch's peak in fp32, with so much workspace for each convolution.
fn eager_bytes(model: &str, workspace_mib: u64) -> u64 {
    let data: Value = serde_json::from_str(include_str!("eager.json")).expect("the data is JSON");
    let passes = data["passes"].as_array().expect("passes");
    let pass = passes.iter().find(|pass| {
        pass["network"] == model
            && pass["precision"] == "fp32"
            && pass["workspace_mib"] == workspace_mib
    });
    pass.and_then(|pass| pass["peak_bytes"].as_u64()).expect("a pass of this network")
}

fn peak_bytes(model: &str, precision: Precision) -> u64 {
    let options = EngineOptions { batch: BatchChoice::Fixed(1), ..EngineOptions::default() };
    let mut run = Run::start(model, PrecisionChoice::Fixed(precision), options);
    run.image();
    run.image().done().pass.expect("the network ran").peak_bytes
}

fn peaks_are_within_the_bars(_: &StandIn) {
    for (model, bar) in BARS {
        let eager_bytes = eager_bytes(model, 0);
        let [single, half, brain] = [Precision::Fp32, Precision::Fp16, Precision::Bf16]
            .map(|precision| peak_bytes(model, precision));
        let share = half as f64 / eager_bytes as f64;
        println!(
            "{model}: {single}, {half} and {brain} bytes, {share:.4} of eager's {eager_bytes}"
        );
        assert!(share <= bar, "{model}: {half} of {eager_bytes} bytes are {share:.4}");
        assert!(half < single && brain < single, "{model}: {half} and {brain} of {single}");
    }
}

on_stand_in!(half_precision_peaks_within_its_share, Settings::default(), peaks_are_within_the_bars);

/// Workspace comes on top of both, once: convolutions run one after the other.
fn workspace_is_added_once(_: &StandIn) {
    for (model, _) in BARS {
        let cutout_bytes = peak_bytes(model, Precision::Fp16);
        let eager_bytes = eager_bytes(model, 64);
        println!(
            "{model} with 64 MiB of workspace: {cutout_bytes} and eager's {eager_bytes} bytes"
        );
        assert!(cutout_bytes < eager_bytes, "{model}: {cutout_bytes} and {eager_bytes}");
        assert!(cutout_bytes > 64 * MIB, "{model}: {cutout_bytes}");
    }
}

on_stand_in!(
    workspace_of_cudnn_comes_on_top_once,
    Settings { cudnn_workspace_bytes: 64 * MIB, ..Settings::default() },
    workspace_is_added_once
);

/// The driver's and the allocator's smallest piece.
const PAGE_BYTES: u64 = 2 * MIB;

/// Weights reserve at most 1.05 times what they ask for, or, where that is less than two pages more,
/// the fewest pages that hold them; and loading takes no more than that either.
fn weights_leave_no_holes(stand_in: &StandIn, model: &str, precision: Precision) {
    let options = EngineOptions { batch: BatchChoice::Fixed(1), ..EngineOptions::default() };
    let mut run = Run::start(model, PrecisionChoice::Fixed(precision), options);
    let while_loading_bytes = stand_in.books().cards[0].peak_held_bytes;
    let device = run.at_rest().device.expect("a GPU");
    let weights_bytes = device.blocks.expect("libtorch's own allocator").requested_bytes;
    let pages_bytes = weights_bytes.div_ceil(PAGE_BYTES) * PAGE_BYTES;
    let bound_bytes = pages_bytes.max(weights_bytes * 105 / 100);
    let reserved_bytes = device.reserved_bytes;
    assert!(weights_bytes > 2 * MIB, "{device:?}");
    assert!(reserved_bytes <= bound_bytes, "{reserved_bytes} for {weights_bytes}: {device:?}");
    assert!(while_loading_bytes <= bound_bytes, "{while_loading_bytes} for {weights_bytes}");
}

macro_rules! loads_without_holes {
    ($($name:ident: $model:literal, $precision:ident;)*) => {$(
        on_stand_in!($name, Settings::default(), |stand_in| {
            weights_leave_no_holes(stand_in, $model, Precision::$precision);
        });
    )*};
}

loads_without_holes! {
    u2net_loads_without_holes_in_fp32: "u2net", Fp32;
    u2net_loads_without_holes_in_fp16: "u2net", Fp16;
    u2net_loads_without_holes_in_bf16: "u2net", Bf16;
    u2netp_loads_without_holes_in_fp32: "u2netp", Fp32;
    u2netp_loads_without_holes_in_fp16: "u2netp", Fp16;
    u2netp_loads_without_holes_in_bf16: "u2netp", Bf16;
}
