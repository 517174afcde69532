//! What memory readings are made of: the device's counters and the engine's own, readable from any
//! thread at any time.

use std::{
    sync::{
        Arc, OnceLock, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use super::{
    held_weights::HeldWeights,
    protocol::{CardUsers, Ledger, MemorySample, MemoryStats},
};
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
    weights: HeldWeights,
    pictures_bytes: Arc<AtomicU64>,
}

/// Readings between which the weights did not change: the device's counters, bytes in live tensors,
/// and the weights' share of them.
struct Live {
    device: Option<MemoryStats>,
    tensor_bytes: u64,
    weights_bytes: u64,
}

impl Default for Meters {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            device: RwLock::default(),
            tally: OnceLock::new(),
            weights: HeldWeights::default(),
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

    /// Weights are being loaded onto the device from now on: what is allocated beyond what is now is
    /// theirs.
    pub fn loading_weights(&self) {
        let (device, tensor_bytes) = self.live(self.device().as_ref());
        self.weights.loading(device.map_or(tensor_bytes, |stats| stats.allocated_bytes));
    }

    /// The weights are there, in tensors of so many bytes: what they hold on the device from now on.
    /// On a GPU the allocator gave more for them, which is measured; on the CPU it gives what is asked
    /// for.
    pub fn loaded_weights(&self, tensors_bytes: u64) -> u64 {
        let given = self
            .live(self.device().as_ref())
            .0
            .map_or(0, |stats| self.weights.get().bytes(stats.allocated_bytes));
        let held_bytes = given.max(tensors_bytes);
        self.weights.set_bytes(held_bytes);
        held_bytes
    }

    /// The weights are gone, or were not loaded.
    pub fn no_weights(&self) {
        self.weights.set_bytes(0);
    }

    fn device(&self) -> Option<Arc<dyn DeviceMemory>> {
        self.device.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The device's counters; without a GPU bytes in live tensors.
    fn live(&self, memory: Option<&Arc<dyn DeviceMemory>>) -> (Option<MemoryStats>, u64) {
        let device = memory.and_then(|memory| memory.stats());
        let tensor_bytes = match device {
            None => self.tally.get().map_or(0, TensorTally::live_bytes),
            Some(_) => 0,
        };
        (device, tensor_bytes)
    }

    /// Weights that were loaded or dropped between the readings would count as the image's: then they
    /// are taken anew.
    fn live_and_weights(&self, memory: Option<&Arc<dyn DeviceMemory>>) -> Live {
        loop {
            let held = self.weights.get();
            let (device, tensor_bytes) = self.live(memory);
            if self.weights.get() == held {
                let live_bytes = device.map_or(tensor_bytes, |stats| stats.allocated_bytes);
                return Live { device, tensor_bytes, weights_bytes: held.bytes(live_bytes) };
            }
        }
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
        self.device()?.users()
    }

    /// Reads every counter.
    pub fn sample(&self) -> MemorySample {
        let memory = self.device();
        let Live { device, tensor_bytes, weights_bytes } = self.live_and_weights(memory.as_ref());
        let card = memory.as_ref().and_then(|memory| memory.card());
        let resident_bytes = resident_bytes();
        let ledger = match (&device, &card) {
            (Some(stats), Some(card)) => Ledger::of_card(stats, weights_bytes, card),
            _ => {
                let pictures_bytes = self.pictures_bytes.load(Ordering::Relaxed);
                // On a card that tells nothing, weights and tensors are not the machine's.
                let (weights_bytes, live_bytes) = match (device, self.tally.get()) {
                    (Some(_), _) => (0, 0),
                    (None, Some(_)) => (weights_bytes, tensor_bytes),
                    (None, None) => (weights_bytes, weights_bytes),
                };
                Ledger::of_machine(
                    &machine(),
                    resident_bytes,
                    weights_bytes,
                    live_bytes,
                    pictures_bytes,
                )
            }
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

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, atomic::AtomicBool};

    use super::*;
    use crate::engine::protocol::{CardMemory, Part};

    /// A card of 1000 bytes whose allocator rounds up: what it gave is set.
    #[derive(Default)]
    struct Card(Mutex<u64>);

    impl Card {
        fn allocates(&self, bytes: u64) {
            *self.0.lock().unwrap() = bytes;
        }
    }

    impl DeviceMemory for Card {
        fn stats(&self) -> Option<MemoryStats> {
            let allocated_bytes = *self.0.lock().unwrap();
            Some(MemoryStats { allocated_bytes, reserved_bytes: 800, ..MemoryStats::default() })
        }

        fn card(&self) -> Option<CardMemory> {
            Some(CardMemory { free_bytes: 100, total_bytes: 1000, ..CardMemory::default() })
        }

        fn empty_cache(&self) {}

        fn reset_peak(&self) {}
    }

    /// What weights, the image and the cache hold; with all others it is the whole.
    fn parts(meters: &Meters) -> [u64; 3] {
        let ledger = meters.sample().ledger;
        assert_eq!(ledger.parts.iter().map(|(_, bytes)| bytes).sum::<u64>(), ledger.total_bytes);
        [Part::Weights, Part::WorkingSet, Part::Cached].map(|part| ledger.bytes_of(part))
    }

    #[test]
    fn weights_are_the_weights_as_they_come_while_they_are_there_and_as_they_go() {
        let (meters, card) = (Meters::default(), Arc::new(Card::default()));
        meters.set_device(card.clone());
        let step = |allocated_bytes| {
            card.allocates(allocated_bytes);
            parts(&meters)
        };
        // Ten bytes that were there before are nobody's weights.
        assert_eq!(step(10), [0, 10, 790]);
        meters.loading_weights();
        assert_eq!([10, 60, 330, 310].map(step)[2..], [[320, 10, 470], [300, 10, 490]]);
        // Their tensors asked for 290 bytes.
        assert_eq!(meters.loaded_weights(290), 300);
        assert_eq!(step(310), [300, 10, 490]);
        // A pass, and the end of it.
        assert_eq!(step(700), [300, 400, 100]);
        assert_eq!(step(310), [300, 10, 490]);
        // They are dropped one by one.
        assert_eq!(step(150), [150, 0, 650]);
        meters.no_weights();
        assert_eq!(step(10), [0, 10, 790]);
    }

    #[test]
    fn what_could_not_be_loaded_is_no_weights() {
        let (meters, card) = (Meters::default(), Arc::new(Card::default()));
        meters.set_device(card.clone());
        meters.loading_weights();
        card.allocates(200);
        assert_eq!(parts(&meters), [200, 0, 600]);
        card.allocates(0);
        meters.no_weights();
        assert_eq!(parts(&meters), [0, 0, 800]);
        card.allocates(50);
        assert_eq!(parts(&meters), [0, 50, 750]);
    }

    /// Between two readings of its own, another thread's weights come and go.
    #[test]
    fn no_reading_takes_weights_for_an_image() {
        let (meters, card) = (Meters::default(), Arc::new(Card::default()));
        meters.set_device(card.clone());
        let is_over = AtomicBool::default();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..20_000 {
                    meters.loading_weights();
                    card.allocates(120);
                    card.allocates(310);
                    card.allocates(300);
                    meters.loaded_weights(290);
                    card.allocates(0);
                    meters.no_weights();
                }
                is_over.store(true, Ordering::Release);
            });
            while !is_over.load(Ordering::Acquire) {
                let memory = meters.device();
                let Live { device, weights_bytes, .. } = meters.live_and_weights(memory.as_ref());
                let allocated_bytes = device.unwrap().allocated_bytes;
                assert!(weights_bytes >= allocated_bytes, "{weights_bytes} of {allocated_bytes}");
            }
        });
    }

    #[test]
    fn on_the_cpu_too_weights_that_are_loaded_are_weights() {
        use tch::{Device, Kind, Tensor};
        let (tally, _guard) = TensorTally::start().unwrap();
        let meters = Meters::default();
        meters.set_tally(tally);
        meters.loading_weights();
        let weights = Tensor::zeros([1 << 20], (Kind::Float, Device::Cpu));
        let loading = parts(&meters);
        assert_eq!(meters.loaded_weights(4 << 20), 4 << 20);
        assert_eq!((loading, parts(&meters)), ([4 << 20, 0, 0], [4 << 20, 0, 0]));
        let image = Tensor::zeros([1 << 18], (Kind::Float, Device::Cpu));
        assert_eq!(parts(&meters), [4 << 20, 1 << 20, 0]);
        drop((weights, image));
        meters.no_weights();
        assert_eq!(parts(&meters), [0; 3]);
    }
}
