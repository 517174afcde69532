//! When snapshots are taken, and what becomes of their files.

use std::{fs, path::Path, sync::Mutex};

use super::{file::PICKLE, *};
use crate::{
    gpu::{
        memory::{CardMemory, MemoryStats},
        snapshot::NoSnapshot,
    },
    imaging::{Cancel, NetworkInput, WriteError},
};
use crossbeam_channel::{Receiver, unbounded};

/// Notes what it is asked, and has a pickle of so many bytes when memory runs out.
#[derive(Default)]
struct Card {
    asked: Mutex<Vec<String>>,
    taken: Mutex<Option<Vec<u8>>>,
}

impl Card {
    fn note(&self, what: impl Into<String>) {
        self.asked.lock().unwrap().push(what.into());
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

impl DeviceMemory for Card {
    fn stats(&self) -> Option<MemoryStats> {
        None
    }
    fn card(&self) -> Option<CardMemory> {
        None
    }
    fn empty_cache(&self) {}
    fn reset_peak(&self) {}
    fn record_history(&self) -> Result<(), NoSnapshot> {
        self.note("record");
        Ok(())
    }
    fn snapshot(&self) -> Result<Snapshot, NoSnapshot> {
        Ok(Snapshot::Bytes([&PICKLE[..], b"now"].concat()))
    }
    fn snapshot_when_memory_runs_out(&self, wanted: bool) -> Result<(), NoSnapshot> {
        self.note(format!("when memory runs out: {wanted}"));
        Ok(())
    }
    fn taken_snapshot(&self) -> Option<Snapshot> {
        self.taken.lock().unwrap().take().map(Snapshot::Bytes)
    }
    fn label(&self, text: &str) {
        self.note(text);
    }
}

fn snapshots(options: SnapshotOptions) -> (Snapshots, Arc<Card>, Receiver<Event>) {
    let (sender, events) = unbounded();
    let mut snapshots = Snapshots::new(options, Emitter::new(sender, Arc::new(|| {})));
    let card = Arc::new(Card::default());
    snapshots.use_device(card.clone());
    (snapshots, card, events)
}

fn told(events: &Receiver<Event>) -> Vec<SnapshotEnded> {
    let told = events.try_iter().map(|event| match event {
        Event::Snapshot(ended) => *ended,
        other => panic!("{other:?}"),
    });
    told.collect()
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn labels_say_image_and_stage_and_end() {
    let record = SnapshotOptions { record: true, ..SnapshotOptions::default() };
    let (input, cancel) = (NetworkInput { side_px: 1, rgb: vec![0.0; 3] }, Cancel::default());
    let source = Path::new("photo.jpg");
    let images = [Image { input: &input, cancel: &cancel, source, is_second_look: false }];
    for (options, expected) in [
        (record, &["record", "loading weights", "", "photo.jpg · En_3", ""][..]),
        (SnapshotOptions::default(), &[]),
    ] {
        let (snapshots, card, _events) = snapshots(options);
        drop(snapshots.label(&"loading weights"));
        snapshots.label_pass(&images).is(&crate::u2net::StageName::Encoder(3));
        assert_eq!(card.asked(), expected);
    }
}

#[test]
fn on_a_machine_without_a_gpu_the_reason_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let on_oom = Some(folder.path().to_owned());
    for (options, expected) in [
        (SnapshotOptions::default(), vec![]),
        (
            SnapshotOptions { record: true, ..SnapshotOptions::default() },
            vec![SnapshotReason::Asked],
        ),
        (
            SnapshotOptions { record: true, on_oom, ..SnapshotOptions::default() },
            vec![SnapshotReason::OutOfMemory],
        ),
    ] {
        let (sender, events) = unbounded();
        let mut snapshots = Snapshots::new(options, Emitter::new(sender, Arc::new(|| {})));
        snapshots.use_device(Arc::new(NoDeviceMemory));
        let path = folder.path().join("memory.pickle");
        let told_at_first = told(&events);
        let reasons: Vec<_> = told_at_first.iter().map(|ended| ended.reason).collect();
        assert_eq!(reasons, expected);
        snapshots.ran_out();
        snapshots.save(SaveSnapshot { path, existing: Existing::Refuse });
        let ended = [told_at_first, told(&events)].concat();
        assert_eq!(ended.len(), expected.len() + 1);
        for ended in ended {
            let error = ended.result.unwrap_err();
            assert_eq!(error, SnapshotError::NotTaken(NoSnapshot::NoGpu));
        }
        assert!(files(folder.path()).is_empty());
    }
}

#[test]
fn a_snapshot_replaces_nothing_but_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.pickle");
    let photo: &[u8] = b"\x89PNG";
    let snapshot: &[u8] = &[&PICKLE[..], b"then"].concat();
    for (there, existing, expected) in [
        (None, Existing::Refuse, true),
        (None, Existing::Replace, true),
        (Some(snapshot), Existing::Refuse, false),
        (Some(snapshot), Existing::Replace, true),
        (Some(photo), Existing::Replace, false),
        (Some(&b""[..]), Existing::Replace, false),
    ] {
        drop(fs::remove_file(&path));
        if let Some(there) = there {
            fs::write(&path, there).unwrap();
        }
        let (mut snapshots, _card, events) = snapshots(SnapshotOptions::default());
        for has_history in [false, true] {
            snapshots.save(SaveSnapshot { path: path.clone(), existing });
            let [ended] = told(&events).try_into().unwrap();
            assert_eq!(ended.reason, SnapshotReason::Asked);
            match ended.result {
                Ok(saved) => {
                    assert!(expected, "{there:?} was replaced");
                    assert_eq!((saved.file_bytes, saved.has_history), (5, has_history));
                    assert_eq!(fs::read(&saved.path).unwrap(), b"\x80\x02now");
                }
                Err(error) => {
                    let taken = SnapshotError::NotWritten(WriteError::Taken(path.clone()));
                    assert_eq!(error, taken);
                    // The second finds what the first wrote.
                    assert!(!expected || existing == Existing::Refuse && has_history);
                }
            }
        }
        if !expected {
            assert_eq!(fs::read(&path).unwrap(), there.unwrap());
        }
    }
}

#[test]
fn when_memory_runs_out_one_is_written_for_each_pass_and_not_without_end() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("snapshots");
    fs::create_dir(&inside).unwrap();
    fs::write(inside.join("out-of-memory-2.pickle"), "of another run").unwrap();
    let options = SnapshotOptions { on_oom: Some(inside.clone()), ..SnapshotOptions::default() };
    let (snapshots, card, events) = snapshots(options);
    assert_eq!(card.asked(), ["record", "when memory runs out: true"]);
    for pass in 0..ON_OOM_MAX + 5 {
        // What an operator got over is not what this pass ends with.
        *card.taken.lock().unwrap() = Some(b"before".to_vec());
        snapshots.rearm();
        *card.taken.lock().unwrap() = (pass > 0).then(|| format!("in pass {pass}").into());
        snapshots.ran_out();
        snapshots.ran_out();
    }
    let written = files(&inside);
    assert_eq!(written.len() as u32, ON_OOM_MAX + 1);
    let content = |name: &str| {
        let found = written.iter().find(|(found, _)| found == name).unwrap();
        String::from_utf8_lossy(&found.1).into_owned()
    };
    assert_eq!(content("out-of-memory-1.pickle"), "\u{fffd}\u{2}now");
    assert_eq!(content("out-of-memory-2.pickle"), "of another run");
    assert_eq!(content("out-of-memory-3.pickle"), "in pass 1");
    assert_eq!(content("out-of-memory-9.pickle"), "in pass 7");
    assert_eq!(card.asked(), ["when memory runs out: false"]);
    let told = told(&events);
    assert_eq!(told.len() as u32, ON_OOM_MAX);
    for (ended, number) in told.iter().zip([1, 3, 4, 5, 6, 7, 8, 9]) {
        let path = inside.join(format!("out-of-memory-{number}.pickle"));
        assert_eq!(ended.result.as_ref().map(|saved| &saved.path), Ok(&path));
        assert_eq!(ended.reason, SnapshotReason::OutOfMemory);
    }
}

#[test]
fn the_one_at_the_end_is_never_written_over_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.pickle");
    let options =
        SnapshotOptions { record: true, at_end: Some(path), ..SnapshotOptions::default() };
    let (mut snapshots, ..) = snapshots(options);
    snapshots.end();
    let expected = vec![("memory.pickle".to_owned(), b"\x80\x02now".to_vec())];
    assert_eq!(files(folder.path()), expected);
    fs::write(folder.path().join("memory.pickle"), "a photo").unwrap();
    snapshots.end();
    assert_eq!(files(folder.path())[0].1, b"a photo");
    snapshots.use_device(Arc::new(NoDeviceMemory));
    snapshots.end();
    assert_eq!(files(folder.path()).len(), 1);
}

#[test]
fn a_folder_that_cannot_be_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = write_numbered(&file, b"").unwrap_err();
    assert!(matches!(&error, SnapshotError::NoFolder { folder, .. } if *folder == file));
    assert!(error.to_string().starts_with(&file.display().to_string()));
}
