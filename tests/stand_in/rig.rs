//! Programs and engines on the stand-in.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::{Duration, Instant},
};

use cutout::{
    engine::{
        Engine, EngineOptions,
        backend::{Backend, LoadAs, OpenedDevice, Torch, TorchOptions},
        protocol::{
            CleanupRecord, Command as EngineCommand, Done, Event, Freed, Job, JobId, MemorySample,
            ModelProblem, ModelState, Outcome, Rung,
        },
    },
    gpu::{device::DeviceChoice, no_gpu::NoGpu},
    imaging::{Cancelled, NetworkInput},
    u2net::{
        Precision, PrecisionChoice, SaliencyNetwork, SideOutputs, StageName, weights::Proceed,
    },
};
use gpu_stand_in::{Nvml, Settings, StandIn};
use serde_json::Value;
use tch::Tensor;

use crate::skip::skipped;

/// The lite network: what is true of memory is true of both, and this one is read in no time.
pub const LITE: &str = "u2netp";
pub const PATIENCE: Duration = Duration::from_secs(90);

/// A stand-in as set, or `None` with the reason printed; where `cargo xtask test` runs the tests, it
/// must be there.
pub fn stand_in(settings: &Settings) -> Option<StandIn> {
    stand_in_with(settings, Nvml::Present)
}

/// The same with another management library.
pub fn stand_in_with(settings: &Settings, nvml: Nvml) -> Option<StandIn> {
    match StandIn::new(settings, nvml) {
        Ok(stand_in) => Some(stand_in),
        Err(error) => {
            assert!(!gpu_stand_in::is_required(), "{error}");
            skipped(error);
            None
        }
    }
}

/// The real executable on the stand-in.
pub fn cutout(stand_in: &StandIn, arguments: &[&str]) -> Output {
    command(stand_in, arguments).output().expect("the executable runs")
}

/// The real executable on the stand-in, not yet started.
pub fn command(stand_in: &StandIn, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cutout"));
    command.args(arguments).envs(stand_in.environment());
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "CUDA_VISIBLE_DEVICES"] {
        command.env_remove(name);
    }
    command
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Every line of JSON that a program printed, or the one object.
pub fn json(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    if let Ok(value) = serde_json::from_str(&text) {
        return vec![value];
    }
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// Defines a test whose body runs on the stand-in, in a process of its own: libtorch looks for CUDA
/// once in a process, and its loader must find the stand-in first.
macro_rules! on_stand_in {
    ($name:ident, $settings:expr, $body:expr) => {
        #[test]
        fn $name() {
            let test = concat!(module_path!(), "::", stringify!($name));
            $crate::rig::in_own_process(test, &$settings, $body);
        }
    };
}

/// Runs the body here where this process runs on the stand-in; otherwise starts this test again in
/// one that does.
pub fn in_own_process(test: &str, settings: &Settings, body: impl FnOnce(&StandIn)) {
    if let Some(stand_in) = StandIn::of_this_process() {
        return body(&stand_in);
    }
    let Some(stand_in) = stand_in(settings) else { return };
    let (_crate, test) = test.split_once("::").expect("a path with the crate's name");
    let output = Command::new(env::current_exe().expect("the test knows itself"))
        .args(["--exact", test, "--nocapture"])
        .envs(stand_in.environment())
        .env_remove("CUDA_VISIBLE_DEVICES")
        .stdin(Stdio::null())
        .output()
        .expect("the test starts again");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("1 passed"), "{told}\n{}", stderr(&output));
}

/// A disc on a gradient: something that is not one colour.
pub fn photo(folder: &Path, width_px: u32, height_px: u32) -> PathBuf {
    let path = folder.join(format!("{width_px}x{height_px}.png"));
    let radius_px = f64::from(width_px.min(height_px)) * 0.3;
    let pixels = image::RgbImage::from_fn(width_px, height_px, |x, y| {
        let (dx, dy) =
            (f64::from(x) - f64::from(width_px) / 2.0, f64::from(y) - f64::from(height_px) / 2.0);
        if dx.hypot(dy) < radius_px {
            image::Rgb([220, 90, (x % 64) as u8])
        } else {
            image::Rgb([40, 60, (120 + y % 64) as u8])
        }
    });
    pixels.save(&path).expect("a temporary folder can be written");
    path
}

/// What goes wrong in the middle of the next passes: set while work runs.
#[derive(Clone, Default)]
pub struct Fault(Arc<AtomicU8>);

impl Fault {
    pub const NONE: u8 = 0;
    /// A fault of ours.
    pub const PANIC: u8 = 1;
    /// libtorch throws.
    pub const ERROR: u8 = 2;
    /// The network stops until something else is set.
    pub const STOPS: u8 = 3;
    /// Loading stops once the weights are there, until something else is set.
    pub const STOPS_LOADED: u8 = 4;

    pub fn set(&self, kind: u8) {
        self.0.store(kind, Ordering::SeqCst);
    }

    fn get(&self) -> u8 {
        self.0.load(Ordering::SeqCst)
    }

    fn wait_while(&self, kind: u8) {
        wait_until("a stopped network goes on", || self.get() != kind);
    }
}

/// libtorch, with faults half-way through the network: feature maps are alive then.
struct Faulty {
    inner: Torch,
    fault: Fault,
}

impl Backend for Faulty {
    fn open_device(&mut self) -> Result<OpenedDevice, ModelProblem> {
        self.inner.open_device()
    }

    fn fall_back(&mut self, why: NoGpu) -> OpenedDevice {
        self.inner.fall_back(why)
    }

    fn probe(&self) -> Result<(), String> {
        self.inner.probe()
    }

    fn model_name(&self) -> String {
        self.inner.model_name()
    }

    fn load_model(
        &mut self,
        how: LoadAs,
        proceed: Proceed,
    ) -> Result<Box<dyn SaliencyNetwork>, ModelProblem> {
        let (inner, fault) = (self.inner.load_model(how, proceed)?, self.fault.clone());
        fault.wait_while(Fault::STOPS_LOADED);
        Ok(Box::new(FaultyNetwork { inner, fault }))
    }

    fn half_precision(&self) -> Precision {
        self.inner.half_precision()
    }
}

struct FaultyNetwork {
    inner: Box<dyn SaliencyNetwork>,
    fault: Fault,
}

impl SaliencyNetwork for FaultyNetwork {
    fn forward(
        &self,
        input: Tensor,
        proceed: &dyn Fn(StageName) -> Result<(), Cancelled>,
    ) -> Result<SideOutputs, Cancelled> {
        const HALF_WAY: usize = 7;
        let asked = std::cell::Cell::new(0);
        self.inner.forward(input, &|stage| {
            asked.set(asked.get() + 1);
            match self.fault.get() {
                Fault::STOPS if asked.get() == HALF_WAY => self.fault.wait_while(Fault::STOPS),
                Fault::PANIC if asked.get() == HALF_WAY => panic!("a fault half-way"),
                Fault::ERROR if asked.get() == HALF_WAY => {
                    let one = Tensor::zeros([1], (tch::Kind::Float, self.inner.device()));
                    drop(one.reshape([7, 7]));
                }
                _ => {}
            }
            proceed(stage)
        })
    }

    fn device(&self) -> tch::Device {
        self.inner.device()
    }

    fn precision(&self) -> Precision {
        self.inner.precision()
    }

    fn weights_bytes(&self) -> u64 {
        self.inner.weights_bytes()
    }

    fn announce(&self, images: &[&NetworkInput]) {
        self.inner.announce(images);
    }

    fn share_weights(&self) -> Option<Box<dyn SaliencyNetwork>> {
        None
    }
}

/// An engine on the stand-in, in this process.
pub struct Run {
    pub engine: Engine,
    pub fault: Fault,
    pub folder: tempfile::TempDir,
    pub device: String,
    /// Readings of memory, in order.
    pub samples: Vec<MemorySample>,
    /// What became of the model, in order.
    pub models: Vec<ModelState>,
    next: u64,
}

/// What became of one image.
pub struct Ended {
    pub outcome: Outcome,
    /// Its own and those of the sweeps meanwhile, in order.
    pub cleanups: Vec<CleanupRecord>,
    pub rungs: Vec<Rung>,
}

impl Ended {
    pub fn done(&self) -> &Done {
        match &self.outcome {
            Outcome::Done(done) => done,
            other => panic!("{other:?}"),
        }
    }
}

impl Run {
    /// A network on the first card; the model is loaded once this returns.
    pub fn start(model: &str, precision: PrecisionChoice, options: EngineOptions) -> Self {
        let torch = TorchOptions { precision, ..TorchOptions::new(DeviceChoice::Cuda(0), model) };
        Self::start_with(torch, options)
    }

    pub fn start_with(torch: TorchOptions, options: EngineOptions) -> Self {
        let mut run = Self::start_faulty(torch, options, Fault::default());
        while !matches!(
            run.models.last(),
            Some(ModelState::Ready { .. } | ModelState::Failed { .. })
        ) {
            let _heard = run.hear();
        }
        run
    }

    /// The same, before anything was loaded.
    pub fn start_faulty(torch: TorchOptions, options: EngineOptions, fault: Fault) -> Self {
        let backend = Faulty { inner: Torch::new(torch), fault: fault.clone() };
        let engine = Engine::start(options, Box::new(backend), || {}).expect("threads start");
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let (samples, models) = Default::default();
        Self { engine, fault, folder, device: String::new(), samples, models, next: 0 }
    }

    /// The next event, after keeping what it tells of memory and model.
    pub fn hear(&mut self) -> Event {
        let event =
            self.engine.events().recv_timeout(PATIENCE).expect("the engine tells something");
        match &event {
            Event::Memory(sample) => self.samples.push(*sample),
            Event::Model(state) => self.models.push(state.clone()),
            Event::Device(info) => self.device = info.name.clone(),
            _ => {}
        }
        event
    }

    pub fn send(&self, command: EngineCommand) {
        self.engine.send(command).expect("the engine takes commands");
    }

    /// Sends images of these sizes together and waits until each has ended; in order.
    pub fn images(&mut self, sizes_px: &[(u32, u32)]) -> Vec<Ended> {
        let first = self.next;
        self.submit(sizes_px);
        self.until_ended(first)
    }

    /// Sends images of these sizes together.
    pub fn submit(&mut self, sizes_px: &[(u32, u32)]) {
        let folder = self.folder.path().to_owned();
        let jobs: Vec<_> = sizes_px
            .iter()
            .map(|&(width, height)| {
                self.next += 1;
                Job {
                    id: JobId(self.next),
                    source: photo(&folder, width, height),
                    saliency: None,
                    thumbnail: false,
                    preview_px: None,
                    edits: Arc::default(),
                    cutout: false,
                    save: None,
                }
            })
            .collect();
        self.send(EngineCommand::Submit(jobs));
    }

    /// Waits until each image after that number has ended; in order.
    pub fn until_ended(&mut self, first: u64) -> Vec<Ended> {
        let images = usize::try_from(self.next - first).expect("not so many");
        let mut ended: Vec<Option<Outcome>> = (0..images).map(|_| None).collect();
        let mut cleanups = vec![Vec::new(); images];
        let mut rungs = vec![Vec::new(); images];
        let place = |id: JobId| usize::try_from(id.0 - first - 1).expect("one of these jobs");
        while ended.iter().any(Option::is_none) {
            match self.hear() {
                Event::Cleanup { id: Some(id), record } => cleanups[place(id)].push(record),
                Event::Rung { id, rung } => rungs[place(id)].push(rung),
                Event::Finished { id, outcome } => ended[place(id)] = Some(outcome),
                _ => {}
            }
        }
        let outcomes = ended.into_iter().flatten().zip(cleanups).zip(rungs);
        outcomes.map(|((outcome, cleanups), rungs)| Ended { outcome, cleanups, rungs }).collect()
    }

    /// How many images were sent.
    pub fn sent(&self) -> u64 {
        self.next
    }

    pub fn image(&mut self) -> Ended {
        self.images(&[(300, 200)]).remove(0)
    }

    /// What the engine says once it has done this.
    pub fn freed(&mut self, command: EngineCommand) -> Freed {
        self.send(command);
        loop {
            if let Event::Freed(freed) = self.hear() {
                return *freed;
            }
        }
    }

    /// A reading at rest, taken before anything is given back.
    pub fn at_rest(&mut self) -> MemorySample {
        self.freed(EngineCommand::FreeCache).before
    }

    pub fn weights_bytes(&self) -> u64 {
        let ready = self.models.iter().rev().find_map(|state| match state {
            ModelState::Ready { weights_bytes, .. } => Some(*weights_bytes),
            _ => None,
        });
        ready.expect("a model was loaded")
    }
}

/// Waits until something holds, which other threads or processes bring about.
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "never: {what}");
        std::thread::yield_now();
    }
}
