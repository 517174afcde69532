//! The list that comes back.

use std::{fs, path::Path};

use cutout::app::session::SessionOptions;
use egui::Theme;
use egui_kittest::kittest::Queryable as _;

use crate::{
    pictures::done,
    window::{FakeDesktop, Window},
};

fn open(session: &Path) -> Window {
    let options = SessionOptions { folder: session.to_owned(), fresh: false };
    Window::with(Theme::Dark, FakeDesktop::default(), |start| start.session = Some(options))
}

#[test]
fn the_list_comes_back_and_can_be_cleared() {
    let root = tempfile::tempdir().unwrap();
    let (session, photos) = (root.path().join("session"), root.path().join("photos"));
    fs::create_dir(&photos).unwrap();
    let names = ["a.png", "b.png", "c.png"];
    let paths = names.map(|name| photos.join(name));
    paths.iter().for_each(|path| fs::write(path, "a photo").unwrap());

    let mut window = open(&session);
    window.drop_files(&paths);
    window.wait_for_jobs(3);
    for job in &window.jobs()[..2] {
        window.finish(job, done(job));
    }
    drop(window);

    let mut window = open(&session);
    window.wait_until(|window| window.rows().len() == 3);
    window.harness.get_by_label("3 photos from last time are back.");
    // The photo that was not done, and the previews of the one in the middle and the next, whose
    // maps came back.
    window.wait_for_jobs(3);
    let jobs = window.jobs();
    let asked: Vec<_> = jobs.iter().map(|job| (&job.source, job.saliency.is_some())).collect();
    assert_eq!(asked, [(&paths[2], false), (&paths[0], true), (&paths[1], true)]);
    window.click("Start with an empty list");
    assert!(window.rows().is_empty());
    drop(window);

    let mut window = open(&session);
    window.harness.run();
    window.drop_files(&paths[..1]);
    window.wait_for_jobs(1);
    assert_eq!(window.rows().len(), 1);
    assert!(window.harness.query_by_label_contains("from last time").is_none());
    // Another window beside it keeps no list, and says so.
    let mut beside = open(&session);
    let words = "Another window keeps its list";
    beside.wait_until(|window| window.harness.query_by_label_contains(words).is_some());
}
