//! One window: a second start hands its photos to the window that runs and ends.
//!
//! Who holds the lock in the meeting place is the window; whoever finds it held connects to the
//! socket beside it. A window that does not answer in time is left alone, and the second start
//! opens its own.

mod deadline;
mod message;
mod place;
mod reception;

use std::{
    fs::{File, TryLockError},
    io, thread,
    time::{Duration, Instant},
};

use interprocess::{
    ConnectWaitMode,
    local_socket::{ConnectOptions, Stream},
};

use crate::private_file;
use deadline::Deadline;
use message::Answer;

pub use message::Request;
pub use place::Place;
pub use reception::{Handed, Reception, Visitors};

/// How long a second start waits for the window to take its photos; it may be starting itself.
const PATIENCE: Duration = Duration::from_secs(5);
/// No answer is longer.
const LONGEST_ANSWER_BYTES: u64 = 1 << 10;
/// How often it tries to connect meanwhile.
const BETWEEN_TRIES: Duration = Duration::from_millis(20);

/// What becomes of a start.
#[derive(Debug)]
pub enum Start {
    /// A window has taken the photos: there is nothing left to do.
    HandedOver,
    /// This is the window that later starts hand their photos to.
    First(Reception),
    /// This is a window beside another.
    Beside,
}

/// Hands photos to the window that runs, or becomes that window. `request` is `None` for a start
/// that wants a window of its own. `engine` is how the engine of this window is asked to work.
pub fn start(place: &Place, request: Option<&Request>, engine: &str) -> Start {
    match take_lock(place) {
        Ok(Some(lock)) => match Reception::open(place, lock, engine) {
            Ok(reception) => Start::First(reception),
            Err(error) => {
                tracing::warn!("later starts will open windows of their own: {error}");
                Start::Beside
            }
        },
        Ok(None) => {
            let handed = request.is_some_and(|request| {
                hand_over(place, request, PATIENCE)
                    .inspect_err(|error| tracing::warn!("the window takes no photos: {error}"))
                    .is_ok_and(|answer| answer == Answer::Taken)
            });
            if handed { Start::HandedOver } else { Start::Beside }
        }
        Err(error) => {
            tracing::warn!("later starts will open windows of their own: {error}");
            Start::Beside
        }
    }
}

/// The lock of the meeting place; `None` where another process holds it. It is let go when that
/// process ends, however it does.
fn take_lock(place: &Place) -> io::Result<Option<File>> {
    private_file::prepare_folder(&place.folder)?;
    let lock = private_file::open(&place.lock())?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn hand_over(place: &Place, request: &Request, patience: Duration) -> io::Result<Answer> {
    let until = Instant::now() + patience;
    let left =
        || Some(until.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero());
    let late = || io::Error::from(io::ErrorKind::TimedOut);
    let mut stream = loop {
        match connect(place, left().ok_or_else(late)?) {
            Ok(stream) => break stream,
            // It has the lock, and will have the socket in a moment.
            Err(_) if left().is_some() => thread::sleep(BETWEEN_TRIES),
            Err(error) => return Err(error),
        }
    };
    let mut stream = Deadline::new(&mut stream, until, &|| false);
    message::write(&mut stream, request)?;
    message::read(&mut stream, LONGEST_ANSWER_BYTES)
}

fn connect(place: &Place, patience: Duration) -> io::Result<Stream> {
    let options = ConnectOptions::new().name(place.name()?);
    options.wait_mode(ConnectWaitMode::Timeout(patience)).connect_sync()
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write as _, path::PathBuf, sync::Arc, thread};

    use super::*;

    fn request(names: &[&str]) -> Request {
        Request { paths: names.iter().map(PathBuf::from).collect(), engine: None }
    }

    fn place(folder: &tempfile::TempDir) -> Place {
        Place::new(folder.path().join("not yet there"), ":7")
    }

    fn first(place: &Place) -> Reception {
        match start(place, Some(&request(&[])), "cpu") {
            Start::First(reception) => reception,
            other => panic!("{other:?}"),
        }
    }

    /// The window as far as this room sees it: takes so many, then closes.
    fn window(reception: Reception, count: usize) -> thread::JoinHandle<Vec<Vec<PathBuf>>> {
        let (sender, woken) = crossbeam_channel::unbounded();
        let wake = Arc::new(move || sender.send(()).unwrap_or_default());
        let visitors = reception.serve(wake).unwrap();
        thread::spawn(move || {
            (0..count)
                .map(|_| {
                    woken.recv().unwrap();
                    visitors.next().unwrap().take().unwrap()
                })
                .collect()
        })
    }

    fn is_handed(start: Start) -> bool {
        matches!(start, Start::HandedOver)
    }

    #[test]
    fn later_starts_hand_their_photos_over_however_soon_they_come() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(&folder);
        let reception = first(&place);
        // These wait until the window is there.
        let early: Vec<_> = ["/a.png", "/b.png"]
            .map(|name| {
                let place = place.clone();
                thread::spawn(move || is_handed(start(&place, Some(&request(&[name])), "")))
            })
            .into();
        let window = window(reception, 4);
        early.into_iter().for_each(|start| assert!(start.join().unwrap()));
        let many: Vec<String> = (0..20_000).map(|n| format!("/photos/of 2024/{n}.png")).collect();
        let many = request(&many.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(is_handed(start(&place, Some(&many), "")));
        assert!(is_handed(start(&place, Some(&request(&[])), "")), "to raise the window");
        let mut taken = window.join().unwrap();
        taken[..2].sort();
        let expected = [request(&["/a.png"]), request(&["/b.png"]), many, request(&[])];
        assert_eq!(taken, expected.map(|request| request.paths));
    }

    #[test]
    fn a_start_that_wants_its_own_window_or_another_engine_gets_one() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(&folder);
        let window = window(first(&place), 1);
        assert!(matches!(start(&place, None, "cpu"), Start::Beside));
        let with = |engine: &str| Request { engine: Some(engine.to_owned()), ..request(&["/a"]) };
        assert!(matches!(start(&place, Some(&with("cuda")), "cuda"), Start::Beside));
        assert!(is_handed(start(&place, Some(&with("cpu")), "cpu")));
        window.join().unwrap();
        // Another display, another window.
        drop(first(&Place::new(folder.path().join("not yet there"), ":8")));
    }

    #[cfg(unix)]
    #[test]
    fn what_a_window_that_died_left_is_no_hindrance() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(&folder);
        let reception = first(&place);
        let socket = place.socket();
        drop(reception);
        if !socket.exists() {
            // Killed, it would have left this.
            let left = std::os::unix::net::UnixListener::bind(&socket).unwrap();
            drop(left);
        }
        let window = window(first(&place), 1);
        assert!(is_handed(start(&place, Some(&request(&["/a"])), "")));
        window.join().unwrap();
        drop(first(&place));
    }

    #[test]
    fn a_window_that_hangs_is_not_waited_for_without_end_and_does_not_take_late() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(&folder);
        let visitors = first(&place).serve(Arc::new(|| {})).unwrap();
        let patience = Duration::from_millis(100);
        assert!(hand_over(&place, &request(&["/a"]), patience).is_err());
        // One that says nothing, or nonsense, harms nobody.
        let silent = connect(&place, patience).unwrap();
        connect(&place, patience).unwrap().write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        drop(silent);
        drop(visitors);
        let (taken, has_taken) = crossbeam_channel::bounded(1);
        drop(has_taken);
        assert_eq!(reception::Handed::new(vec!["/a".into()], taken).take(), None);
    }

    #[test]
    fn slow_and_endless_clients_hold_up_no_later_start() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(&folder);
        let window = window(first(&place), 2);
        let patience = Duration::from_secs(60);
        let mut slow: Vec<_> = (0..6).map(|_| connect(&place, patience).unwrap()).collect();
        for stream in &mut slow {
            stream.write_all(b"{").unwrap();
        }
        let mut endless = connect(&place, patience).unwrap();
        let part = vec![b' '; 1 << 20];
        while endless.write_all(&part).is_ok() {}
        assert!(is_handed(start(&place, Some(&request(&["/a"])), "")));
        // Each has one deadline for all that it says, however often it says a little.
        let started = Instant::now();
        while slow.iter_mut().any(|stream| stream.write_all(b" ").is_ok()) {
            assert!(started.elapsed() < patience, "they are served for ever");
            thread::yield_now();
        }
        assert!(is_handed(start(&place, Some(&request(&["/b"])), "")));
        window.join().unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_lock_that_is_a_link_and_a_folder_of_others_leave_the_window_alone() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let theirs = folder.path().join("theirs");
        fs::write(&theirs, "all of it").unwrap();
        let linked = Place::new(folder.path(), ":7");
        symlink(&theirs, linked.lock()).unwrap();
        assert!(matches!(start(&linked, Some(&request(&[])), "cpu"), Start::Beside));
        assert_eq!(fs::read(&theirs).unwrap(), b"all of it");
        let open = Place::new(folder.path().join("open"), ":7");
        fs::create_dir(&open.folder).unwrap();
        fs::set_permissions(&open.folder, fs::Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(start(&open, Some(&request(&[])), "cpu"), Start::Beside));
        assert!(!open.lock().exists());
    }

    #[cfg(unix)]
    #[test]
    fn none_but_the_user_reaches_the_window() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let place = place(&folder);
        let _reception = first(&place);
        let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o077;
        assert_eq!((mode(&place.folder), mode(&place.socket())), (0, 0));
    }
}
