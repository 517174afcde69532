//! What memory readings are made of: the device's counters and the engine's own, readable from any
//! thread at any time.

use std::{
    sync::{
        Arc, OnceLock, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use super::protocol::{CardUsers, Ledger, MemorySample};
use crate::{
    gpu::{
        memory::{DeviceMemory, machine, resident_bytes},
        tally::TensorTally,
    },
    imaging::Picture,
};

/// Every counter of one engine.
pub struct Meters {
    started: Instant,
    device: RwLock<Option<Arc<dyn DeviceMemory>>>,
    tally: OnceLock<TensorTally>,
    weights_bytes: AtomicU64,
    pictures_bytes: Arc<AtomicU64>,
}

impl Default for Meters {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            device: RwLock::default(),
            tally: OnceLock::new(),
            weights_bytes: AtomicU64::default(),
            pictures_bytes: Arc::default(),
        }
    }
}

impl Meters {
    /// When the engine started: zero of every `at_s`.
    pub fn started(&self) -> Instant {
        self.started
    }

    /// The device in use from now on.
    pub fn set_device(&self, memory: Arc<dyn DeviceMemory>) {
        *self.device.write().unwrap_or_else(PoisonError::into_inner) = Some(memory);
    }

    /// Where the inference thread's CPU tensors are counted.
    pub fn set_tally(&self, tally: TensorTally) {
        // There is one inference thread, which sets it once.
        drop(self.tally.set(tally));
    }

    /// Bytes of the weights on the device from now on.
    pub fn set_weights_bytes(&self, bytes: u64) {
        self.weights_bytes.store(bytes, Ordering::Relaxed);
    }

    /// Counts a decoded photo as held until the guard goes.
    pub fn hold(&self, picture: Picture) -> HeldPicture {
        let counted = self.count(picture.pixels.as_bytes().len());
        HeldPicture { picture, _counted: counted }
    }

    /// Counts so many bytes of a picture as held until the guard goes.
    pub fn count(&self, bytes: usize) -> CountedBytes {
        let bytes = bytes as u64;
        self.pictures_bytes.fetch_add(bytes, Ordering::Relaxed);
        CountedBytes { bytes, all_bytes: self.pictures_bytes.clone() }
    }

    /// The other programs on the card, where there is one and the driver tells.
    pub fn card_users(&self) -> Option<CardUsers> {
        let memory = self.device.read().unwrap_or_else(PoisonError::into_inner).clone();
        memory?.users()
    }

    /// Reads every counter.
    pub fn sample(&self) -> MemorySample {
        let memory = self.device.read().unwrap_or_else(PoisonError::into_inner).clone();
        let device = memory.as_ref().and_then(|memory| memory.stats());
        let card = memory.as_ref().and_then(|memory| memory.card());
        let resident_bytes = resident_bytes();
        let tensor_bytes = match device {
            None => self.tally.get().map_or(0, TensorTally::live_bytes),
            Some(_) => 0,
        };
        let weights_bytes = self.weights_bytes.load(Ordering::Relaxed);
        let ledger = match (&device, &card) {
            (Some(stats), Some(card)) => Ledger::of_card(stats, weights_bytes, card),
            _ => Ledger::of_machine(
                &machine(),
                resident_bytes,
                weights_bytes,
                tensor_bytes,
                self.pictures_bytes.load(Ordering::Relaxed),
            ),
        };
        MemorySample {
            at_s: self.started.elapsed().as_secs_f64(),
            device,
            card,
            resident_bytes,
            tensor_bytes,
            ledger,
        }
    }
}

/// A decoded photo that the meters count.
pub struct HeldPicture {
    /// The photo.
    pub picture: Picture,
    _counted: CountedBytes,
}

/// Bytes that the meters count.
pub struct CountedBytes {
    bytes: u64,
    all_bytes: Arc<AtomicU64>,
}

impl Drop for CountedBytes {
    fn drop(&mut self) {
        self.all_bytes.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}
