//! What the list asks of the engine: whose turn it is, and what files show before theirs.

use std::{path::PathBuf, sync::Arc};

use cutout::{
    engine::protocol::{Command, Event, FileId, FileNews, Job, JobId, ListedFile, Outcome},
    imaging::SaliencyMap,
};

use crate::{
    gradient::gradient_photo,
    rig::{Behaviour, PATIENCE, Rig, job, words},
};

/// Jobs that may be on their way when the first image is in the network: handed out already.
const HANDED_OUT: usize = 8;

fn send(rig: &Rig, command: Command) {
    rig.engine.send(command).unwrap();
}

/// An engine whose network stands still in the first of so many jobs.
fn busy(photo: &std::path::Path, jobs: u64) -> Rig {
    let rig = Rig::new(&[Behaviour::WaitsForCancel]);
    rig.submit((1..=jobs).map(|number| job(number, photo)));
    rig.entered.recv_timeout(PATIENCE).unwrap();
    rig
}

fn places(rig: &mut Rig, jobs: usize, wanted: &[u64]) -> Vec<usize> {
    let order: Vec<JobId> = rig.until_ended(jobs).into_iter().map(|(id, _)| id).collect();
    let place = |number| order.iter().position(|id| *id == JobId(number)).unwrap();
    wanted.iter().map(|&number| place(number)).collect()
}

#[test]
fn preferred_jobs_go_first_and_the_others_keep_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let mut rig = busy(&photo, 40);
    send(&rig, Command::Prefer(vec![JobId(40), JobId(35), JobId(99)]));
    send(&rig, Command::Cancel(vec![JobId(1)]));
    let places = places(&mut rig, 40, &[40, 35, 30]);
    assert!(places[0] < HANDED_OUT + 2 && places[1] < HANDED_OUT + 2, "{places:?}");
    assert!(places[2] > HANDED_OUT + 10, "{places:?}");
}

#[test]
fn while_paused_only_jobs_whose_map_is_known_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let mut rig = Rig::new(&[]);
    send(&rig, Command::Pause(true));
    let known = Job { saliency: Some(Arc::new(SaliencyMap::empty(320).into())), ..job(9, &photo) };
    rig.submit([job(1, &photo), job(2, &photo), known]);
    let ended = rig.until_ended(1);
    assert_eq!((ended[0].0, words(&ended[0].1)), (JobId(9), "done".to_owned()));
    // What the dispatcher did after the submission shows that the others stayed.
    send(&rig, Command::Cancel(vec![JobId(2)]));
    let ended = rig.until_ended(1);
    assert_eq!((ended[0].0, words(&ended[0].1)), (JobId(2), "cancelled".to_owned()));
    assert!(rig.entered.try_recv().is_err(), "an image entered the network");
    send(&rig, Command::Pause(false));
    let ended = rig.until_ended(1);
    assert_eq!((ended[0].0, words(&ended[0].1)), (JobId(1), "done".to_owned()));
}

#[test]
fn stopping_what_waits_ends_what_was_decoded_before_its_turn_too() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let mut rig = busy(&photo, 40);
    send(&rig, Command::CancelWaiting);
    let waited = rig.until_ended(40 - HANDED_OUT);
    assert!(waited.iter().all(|(_, outcome)| matches!(outcome, Outcome::Cancelled)));
    send(&rig, Command::Cancel(vec![JobId(1)]));
    let rest = rig.until_ended(HANDED_OUT);
    let rest: Vec<String> = rest.iter().map(|(_, outcome)| words(outcome)).collect();
    assert!(rest.iter().all(|words| words == "cancelled"), "one was in the network: {rest:?}");
}

fn listed(number: u64, source: &std::path::Path) -> ListedFile {
    ListedFile { id: FileId(number), source: source.to_owned() }
}

/// Reads events until so many files told something.
fn news(rig: &Rig, count: usize) -> Vec<(u64, FileNews)> {
    let mut news = Vec::new();
    while news.len() < count {
        let event = rig.engine.events().recv_timeout(PATIENCE).expect("an event");
        if let Event::File { id, news: told } = event {
            news.push((id.0, told));
        }
    }
    news.sort_by_key(|(id, _)| *id);
    news
}

#[test]
fn files_are_looked_at_before_their_turn() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let photo = gradient_photo(folder.path(), "a.png");
    std::fs::copy(&photo, path("copy.png")).unwrap();
    image::RgbImage::new(7, 5).save(path("other.png")).unwrap();
    std::fs::write(path("text.jpg"), "this is no photo").unwrap();
    let rig = Rig::new(&[]);
    let files = ["a.png", "copy.png", "other.png", "text.jpg", "missing.png"];
    let files: Vec<_> = (1..).zip(files).map(|(id, name)| listed(id, &path(name))).collect();
    send(&rig, Command::Inspect(files.clone()));
    let told = news(&rig, 6);
    let bytes = |name| std::fs::metadata(path(name)).unwrap().len();
    let picture = |size_px, name| FileNews::Picture { size_px, bytes: bytes(name) };
    assert_eq!(told[0], (1, picture((120, 80), "a.png")));
    assert!(told.contains(&(2, picture((120, 80), "copy.png"))));
    assert!(told.contains(&(2, FileNews::SameAs(FileId(1)))));
    assert_eq!(told[3], (3, picture((7, 5), "other.png")));
    for (place, name) in [(4, "text.jpg"), (5, "missing.png")] {
        let FileNews::Unreadable(why) = &told[place].1 else { panic!("{:?}", told[place]) };
        assert!(why.to_string().contains(name), "{why}");
    }

    send(&rig, Command::Thumbnails(files));
    let told = news(&rig, 5);
    for (number, news) in &told[..3] {
        let FileNews::Thumbnail { picture, size_px } = news else { panic!("{number}: {news:?}") };
        assert!(picture.width_px <= size_px.0.min(112), "{number}");
    }
    assert!(told[3..].iter().all(|(_, news)| matches!(news, FileNews::Unreadable(_))));
}

#[test]
fn a_forgotten_file_is_nobodys_duplicate() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let copies: Vec<PathBuf> = ["b.png", "c.png"].map(|name| folder.path().join(name)).into();
    for copy in &copies {
        std::fs::copy(&photo, copy).unwrap();
    }
    let rig = Rig::new(&[]);
    send(&rig, Command::Inspect(vec![listed(1, &photo)]));
    news(&rig, 1);
    send(&rig, Command::Forget(vec![FileId(1)]));
    send(&rig, Command::Inspect(vec![listed(2, &copies[0]), listed(3, &copies[1])]));
    let told = news(&rig, 3);
    assert_eq!(told.last().unwrap(), &(3, FileNews::SameAs(FileId(2))));
}

#[test]
fn closing_while_files_are_looked_at_is_quick() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let rig = Rig::new(&[]);
    send(&rig, Command::Inspect((0..5000).map(|number| listed(number, &photo)).collect()));
    let started = std::time::Instant::now();
    drop(rig.engine);
    assert!(started.elapsed() < std::time::Duration::from_secs(1), "{:?}", started.elapsed());
}
