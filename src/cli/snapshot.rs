//! `--memory-snapshot` and `--memory-snapshot-on-oom`: what libtorch held on the GPU, in files.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use clap::Args;

use super::streams;
use crate::{
    engine::{
        Engine,
        protocol::{
            Command, Event, SaveSnapshot, SavedSnapshot, SnapshotEnded, SnapshotError,
            SnapshotOptions, SnapshotReason,
        },
    },
    gpu::{device::DeviceChoice, snapshot::NoSnapshot},
    imaging::{Existing, WriteError},
    path_text::printable,
};

/// How long a snapshot may take at the end; the model may still be loading.
const PATIENCE: Duration = Duration::from_secs(120);

/// Arguments that say which snapshots are written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub struct SnapshotArgs {
    /// Record what libtorch allocates on the GPU, and write it here at the end, for PyTorch's memory
    /// viewer (pytorch.org/memory_viz)
    #[arg(long, value_name = "FILE")]
    memory_snapshot: Option<PathBuf>,
    /// Record the same, and write it to a file of this folder when GPU memory runs out, 8 times at
    /// most
    #[arg(long, value_name = "DIR")]
    memory_snapshot_on_oom: Option<PathBuf>,
}

/// A snapshot that is asked for cannot come about.
#[derive(Debug, thiserror::Error)]
#[error("{flag}: {error}")]
pub struct SnapshotArgsError {
    flag: &'static str,
    error: SnapshotError,
}

impl SnapshotArgs {
    /// What is recorded, and written when memory runs out. The one at the end is for the caller: by
    /// [`SnapshotOptions::at_end`] or [`SnapshotArgs::save`].
    pub fn options(&self) -> SnapshotOptions {
        SnapshotOptions {
            record: self.memory_snapshot.is_some() || self.memory_snapshot_on_oom.is_some(),
            at_end: None,
            on_oom: self.memory_snapshot_on_oom.clone(),
        }
    }

    /// The file for the end.
    pub fn at_end(&self) -> Option<&Path> {
        self.memory_snapshot.as_deref()
    }

    /// Looks before the work whether the files can be written after it, and makes the folder.
    ///
    /// # Errors
    /// `SnapshotArgsError`.
    pub fn check(&self, device: DeviceChoice) -> Result<(), SnapshotArgsError> {
        let refused = |flag| move |error| SnapshotArgsError { flag, error };
        if let Some(path) = &self.memory_snapshot {
            check_file(path, device).map_err(refused("--memory-snapshot"))?;
        }
        if let Some(folder) = &self.memory_snapshot_on_oom {
            check_folder(folder, device).map_err(refused("--memory-snapshot-on-oom"))?;
        }
        Ok(())
    }

    /// Has the engine, whose work is done, write the one for the end. Nothing where none is wanted.
    ///
    /// # Errors
    /// Why it was not written.
    pub fn save(&self, engine: &Engine) -> Result<(), String> {
        let Some(path) = &self.memory_snapshot else { return Ok(()) };
        let wanted = SaveSnapshot { path: path.clone(), existing: Existing::Refuse };
        let until = Instant::now() + PATIENCE;
        let mut command = Command::SaveSnapshot(wanted);
        while let Err(back) = engine.send(command) {
            if Instant::now() > until {
                return Err(silent(path));
            }
            command = back;
            std::thread::yield_now();
        }
        loop {
            let Ok(event) = engine.events().recv_deadline(until) else { return Err(silent(path)) };
            let Event::Snapshot(ended) = event else { continue };
            match *ended {
                // Of the start, where nothing could be recorded.
                SnapshotEnded { reason: SnapshotReason::Asked, result } => {
                    let saved = result.map_err(|error| format!("--memory-snapshot: {error}"))?;
                    print(&saved, "memory snapshot");
                    return Ok(());
                }
                ended => tell(&ended),
            }
        }
    }
}

/// Tells, on standard error, of snapshots that nobody asked for at this moment.
pub fn tell(ended: &SnapshotEnded) {
    match &ended.result {
        // The one for the end is waited for, and told then.
        _ if ended.reason == SnapshotReason::Asked => {}
        Ok(saved) => print(saved, "GPU memory ran out; memory snapshot"),
        Err(error) => streams::tell(format_args!("--memory-snapshot-on-oom: {error}")),
    }
}

fn print(saved: &SavedSnapshot, what: &str) {
    let SavedSnapshot { path, file_bytes, took_us, .. } = saved;
    let (kib, ms) = (file_bytes.div_ceil(1024), took_us / 1000);
    streams::tell(format_args!("{what}: {} ({kib} KiB in {ms} ms)", printable(path)));
}

fn silent(path: &Path) -> String {
    format!("--memory-snapshot: {}: the engine does not answer; try again", printable(path))
}

fn check_file(path: &Path, device: DeviceChoice) -> Result<(), SnapshotError> {
    check_device(device)?;
    if path.symlink_metadata().is_ok() {
        return Err(WriteError::Taken(path.to_owned()).into());
    }
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(not_in(folder, std::io::ErrorKind::NotADirectory.into())),
        Err(error) => Err(not_in(folder, error)),
    }
}

fn not_in(folder: &Path, error: std::io::Error) -> SnapshotError {
    WriteError::Folder { folder: folder.to_owned(), source: error.into() }.into()
}

fn check_folder(folder: &Path, device: DeviceChoice) -> Result<(), SnapshotError> {
    check_device(device)?;
    fs::create_dir_all(folder).map_err(|error| SnapshotError::NoFolder {
        folder: folder.to_owned(),
        source: error.into(),
    })
}

fn check_device(device: DeviceChoice) -> Result<(), SnapshotError> {
    if device == DeviceChoice::Cpu { Err(NoSnapshot::NoGpu.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_is_refused_before_the_work() {
        let folder = tempfile::tempdir().unwrap();
        let photo = folder.path().join("photo.jpg");
        fs::write(&photo, "a photo").unwrap();
        let inside = |name: &str| Some(folder.path().join(name));
        let (file, dir) = ("--memory-snapshot: ", "--memory-snapshot-on-oom: ");
        let auto = DeviceChoice::Auto;
        for (at_end, on_oom, device, expected) in [
            (None, None, DeviceChoice::Cpu, None),
            (inside("new.pickle"), inside("made/for/it"), auto, None),
            (inside("new.pickle"), None, DeviceChoice::Cuda(1), None),
            (inside("new.pickle"), None, DeviceChoice::Cpu, Some((file, "none is used"))),
            (None, inside("made"), DeviceChoice::Cpu, Some((dir, "none is used"))),
            (Some(photo.clone()), None, auto, Some((file, "a file of this name exists"))),
            (inside(""), None, auto, Some((file, "a file of this name exists"))),
            (inside("none/x.pickle"), None, auto, Some((file, "cannot write in this folder"))),
            (inside("photo.jpg/x"), None, auto, Some((file, "cannot write in this folder"))),
            (None, Some(photo.clone()), auto, Some((dir, "this folder cannot be made"))),
        ] {
            let args = SnapshotArgs { memory_snapshot: at_end, memory_snapshot_on_oom: on_oom };
            let told = args.check(device).map_err(|error| error.to_string());
            match expected {
                None => assert_eq!(told, Ok(())),
                Some((flag, words)) => {
                    let told = told.unwrap_err();
                    assert!(told.starts_with(flag) && told.contains(words), "{told}");
                }
            }
        }
        assert_eq!(fs::read(&photo).unwrap(), b"a photo");
        assert!(folder.path().join("made/for/it").is_dir());
    }

    #[test]
    fn either_flag_records() {
        let path = || Some(PathBuf::from("x"));
        for (at_end, on_oom, records) in
            [(None, None, false), (path(), None, true), (None, path(), true)]
        {
            let args = SnapshotArgs { memory_snapshot: at_end, memory_snapshot_on_oom: on_oom };
            assert_eq!(args.options().record, records);
            assert_eq!(args.options().on_oom, args.memory_snapshot_on_oom);
        }
    }
}
