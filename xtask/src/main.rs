//! Cutout's own chores: `cargo xtask setup | run | test | stand-in | doctor | dist | gpu-bundle`.

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
        /// Bring what only the tests need, too
        #[arg(long)]
        tests: bool,
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
    /// Run a command on a stand-in for CUDA, where there is no GPU: what it computes is nothing, what
    /// it takes and gives back of a GPU's memory is real
    StandIn {
        /// Options of the stand-in (`-- --help` lists them) and a command: `cargo xtask stand-in --
        /// cutout ARGS`, which opens the window without ARGS
        #[arg(last = true, required = true)]
        arguments: Vec<OsString>,
    },
    /// Say what is there, what is missing and what to do
    Doctor,
    /// Make a Debian package and an archive that run where there is no Rust
    Dist,
    /// Pack the checks that need a GPU for a machine with PyTorch 2.11
    GpuBundle {
        /// The build profile: dev is built sooner, for trying the checks themselves
        #[arg(long, default_value = "release")]
        profile: String,
        /// Run it here on the stand-in for CUDA, with so many images a soak: what is then wrong on a
        /// real card is the card
        #[arg(long, value_name = "COUNT")]
        on_stand_in: Option<u32>,
    },
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
        Chore::Setup { cpu, cuda, tests } => {
            device::remember(&project, cpu, cuda)?;
            setup::setup(&project, if tests { setup::FOR_TESTS } else { setup::FOR_EVERYDAY })?;
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
        Chore::StandIn { arguments } => {
            setup::setup(&project, setup::FOR_TESTS)?;
            cargo::on_stand_in(&project, &arguments)
        }
        Chore::Doctor => doctor::examine(&project),
        Chore::Dist => {
            dist::make(&project)?;
            Ok(ExitCode::SUCCESS)
        }
        Chore::GpuBundle { profile, on_stand_in } => {
            let purposes =
                if on_stand_in.is_some() { setup::FOR_TESTS } else { setup::FOR_BUILDING };
            setup::setup(&project, purposes)?;
            let bundle = gpu_bundle::pack(&project, &profile)?;
            on_stand_in.map_or(Ok(ExitCode::SUCCESS), |count| {
                gpu_bundle::run_on_stand_in(&project, &bundle, count)
            })
        }
    }
}
