//! What the user asks of memory while the engine runs.

use std::time::Duration;

use cutout::{
    engine::{
        EngineOptions,
        protocol::{Command, Event, Freed, LetGo, ModelState, Outcome, Part},
    },
    gpu::{cleanup::CleanupPoint, switches::CleanupSwitches},
};

use crate::{
    card::{CardRig, IMAGE_BYTES, MIB, WEIGHTS_BYTES},
    gradient::gradient_photo,
    rig::{job, words},
};

fn freed(event: &Event) -> Option<Freed> {
    if let Event::Freed(freed) = event { Some(**freed) } else { None }
}

fn ready(event: &Event) -> Option<()> {
    matches!(event, Event::Model(ModelState::Ready { .. })).then_some(())
}

fn reserved_bytes(freed: &Freed) -> [u64; 2] {
    [freed.before, freed.after].map(|sample| sample.device.unwrap().reserved_bytes)
}

#[test]
fn freeing_the_cache_tells_what_it_gave_back_and_what_stays() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let options = EngineOptions { cleanup: CleanupSwitches::NONE, ..Default::default() };
    let mut rig = CardRig::new(Some(100), options);
    rig.run([job(1, &photo)]);
    rig.engine.send(Command::FreeCache).unwrap();
    let freed = rig.until(freed);
    assert_eq!(freed.what, LetGo::Cache);
    assert_eq!(reserved_bytes(&freed), [WEIGHTS_BYTES + IMAGE_BYTES, WEIGHTS_BYTES]);
    assert_eq!(freed.before.ledger.bytes_of(Part::Cached), IMAGE_BYTES);
    assert_eq!(freed.after.ledger.bytes_of(Part::Cached), 0);
    assert_eq!(freed.after.ledger.bytes_of(Part::Weights), WEIGHTS_BYTES);
    for sample in [freed.before, freed.after] {
        let sum: u64 = sample.ledger.parts.iter().map(|(_, bytes)| bytes).sum();
        assert_eq!(sum, 100 * MIB);
    }
}

/// The weights and what is rounded up for them, whatever became of the images: nothing is held for one
/// at rest.
#[test]
fn at_rest_a_card_holds_the_weights_as_the_allocator_gave_them_and_nothing_for_an_image() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    // MiB of the card, and of the weights that stay: in fp32, lowered after memory ran out, and none,
    // because not even half of them fit.
    for (capacity_mib, weights_mib) in [(100, 4), (12, 2), (3, 2), (1, 0)] {
        let mut rig = CardRig::new(Some(capacity_mib), EngineOptions::default());
        rig.run((1..=2).map(|number| job(number, &photo)));
        rig.engine.send(Command::FreeCache).unwrap();
        let freed = rig.until(freed);
        for sample in [freed.before, freed.after] {
            let held = [Part::Weights, Part::WorkingSet].map(|part| sample.ledger.bytes_of(part));
            assert_eq!(held, [weights_mib * MIB, 0], "{capacity_mib} MiB");
            let sum: u64 = sample.ledger.parts.iter().map(|(_, bytes)| bytes).sum();
            assert_eq!(sum, capacity_mib * MIB);
        }
        let told = rig.told.iter().rev().find_map(|event| match event {
            Event::Model(ModelState::Ready { weights_bytes, .. }) => Some(*weights_bytes),
            _ => None,
        });
        assert_eq!(told, Some(weights_mib * MIB).filter(|&bytes| bytes > 0));
    }
}

#[test]
fn an_unloaded_model_comes_back_with_the_next_image() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let mut rig = CardRig::new(Some(100), EngineOptions::default());
    for round in 1..=2 {
        rig.until(ready);
        rig.engine.send(Command::UnloadModel).unwrap();
        let freed = rig.until(freed);
        assert_eq!((freed.what, reserved_bytes(&freed)), (LetGo::Model, [WEIGHTS_BYTES, 0]));
        assert_eq!(freed.after.ledger.bytes_of(Part::Weights), 0);
        rig.submit([job(round, &photo)]);
    }
    rig.until(|event| match event {
        Event::Finished { outcome: Outcome::Done(_), .. } => Some(()),
        _ => None,
    });
}

#[test]
fn an_idle_model_is_unloaded_after_its_time_and_that_is_told_before() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let mut rig = CardRig::new(Some(100), EngineOptions::default());
    rig.until(ready);
    let idle = Duration::from_millis(40);
    rig.engine.send(Command::SetIdleUnload(Some(idle))).unwrap();
    let what = rig.until(freed).what;
    assert_eq!(what, LetGo::IdleModel);
    let countdowns: Vec<Option<Duration>> = rig
        .told
        .iter()
        .filter_map(|event| if let Event::UnloadsIn(left) = event { Some(*left) } else { None })
        .collect();
    assert!(countdowns.iter().flatten().all(|left| *left <= idle), "{countdowns:?}");
    let outcome = rig.run([job(1, &photo)]).remove(0);
    assert_eq!(words(&outcome), "done");

    // A long countdown is called off by the next image.
    let mut rig = CardRig::new(Some(100), EngineOptions::default());
    rig.until(ready);
    rig.engine.send(Command::SetIdleUnload(Some(Duration::from_secs(3600)))).unwrap();
    let told = |event: &Event| if let Event::UnloadsIn(left) = event { Some(*left) } else { None };
    assert!(rig.until(told).is_some());
    rig.submit([job(1, &photo)]);
    assert_eq!(rig.until(told), None);
}

#[test]
fn points_are_switched_while_the_engine_runs() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let mut rig = CardRig::new(Some(100), EngineOptions::default());
    let only_a = CleanupSwitches::only(CleanupPoint::AfterInference);
    for (number, switches) in
        (1..).zip([CleanupSwitches::ALL_ON, only_a, CleanupSwitches::NONE, CleanupSwitches::ALL_ON])
    {
        rig.engine.send(Command::SetCleanup(switches)).unwrap();
        let outcome = rig.run([job(number, &photo)]).remove(0);
        let Outcome::Done(done) = outcome else { panic!("{}", words(&outcome)) };
        let ran = |point| done.cleanups.iter().any(|record| record.point == point);
        for point in CleanupPoint::ALL {
            let can_run = point != CleanupPoint::OnError;
            assert_eq!(ran(point), can_run && switches.is_on(point), "{switches} {point:?}");
        }
    }
}

#[test]
fn where_a_gpu_is_required_the_cpu_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let mut rig = CardRig::new(None, EngineOptions::default());
    for (number, on, expected) in [
        (1, false, "done"),
        (2, true, "failed: A GPU is required, but none is used: there is no driver"),
        (3, false, "done"),
    ] {
        rig.engine.send(Command::RequireGpu(on)).unwrap();
        let told = words(&rig.run([job(number, &photo)]).remove(0));
        assert!(told.starts_with(expected), "{told}");
    }
}
