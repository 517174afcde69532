//! A GPU that is not there: an allocator of limited size, a network that takes memory from it, and
//! a driver that can fail.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use crossbeam_channel::Receiver;
use cutout::{
    engine::{
        Engine, EngineOptions,
        backend::{Backend, LoadAs, OpenedDevice},
        protocol::{
            CardMemory, Command, Event, Job, JobId, MemoryStats, ModelProblem, Outcome, Rung,
        },
    },
    gpu::{
        memory::{DeviceMemory, NoDeviceMemory},
        no_gpu::NoGpu,
        snapshot::{NoSnapshot, Snapshot},
    },
    imaging::Cancelled,
    u2net::{Precision, SaliencyNetwork, SideOutputs, StageName, weights::Proceed},
};
use tch::{Device, Kind, Tensor};

use crate::rig::{PATIENCE, device, in_order};

pub const MIB: u64 = 1 << 20;
/// Weights, and each image of a pass, in fp32; half of it in half precision.
pub const WEIGHTS_BYTES: u64 = 4 * MIB;
pub const IMAGE_BYTES: u64 = 10 * MIB;
/// What the allocator gives for the weights beyond what their tensors ask for.
pub const ROUNDING_BYTES: u64 = MIB / 4;

/// Memory that is freed stays reserved, and is never used again, until the cache is emptied: an
/// allocator at its most fragmented.
#[derive(Default)]
pub struct Allocator {
    capacity_bytes: u64,
    stats: Mutex<MemoryStats>,
    refusals: AtomicU64,
    /// What it says where it has no memory.
    words: &'static str,
    /// Another program takes all that is free.
    pub is_taken: AtomicBool,
    history: Mutex<History>,
}

/// What was allocated under which label, once it is recorded.
#[derive(Default)]
struct History {
    is_recorded: bool,
    is_watched: bool,
    label: String,
    allocated: Vec<String>,
    taken: Option<Vec<u8>>,
}

const OUT_OF_MEMORY: &str = "CUDA out of memory. Tried to allocate 26.00 MiB.";
/// libtorch's where the driver's management library is not all there.
pub const HIDDEN: &str = "r.nvmlDeviceGetNvLinkRemoteDeviceType_ INTERNAL ASSERT FAILED at \
                          \"c10/cuda/driver_api.cpp\":37, please report a bug to PyTorch.";

impl Allocator {
    fn allocate(self: &Arc<Self>, bytes: u64) -> Block {
        let mut stats = self.stats.lock().unwrap();
        let mut history = self.history.lock().unwrap();
        let label = history.label.clone();
        if history.is_recorded {
            history.allocated.push(format!("{label}: {} MiB", bytes / MIB));
        }
        let is_taken = self.is_taken.load(Ordering::SeqCst);
        if is_taken || stats.reserved_bytes + bytes > self.capacity_bytes {
            history.taken = history.is_watched.then(|| history.pickle(&stats));
            drop((stats, history));
            self.refusals.fetch_add(1, Ordering::SeqCst);
            panic!("{}", self.words);
        }
        stats.allocated_bytes += bytes;
        stats.reserved_bytes += bytes;
        stats.peak_allocated_bytes = stats.peak_allocated_bytes.max(stats.allocated_bytes);
        Block { allocator: self.clone(), bytes }
    }
}

impl History {
    fn pickle(&self, stats: &MemoryStats) -> Vec<u8> {
        let held = [stats.allocated_bytes, stats.reserved_bytes].map(|bytes| bytes / MIB);
        format!("allocated and reserved {held:?} MiB\n{}", self.allocated.join("\n")).into()
    }
}

impl DeviceMemory for Allocator {
    fn stats(&self) -> Option<MemoryStats> {
        Some(*self.stats.lock().unwrap())
    }

    fn card(&self) -> Option<CardMemory> {
        let stats = self.stats.lock().unwrap();
        Some(CardMemory {
            free_bytes: self.capacity_bytes - stats.reserved_bytes,
            total_bytes: self.capacity_bytes,
            ..CardMemory::default()
        })
    }

    fn refusals(&self) -> Option<u64> {
        Some(self.refusals.load(Ordering::SeqCst))
    }

    fn empty_cache(&self) {
        let mut stats = self.stats.lock().unwrap();
        stats.reserved_bytes = stats.allocated_bytes;
    }

    fn reset_peak(&self) {
        let mut stats = self.stats.lock().unwrap();
        stats.peak_allocated_bytes = stats.allocated_bytes;
    }

    fn record_history(&self) -> Result<(), NoSnapshot> {
        self.history.lock().unwrap().is_recorded = true;
        Ok(())
    }

    fn snapshot(&self) -> Result<Snapshot, NoSnapshot> {
        let stats = self.stats.lock().unwrap();
        Ok(Snapshot::Bytes(self.history.lock().unwrap().pickle(&stats)))
    }

    fn snapshot_when_memory_runs_out(&self, wanted: bool) -> Result<(), NoSnapshot> {
        self.history.lock().unwrap().is_watched = wanted;
        Ok(())
    }

    fn taken_snapshot(&self) -> Option<Snapshot> {
        self.history.lock().unwrap().taken.take().map(Snapshot::Bytes)
    }

    fn label(&self, text: &str) {
        self.history.lock().unwrap().label = text.to_owned();
    }
}

struct Block {
    allocator: Arc<Allocator>,
    bytes: u64,
}

impl Drop for Block {
    fn drop(&mut self) {
        self.allocator.stats.lock().unwrap().allocated_bytes -= self.bytes;
    }
}

fn bytes_in(precision: Precision, bytes: u64) -> u64 {
    if precision == Precision::Fp32 { bytes } else { bytes / 2 }
}

/// How the GPU fares.
#[derive(Default)]
pub struct Health {
    /// It answers everything with an error.
    is_dead: AtomicBool,
    /// The network fails on it, and it works all the same.
    pub is_ill: AtomicBool,
}

impl Health {
    fn check(&self) {
        let dead = self.is_dead.load(Ordering::SeqCst);
        assert!(!dead, "CUDA error: unspecified launch failure");
    }
}

struct CardNetwork {
    precision: Precision,
    /// The card and the weights on it; none on the CPU.
    on_card: Option<(Arc<Allocator>, Block)>,
    health: Arc<Health>,
}

impl SaliencyNetwork for CardNetwork {
    fn forward(
        &self,
        input: Tensor,
        proceed: &dyn Fn(StageName) -> Result<(), Cancelled>,
    ) -> Result<SideOutputs, Cancelled> {
        let images = u64::try_from(input.size()[0]).unwrap();
        proceed(StageName::Encoder(1))?;
        let _features = self.on_card.as_ref().map(|(card, _)| {
            self.health.check();
            assert!(!self.health.is_ill.load(Ordering::SeqCst), "CUDA error: invalid argument");
            card.allocate(images * bytes_in(self.precision, IMAGE_BYTES))
        });
        let logits = input.mean_dim([1].as_slice(), true, Kind::Float);
        let side = std::array::from_fn(|_| logits.shallow_clone());
        Ok(SideOutputs { fused: logits, side })
    }

    fn device(&self) -> Device {
        Device::Cpu
    }

    fn precision(&self) -> Precision {
        self.precision
    }

    fn weights_bytes(&self) -> u64 {
        bytes_in(self.precision, WEIGHTS_BYTES) - ROUNDING_BYTES
    }
}

struct CardBackend {
    card: Option<Arc<Allocator>>,
    health: Arc<Health>,
}

impl Backend for CardBackend {
    fn open_device(&mut self) -> Result<OpenedDevice, ModelProblem> {
        Ok(match &self.card {
            Some(card) => OpenedDevice { info: device(true, "a test"), memory: card.clone() },
            None => self.fall_back(NoGpu::Other("there is no driver".to_owned())),
        })
    }

    fn fall_back(&mut self, why: NoGpu) -> OpenedDevice {
        self.card = None;
        OpenedDevice { info: device(false, why.to_string()), memory: Arc::new(NoDeviceMemory) }
    }

    fn probe(&self) -> Result<(), String> {
        self.health.check();
        if let Some(card) = &self.card {
            drop(card.allocate(1));
        }
        Ok(())
    }

    fn model_name(&self) -> String {
        "scripted".into()
    }

    fn load_model(
        &mut self,
        how: LoadAs,
        _proceed: Proceed,
    ) -> Result<Box<dyn SaliencyNetwork>, ModelProblem> {
        let precision = match how {
            LoadAs::Lowered(precision) => precision,
            LoadAs::Asked | LoadAs::OnCpu => Precision::Fp32,
        };
        let card = self.card.as_ref().filter(|_| how != LoadAs::OnCpu);
        let on_card = card.map(|card| {
            self.health.check();
            (card.clone(), card.allocate(bytes_in(precision, WEIGHTS_BYTES)))
        });
        Ok(Box::new(CardNetwork { precision, on_card, health: self.health.clone() }))
    }

    fn half_precision(&self) -> Precision {
        Precision::Fp16
    }
}

/// An engine on such a GPU, and what it told so far.
pub struct CardRig {
    pub engine: Engine,
    pub card: Option<Arc<Allocator>>,
    pub health: Arc<Health>,
    pub told: Vec<Event>,
}

impl CardRig {
    /// A card of so many MiB; none for a machine without a GPU.
    pub fn new(capacity_mib: Option<u64>, options: EngineOptions) -> Self {
        Self::with(capacity_mib.map(|mib| allocator(mib, OUT_OF_MEMORY)), false, options)
    }

    /// A card whose allocator says `words` where it has no memory.
    pub fn saying(words: &'static str, capacity_mib: u64, options: EngineOptions) -> Self {
        Self::with(Some(allocator(capacity_mib, words)), false, options)
    }

    /// A card that opens and then answers nothing any more.
    pub fn dead(options: EngineOptions) -> Self {
        Self::with(Some(allocator(100, OUT_OF_MEMORY)), true, options)
    }

    fn with(card: Option<Arc<Allocator>>, is_dead: bool, options: EngineOptions) -> Self {
        let health = Arc::new(Health { is_dead: is_dead.into(), ..Health::default() });
        let backend = CardBackend { card: card.clone(), health: health.clone() };
        let engine = Engine::start(in_order(options), Box::new(backend), || {}).unwrap();
        Self { engine, card, health, told: Vec::new() }
    }

    /// From now on the GPU does not answer.
    pub fn kill_gpu(&self) {
        self.health.is_dead.store(true, Ordering::SeqCst);
    }

    pub fn submit(&self, jobs: impl IntoIterator<Item = Job>) {
        self.engine.send(Command::Submit(jobs.into_iter().collect())).unwrap();
    }

    /// Reads events up to and with the first that answers.
    pub fn until<T>(&mut self, answer: impl Fn(&Event) -> Option<T>) -> T {
        loop {
            let event = next(self.engine.events());
            let found = answer(&event);
            self.told.push(event);
            if let Some(found) = found {
                return found;
            }
        }
    }

    /// Runs jobs to their ends, in the order of their names.
    pub fn run(&mut self, jobs: impl IntoIterator<Item = Job>) -> Vec<Outcome> {
        let jobs: Vec<_> = jobs.into_iter().collect();
        let count = jobs.len();
        self.submit(jobs);
        let mut ended: Vec<(JobId, Outcome)> = (0..count)
            .map(|_| {
                self.until(|event| match event {
                    Event::Finished { id, outcome } => Some((*id, outcome.clone())),
                    _ => None,
                })
            })
            .collect();
        ended.sort_by_key(|(id, _)| *id);
        ended.into_iter().map(|(_, outcome)| outcome).collect()
    }

    /// What was tried for a job.
    pub fn rungs(&self, job: u64) -> Vec<Rung> {
        let rung = |event: &Event| match event {
            Event::Rung { id, rung } if *id == JobId(job) => Some(*rung),
            _ => None,
        };
        self.told.iter().filter_map(rung).collect()
    }

    /// Whether nothing but these weights is on the card, and nothing cached.
    pub fn is_at_baseline(&self, weights_bytes: u64) -> bool {
        let stats = self.card.as_ref().and_then(|card| card.stats()).unwrap();
        (stats.allocated_bytes, stats.reserved_bytes) == (weights_bytes, weights_bytes)
    }
}

fn allocator(capacity_mib: u64, words: &'static str) -> Arc<Allocator> {
    Arc::new(Allocator {
        capacity_bytes: capacity_mib * MIB,
        stats: Mutex::default(),
        refusals: AtomicU64::default(),
        words,
        is_taken: AtomicBool::default(),
        history: Mutex::default(),
    })
}

fn next(events: &Receiver<Event>) -> Event {
    events.recv_timeout(PATIENCE).expect("an event")
}
