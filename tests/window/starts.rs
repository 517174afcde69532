//! Starts after the first: beside a window that runs, and after one that was killed.

use std::{fs, net::SocketAddr, path::Path, process::ExitStatus, time::Instant};

use super::{
    close,
    desktop::Desktop,
    gradient::gradient_photo,
    program::Program,
    scrape::{PATIENCE, free_address, scrape},
};

#[test]
fn a_second_start_hands_its_photos_to_the_window_and_ends() {
    let home = tempfile::tempdir().unwrap();
    let photos = tempfile::tempdir().unwrap();
    let paths = ["a.png", "b.png", "c.png"].map(|name| gradient_photo(photos.path(), name));
    let desktop = Desktop::start();
    let start = |args: &[&Path]| Program::start_at(home.path(), &desktop, args);
    let mut first = start(&[&paths[0]]);
    let window = desktop.wait_for_window();
    // However soon it comes; the window may not have drawn anything yet.
    let second = end(start(&[&paths[1], &paths[2]]));
    assert!(second.success(), "{second}");
    first.wait_for(&["done", "b.png"]);
    first.wait_for(&["done", "c.png"]);

    // A window of its own, because it was asked for.
    let mut beside = start(&[Path::new("--new-window"), &paths[1]]);
    let other = desktop.wait_for_window();
    assert_ne!(other, window);
    beside.wait_for(&["done", "b.png"]);
    close(&desktop, other);
    assert!(end(beside).success());

    close(&desktop, window);
    assert!(end(first).success());
}

#[test]
fn a_batch_goes_on_where_a_kill_left_it() {
    const PHOTOS: usize = 40;
    let home = tempfile::tempdir().unwrap();
    let photos = tempfile::tempdir().unwrap();
    for number in 0..PHOTOS {
        gradient_photo(photos.path(), &format!("{number:02}.png"));
    }
    let maps = || fs::read_dir(home.path().join("state/maps")).map_or(0, |maps| maps.count());
    let desktop = Desktop::start();
    let mut killed = Program::start_at(home.path(), &desktop, &[photos.path()]);
    killed.wait_for(&["done", "07.png"]);
    // Nothing tells the process: it has no moment left to tidy up.
    killed.child.kill().unwrap();
    killed.child.wait().unwrap();
    let done_before = done_in_journal(&home.path().join("state/session.jsonl"));
    assert!((1..PHOTOS).contains(&done_before), "{done_before} were kept");

    let metrics = free_address();
    let address = format!("--metrics={metrics}");
    let mut resumed = Program::start_at(home.path(), &desktop, &[Path::new(&address)]);
    let window = desktop.wait_for_window();
    resumed.wait_for(&["done", &format!("{:02}.png", PHOTOS - 1)]);
    // What was found before the kill is not looked for again.
    let started = Instant::now();
    while done_by_figures(metrics) < PHOTOS - done_before {
        assert!(started.elapsed() < PATIENCE, "{} are done", done_by_figures(metrics));
    }
    assert_eq!(done_by_figures(metrics), PHOTOS - done_before);
    close(&desktop, window);
    assert!(end(resumed).success());
    assert_eq!(maps(), PHOTOS);

    // A fresh start forgets it all.
    let mut third = Program::start_at(home.path(), &desktop, &[Path::new("--fresh")]);
    close(&desktop, desktop.wait_for_window());
    assert!(third.child.wait().unwrap().success());
    assert_eq!(maps(), 0);
}

/// Photos that whole lines of the journal call done.
fn done_in_journal(journal: &Path) -> usize {
    let text = fs::read_to_string(journal).expect("a journal");
    let (whole, _) = text.rsplit_once('\n').expect("a line");
    whole.lines().filter(|line| line.contains("\"state\":\"done\"")).count()
}

/// Photos that went through the network since the start.
fn done_by_figures(metrics: SocketAddr) -> usize {
    let figures = scrape(metrics).expect("the window serves its figures");
    let done = figures.lines().find(|line| line.contains("outcome=\"done\""));
    done.map_or(0, |line| line.rsplit(' ').next().unwrap().parse().unwrap())
}

fn end(mut program: Program) -> ExitStatus {
    program.child.wait().expect("it ends")
}
