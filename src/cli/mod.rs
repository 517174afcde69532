//! The command line: `cutout [PATH...]` opens the window, the subcommands work without one.

mod export;
mod info;
mod man;
mod metrics;
mod models;
mod progress;
mod remove;
mod signals;
mod snapshot;
mod soak;
mod streams;

use std::{num::NonZeroUsize, path::PathBuf, process::ExitCode, time::Duration};

use clap::{Args, Parser, Subcommand};

use crate::{
    engine::{
        EngineOptions,
        backend::{Torch, TorchOptions},
        batch::BatchChoice,
    },
    gpu::{allocator::AllocatorSettings, device::DeviceChoice, switches::CleanupSwitches},
    imaging::Limits,
    u2net::PrecisionChoice,
    zoo,
};

pub use metrics::{MetricsAddress, MetricsServer};
pub use remove::RemoveArgs;
pub use snapshot::SnapshotArgs;
pub use soak::SoakArgs;
pub use streams::tell;

/// Everything was done.
const DONE: ExitCode = ExitCode::SUCCESS;

/// Removes the background of photos with U²-Net, on your own machine.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do; without it the window opens
    #[command(subcommand)]
    pub command: Option<CliCommand>,
    /// Photos and folders to open in the window
    pub paths: Vec<PathBuf>,
    /// How the window opens
    #[command(flatten)]
    pub window: WindowArgs,
    /// How the window's engine works
    #[command(flatten)]
    pub engine: EngineArgs,
}

/// How the window opens.
#[derive(Clone, Copy, Debug, Args)]
pub struct WindowArgs {
    /// Start with an empty list instead of the one from last time
    #[arg(long)]
    pub fresh: bool,
    /// Open a window of its own, even where one is open
    #[arg(long)]
    pub new_window: bool,
}

/// What works without a window.
#[derive(Debug, Subcommand)]
pub enum CliCommand {
    /// Remove the background of photos, without a window
    Remove(Box<RemoveArgs>),
    /// Run many images and check that memory comes back after each
    Soak(Box<SoakArgs>),
    /// List the models, or fetch one
    Models(models::ModelsArgs),
    /// Show versions, the device and why, and the models
    Info(info::InfoArgs),
    /// Write the manual's pages
    #[command(hide = true)]
    Man(man::ManArgs),
}

/// How the engine works.
#[derive(Clone, Debug, Args)]
pub struct EngineArgs {
    /// The model: an id of `cutout models`, or a path to .onnx, .safetensors or .pth weights
    #[arg(long, value_name = "ID|PATH", default_value = zoo::DEFAULT_MODEL)]
    pub model: String,
    /// Where the network runs: auto (the GPU with most free memory, or the CPU), cpu, cuda or cuda:N
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub device: DeviceChoice,
    /// Refuse to fall back to the CPU
    #[arg(long)]
    pub require_gpu: bool,
    /// In which numbers a GPU computes: auto, fp32, fp16 or bf16; auto is the fastest whose masks
    /// stay within the model's measured bounds
    #[arg(long, value_name = "PRECISION", default_value = "auto")]
    pub precision: PrecisionChoice,
    /// How many images go through the network together, at most: auto or a number
    #[arg(long, value_name = "N", default_value = "auto")]
    pub batch: BatchChoice,
    /// Where the GPU's cache is emptied: all, none, or some of a,b,c,d,sweep [default: all]
    #[arg(long, value_name = "POINTS")]
    pub cleanup: Option<CleanupSwitches>,
    /// Unload the model after so many idle minutes
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..))]
    pub unload_after: Option<u32>,
    /// Settings of libtorch's GPU allocator, such as
    /// expandable_segments:true,max_split_size_mb:128; docs/gpu-memory.md has them all
    #[arg(long, value_name = "SETTINGS")]
    pub allocator: Option<AllocatorSettings>,
    /// Serve figures for Prometheus here: PORT of this machine alone, or HOST:PORT
    #[arg(long, value_name = "ADDR")]
    pub metrics: Option<MetricsAddress>,
    /// Which memory snapshots are written
    #[command(flatten)]
    pub snapshots: SnapshotArgs,
    /// How many cores to use [default: all]
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Refuse photos of more megapixels than this
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_megapixels: u32,
}

impl EngineArgs {
    /// How the engine is asked to work, as text to be compared; `None` where nothing was asked.
    pub fn asked(&self) -> Option<String> {
        let asked = format!("{self:?}");
        let nothing = Cli::try_parse_from(["cutout"]).map(|cli| format!("{:?}", cli.engine));
        (nothing.ok().as_ref() != Some(&asked)).then_some(asked)
    }

    /// The options that these arguments stand for.
    pub fn options(&self) -> EngineOptions {
        EngineOptions {
            limits: Limits::from_megapixels(self.max_megapixels),
            cleanup: self.cleanup.unwrap_or_default(),
            batch: self.batch,
            idle_unload: self.unload_after.map(|minutes| Duration::from_secs(60) * minutes),
            require_gpu: self.require_gpu,
            threads: self.threads,
            snapshots: self.snapshots.options(),
            ..Default::default()
        }
    }

    /// Serves the engine's figures where `--metrics` asks for it, until what it gives is dropped.
    ///
    /// # Errors
    /// The exit code, after saying why they cannot be served.
    pub fn serve_metrics(&self) -> Result<Option<MetricsServer>, ExitCode> {
        let started = self.metrics.map(MetricsServer::start).transpose();
        started.map_err(|error| fail(2, error))
    }

    /// What has to be done before there are other threads.
    pub fn prepare(&self) {
        self.allocator.unwrap_or_default().prepare();
    }

    /// Looks whether the memory snapshots that are asked for can be written.
    ///
    /// # Errors
    /// The exit code, after saying why they cannot.
    pub fn check_snapshots(&self) -> Result<(), ExitCode> {
        self.snapshots.check(self.device).map_err(|error| fail(2, error))
    }

    /// The device and model that these arguments stand for.
    pub fn backend(&self) -> Box<Torch> {
        Box::new(Torch::new(TorchOptions {
            device: self.device,
            model: self.model.clone(),
            precision: self.precision,
            allocator: self.allocator.unwrap_or_default(),
            threads: self.threads,
        }))
    }
}

/// Runs a subcommand. Exit codes: 0 all done, 1 something failed, 2 wrong usage.
pub fn run(command: CliCommand) -> ExitCode {
    let code = match command {
        CliCommand::Remove(args) => remove::run(&args),
        CliCommand::Soak(args) => soak::run(&args),
        CliCommand::Models(args) => models::run(&args),
        CliCommand::Info(args) => info::run(&args),
        CliCommand::Man(args) => man::run(&args),
    };
    streams::ended_with(code)
}

/// Ends with a message for the user.
fn fail(code: u8, message: impl std::fmt::Display) -> ExitCode {
    streams::tell(message);
    ExitCode::from(code)
}
