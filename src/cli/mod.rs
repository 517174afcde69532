//! The command line: `cutout [PATH...]` opens the window, the subcommands work without one.

mod info;
mod models;
mod remove;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

use crate::{
    engine::{EngineOptions, backend::Torch},
    gpu::device::DeviceChoice,
    imaging::Limits,
    zoo,
};

pub use remove::RemoveArgs;

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
    /// How the window's engine works
    #[command(flatten)]
    pub engine: EngineArgs,
}

/// What works without a window.
#[derive(Debug, Subcommand)]
pub enum CliCommand {
    /// Remove the background of photos, without a window
    Remove(RemoveArgs),
    /// List the models, or fetch one
    Models(models::ModelsArgs),
    /// Show versions, the device and why, and the models
    Info(info::InfoArgs),
}

/// How the engine works.
#[derive(Clone, Debug, Args)]
pub struct EngineArgs {
    /// The model: an id of `cutout models`, or a path to .onnx, .safetensors or .pth weights
    #[arg(long, value_name = "ID|PATH", default_value = zoo::DEFAULT_MODEL)]
    pub model: String,
    /// Where the network runs: auto, cpu, cuda or cuda:N
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub device: DeviceChoice,
    /// Refuse photos of more megapixels than this
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_megapixels: u32,
}

impl EngineArgs {
    /// The options that these arguments stand for.
    pub fn options(&self) -> EngineOptions {
        EngineOptions { limits: Limits::from_megapixels(self.max_megapixels), ..Default::default() }
    }

    /// The device and model that these arguments stand for.
    pub fn backend(&self) -> Box<Torch> {
        Box::new(Torch::new(self.device, self.model.clone()))
    }
}

/// Runs a subcommand. Exit codes: 0 all done, 1 something failed, 2 wrong usage.
pub fn run(command: CliCommand) -> ExitCode {
    match command {
        CliCommand::Remove(args) => remove::run(&args),
        CliCommand::Models(args) => models::run(&args),
        CliCommand::Info(args) => info::run(&args),
    }
}

/// Ends with a message for the user.
fn fail(code: u8, message: impl std::fmt::Display) -> ExitCode {
    eprintln!("cutout: {message}");
    ExitCode::from(code)
}
