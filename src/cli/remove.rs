//! `cutout remove`: the same engine as the window, without one.

use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, ValueEnum};
use crossbeam_channel::{Receiver, bounded, select};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::{DONE, EngineArgs, fail};
use crate::{
    engine::{
        Engine,
        protocol::{
            CleanupRecord, Command, Done, Event, Job, JobId, OnExist, Outcome, Output, Save,
            Timings,
        },
        sources::{Depth, expand},
    },
    zoo,
};

/// Arguments of `cutout remove`.
#[derive(Debug, Args)]
pub struct RemoveArgs {
    /// Photos, or folders of photos
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write to this folder instead of beside each photo; folders found below a named folder are
    /// made again in it
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What to save
    #[arg(long, value_enum, value_delimiter = ',', default_value = "cutout")]
    save: Vec<SaveKind>,
    /// What to do where a result exists already
    #[arg(long, value_enum, default_value = "number")]
    on_exist: OnExist,
    /// Search folders within folders too
    #[arg(long)]
    recursive: bool,
    /// Print one JSON object a photo instead of words
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    engine: EngineArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SaveKind {
    /// {name}_cutout.png: the photo without its background
    Cutout,
    /// {name}_mask.png: its mask, 8-bit grey
    Mask,
}

/// One line of `--json`.
#[derive(Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
enum Line<'a> {
    Done {
        path: &'a Path,
        outputs: &'a [Output],
        no_clear_subject: bool,
        size_px: (u32, u32),
        timings: Timings,
        cleanup: &'a [CleanupRecord],
    },
    Skipped {
        path: &'a Path,
        outputs: &'a [Output],
    },
    Failed {
        path: &'a Path,
        error: &'a str,
    },
    Cancelled {
        path: &'a Path,
    },
}

/// Runs it. Exit codes: 0 all done, 1 some failed, 2 wrong usage, 130 interrupted.
pub fn run(args: &RemoveArgs) -> ExitCode {
    if let Err(error) = zoo::locate(&args.engine.model) {
        return fail(2, error);
    }
    let jobs = jobs(args);
    if jobs.is_empty() {
        return fail(2, "no photos in what was named; --recursive searches folders within folders");
    }
    let engine = match Engine::start(args.engine.options(), args.engine.backend(), || {}) {
        Ok(engine) => engine,
        Err(error) => return fail(1, format!("the engine's threads cannot start: {error}")),
    };
    let (interrupt, interrupted) = bounded(1);
    if let Err(error) = ctrlc::set_handler(move || _ = interrupt.try_send(())) {
        tracing::warn!("Ctrl+C will end the program at once: {error}");
    }
    let sources: Vec<PathBuf> = jobs.iter().map(|job| job.source.clone()).collect();
    // The engine has just started: nothing else is in its queue of commands.
    if engine.send(Command::Submit(jobs)).is_err() {
        return fail(1, "the engine did not take the photos");
    }
    watch(&engine, &sources, &interrupted, args.json)
}

fn jobs(args: &RemoveArgs) -> Vec<Job> {
    let depth = if args.recursive { Depth::Recursive } else { Depth::Folder };
    let sources = args.paths.iter().flat_map(|path| expand(path, depth));
    let job = |(number, source): (u64, crate::engine::sources::Source)| Job {
        id: JobId(number),
        saliency: None,
        preview_px: None,
        thumbnail: false,
        save: Some(Save {
            cutout: args.save.contains(&SaveKind::Cutout),
            mask: args.save.contains(&SaveKind::Mask),
            folder: args.out.as_ref().map(|folder| folder.join(&source.below)),
            on_exist: args.on_exist,
        }),
        source: source.path,
    };
    (0..).zip(sources).map(job).collect()
}

/// Reports until every job has ended.
fn watch(engine: &Engine, sources: &[PathBuf], interrupted: &Receiver<()>, json: bool) -> ExitCode {
    let bar = progress_bar(sources.len(), json);
    let (mut ended, mut failed, mut cancelled) = (0, 0, 0);
    while ended < sources.len() {
        let event = select! {
            recv(engine.events()) -> event => event,
            recv(interrupted) -> _ => {
                // Each job then ends as cancelled; should the queue be full, a second Ctrl+C works.
                drop(engine.send(Command::CancelAll));
                continue;
            }
        };
        let Ok(event) = event else { break };
        let Event::Finished { id: JobId(number), outcome } = event else { continue };
        let path = &sources[usize::try_from(number).unwrap_or_default()];
        ended += 1;
        match &outcome {
            Outcome::Done(_) | Outcome::Skipped { .. } => {}
            Outcome::Failed { .. } => failed += 1,
            Outcome::Cancelled => cancelled += 1,
        }
        bar.suspend(|| if json { print_json(path, &outcome) } else { print_words(path, &outcome) });
        bar.inc(1);
    }
    bar.finish_and_clear();
    match (cancelled, failed) {
        (0, 0) => DONE,
        (0, _) => fail(1, format!("{failed} of {} photos failed", sources.len())),
        _ => fail(130, format!("interrupted: {cancelled} of {} photos not done", sources.len())),
    }
}

fn progress_bar(photos: usize, json: bool) -> ProgressBar {
    if json || photos < 2 || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:32} {pos} of {len} done, about {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(photos as u64).with_style(style)
}

fn print_json(path: &Path, outcome: &Outcome) {
    let line = match outcome {
        Outcome::Done(done) => Line::Done {
            path,
            outputs: &done.outputs,
            no_clear_subject: done.no_clear_subject,
            size_px: done.size_px,
            timings: done.timings,
            cleanup: &done.cleanups,
        },
        Outcome::Skipped { outputs } => Line::Skipped { path, outputs },
        Outcome::Failed { message } => Line::Failed { path, error: message },
        Outcome::Cancelled => Line::Cancelled { path },
    };
    match serde_json::to_string(&line) {
        Ok(text) => println!("{text}"),
        // Only a path that is no Unicode cannot be written as JSON.
        Err(error) => eprintln!("cutout: {}: {error}", path.display()),
    }
}

fn print_words(path: &Path, outcome: &Outcome) {
    match outcome {
        Outcome::Done(done) => println!("{}", words(path, done)),
        Outcome::Skipped { outputs } => println!("{} -> {}", path.display(), names(outputs)),
        Outcome::Failed { message } => eprintln!("cutout: {message}"),
        Outcome::Cancelled => eprintln!("cutout: {}: cancelled", path.display()),
    }
}

fn words(path: &Path, done: &Done) -> String {
    let Timings { decode_ms, infer_ms, refine_ms, save_ms } = done.timings;
    let seconds = (decode_ms + infer_ms + refine_ms + save_ms) / 1e3;
    let note = if done.no_clear_subject { ", no clear subject: the mask is empty" } else { "" };
    format!("{} -> {} ({seconds:.2} s{note})", path.display(), names(&done.outputs))
}

fn names(outputs: &[Output]) -> String {
    let name = |output: &Output| {
        let note = if output.skipped { " (exists, left as it is)" } else { "" };
        format!("{}{note}", output.path.display())
    };
    outputs.iter().map(name).collect::<Vec<_>>().join(", ")
}
