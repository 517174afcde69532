//! How long the window's own code takes for a frame while it is used: during a batch of 500 photos,
//! and with 5,000 files in the list. The real executable runs under Xvfb and serves its figures.
//!
//! `cargo bench --bench window [-- batch[=PHOTOS] list[=FILES]]`; exits with 1 where the 99th
//! percentile is not under 16 ms.
#![cfg(target_os = "linux")]

#[path = "../../tests/window/desktop.rs"]
mod desktop;
mod figures;
mod hands;
mod photos;
mod program;
#[path = "../../tests/common/scrape.rs"]
mod scrape;

use std::{
    env, fs,
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

use desktop::Desktop;
use figures::FrameTimes;
use hands::Hands;
use program::Program;

/// A screen that shows 60 pictures a second has this long for each.
const BAR_S: f64 = 0.016;

const BATCH_PHOTOS: usize = 500;
const LISTED_FILES: usize = 5_000;
/// How long files come in and get their thumbnails, at most.
const COMING_IN: Duration = Duration::from_secs(10);
/// How long a full list is used.
const LIST_IN_USE: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    let chosen: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    // How many pictures a part takes; `None` where it was not asked for.
    let count = |name: &str, usual: usize| {
        let word = chosen.iter().find_map(|word| word.strip_prefix(name));
        let number = word.map(|word| word.trim_start_matches('=').parse().unwrap_or(usual));
        if chosen.is_empty() { Some(usual) } else { number }
    };
    println!(
        "{:<38} {:>7} {:>7} {:>7} {:>7} {:>9}",
        "frames", "count", "50 %", "95 %", "99 %", "> 16 ms"
    );
    let mut is_within_bar = true;
    if let Some(photos) = count("batch", BATCH_PHOTOS) {
        is_within_bar &= batch(photos);
    }
    if let Some(files) = count("list", LISTED_FILES) {
        is_within_bar &= list(files);
    }
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("load of the machine in the last minutes: {}", load.trim());
    if is_within_bar { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A batch from its first photo to its last, with somebody at the window all the time.
fn batch(photos: usize) -> bool {
    let folder = tempfile::tempdir().expect("a temporary folder");
    photos::draw(folder.path(), photos);
    let desktop = Desktop::start();
    let program = Program::start(&desktop, folder.path());
    let mut hands = Hands::on(&desktop);
    let started = Instant::now();
    let figures = loop {
        hands.do_something();
        let figures = program.figures();
        if figures.ended() >= photos as u64 {
            break figures;
        }
    };
    keep_look(&desktop, "batch");
    let is_within_bar = report(&format!("a batch of {photos}"), &figures.frames());
    let took_s = started.elapsed().as_secs_f64();
    println!("  {:.1} photos a second, {} failed", photos as f64 / took_s, figures.failed());
    is_within_bar
}

/// Thousands of files: while they come in, and once they are listed.
fn list(files: usize) -> bool {
    let folder = tempfile::tempdir().expect("a temporary folder");
    photos::repeat(folder.path(), files);
    let desktop = Desktop::start();
    let program = Program::start(&desktop, folder.path());
    let mut hands = Hands::on(&desktop);
    let mut is_within_bar = true;
    let mut before = FrameTimes::default();
    for (what, lasts) in [("coming in", COMING_IN), ("listed", LIST_IN_USE)] {
        let started = Instant::now();
        while started.elapsed() < lasts {
            hands.do_something();
        }
        let frames = program.figures().frames();
        is_within_bar &= report(&format!("{files} files {what}"), &frames.since(&before));
        before = frames;
    }
    keep_look(&desktop, "list");
    is_within_bar
}

/// Keeps a picture of the window, so that one can see what was measured.
fn keep_look(desktop: &Desktop, name: &str) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench_window_{name}.png"));
    desktop.screenshot().save(&path).expect("the target folder can be written");
    println!("  seen last: {}", path.display());
}

/// Prints a line; whether the bar is held.
fn report(what: &str, frames: &FrameTimes) -> bool {
    let ms = |quantile| frames.quantile_s(quantile) * 1e3;
    let over = frames.share_over(BAR_S);
    println!(
        "{what:<38} {:>7} {:>4.1} ms {:>4.1} ms {:>4.1} ms {:>7.2} %",
        frames.count(),
        ms(0.5),
        ms(0.95),
        ms(0.99),
        over * 100.0
    );
    over <= 0.01
}
