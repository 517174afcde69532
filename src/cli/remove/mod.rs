//! `cutout remove`: many photos through the window's engine, without a window.
//!
//! ```text
//! paths, list, standard input -> find (engine/sources) -> plan (names of all) -> feed (shard, journal)
//!   -> claim -> 32 photos at most in the engine (watch) -> outcome, journal
//! ```
//!
//! Names are chosen before anything is decoded (`engine/output/plan.rs`), and whose a result is says the
//! mark in it (`imaging/result_mark.rs`). Claims, which are locked hidden files, share photos between runs. A
//! journal has a line for every photo that is done, written after its files are on the disk: absolute path,
//! size, time, files.

mod claims;
mod feed;
mod journal;
mod list;
mod order;
mod outcome;
mod shard;
mod summary;
mod watch;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, ValueEnum};

use self::{
    feed::FeedArgs,
    journal::Journal,
    order::Order,
    watch::{Ended, Watch},
};
use super::{DONE, EngineArgs, export::ExportArgs, fail, signals::Signals, streams};
use crate::{
    engine::{Engine, EngineOptions, output::KnownFiles},
    path_text::printable,
    zoo,
};

/// Arguments of `cutout remove`.
#[derive(Debug, Args)]
pub struct RemoveArgs {
    #[command(flatten)]
    feed: FeedArgs,
    /// What to save
    #[arg(long, value_enum, value_delimiter = ',', default_value = "cutout")]
    save: Vec<SaveKind>,
    #[command(flatten)]
    export: ExportArgs,
    /// Look at small subjects twice, the second time from nearer
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    second_look: SecondLook,
    /// Note what is done in this file, and pass over what it says is done
    #[arg(long, value_name = "JOURNAL")]
    resume: Option<PathBuf>,
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

/// Runs it. Exit codes: 0 all done, 1 some failed, 2 wrong usage, 130 interrupted, 143 terminated.
pub fn run(args: &RemoveArgs) -> ExitCode {
    args.engine.prepare();
    if let Err(error) = zoo::locate(&args.engine.model) {
        return fail(2, error);
    }
    let _metrics = match args.engine.serve_metrics() {
        Ok(server) => server,
        Err(code) => return code,
    };
    if let Err(code) = args.engine.check_snapshots() {
        return code;
    }
    let order = match Order::new(args) {
        Ok(order) => order,
        Err(message) => return fail(2, message),
    };
    let open = |path: &Path| Journal::open(path, args.export.durability());
    let journal = match args.resume.as_deref().map(open).transpose() {
        Ok(journal) => journal,
        Err(error) => return fail(2, error),
    };
    let done = journal.as_ref().map(Journal::done).unwrap_or_default();
    if done.broken_lines > 0 {
        let path = args.resume.as_deref().map(printable).unwrap_or_default();
        streams::tell(format_args!(
            "{path}: {} lines cannot be read; their photos are looked for by their results",
            done.broken_lines
        ));
    }
    let mut feed = match args.feed.open(done.clone(), &order) {
        Ok(feed) => feed,
        Err(message) => return fail(2, message),
    };
    let known_files =
        KnownFiles { photos: std::mem::take(&mut feed.named), results: done.results() };
    let has_none = feed.len == Some(0) && known_files.photos.is_empty();
    // Until here a signal ends the program at once, from here on the work in order.
    let signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => return fail(1, format!("signals cannot be listened to: {error}")),
    };
    let options = EngineOptions { known_files, ..args.engine.options() };
    let engine = match Engine::start(options, args.engine.backend(), || {}) {
        Ok(engine) => engine,
        Err(error) => return fail(1, format!("the engine's threads cannot start: {error}")),
    };
    let ended = Watch::new(&engine, &order, journal, args.json).run(feed, &signals.endings);
    let Ended { photos, failed, cancelled, ending, summary } = ended;
    summary.tell(args.resume.as_deref());
    let snapshot = args.engine.snapshots.save(&engine);
    if let Err(message) = &snapshot {
        streams::tell(message);
    }
    let is_whole = snapshot.is_ok() && !summary.is_incomplete();
    match (ending, failed) {
        (Some(ending), _) if cancelled > 0 => {
            let words = format!("{}: {cancelled} of {photos} photos not done", ending.word());
            fail(ending.exit_code(), words)
        }
        _ if has_none => {
            fail(2, "no photos in what was named; --recursive searches folders within folders")
        }
        (_, 0) => {
            if is_whole {
                DONE
            } else {
                ExitCode::FAILURE
            }
        }
        (_, failed) => fail(1, format!("{failed} of {photos} photos failed")),
    }
}
