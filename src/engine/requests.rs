//! What the user asks of the inference thread while it may be deep in an image. Nothing here ever
//! waits or is lost: the same thing asked twice before the thread looks is done once.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::protocol::SaveSnapshot;

/// What is asked for and not yet done, and how things are to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Give the cache back.
    pub free_cache: bool,
    /// Drop the model.
    pub unload_model: bool,
    /// Write snapshots of the GPU's memory.
    pub snapshots: Vec<SaveSnapshot>,
    /// Drop the model when it was idle for so long.
    pub idle_unload: Option<Duration>,
    /// Fail rather than fall back to the CPU.
    pub require_gpu: bool,
}

/// The requests and the bell that tells of new ones.
pub struct Requests {
    asked: Mutex<Asked>,
    ring: Sender<()>,
    bell: Receiver<()>,
}

impl Requests {
    /// How things are to be at first.
    pub fn new(asked: Asked) -> Self {
        let (ring, bell) = bounded(1);
        Self { asked: Mutex::new(asked), ring, bell }
    }

    /// Asks for something and rings.
    pub fn ask(&self, change: impl FnOnce(&mut Asked)) {
        change(&mut self.lock());
        // Where it is full, the bell rings already.
        let _rings = self.ring.try_send(());
    }

    /// What is asked for; what is to be done once counts as taken on.
    pub fn take(&self) -> Asked {
        let mut asked = self.lock();
        let taken = asked.clone();
        asked.free_cache = false;
        asked.unload_model = false;
        asked.snapshots.clear();
        taken
    }

    /// How things are to be; what is to be done once stays asked for.
    pub fn standing(&self) -> Asked {
        self.lock().clone()
    }

    /// Gets a message when something new is asked for.
    pub fn bell(&self) -> &Receiver<()> {
        &self.bell
    }

    fn lock(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
