//! Arguments in, a window or headless work out.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use cutout::{
    app::{EnginePort, Wake, WindowOptions, run_window},
    cli::{self, Cli, EngineArgs},
    engine::Engine,
};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = Cli::parse();
    log_to_stderr();
    match cli.command {
        Some(command) => cli::run(command),
        None => open_window(cli.paths, &cli.engine),
    }
}

fn open_window(paths: Vec<PathBuf>, args: &EngineArgs) -> ExitCode {
    let (options, backend) = (args.options(), args.backend());
    let start_engine = move |wake: Wake| {
        let engine = Engine::start(options, backend, move || wake())?;
        let events = engine.events().clone();
        Ok(EnginePort { commands: Box::new(move |command| engine.send(command)), events })
    };
    match run_window(WindowOptions { paths }, start_engine) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cutout: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Warnings of Cutout and nothing else, unless `RUST_LOG` asks for more. A panic becomes a log
/// line: the engine's threads catch theirs and turn them into one error for one image.
fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    std::panic::set_hook(Box::new(|panic| {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("unnamed").to_owned();
        tracing::error!("thread {name}: {panic}");
    }));
}
