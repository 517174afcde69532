//! Memory snapshots: what they hold, when they are written, and what is told where there are none.

use std::{fs, path::Path};

use cutout::{
    engine::{
        EngineOptions,
        protocol::{
            Command, Event, NoSnapshot, Rung, SaveSnapshot, SnapshotEnded, SnapshotError,
            SnapshotOptions, SnapshotReason,
        },
    },
    gpu::switches::CleanupSwitches,
    imaging::Existing,
};

use crate::{
    card::CardRig,
    gradient::gradient_photo,
    rig::{Behaviour, Rig, files_in, job, words},
};

fn ended(event: &Event) -> Option<SnapshotEnded> {
    if let Event::Snapshot(ended) = event { Some((**ended).clone()) } else { None }
}

fn options(snapshots: SnapshotOptions) -> EngineOptions {
    EngineOptions { snapshots, ..EngineOptions::default() }
}

fn save(path: &Path) -> Command {
    Command::SaveSnapshot(SaveSnapshot { path: path.to_owned(), existing: Existing::Refuse })
}

#[test]
fn what_is_allocated_has_the_name_of_its_image_and_stage() {
    let folder = tempfile::tempdir().unwrap();
    let [a, b] = ["a.png", "b.png"].map(|name| gradient_photo(folder.path(), name));
    let file = folder.path().join("memory.pickle");
    let snapshots = SnapshotOptions { record: true, ..SnapshotOptions::default() };
    let mut rig = CardRig::new(Some(100), options(snapshots));
    rig.run([job(1, &a), job(2, &b)]);
    rig.engine.send(save(&file)).unwrap();
    let ended = rig.until(ended);
    let saved = ended.result.unwrap();
    assert_eq!((ended.reason, saved.has_history), (SnapshotReason::Asked, true));
    let text = fs::read_to_string(&saved.path).unwrap();
    assert_eq!(saved.file_bytes, text.len() as u64);
    assert_eq!(
        text.lines().collect::<Vec<_>>(),
        [
            "allocated and reserved [4, 4] MiB",
            "loading weights · scripted: 4 MiB",
            "a.png · En_1: 10 MiB",
            "b.png · En_1: 10 MiB",
        ]
    );
}

#[test]
fn recording_begins_with_the_first_snapshot_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let mut rig = CardRig::new(Some(100), EngineOptions::default());
    for (name, has_history, lines) in [("1", false, 1), ("2", true, 2)] {
        rig.run([job(1, &photo)]);
        rig.engine.send(save(&folder.path().join(name))).unwrap();
        let saved = rig.until(ended).result.unwrap();
        assert_eq!(saved.has_history, has_history);
        assert_eq!(fs::read_to_string(&saved.path).unwrap().trim_end().lines().count(), lines);
    }
}

#[test]
fn when_memory_runs_out_the_moment_is_kept_before_anything_is_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let inside = folder.path().join("snapshots");
    let on_oom = SnapshotOptions { on_oom: Some(inside.clone()), ..SnapshotOptions::default() };
    // What the first image leaves in the cache is in the second one's way.
    let options = EngineOptions { cleanup: CleanupSwitches::NONE, ..options(on_oom.clone()) };
    let mut rig = CardRig::new(Some(20), options);
    let outcomes = rig.run([job(1, &photo), job(2, &photo)]);
    assert!(outcomes.iter().all(|outcome| words(outcome) == "done"));
    assert_eq!(rig.rungs(2), [Rung::EmptyCache]);
    let told: Vec<_> = rig.told.iter().filter_map(ended).collect();
    let [of_second] = told.try_into().expect("one snapshot");
    assert_eq!(of_second.reason, SnapshotReason::OutOfMemory);
    let path = of_second.result.unwrap().path;
    assert_eq!(path, inside.join("out-of-memory-1.pickle"));
    let text = fs::read_to_string(path).unwrap();
    assert!(text.starts_with("allocated and reserved [4, 14] MiB\n"), "{text}");
    assert!(text.ends_with("\na.png · En_1: 10 MiB"), "{text}");

    // Whoever finds no memory without asking the allocator: before point C.
    let mut rig = Rig::with(&[Behaviour::Works, Behaviour::RunsOut], self::options(on_oom), None);
    rig.submit([job(1, &photo)]);
    rig.until_ended(1);
    let emptied = rig.memory.count("empty_cache");
    rig.submit([job(2, &photo)]);
    rig.until_ended(1);
    let text = fs::read_to_string(inside.join("out-of-memory-2.pickle")).unwrap();
    assert_eq!(text, format!("{emptied} emptied"));
    assert_eq!(files_in(&inside).len(), 2);
}

#[test]
fn a_card_without_room_for_the_weights_gives_one_too() {
    let folder = tempfile::tempdir().unwrap();
    let on_oom = Some(folder.path().to_owned());
    let snapshots = SnapshotOptions { on_oom, ..SnapshotOptions::default() };
    let mut rig = CardRig::new(Some(3), options(snapshots));
    let path = rig.until(ended).result.unwrap().path;
    let text = fs::read_to_string(path).unwrap();
    assert_eq!(text, "allocated and reserved [0, 0] MiB\nloading weights · scripted: 4 MiB");
}

#[test]
fn the_one_at_the_end_is_written_as_the_engine_closes() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let file = folder.path().join("memory.pickle");
    let at_end = Some(file.clone());
    let snapshots = SnapshotOptions { record: true, at_end, ..SnapshotOptions::default() };
    let mut rig = CardRig::new(Some(100), options(snapshots));
    rig.run([job(1, &photo)]);
    assert!(!file.exists());
    drop(rig.engine);
    assert!(fs::read_to_string(file).unwrap().ends_with("a.png · En_1: 10 MiB"));
}

#[test]
fn without_a_gpu_the_reason_is_told_and_the_work_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let file = folder.path().join("memory.pickle");
    let at_end = Some(file.clone());
    let snapshots = SnapshotOptions { record: true, at_end, ..SnapshotOptions::default() };
    let mut rig = CardRig::new(None, options(snapshots));
    rig.engine.send(save(&file)).unwrap();
    for when in ["at the start", "when asked"] {
        let error = rig.until(ended).result.unwrap_err();
        assert_eq!(error, SnapshotError::NotTaken(NoSnapshot::NoGpu), "{when}");
    }
    assert_eq!(words(&rig.run([job(1, &photo)]).remove(0)), "done");
    drop(rig.engine);
    assert!(!file.exists());
}
