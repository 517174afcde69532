//! Whether the system gets back what a model held.

use std::{sync::Arc, time::Duration};

use cutout::{
    engine::{
        Engine, EngineOptions,
        backend::{Torch, TorchOptions},
        protocol::{Command, Event, Freed, Job, JobId, LetGo, Outcome, Part, Whole},
    },
    gpu::device::DeviceChoice,
    u2net::{Precision, PrecisionChoice},
};

use crate::samples::sample;

const PATIENCE: Duration = Duration::from_secs(120);

fn until<T>(engine: &Engine, answer: impl Fn(Event) -> Option<T>) -> T {
    loop {
        let event = engine.events().recv_timeout(PATIENCE).expect("an event");
        if let Some(found) = answer(event) {
            return found;
        }
    }
}

/// Where the image's tensors peaked, weights included.
fn peak_bytes(engine: &Engine, number: u64) -> u64 {
    let job = Job {
        id: JobId(number),
        source: sample("chelsea.png"),
        saliency: None,
        thumbnail: false,
        preview_px: None,
        edits: Arc::default(),
        cutout: false,
        save: None,
    };
    engine.send(Command::Submit(vec![job])).unwrap();
    until(engine, |event| match event {
        Event::Finished { outcome: Outcome::Done(done), .. } => Some(done.pass.unwrap().peak_bytes),
        Event::Finished { outcome, .. } => panic!("{outcome:?}"),
        _ => None,
    })
}

fn freed(event: Event) -> Option<Freed> {
    if let Event::Freed(freed) = event { Some(*freed) } else { None }
}

#[test]
fn an_unloaded_model_leaves_the_process_and_comes_back() {
    for (precision, least_bytes) in [(Precision::Fp32, 170_000_000), (Precision::Bf16, 85_000_000)]
    {
        let options = TorchOptions {
            precision: PrecisionChoice::Fixed(precision),
            ..TorchOptions::new(DeviceChoice::Cpu, "u2net")
        };
        let engine =
            Engine::start(EngineOptions::default(), Box::new(Torch::new(options)), || {}).unwrap();
        let mut peaks = Vec::new();
        for round in 1..=2 {
            peaks.push(peak_bytes(&engine, round));
            engine.send(Command::UnloadModel).unwrap();
            let Freed { what, before, after, .. } = until(&engine, freed);
            assert_eq!((what, before.ledger.whole), (LetGo::Model, Whole::Machine));
            let weights_bytes = before.ledger.bytes_of(Part::Weights);
            assert!(weights_bytes > least_bytes, "{weights_bytes}");
            assert_eq!(before.tensor_bytes, weights_bytes, "nothing but weights between images");
            assert_eq!((after.tensor_bytes, after.ledger.bytes_of(Part::Weights)), (0, 0));
            let given_back = before.resident_bytes.saturating_sub(after.resident_bytes);
            println!(
                "{given_back} of {} resident bytes went back, {weights_bytes} of them weights",
                before.resident_bytes
            );
            assert!(given_back * 10 >= weights_bytes * 9, "{given_back} of {weights_bytes}");
        }
        assert_eq!(peaks[0], peaks[1], "a pass takes the same memory each time");
    }
}
