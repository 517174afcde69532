//! The cleanup points: their order, what is held before and after each, and what each switch leaves.

use cutout::{
    engine::{
        EngineOptions,
        batch::BatchChoice,
        protocol::{CleanupPoint, CleanupPreset, CleanupRecord, CleanupSwitches, Command, Outcome},
    },
    u2net::PrecisionChoice,
};
use gpu_stand_in::{Settings, StandIn};

use crate::rig::{Ended, Fault, LITE, Run};

use CleanupPoint::{AfterImage, AfterInference, AfterJob, AfterMask, OnError};

fn alone(cleanup: CleanupSwitches) -> EngineOptions {
    EngineOptions { cleanup, batch: BatchChoice::Fixed(1), ..EngineOptions::default() }
}

fn order(ended: &Ended) -> Vec<CleanupPoint> {
    ended.cleanups.iter().map(|record| record.point).collect()
}

/// Allocated and reserved bytes before and after a point.
fn bytes(record: &CleanupRecord) -> [(u64, u64); 2] {
    [record.before, record.after].map(|stats| {
        let stats = stats.expect("a GPU tells its memory");
        (stats.allocated_bytes, stats.reserved_bytes)
    })
}

/// What a card holds of this process, as the stand-in has it.
fn held_bytes(stand_in: &StandIn) -> u64 {
    stand_in.books().cards[0].held_bytes
}

on_stand_in!(points_run_in_order_and_give_back_what_they_say, Settings::default(), |stand_in| {
    let mut run = Run::start(LITE, PrecisionChoice::Auto, alone(CleanupSwitches::ALL_ON));
    run.image();
    let rest = run.at_rest().device.unwrap();
    let (allocated, reserved) = (rest.allocated_bytes, rest.reserved_bytes);
    assert_eq!(held_bytes(stand_in), reserved, "two books agree at rest");
    for fault in [Fault::NONE, Fault::PANIC, Fault::NONE, Fault::ERROR, Fault::NONE] {
        run.fault.set(fault);
        let ended = run.image();
        let succeeded = fault == Fault::NONE;
        assert_eq!(matches!(ended.outcome, Outcome::Done(_)), succeeded, "{:?}", ended.outcome);
        let records = &ended.cleanups;
        if succeeded {
            assert_eq!(order(&ended), [AfterInference, AfterMask, AfterImage, AfterJob]);
            let [a_before, a_after] = bytes(&records[0]);
            // d0 is alive, and all that the pass took is in the cache.
            assert!(a_before.0 > allocated && a_before.1 > reserved + (20 << 20), "{a_before:?}");
            assert_eq!(a_after.0, a_before.0, "nothing in use is touched");
            assert!(a_after.1 < a_before.1, "{a_before:?} to {a_after:?}");
        } else {
            assert_eq!(order(&ended), [OnError, AfterImage, AfterJob]);
            let [c_before, _] = bytes(&records[0]);
            assert_eq!(c_before.0, allocated, "unwinding has dropped every tensor");
            assert!(c_before.1 > reserved + (5 << 20), "{c_before:?}");
        }
        // B on success, C on an error: all is back, and D and the sweep find nothing.
        for record in &records[records.len() - 3..] {
            assert_eq!(bytes(record)[1], (allocated, reserved), "{record:?}");
        }
        for record in &records[records.len() - 2..] {
            assert_eq!(record.freed_bytes(), 0, "{record:?}");
        }
        assert_eq!(held_bytes(stand_in), reserved, "two books agree after each image");
    }
});

on_stand_in!(each_switch_holds_between_images_what_it_must, Settings::default(), |stand_in| {
    let mut run = Run::start(LITE, PrecisionChoice::Auto, alone(CleanupSwitches::ALL_ON));
    run.image();
    let reserved = run.at_rest().device.unwrap().reserved_bytes;
    let presets = CleanupPreset::ALL.map(CleanupPreset::switches);
    for switches in CleanupPoint::ALL.map(CleanupSwitches::only).into_iter().chain(presets) {
        run.send(Command::SetCleanup(switches));
        run.image();
        let ended = run.image();
        let on: Vec<_> = [AfterInference, AfterMask, AfterImage, AfterJob]
            .into_iter()
            .filter(|&point| switches.is_on(point))
            .collect();
        assert_eq!(order(&ended), on, "{switches}");
        let held = run.at_rest().device.unwrap().reserved_bytes;
        // A leaves d0 to be normalised; C has nothing to do.
        let gives_back =
            [AfterMask, AfterImage, AfterJob].iter().any(|&point| switches.is_on(point));
        if gives_back {
            assert_eq!(held, reserved, "{switches}");
        } else if switches.is_on(AfterInference) {
            assert!(held > reserved && held <= reserved + (4 << 20), "{switches}: {held}");
        } else {
            assert!(held > reserved + (20 << 20), "{switches} keeps the cache: {held}");
        }
        // Asking for the rest gave the cache back, whatever the switches.
        assert_eq!(held_bytes(stand_in), reserved, "{switches}");
    }
});

on_stand_in!(several_images_a_pass_share_their_points, Settings::default(), |stand_in| {
    let options =
        EngineOptions { batch: BatchChoice::Fixed(4), threads: None, ..EngineOptions::default() };
    let mut run = Run::start(LITE, PrecisionChoice::Auto, options);
    run.image();
    let rest = run.at_rest().device.unwrap();
    let sizes = [(60, 40), (900, 600), (333, 1000), (1500, 1000), (64, 64), (700, 20)];
    let mut together = 0;
    for _ in 0..10 {
        for ended in run.images(&sizes) {
            together = together.max(ended.done().pass.map_or(0, |pass| pass.images));
        }
        let now = run.at_rest().device.unwrap();
        assert_eq!(now.allocated_bytes, rest.allocated_bytes);
        assert_eq!(now.reserved_bytes, rest.reserved_bytes);
        assert_eq!(held_bytes(stand_in), rest.reserved_bytes);
    }
    assert!(together > 1, "images went together");
});
