//! How long the window's own code takes for a frame while it is used: during a batch of 500 photos,
//! and with 5,000 files in the list; and how long the first frame takes from the program's start. The
//! real executable runs under Xvfb and serves its figures.
//!
//! `cargo bench --bench window [-- start[=TIMES] batch[=PHOTOS] list[=FILES]]`; exits with 1 where the
//! 99th percentile is not under 16 ms (batch) or 8 ms (list), or the median start over 400 ms.
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
use figures::{FrameTimes, Frames};
use hands::Hands;
use program::Program;

/// A screen that shows 60 pictures a second has this long for each.
const BATCH_BAR_S: f64 = 0.016;
/// Half of that: while nothing else is done.
const LIST_BAR_S: f64 = 0.008;
/// Who waits longer for a window sees that it does.
const START_BAR_S: f64 = 0.4;

const STARTS: usize = 7;
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
        "{:<38} {:>7} {:>7} {:>7} {:>7} {:>9} {:>6}",
        "frames", "count", "50 %", "95 %", "99 %", "over", "bar"
    );
    let mut is_within_bar = true;
    if let Some(times) = count("start", STARTS) {
        is_within_bar &= start(times);
    }
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

/// An empty window, from the program's start to its first frame.
fn start(times: usize) -> bool {
    let desktop = Desktop::start();
    let mut seconds: Vec<f64> = (0..times).map(|_| Program::first_frame_s(&desktop)).collect();
    seconds.sort_by(f64::total_cmp);
    let median_s = seconds[times / 2];
    println!(
        "first frame, {times} starts: {:.0} to {:.0} ms, median {:.0} ms; bar {:.0} ms",
        seconds[0] * 1e3,
        seconds[times - 1] * 1e3,
        median_s * 1e3,
        START_BAR_S * 1e3
    );
    median_s <= START_BAR_S
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
    let is_within_bar = report(&format!("a batch of {photos}"), &figures.frames(), BATCH_BAR_S);
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
    let mut before = Frames::default();
    for (what, lasts) in [("coming in", COMING_IN), ("listed", LIST_IN_USE)] {
        let started = Instant::now();
        while started.elapsed() < lasts {
            hands.do_something();
        }
        let frames = program.figures().frames();
        let since = frames.since(&before);
        is_within_bar &= report(&format!("{files} files {what}"), &since, LIST_BAR_S);
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

/// Prints two lines; whether the window's own code keeps the bar. What other threads take of the cores
/// meanwhile, above all the software that draws where no GPU does, is in the first line only.
fn report(what: &str, frames: &Frames, bar_s: f64) -> bool {
    row(what, &frames.wall, bar_s);
    row("  its own computing", &frames.own, bar_s)
}

fn row(what: &str, frames: &FrameTimes, bar_s: f64) -> bool {
    let ms = |quantile| frames.quantile_s(quantile) * 1e3;
    let over = frames.share_over(bar_s);
    println!(
        "{what:<38} {:>7} {:>4.1} ms {:>4.1} ms {:>4.1} ms {:>7.2} % {:>3.0} ms",
        frames.count(),
        ms(0.5),
        ms(0.95),
        ms(0.99),
        over * 100.0,
        bar_s * 1e3
    );
    over <= 0.01
}
