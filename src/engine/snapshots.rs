//! Snapshots of the GPU's memory: what is recorded for them, and the files. Lives on the inference
//! thread; labels come from its lanes too.

use std::{
    borrow::Cow,
    fmt,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Instant,
};

use super::{
    infer::Image,
    protocol::{
        Event, SaveSnapshot, SavedSnapshot, SnapshotEnded, SnapshotError, SnapshotOptions,
        SnapshotReason,
    },
    ticket::Emitter,
};
use crate::{
    gpu::{
        memory::{DeviceMemory, NoDeviceMemory},
        snapshot::Snapshot,
    },
    imaging::{Cancel, Existing, WriteError, write_whole},
};

/// So many snapshots are written by themselves, at most.
const ON_OOM_MAX: u32 = 8;
/// Names that are tried for one.
const NUMBERS: u32 = 9999;
/// How every pickle begins that libtorch writes.
const PICKLE: [u8; 2] = [0x80, 2];
/// The names of a pass's images, together, have about so many characters.
const NAMES_CHARS: usize = 96;
/// One name has at least so many.
const NAME_CHARS_MIN: usize = 9;

/// What the inference thread does about snapshots.
pub struct Snapshots {
    options: SnapshotOptions,
    emitter: Emitter,
    memory: Arc<dyn DeviceMemory>,
    is_recording: bool,
    /// Whether one is written when memory runs out: once for the images of a pass.
    is_armed: AtomicBool,
    written_on_oom: AtomicU32,
}

impl Snapshots {
    /// Nothing is recorded yet.
    pub fn new(options: SnapshotOptions, emitter: Emitter) -> Self {
        Self {
            options,
            emitter,
            memory: Arc::new(NoDeviceMemory),
            is_recording: false,
            is_armed: AtomicBool::new(true),
            written_on_oom: AtomicU32::new(0),
        }
    }

    /// This device does the work from here on. Where snapshots were asked for and there can be none,
    /// that is told.
    pub fn use_device(&mut self, memory: Arc<dyn DeviceMemory>) {
        self.memory = memory;
        self.is_recording = false;
        let wants_oom = self.options.on_oom.is_some();
        if !self.options.record && !wants_oom {
            return;
        }
        let watched = self.record().and_then(|()| match wants_oom {
            true => Ok(self.memory.snapshot_when_memory_runs_out(true)?),
            false => Ok(()),
        });
        if let Err(error) = watched {
            let reason =
                if wants_oom { SnapshotReason::OutOfMemory } else { SnapshotReason::Asked };
            self.tell(reason, Err(error));
        }
    }

    fn record(&mut self) -> Result<(), SnapshotError> {
        self.memory.record_history()?;
        self.is_recording = true;
        Ok(())
    }

    /// Labels what the calling thread allocates, until another label or the drop of what this gives.
    pub fn label(&self, what: &dyn fmt::Display) -> Label<'_> {
        let label =
            Label { memory: self.is_recording.then_some(&*self.memory), name: String::new() };
        label.is(what);
        label
    }

    /// Labels for a pass of these images.
    pub fn label_pass(&self, images: &[Image]) -> Label<'_> {
        if !self.is_recording {
            return Label { memory: None, name: String::new() };
        }
        Label { memory: Some(&*self.memory), name: names(images) }
    }

    /// Other images come: when memory runs out on them, that is another matter.
    pub fn rearm(&self) {
        if self.options.on_oom.is_some() {
            drop(self.memory.taken_snapshot());
            self.is_armed.store(true, Ordering::Relaxed);
        }
    }

    /// Memory ran out, and nothing was given back yet. Writes a snapshot where that is wanted, and
    /// tells.
    pub fn ran_out(&self) {
        let Some(folder) = self.options.on_oom.as_deref() else { return };
        let is_first = self.is_armed.swap(false, Ordering::Relaxed);
        let written = self.written_on_oom.load(Ordering::Relaxed);
        if !self.is_recording || !is_first || written == ON_OOM_MAX {
            return;
        }
        let started = Instant::now();
        // A library that finds no memory without asking libtorch is not seen by its allocator.
        let taken = self.memory.taken_snapshot().map_or_else(|| self.memory.snapshot(), Ok);
        let result = taken.map_err(SnapshotError::from).and_then(|snapshot| {
            let path = write_numbered(folder, snapshot.bytes())?;
            Ok(self.saved(path, &snapshot, started))
        });
        self.written_on_oom.store(written + 1, Ordering::Relaxed);
        if written + 1 == ON_OOM_MAX {
            tracing::info!("{ON_OOM_MAX} snapshots were written as memory ran out; no more are");
            drop(self.memory.snapshot_when_memory_runs_out(false));
        }
        self.tell(SnapshotReason::OutOfMemory, result);
    }

    /// Writes one now and tells. From here on there is a history, if there was none.
    pub fn save(&mut self, asked: SaveSnapshot) {
        let result = self.write(&asked);
        if !self.is_recording {
            drop(self.record());
        }
        self.tell(SnapshotReason::Asked, result);
    }

    /// Writes the one that is wanted when all is over.
    pub fn end(&self) {
        let Some(path) = self.options.at_end.clone() else { return };
        // Nobody reads events any more.
        match self.write(&SaveSnapshot { path, existing: Existing::Refuse }) {
            Ok(saved) => tracing::info!("saved {}", saved.path.display()),
            Err(error) => tracing::error!("{error}"),
        }
    }

    fn write(&self, asked: &SaveSnapshot) -> Result<SavedSnapshot, SnapshotError> {
        let started = Instant::now();
        let snapshot = self.memory.snapshot()?;
        write_file(&asked.path, asked.existing, snapshot.bytes())?;
        Ok(self.saved(asked.path.clone(), &snapshot, started))
    }

    fn saved(&self, path: PathBuf, snapshot: &Snapshot, started: Instant) -> SavedSnapshot {
        SavedSnapshot {
            path,
            file_bytes: snapshot.bytes().len() as u64,
            took_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
            has_history: self.is_recording,
        }
    }

    fn tell(&self, reason: SnapshotReason, result: Result<SavedSnapshot, SnapshotError>) {
        match &result {
            Ok(saved) => tracing::info!("saved {}", saved.path.display()),
            Err(error) => tracing::warn!("{error}"),
        }
        self.emitter.emit(Event::Snapshot(Box::new(SnapshotEnded { reason, result })));
    }
}

/// Labels what the calling thread allocates, until it is dropped.
pub struct Label<'a> {
    /// Where labels go; `None` where nothing is recorded.
    memory: Option<&'a dyn DeviceMemory>,
    /// What they begin with.
    name: String,
}

impl Label<'_> {
    /// What is allocated from here on is for this.
    pub fn is(&self, what: &dyn fmt::Display) {
        let Some(memory) = self.memory else { return };
        match self.name.is_empty() {
            true => memory.label(&what.to_string()),
            false => memory.label(&format!("{} · {what}", self.name)),
        }
    }
}

impl Drop for Label<'_> {
    fn drop(&mut self) {
        if let Some(memory) = self.memory {
            memory.label("");
        }
    }
}

/// The names of a pass's images, the shorter the more there are.
fn names(images: &[Image]) -> String {
    let chars = (NAMES_CHARS / images.len().max(1)).max(NAME_CHARS_MIN);
    let mut names = String::new();
    for image in images {
        let name = image.source.file_name().unwrap_or(image.source.as_os_str()).to_string_lossy();
        if !names.is_empty() {
            names.push_str(", ");
        }
        names.push_str(&shortened(&name, chars));
        if image.is_second_look {
            names.push_str(" (second look)");
        }
    }
    names
}

/// Beginning and end of a name that has more characters than these.
fn shortened(name: &str, chars: usize) -> Cow<'_, str> {
    let count = name.chars().count();
    if count <= chars {
        return name.into();
    }
    let (before, after) = (chars / 2, (chars - 1) / 2);
    let head: String = name.chars().take(before).collect();
    let tail: String = name.chars().skip(count - after).collect();
    format!("{head}…{tail}").into()
}

/// Writes a snapshot in the folder, under the first name that is free.
fn write_numbered(folder: &Path, bytes: &[u8]) -> Result<PathBuf, SnapshotError> {
    fs::create_dir_all(folder).map_err(|error| SnapshotError::NoFolder {
        folder: folder.to_owned(),
        source: error.into(),
    })?;
    let mut number = 1;
    loop {
        let path = folder.join(format!("out-of-memory-{number}.pickle"));
        match write_file(&path, Existing::Refuse, bytes) {
            Ok(()) => return Ok(path),
            Err(WriteError::Taken(_)) if number < NUMBERS => number += 1,
            Err(error) => return Err(error.into()),
        }
    }
}

/// Writes a snapshot. It replaces another one alone: what is chosen by mistake may be a photo.
fn write_file(path: &Path, existing: Existing, bytes: &[u8]) -> Result<(), WriteError> {
    let existing = match existing {
        Existing::Replace if path.exists() && !is_snapshot(path) => Existing::Refuse,
        existing => existing,
    };
    write_whole(path, existing, &Cancel::default(), |writer| writer.write_all(bytes))
}

fn is_snapshot(path: &Path) -> bool {
    let mut begins = [0; PICKLE.len()];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut begins));
    read.is_ok() && begins == PICKLE
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::{
        gpu::{
            memory::{CardMemory, MemoryStats},
            snapshot::NoSnapshot,
        },
        imaging::NetworkInput,
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
            .map(|entry| {
                (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
            })
            .collect();
        files.sort();
        files
    }

    #[test]
    fn names_are_all_there_however_many() {
        let (input, cancel) = (NetworkInput { side_px: 1, rgb: vec![0.0; 3] }, Cancel::default());
        let image = |source, is_second_look| Image {
            input: &input,
            cancel: &cancel,
            source: Path::new(source),
            is_second_look,
        };
        let long = "holiday at the sea with everybody on the second day.jpg";
        for (images, expected) in [
            (vec![image("folder/photo.jpg", false)], "photo.jpg".to_owned()),
            (vec![image("photo.jpg", true)], "photo.jpg (second look)".to_owned()),
            (vec![image(long, false)], long.to_owned()),
            (vec![image("a.jpg", false), image("b.png", false)], "a.jpg, b.png".to_owned()),
            (vec![image(long, false); 4], ["holiday at t…ond day.jpg"; 4].join(", ")),
            (vec![image("straßenlaterne.jpg", false); 32], ["stra….jpg"; 32].join(", ")),
        ] {
            assert_eq!(names(&images), expected);
        }
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
        let options =
            SnapshotOptions { on_oom: Some(inside.clone()), ..SnapshotOptions::default() };
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
}
