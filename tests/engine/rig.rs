//! Networks that fail on purpose, a memory that records what is asked of it, and an engine of them.

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, unbounded};
use cutout::{
    engine::{
        Engine, EngineOptions,
        backend::{Backend, LoadAs, OpenedDevice},
        protocol::{
            CardMemory, CardUsers, CleanupPoint, Command, Destination, DeviceInfo, Event,
            ExportOptions, Job, JobId, MemoryStats, ModelProblem, OnExist, Outcome, Place, Save,
        },
    },
    gpu::{
        memory::DeviceMemory,
        no_gpu::NoGpu,
        snapshot::{NoSnapshot, Snapshot},
    },
    imaging::Cancelled,
    u2net::{Precision, SaliencyNetwork, SideOutputs, StageName, weights::Proceed},
};
use tch::{Device, Kind, Tensor};

/// What the network does with one image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Behaviour {
    Works,
    Panics,
    RunsOut,
    /// libtorch throws a C++ exception.
    Throws,
    /// Asks `proceed` until it says no.
    WaitsForCancel,
    /// Logits that are no numbers.
    GivesNan,
}

/// Follows a script, one behaviour an image; after its end it works.
pub struct ScriptedNetwork {
    script: Vec<Behaviour>,
    image: AtomicUsize,
    entered: Sender<()>,
}

impl SaliencyNetwork for ScriptedNetwork {
    fn forward(
        &self,
        input: Tensor,
        proceed: &dyn Fn(StageName) -> Result<(), Cancelled>,
    ) -> Result<SideOutputs, Cancelled> {
        let image = self.image.fetch_add(1, Ordering::SeqCst);
        let _ = self.entered.send(());
        let logits = input.mean_dim([1].as_slice(), true, Kind::Float);
        let fused = match self.script.get(image).unwrap_or(&Behaviour::Works) {
            Behaviour::Works => logits.shallow_clone(),
            Behaviour::Panics => panic!("the network fell over"),
            Behaviour::RunsOut => panic!("CUDA out of memory"),
            Behaviour::Throws => logits.reshape([7, 7]),
            Behaviour::GivesNan => &logits * f64::NAN,
            Behaviour::WaitsForCancel => loop {
                proceed(StageName::Fusion)?;
                std::thread::yield_now();
            },
        };
        Ok(SideOutputs { fused, side: std::array::from_fn(|_| logits.shallow_clone()) })
    }

    fn device(&self) -> Device {
        Device::Cpu
    }

    fn precision(&self) -> Precision {
        Precision::Fp32
    }

    fn weights_bytes(&self) -> u64 {
        0
    }
}

/// Counts calls, and shrinks what is reserved with each emptying.
#[derive(Default)]
pub struct RecordingMemory {
    calls: Mutex<Vec<&'static str>>,
    /// The other programs on the card.
    pub users: Mutex<Option<CardUsers>>,
}

impl RecordingMemory {
    pub fn note(&self, call: &'static str) {
        self.calls.lock().unwrap().push(call);
    }

    pub fn count(&self, call: &str) -> usize {
        self.calls.lock().unwrap().iter().filter(|noted| **noted == call).count()
    }
}

impl DeviceMemory for RecordingMemory {
    fn stats(&self) -> Option<MemoryStats> {
        let emptied = self.count("empty_cache") as u64;
        Some(MemoryStats { reserved_bytes: 1_000_000 - emptied * 1_000, ..Default::default() })
    }

    fn card(&self) -> Option<CardMemory> {
        None
    }

    fn users(&self) -> Option<CardUsers> {
        self.users.lock().unwrap().clone()
    }

    fn empty_cache(&self) {
        self.note("empty_cache");
    }

    fn reset_peak(&self) {
        self.note("reset_peak");
    }

    fn record_history(&self) -> Result<(), NoSnapshot> {
        self.note("record_history");
        Ok(())
    }

    /// Says how often the cache was emptied.
    fn snapshot(&self) -> Result<Snapshot, NoSnapshot> {
        Ok(Snapshot::Bytes(format!("{} emptied", self.count("empty_cache")).into()))
    }

    fn snapshot_when_memory_runs_out(&self, _wanted: bool) -> Result<(), NoSnapshot> {
        Ok(())
    }
}

pub struct Fake {
    pub script: Vec<Behaviour>,
    pub memory: Arc<RecordingMemory>,
    pub entered: Sender<()>,
    pub load_error: Option<&'static str>,
}

/// A device of tests, in words.
pub fn device(is_gpu: bool, why: impl Into<String>) -> DeviceInfo {
    let allocator = String::new();
    DeviceInfo {
        is_gpu,
        name: "fake".into(),
        why: why.into(),
        advice: None,
        no_gpu: None,
        gpu: None,
        cpu_threads: None,
        driver: None,
        allocator,
    }
}

impl Backend for Fake {
    fn open_device(&mut self) -> Result<OpenedDevice, ModelProblem> {
        Ok(OpenedDevice { info: device(false, "a test"), memory: self.memory.clone() })
    }

    fn fall_back(&mut self, why: NoGpu) -> OpenedDevice {
        OpenedDevice { info: device(false, why.to_string()), memory: self.memory.clone() }
    }

    fn probe(&self) -> Result<(), String> {
        Ok(())
    }

    fn half_precision(&self) -> Precision {
        Precision::Fp16
    }

    fn model_name(&self) -> String {
        "scripted".into()
    }

    fn load_model(
        &mut self,
        _how: LoadAs,
        _proceed: Proceed,
    ) -> Result<Box<dyn SaliencyNetwork>, ModelProblem> {
        if let Some(error) = self.load_error {
            return Err(error.to_owned().into());
        }
        Ok(Box::new(ScriptedNetwork {
            script: self.script.clone(),
            image: AtomicUsize::new(0),
            entered: self.entered.clone(),
        }))
    }
}

/// An engine, what it told so far, and its fake parts.
pub struct Rig {
    pub engine: Engine,
    pub memory: Arc<RecordingMemory>,
    /// Gets one message when an image enters the network.
    pub entered: Receiver<()>,
    pub told: Vec<Event>,
}

/// One photo after the other on every machine, as a script needs it.
pub fn in_order(options: EngineOptions) -> EngineOptions {
    EngineOptions { threads: options.threads.or(NonZeroUsize::new(1)), ..options }
}

impl Rig {
    pub fn new(script: &[Behaviour]) -> Self {
        Self::with(script, EngineOptions::default(), None)
    }

    pub fn with(
        script: &[Behaviour],
        options: EngineOptions,
        load_error: Option<&'static str>,
    ) -> Self {
        let options = in_order(options);
        let memory = Arc::new(RecordingMemory::default());
        let (entering, entered) = unbounded();
        let fake =
            Fake { script: script.to_vec(), memory: memory.clone(), entered: entering, load_error };
        let engine = Engine::start(options, Box::new(fake), || {}).unwrap();
        Self { engine, memory, entered, told: Vec::new() }
    }

    pub fn submit(&self, jobs: impl IntoIterator<Item = Job>) {
        self.engine.send(Command::Submit(jobs.into_iter().collect())).unwrap();
    }

    /// Reads events until so many jobs have ended.
    pub fn until_ended(&mut self, jobs: usize) -> Vec<(JobId, Outcome)> {
        let mut ended = Vec::new();
        while ended.len() < jobs {
            let event = self.engine.events().recv_timeout(PATIENCE).expect("an event");
            if let Event::Finished { id, outcome } = &event {
                ended.push((*id, outcome.clone()));
            }
            self.told.push(event);
        }
        ended
    }

    pub fn points_of(&self, job: JobId) -> Vec<CleanupPoint> {
        self.told
            .iter()
            .filter_map(|event| match event {
                Event::Cleanup { id, record } if *id == Some(job) => Some(record.point),
                _ => None,
            })
            .collect()
    }
}

/// How long a test waits for something that should come at once.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub fn job(number: u64, source: &Path) -> Job {
    Job {
        id: JobId(number),
        source: source.to_owned(),
        saliency: None,
        thumbnail: true,
        preview_px: None,
        edits: Arc::default(),
        cutout: false,
        save: None,
    }
}

pub fn saving(number: u64, source: &Path, folder: &Path) -> Job {
    let save = Save {
        cutout: true,
        mask: true,
        options: Arc::new(ExportOptions {
            folder: Destination::Folder(folder.to_owned()),
            on_exist: Some(OnExist::Number),
            ..ExportOptions::default()
        }),
        below: PathBuf::new(),
        place: Place::default(),
        numbering: None,
    };
    Job { save: Some(save), ..job(number, source) }
}

pub fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done(_) => "done".into(),
        Outcome::Skipped { .. } => "skipped".into(),
        Outcome::Exists { paths } => format!("exists: {paths:?}"),
        Outcome::Failed { why } => format!("failed: {why}"),
        Outcome::Cancelled => "cancelled".into(),
    }
}

pub fn files_in(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}
