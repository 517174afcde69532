//! The engine with networks that fail on purpose and a memory that records what is asked of it.

mod card;
mod control;
mod copying;
mod detail;
mod edits;
mod files;
#[path = "../common/gradient.rs"]
mod gradient;
mod list;
mod memory_runs_out;
mod rig;
mod second_look;
mod snapshots;

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, bounded, unbounded};
use cutout::{
    engine::{
        Engine, EngineOptions,
        protocol::{CardUser, CardUsers, CleanupPoint, Command, Event, Job, JobId, Outcome, Step},
    },
    gpu::switches::CleanupSwitches,
    imaging::SaliencyMap,
};
use gradient::gradient_photo;
use rig::{Behaviour, Fake, PATIENCE, RecordingMemory, Rig, files_in, job, saving, words};

#[test]
fn cleanup_points_run_in_order_whatever_becomes_of_the_image() {
    use CleanupPoint::{
        AfterImage as D, AfterInference as A, AfterJob as Sweep, AfterMask as B, OnError as C,
    };
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    for (behaviour, outcome, points) in [
        (Behaviour::Works, "done", vec![A, B, D, Sweep]),
        (Behaviour::Panics, "failed", vec![C, D, Sweep]),
        (Behaviour::Throws, "failed", vec![C, D, Sweep]),
        (Behaviour::GivesNan, "done", vec![A, B, D, Sweep]),
        (Behaviour::WaitsForCancel, "cancelled", vec![D, Sweep]),
    ] {
        let mut rig = Rig::new(&[behaviour]);
        rig.submit([job(1, &photo)]);
        if behaviour == Behaviour::WaitsForCancel {
            rig.entered.recv_timeout(PATIENCE).unwrap();
            rig.engine.send(Command::Cancel(vec![JobId(1)])).unwrap();
        }
        let ended = rig.until_ended(1);
        assert!(words(&ended[0].1).starts_with(outcome), "{behaviour:?}: {}", words(&ended[0].1));
        assert_eq!(rig.points_of(JobId(1)), points, "{behaviour:?}");
        assert_eq!(rig.memory.count("empty_cache"), points.len(), "{behaviour:?}");
        assert_eq!(rig.memory.count("reset_peak"), 1, "{behaviour:?}");
    }
}

#[test]
fn each_point_tells_what_it_freed_and_can_be_switched_off() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    for off in CleanupPoint::ALL {
        let cleanup = CleanupSwitches::ALL_ON.with(off, false);
        let mut rig = Rig::with(&[], EngineOptions { cleanup, ..Default::default() }, None);
        rig.submit([job(1, &photo)]);
        let (_, outcome) = rig.until_ended(1).remove(0);
        let Outcome::Done(done) = outcome else { panic!("{}", words(&outcome)) };
        assert!(
            done.cleanups.iter().all(|record| record.point != off && record.freed_bytes() == 1_000)
        );
        let on_success = CleanupPoint::ALL.len() - 1;
        let expected = on_success - usize::from(off != CleanupPoint::OnError);
        assert_eq!(done.cleanups.len(), expected, "{off:?}");
    }
}

#[test]
fn an_image_that_fails_leaves_the_next_one_working() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let text = folder.path().join("text.jpg");
    std::fs::write(&text, "this is no photo").unwrap();
    let script = [Behaviour::Panics, Behaviour::Works, Behaviour::Throws];
    let mut rig = Rig::new(&script);
    rig.submit([
        job(1, &photo),
        job(2, &photo),
        job(3, &text),
        job(4, &photo),
        job(5, &folder.path().join("missing.png")),
        job(6, &photo),
    ]);
    let mut ended = rig.until_ended(6);
    ended.sort_by_key(|(id, _)| *id);
    let told: Vec<String> = ended.iter().map(|(_, outcome)| words(outcome)).collect();
    assert!(told[0].contains("a.png") && told[0].contains("the network fell over"), "{}", told[0]);
    assert_eq!(told[1], "done");
    assert!(told[2].contains("text.jpg"), "{}", told[2]);
    assert!(told[3].contains("shape '[7, 7]' is invalid"), "{}", told[3]);
    assert!(!told[3].contains("frame #"), "no C++ stack in a message: {}", told[3]);
    assert!(told[4].contains("missing.png"), "{}", told[4]);
    assert_eq!(told[5], "done");
}

#[test]
fn a_model_that_cannot_be_read_fails_each_job_with_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let mut rig = Rig::with(&[], EngineOptions::default(), Some("u2net.onnx: wrong checksum"));
    rig.submit([job(1, &photo), job(2, &photo)]);
    for (_, outcome) in rig.until_ended(2) {
        assert!(words(&outcome).contains("wrong checksum"), "{}", words(&outcome));
    }
}

#[test]
fn no_subject_is_an_empty_map_and_a_note() {
    let folder = tempfile::tempdir().unwrap();
    let flat = folder.path().join("flat.png");
    image::RgbImage::from_pixel(40, 30, image::Rgb([9, 9, 9])).save(&flat).unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let mut rig = Rig::new(&[Behaviour::GivesNan]);
    rig.submit([job(1, &flat), job(2, &photo), job(3, &photo)]);
    for (id, outcome) in rig.until_ended(3) {
        let Outcome::Done(done) = outcome else { panic!("{}", words(&outcome)) };
        assert_eq!(done.no_clear_subject, id != JobId(3), "{id:?}");
        assert!(
            done.saliency.first.values.iter().all(|value| (0.0..=1.0).contains(value)),
            "{id:?}"
        );
    }
}

#[test]
fn a_known_map_is_not_inferred_again() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let mut rig = Rig::new(&[]);
    rig.submit([job(1, &photo)]);
    let (_, outcome) = rig.until_ended(1).remove(0);
    let Outcome::Done(first) = outcome else { panic!("{}", words(&outcome)) };
    assert!(rig.entered.try_recv().is_ok());
    let known = Job {
        saliency: Some(first.saliency.clone()),
        preview_px: Some(64),
        ..saving(2, &photo, folder.path())
    };
    rig.submit([known]);
    let (_, outcome) = rig.until_ended(1).remove(0);
    let Outcome::Done(second) = outcome else { panic!("{}", words(&outcome)) };
    assert!(rig.entered.try_recv().is_err(), "the network ran again");
    assert_eq!(second.saliency, first.saliency);
    assert_eq!(second.outputs.len(), 2);
    let preview = second.preview.unwrap();
    let (before, after) = (preview.before.full(), preview.after.full());
    assert_eq!(before.width_px.max(before.height_px), 64);
    assert_eq!((before.width_px, before.height_px), (after.width_px, after.height_px));
}

#[test]
fn a_job_whose_map_is_known_overtakes_those_that_wait_for_the_network() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let mut rig = Rig::new(&[Behaviour::WaitsForCancel]);
    rig.submit((1..=20).map(|number| job(number, &photo)));
    rig.entered.recv_timeout(PATIENCE).unwrap();
    let map = Arc::new(SaliencyMap::empty(320).into());
    rig.submit([Job { saliency: Some(map), ..job(21, &photo) }]);
    rig.engine.send(Command::Cancel(vec![JobId(1)])).unwrap();
    let order: Vec<JobId> = rig.until_ended(21).into_iter().map(|(id, _)| id).collect();
    let place = order.iter().position(|id| *id == JobId(21)).unwrap();
    assert!(place < 8, "only jobs already handed out end before it: {order:?}");
}

#[test]
fn a_job_that_waits_is_cancelled_without_starting() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let mut rig = Rig::new(&[Behaviour::WaitsForCancel]);
    rig.submit((1..=20).map(|number| job(number, &photo)));
    rig.entered.recv_timeout(PATIENCE).unwrap();
    rig.engine.send(Command::Cancel(vec![JobId(20)])).unwrap();
    assert_eq!(rig.until_ended(1)[0].0, JobId(20));
    rig.engine.send(Command::CancelAll).unwrap();
    let ended = rig.until_ended(19);
    assert!(ended.iter().all(|(_, outcome)| matches!(outcome, Outcome::Cancelled)));
    assert!(rig.entered.try_recv().is_err(), "a second image entered the network");
}

/// Cancels a job at the moment it enters each step, while the step's thread stands still.
#[test]
fn cancelling_at_any_step_ends_the_job_once_and_writes_nothing() {
    for target in [Step::Decoding, Step::Inferring, Step::Refining, Step::Saving] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        std::fs::create_dir(&out).unwrap();
        let photo = gradient_photo(folder.path(), "a.png");
        let (reached, at_step) = bounded(0);
        let (go_on, released) = bounded::<()>(0);
        let (record, records) = unbounded();
        let events: Arc<OnceLock<Receiver<Event>>> = Arc::default();
        let reading = events.clone();
        // `wake` runs on the thread that told the event: reading there stops that thread.
        let wake = move || {
            for event in reading.wait().try_iter() {
                if matches!(event, Event::Step { id: JobId(1), step } if step == target) {
                    reached.send(()).unwrap();
                    released.recv().unwrap();
                }
                record.send(event).unwrap();
            }
        };
        let (entered, _entries) = unbounded();
        let memory = Arc::new(RecordingMemory::default());
        let fake = Fake { script: vec![], memory, entered, load_error: None };
        let engine = Engine::start(EngineOptions::default(), Box::new(fake), wake).unwrap();
        events.set(engine.events().clone()).unwrap();
        engine.send(Command::Submit(vec![saving(1, &photo, &out)])).unwrap();
        at_step.recv_timeout(PATIENCE).unwrap();
        engine.send(Command::Cancel(vec![JobId(1)])).unwrap();
        // Cancelling a job that waits answers from the same queue: the first cancel is then done.
        engine.send(Command::Submit((2..40).map(|number| job(number, &photo)).collect())).unwrap();
        engine.send(Command::Cancel(vec![JobId(39)])).unwrap();
        let mut finished = Vec::new();
        while !finished.contains(&(39, "cancelled".to_owned())) {
            if let Event::Finished { id, outcome } = records.recv_timeout(PATIENCE).unwrap() {
                finished.push((id.0, words(&outcome)));
            }
        }
        go_on.send(()).unwrap();
        while finished.len() < 39 {
            if let Event::Finished { id, outcome } = records.recv_timeout(PATIENCE).unwrap() {
                finished.push((id.0, words(&outcome)));
            }
        }
        let first: Vec<_> = finished.iter().filter(|(id, _)| *id == 1).collect();
        assert_eq!(first, [&(1, "cancelled".to_owned())], "{target:?}");
        assert_eq!(files_in(&out), Vec::<PathBuf>::new(), "{target:?}");
    }
}

#[test]
fn closing_mid_job_is_quick() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let rig = Rig::new(&[Behaviour::WaitsForCancel]);
    rig.submit((1..=5).map(|number| saving(number, &photo, folder.path())));
    rig.entered.recv_timeout(PATIENCE).unwrap();
    let started = Instant::now();
    drop(rig.engine);
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    assert_eq!(files_in(folder.path()), [photo]);
}

#[test]
fn a_folder_that_cannot_be_written_fails_the_job_and_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let file = folder.path().join("not_a_folder");
    std::fs::write(&file, "x").unwrap();
    let mut rig = Rig::new(&[]);
    rig.submit([saving(1, &photo, &file), saving(2, &photo, folder.path())]);
    let mut ended = rig.until_ended(2);
    ended.sort_by_key(|(id, _)| *id);
    let told = words(&ended[0].1);
    assert!(told.starts_with("failed") && told.contains("not_a_folder"), "{told}");
    assert_eq!(words(&ended[1].1), "done");
}

#[test]
fn memory_is_told_while_the_network_is_busy() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let rig = Rig::new(&[Behaviour::WaitsForCancel]);
    rig.submit([job(1, &photo)]);
    rig.entered.recv_timeout(PATIENCE).unwrap();
    // What was read before the device was open knows nothing of it: that may still wait in the
    // channel, and one more reading may be on its way.
    let samples = || {
        std::iter::from_fn(|| rig.engine.events().recv_timeout(PATIENCE).ok()).filter_map(|event| {
            match event {
                Event::Memory(sample) => Some(sample),
                _ => None,
            }
        })
    };
    let waiting = rig.engine.events().len();
    rig.engine.events().iter().take(waiting).for_each(drop);
    let mut moments = Vec::new();
    for sample in samples().skip(1).take(6) {
        assert!(sample.resident_bytes > 0);
        assert_eq!(sample.device.map(|stats| stats.reserved_bytes), Some(1_000_000));
        moments.push(sample.at_s);
    }
    assert_eq!(moments.len(), 6);
    assert!(moments.windows(2).all(|pair| pair[0] < pair[1]), "{moments:?}");
}

#[test]
fn other_programs_on_the_card_are_told_when_they_change() {
    let program = |bytes| CardUser { pid: 7, name: "Xorg".to_owned(), bytes: Some(bytes) };
    let users = |bytes| Some(CardUsers { others: [program(bytes)].into(), may_be_own: false });
    let rig = Rig::new(&[]);
    let mut told = std::iter::from_fn(|| rig.engine.events().recv_timeout(PATIENCE).ok());
    for now in [users(5), users(6), None] {
        *rig.memory.users.lock().unwrap() = now.clone();
        let next = told.by_ref().find_map(|event| match event {
            Event::CardUsers(users) => Some(users),
            _ => None,
        });
        assert_eq!(next, Some(now));
    }
    // What stays is not told again.
    std::thread::sleep(std::time::Duration::from_millis(700));
    let again = rig.engine.events().try_iter().any(|event| matches!(event, Event::CardUsers(_)));
    assert!(!again);
}
