//! One window: a second start hands its photos to the window that runs and ends.
//!
//! Who holds the lock in the meeting place is the window; whoever finds it held connects to the
//! socket beside it. A window that does not answer in time is left alone, and the second start
//! opens its own.

mod message;
mod place;
mod reception;

use std::{
    fs::{self, File, TryLockError},
    io,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use interprocess::{
    ConnectWaitMode,
    local_socket::{ConnectOptions, Stream, prelude::*},
};

use message::Answer;

pub use message::Request;
pub use place::Place;
pub use reception::{Handed, Reception, Visitors};

/// How long a second start waits for the window to take its photos; it may be starting itself.
const PATIENCE: Duration = Duration::from_secs(5);
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
    make_private(&place.folder)?;
    let lock = File::create(place.lock())?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Makes a folder; what is made is for the user alone.
fn make_private(folder: &PathBuf) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
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
    stream.set_send_timeout(left())?;
    message::write(&mut stream, request)?;
    stream.set_recv_timeout(Some(left().ok_or_else(late)?))?;
    message::read(&mut stream)
}

fn connect(place: &Place, patience: Duration) -> io::Result<Stream> {
    let options = ConnectOptions::new().name(place.name()?);
    options.wait_mode(ConnectWaitMode::Timeout(patience)).connect_sync()
}

#[cfg(test)]
mod tests {
    use std::{io::Write as _, sync::Arc, thread};

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
