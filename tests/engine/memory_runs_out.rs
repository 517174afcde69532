//! The fallback: what is tried when memory runs out or the GPU fails, with an allocator of limited
//! size.

use std::sync::atomic::Ordering::SeqCst;

use cutout::{
    engine::{
        EngineOptions,
        batch::BatchChoice,
        protocol::{Command, DeviceInfo, Event, Outcome, Pass, Precision, Rung},
    },
    gpu::switches::CleanupSwitches,
};

use crate::{
    card::{CardRig, HIDDEN, IMAGE_BYTES, MIB, WEIGHTS_BYTES},
    gradient::gradient_photo,
    rig::{job, words},
};

const FP16: Rung = Rung::LowerPrecision { precision: Precision::Fp16 };

fn pass(outcome: &Outcome) -> Option<Pass> {
    match outcome {
        Outcome::Done(done) => done.pass,
        _ => None,
    }
}

/// Weights take 4 MiB and an image 10; half of both in half precision. The same is tried where libtorch
/// has other words for it.
#[test]
fn each_rung_is_tried_in_turn_and_told() {
    each_rung(|capacity_mib| CardRig::new(Some(capacity_mib), EngineOptions::default()));
    each_rung(|capacity_mib| CardRig::saying(HIDDEN, capacity_mib, EngineOptions::default()));
}

fn each_rung(rig: impl Fn(u64) -> CardRig) {
    use Rung::{EmptyCache, OnCpu};
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    // MiB of the card; rungs of the first image and of the second; where and in which numbers the
    // second was done, and the MiB of weights that stay.
    let cases = [
        (100, vec![], vec![], true, Precision::Fp32, 4),
        (12, vec![EmptyCache, FP16], vec![], true, Precision::Fp16, 2),
        (6, vec![EmptyCache, FP16, OnCpu], vec![EmptyCache, OnCpu], false, Precision::Fp32, 2),
        // Not even the weights fit: in fp32, and in half precision too.
        (3, vec![EmptyCache, FP16, OnCpu], vec![EmptyCache, OnCpu], false, Precision::Fp32, 2),
        (1, vec![EmptyCache, OnCpu], vec![EmptyCache, OnCpu], false, Precision::Fp32, 0),
    ];
    for (capacity_mib, first, second, on_gpu, precision, weights_mib) in cases {
        let mut rig = rig(capacity_mib);
        for (number, rungs) in [(1, first), (2, second)] {
            let outcome = rig.run([job(number, &photo)]).remove(0);
            assert_eq!(rig.rungs(number), rungs, "{capacity_mib} MiB, image {number}");
            let pass = pass(&outcome).unwrap_or_else(|| panic!("{}", words(&outcome)));
            assert_eq!((pass.on_gpu, pass.precision, pass.images), (on_gpu, precision, 1));
            assert!(rig.is_at_baseline(weights_mib * MIB), "{capacity_mib} MiB");
        }
    }
}

#[test]
fn a_full_cache_is_emptied_where_the_points_are_off() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let options = EngineOptions { cleanup: CleanupSwitches::NONE, ..Default::default() };
    let mut rig = CardRig::new(Some(20), options);
    let outcomes = rig.run((1..=3).map(|number| job(number, &photo)));
    assert!(outcomes.iter().all(|outcome| pass(outcome).is_some()));
    for (number, rungs) in [(1, vec![]), (2, vec![Rung::EmptyCache]), (3, vec![Rung::EmptyCache])] {
        assert_eq!(rig.rungs(number), rungs, "image {number}");
    }
}

#[test]
fn after_the_last_rung_the_image_fails_and_the_queue_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let options = EngineOptions { require_gpu: true, ..Default::default() };
    let mut rig = CardRig::new(Some(6), options);
    for number in 1..=2 {
        let told = words(&rig.run([job(number, &photo)]).remove(0));
        assert!(told.contains("a.png: there is not enough memory"), "{told}");
        assert!(told.contains("CUDA out of memory") && told.contains("--device cpu"), "{told}");
        assert!(rig.is_at_baseline(2 * MIB));
    }
    assert_eq!(rig.rungs(1), [Rung::EmptyCache, FP16]);
}

#[test]
fn a_batch_that_does_not_fit_is_halved_until_it_does() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let options = EngineOptions { batch: BatchChoice::Fixed(8), ..Default::default() };
    // The weights and two images.
    let capacity_mib = (WEIGHTS_BYTES + 2 * IMAGE_BYTES) / MIB;
    let mut rig = CardRig::new(Some(capacity_mib), options);
    let outcomes = rig.run((1..=40).map(|number| job(number, &photo)));
    for (number, outcome) in (1..).zip(&outcomes) {
        let pass = pass(outcome).unwrap_or_else(|| panic!("{}", words(outcome)));
        assert!(pass.images <= 2 && pass.on_gpu && pass.precision == Precision::Fp32, "{pass:?}");
        let rungs = rig.rungs(number);
        let halved = |rung: &Rung| matches!(rung, Rung::EmptyCache | Rung::HalveBatch { .. });
        assert!(rungs.iter().all(halved), "image {number}: {rungs:?}");
    }
    assert!(rig.is_at_baseline(WEIGHTS_BYTES));
}

#[test]
fn a_gpu_that_fails_hands_over_to_the_cpu() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let mut rig = CardRig::new(Some(100), EngineOptions::default());
    assert!(pass(&rig.run([job(1, &photo)])[0]).unwrap().on_gpu);
    rig.kill_gpu();
    let outcomes = rig.run((2..=4).map(|number| job(number, &photo)));
    assert!(outcomes.iter().all(|outcome| !pass(outcome).unwrap().on_gpu));
    assert_eq!(rig.rungs(2), [Rung::GpuFailed]);
    assert_eq!((rig.rungs(3), rig.rungs(4)), (vec![], vec![]));
    let devices: Vec<&DeviceInfo> = rig
        .told
        .iter()
        .filter_map(|event| if let Event::Device(device) = event { Some(device) } else { None })
        .collect();
    assert_eq!(devices.len(), 2);
    assert!(!devices[1].is_gpu && devices[1].why.contains("unspecified launch failure"));
}

#[test]
fn a_gpu_that_fails_while_the_model_is_loaded_hands_over_to_the_cpu() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    // It fails before the first load, and before the one that brings an unloaded model back.
    let mut at_start = CardRig::dead(EngineOptions::default());
    let mut later = CardRig::new(Some(100), EngineOptions::default());
    assert!(pass(&later.run([job(0, &photo)])[0]).unwrap().on_gpu);
    later.engine.send(Command::UnloadModel).unwrap();
    later.until(|event| matches!(event, Event::Freed(_)).then_some(()));
    later.kill_gpu();
    for (rig, rungs) in [(&mut at_start, vec![]), (&mut later, vec![Rung::GpuFailed])] {
        let outcomes = rig.run((1..=3).map(|number| job(number, &photo)));
        for outcome in &outcomes {
            let pass = pass(outcome).unwrap_or_else(|| panic!("{}", words(outcome)));
            assert!(!pass.on_gpu);
        }
        assert_eq!(rig.rungs(1), rungs);
        assert!(rig.is_at_baseline(0), "nothing stays on the card");
        let told = rig.told.iter().rev().find_map(|event| match event {
            Event::Device(device) => Some(device.clone()),
            _ => None,
        });
        let why = told.filter(|device| !device.is_gpu).map(|device| device.why);
        assert!(why.is_some_and(|why| why.contains("unspecified launch failure")));
    }
}

#[test]
fn a_gpu_that_lacks_memory_even_for_the_probe_is_not_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    for said in [HIDDEN, "CUDA error: out of memory"] {
        let mut rig = CardRig::saying(said, 100, EngineOptions::default());
        assert!(pass(&rig.run([job(1, &photo)])[0]).unwrap().on_gpu);
        let card = rig.card.clone().unwrap();
        card.is_taken.store(true, SeqCst);
        rig.health.is_ill.store(true, SeqCst);
        let told = words(&rig.run([job(2, &photo)]).remove(0));
        assert!(told.contains("invalid argument"), "{told}");
        card.is_taken.store(false, SeqCst);
        rig.health.is_ill.store(false, SeqCst);
        assert!(pass(&rig.run([job(3, &photo)])[0]).unwrap().on_gpu, "after {said}");
        assert_eq!((rig.rungs(2), rig.rungs(3)), (vec![], vec![]));
    }
}

/// Another program takes the card and gives it back: images meanwhile are done, and later ones are done on
/// the GPU again.
#[test]
fn a_card_that_others_fill_for_a_while_is_used_again() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    for unloads in [false, true] {
        let mut rig = CardRig::new(Some(100), EngineOptions::default());
        assert!(pass(&rig.run([job(1, &photo)])[0]).unwrap().on_gpu);
        if unloads {
            rig.engine.send(Command::UnloadModel).unwrap();
            rig.until(|event| matches!(event, Event::Freed(_)).then_some(()));
        }
        let card = rig.card.clone().unwrap();
        card.is_taken.store(true, SeqCst);
        assert!(!pass(&rig.run([job(2, &photo)])[0]).unwrap().on_gpu);
        card.is_taken.store(false, SeqCst);
        assert!(pass(&rig.run([job(3, &photo)])[0]).unwrap().on_gpu);
    }
}

#[test]
fn a_gpu_that_fails_is_not_replaced_where_one_is_required() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let options = EngineOptions { require_gpu: true, ..Default::default() };
    let mut rig = CardRig::new(Some(100), options);
    rig.kill_gpu();
    let told = words(&rig.run([job(1, &photo)]).remove(0));
    assert!(told.contains("a.png") && told.contains("unspecified launch failure"), "{told}");
    assert_eq!(rig.rungs(1), []);
}
