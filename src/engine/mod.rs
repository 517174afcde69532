//! The engine: one named inference thread that owns the model and every tensor, with decoding
//! before it and finishing after it on other threads.

mod backdrop;
pub mod backend;
mod background;
pub mod batch;
mod detail;
mod export;
mod failure;
pub mod files;
mod held_weights;
mod idle_unload;
mod infer;
mod lanes;
mod latest;
mod live;
mod meters;
pub mod metrics;
mod oom_fallback;
pub mod output;
mod passes;
mod pipeline;
mod pixel_budget;
mod progress;
pub mod protocol;
mod refusals;
mod requests;
mod sampler;
mod saving;
mod shared;
mod snapshots;
pub mod sources;
mod stop;
mod template;
mod threads;
mod ticket;
mod tile;
mod waiting;
mod worker;

use std::{io, num::NonZeroUsize, sync::Arc, thread::JoinHandle, time::Duration};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};

use self::{
    backend::Backend,
    batch::BatchChoice,
    files::Files,
    meters::Meters,
    output::{KnownFiles, Names},
    protocol::{Command, Event, SnapshotOptions},
    requests::{Asked, Requests},
    shared::{Settings, Shared},
    ticket::{Emitter, Running},
};
use crate::{
    ffi,
    gpu::{
        cpu_threads,
        switches::{CleanupSwitches, SharedSwitches},
    },
    imaging::{Limits, Resampling},
};

pub use sampler::THREAD as MEMORY_THREAD;

/// Commands that may wait for the dispatcher; each can carry any number of jobs.
const COMMANDS: usize = 64;
/// Events that may wait for a reader before the work slows down to its pace.
const EVENTS: usize = 256;

/// How the engine works for as long as it runs.
#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// How large a photo may be.
    pub limits: Limits,
    /// How photos come to the network's size and maps back.
    pub resampling: Resampling,
    /// Which cleanup points empty the cache, at first.
    pub cleanup: CleanupSwitches,
    /// How many images go through the network together.
    pub batch: BatchChoice,
    /// Unload the model whenever no image has needed it for so long, at first.
    pub idle_unload: Option<Duration>,
    /// Whether images fail rather than fall back to the CPU, at first.
    pub require_gpu: bool,
    /// Files that are known before the first job.
    pub known_files: KnownFiles,
    /// How many cores to use; `None` for all.
    pub threads: Option<NonZeroUsize>,
    /// Whether a window is drawn meanwhile, to which work on photos gives way.
    pub beside_window: bool,
    /// Which snapshots of the GPU's memory are written.
    pub snapshots: SnapshotOptions,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            resampling: Resampling::default(),
            cleanup: CleanupSwitches::ALL_ON,
            batch: BatchChoice::Auto,
            idle_unload: None,
            require_gpu: false,
            known_files: KnownFiles::default(),
            threads: None,
            beside_window: false,
            snapshots: SnapshotOptions::default(),
        }
    }
}

/// A running engine. Dropping it ends every job and closes it within [`Engine::CLOSE_WITHIN`].
pub struct Engine {
    commands: Option<Sender<Command>>,
    events: Receiver<Event>,
    shared: Arc<Shared>,
    stop_sampler: Option<Sender<()>>,
    threads: Vec<JoinHandle<()>>,
    all_ended: Receiver<()>,
}

impl Engine {
    /// How long closing may take. A thread deep in a decoder that does not look up by then is
    /// left to the end of the process; it cannot write a file any more.
    pub const CLOSE_WITHIN: Duration = Duration::from_millis(900);

    /// How much longer it may take where a snapshot is wanted at the end.
    pub const SNAPSHOT_WITHIN: Duration = Duration::from_secs(20);

    /// Starts the threads. The device and the model are opened on the inference thread, so this
    /// returns at once and jobs can be sent right away. `wake` runs after each event.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(
        options: EngineOptions,
        backend: Box<dyn Backend>,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let (commands, command_queue) = bounded(COMMANDS);
        let (event_sender, events) = bounded(EVENTS);
        let (ending, all_ended) = bounded(0);
        let (stop_sampler, stopped) = bounded(0);
        let shared = Arc::new(Shared {
            emitter: Emitter::new(event_sender, Arc::new(wake)),
            running: Running::default(),
            settings: Settings {
                limits: options.limits,
                resampling: options.resampling,
                side_px: crate::u2net::SIDE_PX,
                names: Names::knowing(options.known_files),
                beside_window: options.beside_window,
                snapshots: options.snapshots,
            },
            meters: Meters::default(),
            live: live::Door::default(),
            detail: detail::DetailQueue::default(),
            cleanup: SharedSwitches::new(options.cleanup),
            files: Files::default(),
            requests: Requests::new(Asked {
                idle_unload: options.idle_unload,
                require_gpu: options.require_gpu,
                ..Asked::default()
            }),
        });
        let cores = options.threads.or_else(|| std::thread::available_parallelism().ok());
        let cores = cores.map_or(1, NonZeroUsize::get);
        let workers = cpu_threads::lanes(cores);
        let mut threads =
            threads::spawn(&shared, backend, options.batch, command_queue, workers, &ending)?;
        threads.push(live::spawn(shared.clone(), ending.clone())?);
        threads.push(detail::spawn(shared.clone(), ending.clone())?);
        threads.extend(files::spawn(&shared, (cores / 2).clamp(1, 4), &ending)?);
        threads.push(sampler::spawn(shared.clone(), stopped, ending)?);
        Ok(Self {
            commands: Some(commands),
            events,
            shared,
            stop_sampler: Some(stop_sampler),
            threads,
            all_ended,
        })
    }

    /// Hands a command over without waiting.
    ///
    /// # Errors
    /// Gives the command back when the engine cannot take it right now, to be tried again.
    pub fn send(&self, command: Command) -> Result<(), Command> {
        let Some(commands) = &self.commands else { return Err(command) };
        commands.try_send(command).map_err(TrySendError::into_inner)
    }

    /// What the engine tells, in order.
    pub fn events(&self) -> &Receiver<Event> {
        &self.events
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.shared.emitter.close();
        self.shared.running.cancel_all();
        self.shared.live.close();
        self.shared.detail.close();
        self.shared.files.close();
        // Each thread ends when the channel before it is disconnected.
        self.commands = None;
        self.stop_sampler = None;
        let has_last = self.shared.settings.snapshots.at_end.is_some();
        let longer = if has_last { Self::SNAPSHOT_WITHIN } else { Duration::ZERO };
        match self.all_ended.recv_timeout(Self::CLOSE_WITHIN + longer) {
            Err(RecvTimeoutError::Timeout) => {
                tracing::warn!("a thread is still busy; leaving it");
                ffi::end_without_destructors();
            }
            _ => {
                for thread in self.threads.drain(..) {
                    if thread.join().is_err() {
                        tracing::error!("a thread of the engine ended in a panic");
                    }
                }
            }
        }
    }
}
