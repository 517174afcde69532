//! Milliseconds a photo takes in the network alone, on the CPU: `cargo bench --bench network`.
//! With a number, that many passes of each network are timed: `cargo bench --bench network -- 30`.
//! With `rates`, what this machine's cores can do at most is measured instead, and printed as JSON: the
//! floating-point operations a second of matrix products in each precision that is chosen on it.

use std::{collections::BTreeMap, time::Instant};

use cutout::{
    gpu::{
        allocator::AllocatorSettings,
        device::{self, DeviceChoice},
        memory::keep_what_is_freed,
    },
    imaging::NetworkInput,
    u2net::{Precision, SIDE_PX, SaliencyNetwork, to_saliency_map, to_tensor},
    zoo,
};
use tch::{Device, Kind, Tensor};

fn main() {
    keep_what_is_freed();
    if std::env::args().any(|argument| argument == "rates") {
        return rates();
    }
    let passes = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(10);
    println!("CPU, {} threads, median of {passes}", tch::get_num_threads());
    for entry in zoo::entries() {
        let started = Instant::now();
        let network = zoo::locate(&entry.id)
            .and_then(|located| zoo::load(&located, Device::Cpu, Precision::Fp32))
            .unwrap_or_else(|error| panic!("{error}"));
        let load_ms = started.elapsed().as_secs_f64() * 1e3;
        let input = gradient(SIDE_PX);
        run(&*network, &input);
        let mut times_ms: Vec<f64> = (0..passes)
            .map(|_| {
                let started = Instant::now();
                run(&*network, &input);
                started.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times_ms.sort_by(f64::total_cmp);
        let median_ms = times_ms[times_ms.len() / 2];
        println!("{:8} {median_ms:8.1} ms a photo, loaded in {load_ms:.0} ms", entry.id);
    }
}

fn run(network: &dyn SaliencyNetwork, input: &NetworkInput) {
    let outputs =
        network.forward(to_tensor(input, Device::Cpu), &|_| Ok(())).expect("not cancelled");
    to_saliency_map(&outputs.fused);
}

/// The best of many products of matrices that fill the caches but not much more.
fn rates() {
    const SIDE: i64 = 2048;
    const RUNS: usize = 40;
    let selected = device::select(DeviceChoice::Cpu, &AllocatorSettings::default());
    let kinds = [Kind::Float].iter().chain(selected.expect("the CPU").fast_kinds);
    let rates = kinds.map(|&kind| {
        let matrix = Tensor::rand([SIDE, SIDE], (Kind::Float, Device::Cpu)).to_kind(kind);
        let seconds = (0..RUNS).map(|_| {
            let started = Instant::now();
            let _ = matrix.matmul(&matrix);
            started.elapsed().as_secs_f64()
        });
        let flops = 2.0 * (SIDE as f64).powi(3) / seconds.fold(f64::INFINITY, f64::min);
        let precision = Precision::ALL.into_iter().find(|precision| precision.kind() == kind);
        (precision.expect("a kind that networks compute in").name(), flops)
    });
    println!("{}", serde_json::json!(rates.collect::<BTreeMap<_, _>>()));
}

fn gradient(side_px: u32) -> NetworkInput {
    let values = side_px * side_px * 3;
    NetworkInput { side_px, rgb: (0..values).map(|index| (index % 251) as f32).collect() }
}
