//! Milliseconds a photo takes in the network alone, on the CPU: `cargo bench --bench network`.
//! With a number, that many passes of each network are timed: `cargo bench --bench network -- 30`.

use std::time::Instant;

use cutout::{
    gpu::memory::keep_what_is_freed,
    imaging::NetworkInput,
    u2net::{Precision, SIDE_PX, SaliencyNetwork, to_saliency_map, to_tensor},
    zoo,
};
use tch::Device;

fn main() {
    keep_what_is_freed();
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
        network.forward(to_tensor(input, Device::Cpu), &|| Ok(())).expect("not cancelled");
    to_saliency_map(&outputs.fused);
}

fn gradient(side_px: u32) -> NetworkInput {
    let values = side_px * side_px * 3;
    NetworkInput { side_px, rgb: (0..values).map(|index| (index % 251) as f32).collect() }
}
