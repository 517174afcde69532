//! Whether all that tells of memory tells the same, and it adds up to what the card gave.

use cutout::{
    cli::{MetricsAddress, MetricsServer},
    engine::{
        EngineOptions,
        backend::TorchOptions,
        batch::BatchChoice,
        protocol::{Command, Event, MemorySample, Part, Step},
    },
    gpu::device::DeviceChoice,
    u2net::PrecisionChoice,
};
use gpu_stand_in::{Card, MIB, Settings, StandIn};

use crate::{
    rig::{Fault, LITE, Run, wait_until},
    scrape::{free_address, scrape},
};

const CONTEXT_BYTES: u64 = 321 * MIB;
const OTHERS_BYTES: u64 = 77 * MIB + 4096;
const DRIVER_BYTES: u64 = 13 * MIB;

fn crowded() -> Settings {
    let card = Card {
        total_bytes: 6000 * MIB,
        context_bytes: CONTEXT_BYTES,
        others_bytes: OTHERS_BYTES,
        driver_bytes: DRIVER_BYTES,
        ..Card::default()
    };
    Settings { cards: vec![card], ..Settings::default() }
}

fn alone(cleanup: &str) -> EngineOptions {
    EngineOptions {
        cleanup: cleanup.parse().unwrap(),
        batch: BatchChoice::Fixed(1),
        ..EngineOptions::default()
    }
}

/// The parts that a sample's ledger must have, whatever is under way.
fn adds_up(sample: &MemorySample, held_bytes: u64) {
    let part = |part| sample.ledger.bytes_of(part);
    let sum: u64 = sample.ledger.parts.iter().map(|(_, bytes)| bytes).sum();
    assert_eq!(sum, sample.ledger.total_bytes);
    assert_eq!(sample.ledger.total_bytes, 6000 * MIB);
    let own = part(Part::Weights) + part(Part::WorkingSet) + part(Part::Cached);
    assert_eq!(own, held_bytes, "{:?}", sample.ledger);
    assert_eq!(part(Part::Context), CONTEXT_BYTES, "{:?}", sample.ledger);
    assert_eq!(part(Part::Others), OTHERS_BYTES + DRIVER_BYTES, "{:?}", sample.ledger);
}

fn held_bytes(stand_in: &StandIn) -> u64 {
    stand_in.books().cards[0].held_bytes
}

/// Reads memory until a reading was taken while nothing changed, and gives it.
fn steady(run: &mut Run, stand_in: &StandIn) -> MemorySample {
    loop {
        if let Event::Memory(sample) = run.hear()
            && sample.device.is_some_and(|device| device.reserved_bytes == held_bytes(stand_in))
        {
            return sample;
        }
    }
}

on_stand_in!(the_ledger_adds_up_to_the_byte_at_every_stage, crowded(), |stand_in: &StandIn| {
    for model in ["u2net", LITE] {
        let torch = TorchOptions::new(DeviceChoice::Cuda(0), model);
        let fault = Fault::default();
        fault.set(Fault::STOPS_LOADED);
        let mut run = Run::start_faulty(torch, alone("all"), fault);

        // While loading: the weights are there, and nothing is an image's.
        wait_until("the weights are on the card", || held_bytes(stand_in) > 2 * MIB);
        let first = run.sent();
        run.submit(&[(300, 200)]);
        let loading = loop {
            let sample = steady(&mut run, stand_in);
            if sample.device.unwrap().allocated_bytes > 2 * MIB {
                break sample;
            }
        };
        adds_up(&loading, held_bytes(stand_in));
        assert_eq!(loading.ledger.bytes_of(Part::WorkingSet), 0, "{model}: {:?}", loading.ledger);

        // In a pass.
        run.fault.set(Fault::STOPS);
        while !matches!(run.hear(), Event::Step { step: Step::Inferring, .. }) {}
        let weights_bytes = run.weights_bytes();
        let in_pass = loop {
            let sample = steady(&mut run, stand_in);
            if sample.ledger.bytes_of(Part::WorkingSet) > 0 {
                break sample;
            }
        };
        adds_up(&in_pass, held_bytes(stand_in));
        assert!(in_pass.ledger.bytes_of(Part::WorkingSet) > 2 * MIB, "{:?}", in_pass.ledger);
        run.fault.set(Fault::NONE);
        run.until_ended(first).remove(0).done();

        // At rest: the weights, to the byte that the allocator gave for them.
        let rest = run.at_rest();
        adds_up(&rest, rest.device.unwrap().reserved_bytes);
        assert_eq!(rest.ledger.bytes_of(Part::WorkingSet), 0, "{model}: {:?}", rest.ledger);
        let weights = rest.ledger.bytes_of(Part::Weights);
        let device = rest.device.unwrap();
        let blocks = device.blocks.unwrap();
        assert_eq!(weights, device.allocated_bytes, "{model}");
        assert_eq!(weights, weights_bytes, "{model}: what was told when it was loaded");
        assert!(blocks.requested_bytes <= weights, "{model}: {blocks:?}");
        assert!(weights <= blocks.requested_bytes * 105 / 100, "{model}: {blocks:?}");
        assert_eq!(
            blocks.free_segment_bytes + blocks.inactive_split_bytes,
            device.reserved_bytes - device.allocated_bytes,
            "{model}: {device:?}"
        );
        assert_eq!(blocks.free_segment_bytes, 0, "{model}: the cache was emptied: {blocks:?}");
        assert_eq!((blocks.alloc_retries, blocks.ooms), (0, 0), "{model}");

        // After a failure half-way.
        run.fault.set(Fault::PANIC);
        run.image();
        run.fault.set(Fault::NONE);
        let after = run.at_rest();
        assert_eq!(after.ledger.bytes_of(Part::WorkingSet), 0);
        assert_eq!(after.ledger.bytes_of(Part::Weights), weights);

        // Without the model.
        let freed = run.freed(Command::UnloadModel);
        adds_up(&freed.after, held_bytes(stand_in));
        assert_eq!(freed.after.ledger.bytes_of(Part::Weights), 0);
        assert_eq!(held_bytes(stand_in), 0);
    }
});

on_stand_in!(
    the_ledger_adds_up_where_nvml_hides_this_process,
    Settings { nvml_hides_process: true, ..crowded() },
    |stand_in: &StandIn| {
        let mut run = Run::start(LITE, PrecisionChoice::Auto, alone("all"));
        run.image().done();
        let rest = run.at_rest();
        adds_up(&rest, held_bytes(stand_in));
        assert!(rest.ledger.context_is_estimate, "{:?}", rest.ledger);
        assert_eq!(rest.card.unwrap().process_bytes, None);
    }
);

on_stand_in!(prometheus_and_json_tell_the_same_as_the_card, crowded(), |stand_in: &StandIn| {
    let address = free_address();
    let metrics: MetricsAddress = address.port().to_string().parse().unwrap();
    let _server = MetricsServer::start(metrics).unwrap();
    let mut run = Run::start(LITE, PrecisionChoice::Auto, alone("none"));
    run.image();
    let sample = steady(&mut run, stand_in);
    let device = sample.device.unwrap();
    assert!(device.reserved_bytes > device.allocated_bytes, "{device:?}");
    let json = serde_json::to_value(sample).unwrap();
    let told = |answer: &str, name: &str| {
        let line = answer.lines().find(|line| line.starts_with(&format!("{name} ")));
        let value = line.and_then(|line| line.rsplit_once(' ')).map(|(_, value)| value.to_owned());
        value.unwrap_or_else(|| panic!("{name}: {answer}")).parse::<f64>().unwrap() as u64
    };
    let answer = scrape(address).unwrap();
    for (figure, key, expected) in [
        ("cutout_gpu_allocated_bytes", "allocated_bytes", device.allocated_bytes),
        ("cutout_gpu_reserved_bytes", "reserved_bytes", held_bytes(stand_in)),
        ("cutout_gpu_requested_bytes", "requested_bytes", device.blocks.unwrap().requested_bytes),
        ("cutout_gpu_segments", "segments", device.blocks.unwrap().segments),
        ("cutout_gpu_peak_allocated_bytes", "peak_allocated_bytes", device.peak_allocated_bytes),
    ] {
        assert_eq!(told(&answer, figure), expected, "{figure}");
        assert_eq!(json["device"][key], expected, "{key}");
    }
});
