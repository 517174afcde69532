//! The inference thread's own things: the device, the model on it, and what the user asks of them.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Instant,
};

use super::{
    backend::{Backend, LoadAs, OpenedDevice},
    batch::{BatchChoice, BatchPlan, Room},
    infer::{Image, InferError, describe_panic, infer},
    lanes::Lanes,
    oom_fallback::{self, Inferred, Outcome, PassRunner},
    protocol::{CleanupRecord, Event, ModelError, ModelProblem, ModelState, Pass, Precision, Rung},
    refusals::Refusals,
    requests::Asked,
    shared::Shared,
    snapshots::Snapshots,
};
use crate::{
    gpu::{
        cleanup::{Cleaner, CleanupPoint},
        cpu_threads::Cores,
        memory::{DeviceMemory, NoDeviceMemory, return_to_system},
        no_gpu::NoGpu,
        tally::{TallyGuard, TensorTally},
    },
    imaging::Cancelled,
    u2net::SaliencyNetwork,
};

/// The device, the model, and how they are used. Lives on the inference thread.
pub struct Worker<'a> {
    pub(super) shared: &'a Shared,
    backend: Box<dyn Backend>,
    pub(super) cleaner: Cleaner,
    pub(super) memory: Arc<dyn DeviceMemory>,
    pub(super) snapshots: Snapshots,
    is_gpu: bool,
    /// Why the CPU does the work.
    no_gpu: Option<NoGpu>,
    pub(super) model: Model,
    /// The model on the CPU beside a GPU, once an image needed it.
    pub(super) spare: Option<Box<dyn SaliencyNetwork>>,
    lowered: Option<Precision>,
    /// What the weights on the device hold there.
    held_bytes: u64,
    plan: BatchPlan,
    batch: BatchChoice,
    pub(super) asked: Asked,
    cores: Cores,
    /// How many images the model computes at once.
    lanes: usize,
    tally: Option<(TensorTally, TallyGuard)>,
}

/// The model, as far as it is there.
pub enum Model {
    /// On the device.
    Ready(Box<dyn SaliencyNetwork>),
    /// Let go, or it found no memory: the next image brings it back.
    Absent,
    /// It cannot be loaded, or no device was opened, for this reason.
    Failed(Arc<ModelProblem>),
}

impl<'a> Worker<'a> {
    /// Opens the device and loads the model, telling each step. What fails is told and kept: jobs
    /// fail with the same words.
    pub fn open(shared: &'a Shared, mut backend: Box<dyn Backend>, batch: BatchChoice) -> Self {
        // Before any tensor is made: what the tally has not seen made it cannot see dropped.
        let tally = TensorTally::start();
        if let Some((tally, _)) = &tally {
            shared.meters.set_tally(tally.clone());
        }
        let opened = caught(|| backend.open_device());
        let cleaner_of =
            |memory| Cleaner::new(memory, shared.cleanup.clone(), shared.meters.started());
        let nothing: Arc<dyn DeviceMemory> = Arc::new(NoDeviceMemory);
        let mut worker = Self {
            shared,
            backend,
            cleaner: cleaner_of(nothing.clone()),
            memory: nothing,
            snapshots: Snapshots::new(shared.settings.snapshots.clone(), shared.emitter.clone()),
            is_gpu: false,
            no_gpu: None,
            model: Model::Absent,
            spare: None,
            lowered: None,
            held_bytes: 0,
            plan: BatchPlan::new(batch),
            batch,
            asked: shared.requests.standing(),
            cores: Cores::of_this_thread(),
            lanes: 1,
            tally,
        };
        match opened {
            Ok(opened) => {
                worker.use_device(opened);
                // What fails is told, and met again by the first image; a GPU that does not even
                // take the model is left at once.
                if let Err(InferError::Failed(words)) = worker.load() {
                    worker.leave_failed_gpu(&words);
                }
            }
            Err(problem) => worker.model = Model::Failed(worker.tell_failed(problem)),
        }
        worker
    }

    fn use_device(&mut self, opened: OpenedDevice) {
        let OpenedDevice { info, memory } = opened;
        tracing::info!("{}: {}", info.name, info.why);
        let (cleanup, meters) = (self.shared.cleanup.clone(), &self.shared.meters);
        self.cleaner = Cleaner::new(memory.clone(), cleanup, meters.started());
        meters.set_device(memory.clone());
        self.snapshots.use_device(memory.clone());
        self.memory = memory;
        self.is_gpu = info.is_gpu;
        let or_in_words = || NoGpu::Other(info.why.clone());
        self.no_gpu = (!info.is_gpu).then(|| info.no_gpu.clone().unwrap_or_else(or_in_words));
        self.plan = BatchPlan::new(self.batch);
        self.shared.emitter.emit(Event::Device(info));
    }

    /// Before a pass: the cores are for those too who decode and finish other photos.
    pub fn share_cores(&mut self) {
        if !self.is_gpu {
            self.cores.share(self.shared.running.len() > 1, self.batch_limit());
        }
    }

    /// After a pass: the cores belong to those who finish its photos.
    pub fn leave_cores(&mut self) {
        if !self.is_gpu {
            self.cores.rest();
        }
    }

    fn tell_failed(&self, problem: ModelProblem) -> Arc<ModelProblem> {
        tracing::warn!("{problem}");
        let why = Arc::new(problem);
        self.shared.emitter.emit(Event::Model(ModelState::Failed { why: why.clone() }));
        why
    }

    /// Loads the model, telling each step. A panic on the way is an error like any other. One that
    /// found no memory, or whose GPU failed, stays to be brought back; any other fault stays for good.
    /// On a GPU it finds the cache empty, and leaves it so: within a cached segment it would keep the
    /// rest of it from ever being given back.
    fn load(&mut self) -> Result<(), InferError> {
        let empty_cache = |worker: &Self| {
            if worker.is_gpu {
                worker.memory.empty_cache();
            }
        };
        empty_cache(self);
        let loaded = self.load_and_tell();
        empty_cache(self);
        loaded
    }

    fn load_and_tell(&mut self) -> Result<(), InferError> {
        let name = self.backend.model_name();
        let tell = |state| self.shared.emitter.emit(Event::Model(state));
        tell(ModelState::Loading { name: name.clone() });
        let started = Instant::now();
        let how = self.lowered.map_or(LoadAs::Asked, LoadAs::Lowered);
        let memory = self.memory.clone();
        let refusals = Refusals::from_now(&*memory);
        self.shared.meters.loading_weights();
        let loaded = {
            let _label = self.snapshots.label(&format_args!("loading weights · {name}"));
            let shared = self.shared;
            let proceed = || shared.proceed();
            shared.running.set_loading(true);
            let loaded = caught(|| self.backend.load_model(how, &proceed));
            shared.running.set_loading(false);
            loaded
        };
        match loaded {
            // Nobody needed it any more; the next image brings it back.
            Err(ModelProblem::Model(error)) if matches!(*error, ModelError::Cancelled(_)) => {
                self.shared.meters.no_weights();
                self.model = Model::Absent;
                tell(ModelState::Unloaded { name });
                Err(Cancelled.into())
            }
            Ok(network) => {
                let load_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
                let weights_bytes = self.shared.meters.loaded_weights(network.weights_bytes());
                let precision = network.precision();
                tracing::info!("{name} ready after {load_ms} ms in {}", precision.name());
                self.held_bytes = weights_bytes;
                tell(ModelState::Ready { name, load_ms, weights_bytes, precision });
                let has_lanes = !self.is_gpu && network.share_weights().is_some();
                self.lanes = if has_lanes { self.cores.lanes() } else { 1 };
                self.model = Model::Ready(network);
                // What the file was read into, several times the weights.
                return_to_system();
                Ok(())
            }
            Err(problem) => {
                self.shared.meters.no_weights();
                let why = self.tell_failed(problem);
                let fault = refusals.judge(why.to_string());
                if matches!(fault, InferError::OutOfMemory(_)) {
                    self.snapshots.ran_out();
                }
                let can_come_back = match &fault {
                    InferError::Failed(_) => self.has_gpu_failed().is_some(),
                    _ => true,
                };
                if can_come_back {
                    self.model = Model::Absent;
                    return Err(fault);
                }
                self.model = Model::Failed(why.clone());
                Err(InferError::NoModel(why))
            }
        }
    }

    /// Why the GPU does no work any more, in its own words; `None` where it does, or lacks no more than
    /// the memory to say so.
    fn has_gpu_failed(&self) -> Option<String> {
        if !self.is_gpu {
            return None;
        }
        let refusals = Refusals::from_now(&*self.memory);
        match caught(|| self.backend.probe()).map_err(|words| refusals.judge(words)) {
            Ok(()) | Err(InferError::OutOfMemory(_)) => None,
            Err(failed) => Some(failed.to_string()),
        }
    }

    /// Drops the model wherever it is; one that cannot be loaded stays so.
    pub(super) fn drop_model(&mut self) {
        if matches!(self.model, Model::Ready(_)) {
            self.model = Model::Absent;
        }
        self.spare = None;
        self.shared.meters.no_weights();
    }

    /// The model's id or path.
    pub(super) fn model_name(&self) -> String {
        self.backend.model_name()
    }

    /// How many images may go through the network together now.
    pub fn batch_limit(&self) -> usize {
        if !self.is_gpu {
            return self.plan.limit(Room::Lanes(self.lanes));
        }
        let cached_bytes = self
            .memory
            .stats()
            .map_or(0, |stats| stats.reserved_bytes.saturating_sub(stats.allocated_bytes));
        let free_bytes = self.memory.free_bytes().unwrap_or(0);
        self.plan.limit(Room::Memory { free_bytes: free_bytes + cached_bytes })
    }

    /// Gets every image its map, or the reason why it has none, in order; brings the model back
    /// first if it was let go. `tell` hears what is tried when memory runs out or the GPU fails.
    pub fn infer(&mut self, images: &[Image], tell: &dyn Fn(usize, Rung)) -> Vec<Outcome> {
        self.asked = self.shared.requests.standing();
        if let Some(no_gpu) = self.no_gpu.as_ref().filter(|_| self.asked.require_gpu) {
            let why = Arc::new(ModelProblem::GpuRequired(no_gpu.clone()));
            return images.iter().map(|_| Err(InferError::NoModel(why.clone()))).collect();
        }
        self.snapshots.rearm();
        oom_fallback::run(self, images, tell)
    }

    /// Whether a GPU does the work.
    pub fn is_on_gpu(&self) -> bool {
        self.is_gpu
    }

    /// The sweep, which ends every command of this thread, and what all points did meanwhile.
    pub fn sweep(&self) -> Vec<CleanupRecord> {
        self.cleaner.run(CleanupPoint::AfterJob);
        self.cleaner.take_records()
    }

    /// Runs a network on images and measures it; `on_gpu` is where it is.
    fn measured_pass(
        &self,
        network: &dyn SaliencyNetwork,
        images: &[Image],
        on_gpu: bool,
    ) -> Result<Inferred, InferError> {
        let started = Instant::now();
        if let Some((tally, _)) = &self.tally {
            tally.reset_peak();
        }
        let tally = self.tally.as_ref().map(|(tally, _)| tally);
        let lanes = Lanes { count: self.lanes, tally };
        let refusals = Refusals::from_now(&*self.memory);
        let maps = infer(network, images, &lanes, &self.cleaner, &self.snapshots, &refusals)?;
        let image_ms = started.elapsed().as_secs_f64() * 1e3 / images.len().max(1) as f64;
        let counted = || self.tally.as_ref().map_or(0, |(tally, _)| tally.peak_bytes());
        let peak_bytes = match self.memory.stats() {
            Some(stats) if on_gpu => stats.peak_allocated_bytes,
            _ => counted(),
        };
        let pass =
            Pass { precision: network.precision(), images: images.len(), on_gpu, peak_bytes };
        Ok(Inferred { maps, pass, image_ms })
    }
}

impl PassRunner for Worker<'_> {
    fn pass(&mut self, images: &[Image]) -> Result<Inferred, InferError> {
        if matches!(self.model, Model::Absent) {
            self.load()?;
        }
        let network = match &self.model {
            Model::Ready(network) => network,
            Model::Failed(why) => return Err(InferError::NoModel(why.clone())),
            Model::Absent => return Err(InferError::NoModel(ModelProblem::LetGo.into())),
        };
        let inferred = self.measured_pass(&**network, images, self.is_gpu)?;
        let working_set_bytes = inferred.pass.peak_bytes.saturating_sub(self.held_bytes);
        let took_ms = inferred.image_ms * images.len() as f64;
        self.plan.measured(images.len(), took_ms, working_set_bytes);
        Ok(inferred)
    }

    fn empty_cache(&mut self) {
        self.memory.empty_cache();
        if !self.is_gpu {
            return_to_system();
        }
    }

    fn ran_out(&mut self, images: usize) {
        self.plan.ran_out(images);
    }

    fn lower_precision(&mut self) -> Option<Precision> {
        let is_half = matches!(&self.model, Model::Ready(network)
            if network.precision() != Precision::Fp32);
        if !self.is_gpu || is_half || self.lowered.is_some() {
            return None;
        }
        let precision = self.backend.half_precision();
        self.lowered = Some(precision);
        self.drop_model();
        self.memory.empty_cache();
        self.load().ok().map(|()| precision)
    }

    fn ready_on_cpu(&mut self) -> bool {
        if !self.is_gpu || self.asked.require_gpu {
            return false;
        }
        if self.spare.is_none() {
            let proceed = || self.shared.proceed();
            let loaded = caught(|| self.backend.load_model(LoadAs::OnCpu, &proceed));
            self.spare = loaded.inspect_err(|problem| tracing::warn!("{problem}")).ok();
        }
        self.spare.is_some()
    }

    fn pass_on_cpu(&mut self, images: &[Image]) -> Result<Inferred, InferError> {
        let network = self.spare.as_deref();
        let network = network.ok_or_else(|| InferError::NoModel(ModelProblem::NotOnCpu.into()))?;
        self.measured_pass(network, images, false)
    }

    fn leave_failed_gpu(&mut self, words: &str) -> bool {
        if !self.is_gpu || self.asked.require_gpu {
            return false;
        }
        let Some(told) = self.has_gpu_failed() else { return false };
        tracing::error!("the GPU failed: {words}; {told}");
        self.drop_model();
        self.lowered = None;
        // From here on nobody asks it for anything, not to give back memory either.
        self.memory.empty_cache();
        let why = NoGpu::Failed(words.to_owned());
        let opened = self.backend.fall_back(why);
        self.use_device(opened);
        self.load().is_ok()
    }
}

fn caught<T, E: From<String>>(body: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(body))
        .unwrap_or_else(|panic| Err(describe_panic(panic.as_ref()).into()))
}
