//! Snapshots of the GPU's memory: when they are recorded, taken and written. Lives on the inference
//! thread; labels come from its lanes too.
//!
//! libtorch records what its CUDA allocator does and writes the pickle that PyTorch's memory viewer opens.
//! Before each stage the network tells `proceed` its name (`u2net::StageName`); with the photos' names it
//! becomes the label of what the pass allocates next. When memory runs out libtorch calls an observer in
//! `snapshot.cpp` before it throws, every tensor still alive; what that took is written before point C. What
//! is called lies in `libtorch_cuda` and is found there at run time; a library without it is a `NoSnapshot`.

mod file;
mod label;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Instant,
};

pub use self::label::Label;
use self::{
    file::{write_file, write_numbered},
    label::names,
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
    imaging::Existing,
    path_text::printable,
};

/// So many snapshots are written by themselves, at most.
const ON_OOM_MAX: u32 = 8;

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
        let label = Label::new(self.is_recording.then_some(&*self.memory), String::new());
        label.is(what);
        label
    }

    /// Labels for a pass of these images.
    pub fn label_pass(&self, images: &[Image]) -> Label<'_> {
        if !self.is_recording {
            return Label::new(None, String::new());
        }
        Label::new(Some(&*self.memory), names(images))
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
            Ok(saved) => tracing::info!("saved {}", printable(&saved.path)),
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
            Ok(saved) => tracing::info!("saved {}", printable(&saved.path)),
            Err(error) => tracing::warn!("{error}"),
        }
        self.emitter.emit(Event::Snapshot(Box::new(SnapshotEnded { reason, result })));
    }
}
