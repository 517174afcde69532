//! Cutout's own chores: `cargo xtask setup | run | test | doctor | dist | gpu-bundle`.

mod cargo;
mod component;
mod device;
mod dist;
mod doctor;
mod gpu_bundle;
mod libtorch;
mod models;
mod pins;
mod progress;
mod project;
mod setup;
mod stamp;
mod system;

use std::{ffi::OsString, process::ExitCode};

use clap::{Parser, Subcommand};
use project::Project;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Sets Cutout up, runs it and tests it")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Bring what is missing: libtorch, model weights, sample photos, system packages
    Setup {
        /// Leave the CUDA library out, now and in later runs
        #[arg(long, conflicts_with = "cuda")]
        cpu: bool,
        /// Bring the CUDA library even where no NVIDIA driver is found, now and in later runs
        #[arg(long)]
        cuda: bool,
    },
    /// Set up what is missing and start Cutout (release build)
    Run {
        /// Arguments for Cutout: `cargo xtask run -- remove photo.jpg`
        #[arg(last = true)]
        arguments: Vec<OsString>,
    },
    /// Set up what is missing, with what the tests need, and run every test
    Test {
        /// Arguments for `cargo test --workspace`
        #[arg(last = true)]
        arguments: Vec<OsString>,
    },
    /// Say what is there, what is missing and what to do
    Doctor,
    /// Make a Debian package and an archive that run where there is no Rust
    Dist,
    /// Pack the checks that need a GPU for a machine with PyTorch 2.11
    GpuBundle,
}

fn main() -> ExitCode {
    match perform(Arguments::parse().chore) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(chore: Chore) -> anyhow::Result<ExitCode> {
    let project = Project::find();
    match chore {
        Chore::Setup { cpu, cuda } => {
            device::remember(&project, cpu, cuda)?;
            setup::setup(&project, setup::FOR_EVERYDAY)?;
            println!("Everything is in place.");
            Ok(ExitCode::SUCCESS)
        }
        Chore::Run { arguments } => {
            setup::setup(&project, setup::for_running(&arguments))?;
            cargo::run(&project, &arguments)
        }
        Chore::Test { arguments } => {
            setup::setup(&project, setup::FOR_TESTS)?;
            cargo::test(&project, &arguments)
        }
        Chore::Doctor => doctor::examine(&project),
        Chore::Dist => {
            dist::make(&project)?;
            Ok(ExitCode::SUCCESS)
        }
        Chore::GpuBundle => {
            setup::setup(&project, setup::FOR_BUILDING)?;
            gpu_bundle::pack(&project)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
