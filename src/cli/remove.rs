//! `cutout remove`: the same engine as the window, without one.

use std::{collections::HashMap, path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Args, ValueEnum};
use crossbeam_channel::{Receiver, bounded, select};

use super::{DONE, EngineArgs, export::ExportArgs, fail, outcome, progress::progress_bar};
use crate::{
    engine::{
        Engine,
        protocol::{Command, Event, ExportOptions, Job, JobId, Outcome, Place, Rung, Save},
        sources::{Depth, Source, expand},
    },
    zoo,
};

/// Arguments of `cutout remove`.
#[derive(Debug, Args)]
pub struct RemoveArgs {
    /// Photos, or folders of photos
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// What to save
    #[arg(long, value_enum, value_delimiter = ',', default_value = "cutout")]
    save: Vec<SaveKind>,
    #[command(flatten)]
    export: ExportArgs,
    /// Look at small subjects twice, the second time from nearer
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    second_look: SecondLook,
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
    /// The photo without its background
    Cutout,
    /// Its mask, 8-bit grey PNG
    Mask,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SecondLook {
    /// Where the subject fills little of the photo
    Auto,
    /// Never
    Off,
}

/// Runs it. Exit codes: 0 all done, 1 some failed, 2 wrong usage, 130 interrupted.
pub fn run(args: &RemoveArgs) -> ExitCode {
    if let Err(error) = zoo::locate(&args.engine.model) {
        return fail(2, error);
    }
    let _metrics = match args.engine.serve_metrics() {
        Ok(server) => server,
        Err(code) => return code,
    };
    let options = match args.export.options() {
        Ok(options) => Arc::new(options),
        Err(message) => return fail(2, message),
    };
    let jobs = jobs(args, &options);
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

fn jobs(args: &RemoveArgs, options: &Arc<ExportOptions>) -> Vec<Job> {
    let mut edits = args.export.edits();
    edits.mask.second_look = args.second_look == SecondLook::Auto;
    let edits = Arc::new(edits);
    let depth = if args.recursive { Depth::Recursive } else { Depth::Folder };
    let sources: Vec<Source> = args.paths.iter().flat_map(|path| expand(path, depth)).collect();
    let of = u32::try_from(sources.len()).unwrap_or(u32::MAX);
    let job = |(number, source): (u32, Source)| Job {
        id: JobId(number.into()),
        saliency: None,
        preview_px: None,
        edits: edits.clone(),
        thumbnail: false,
        cutout: false,
        save: Some(Save {
            cutout: args.save.contains(&SaveKind::Cutout),
            mask: args.save.contains(&SaveKind::Mask),
            options: options.clone(),
            below: source.below,
            place: Place { number: number + 1, of },
        }),
        source: source.path,
    };
    (0..).zip(sources).map(job).collect()
}

/// Reports until every job has ended.
fn watch(engine: &Engine, sources: &[PathBuf], interrupted: &Receiver<()>, json: bool) -> ExitCode {
    let bar = progress_bar(sources.len() as u64, json);
    let mut rungs_of: HashMap<JobId, Vec<Rung>> = HashMap::new();
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
        let (id, outcome) = match event {
            Event::Finished { id, outcome } => (id, outcome),
            Event::Rung { id, rung } => {
                rungs_of.entry(id).or_default().push(rung);
                continue;
            }
            _ => continue,
        };
        let path = &sources[usize::try_from(id.0).unwrap_or_default()];
        let rungs = rungs_of.remove(&id).unwrap_or_default();
        ended += 1;
        match &outcome {
            Outcome::Done(_) | Outcome::Skipped { .. } | Outcome::Exists { .. } => {}
            Outcome::Failed { .. } => failed += 1,
            Outcome::Cancelled => cancelled += 1,
        }
        bar.suspend(|| {
            let print = if json { outcome::print_json } else { outcome::print_words };
            print(path, &outcome, &rungs);
        });
        bar.inc(1);
    }
    bar.finish_and_clear();
    match (cancelled, failed) {
        (0, 0) => DONE,
        (0, _) => fail(1, format!("{failed} of {} photos failed", sources.len())),
        _ => fail(130, format!("interrupted: {cancelled} of {} photos not done", sources.len())),
    }
}
