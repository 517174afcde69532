//! `cutout soak`: many images through the real engine, and whether memory comes back after each.

mod faults;
mod figures;
mod judge;
mod memory_thread;
mod pictures;
mod random_weights;
mod report;
mod stop;
mod watch;

use std::{fs, path::Path, process::ExitCode};

use clap::Args;

use self::{faults::Faulty, pictures::Plan, report::Report, watch::Watch};
use super::{DONE, EngineArgs, fail, progress::progress_bar, signals::Signals, streams};
use crate::{
    engine::{Engine, backend::Backend},
    path_text::printable,
    zoo,
};

/// Arguments of `cutout soak`.
#[derive(Debug, Args)]
pub struct SoakArgs {
    /// How many images, 20 or more: the first twentieth, ten at least, warms up
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(20..))]
    count: u64,
    /// Photos from tiny to several megapixels, grey, RGBA and of 16 bits, instead of one size
    #[arg(long)]
    mixed_sizes: bool,
    /// Among them files that cannot be read and images on which the network panics half-way
    #[arg(long)]
    inject_errors: bool,
    /// The model's architecture with random weights: for memory and time where there is no file
    #[arg(long)]
    random_weights: bool,
    /// Print one JSON object instead of words
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    engine: EngineArgs,
}

/// Runs it. Exit codes: 0 the baseline was met, 1 it was not, 2 wrong usage, 130 interrupted.
pub fn run(args: &SoakArgs) -> ExitCode {
    args.engine.prepare();
    let _metrics = match args.engine.serve_metrics() {
        Ok(server) => server,
        Err(code) => return code,
    };
    if let Err(code) = args.engine.check_snapshots() {
        return code;
    }
    let folder = match tempfile::tempdir() {
        Ok(folder) => folder,
        Err(error) => return fail(1, format!("no temporary folder can be made: {error}")),
    };
    let mut engine_args = args.engine.clone();
    if args.random_weights {
        let Some(entry) = zoo::entry(&args.engine.model) else {
            return fail(2, "--random-weights needs a model of `cutout models` by its id");
        };
        match random_weights::write(entry.architecture.config(), folder.path()) {
            Ok(path) => engine_args.model = path.display().to_string(),
            Err(error) => return fail(1, error),
        }
    } else if let Err(error) = zoo::locate(&args.engine.model) {
        return fail(2, error);
    }
    let plan = match Plan::make(folder.path(), args.count, args.mixed_sizes, args.inject_errors) {
        Ok(plan) => plan,
        Err(error) => return fail(1, error),
    };
    soak(args, &engine_args, &plan, folder.path())
}

fn soak(args: &SoakArgs, engine_args: &EngineArgs, plan: &Plan, folder: &Path) -> ExitCode {
    let results = folder.join("results");
    if let Err(error) = fs::create_dir(&results) {
        return fail(1, format!("{}: this folder cannot be made ({error})", printable(&results)));
    }
    let backend: Box<dyn Backend> = if args.inject_errors {
        faults::keep_injected_panics_quiet();
        Box::new(Faulty::new(engine_args.backend()))
    } else {
        engine_args.backend()
    };
    let engine = match Engine::start(engine_args.options(), backend, || {}) {
        Ok(engine) => engine,
        Err(error) => return fail(1, format!("the engine's threads cannot start: {error}")),
    };
    let signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => return fail(1, format!("signals cannot be listened to: {error}")),
    };
    let bar = progress_bar(args.count, args.json);
    let watched = Watch::new(&engine, plan, &results, args.engine.cleanup.unwrap_or_default())
        .run(&signals.endings, &bar);
    bar.finish_and_clear();
    let snapshot = args.engine.snapshots.save(&engine);
    let figures = match watched {
        Ok(figures) => figures,
        Err(stop) => return fail(stop.exit_code(), stop),
    };
    let report = Report::new(args, figures);
    if args.json {
        match serde_json::to_string(&report) {
            Ok(text) => streams::print_json(&text),
            Err(error) => return fail(1, error),
        }
    } else {
        print!("{report}");
    }
    if let Err(message) = snapshot {
        return fail(1, message);
    }
    if report.verdict.passed { DONE } else { fail(1, "the baseline is not met") }
}
