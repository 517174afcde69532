//! The window's end: a thread that takes what later starts bring.

use std::{
    fs::{self, File},
    io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, bounded};
use interprocess::local_socket::{Listener, ListenerOptions, Stream, prelude::*};

use super::{
    Place, connect,
    message::{self, Answer, Request},
};
use crate::app::{Wake, worker::Worker};

/// How long the window may take to look; shorter than the second start waits.
const WINDOW_WITHIN: Duration = Duration::from_secs(4);
/// How long a second start may take to say what it wants.
const VISITOR_WITHIN: Duration = Duration::from_secs(2);
/// How long closing waits for one who is being served.
const CLOSE_WITHIN: Duration = Duration::from_millis(300);
/// Starts that may wait for the window.
const WAITING: usize = 16;

/// An open meeting place: starts can come, and wait until they are served.
#[derive(Debug)]
pub struct Reception {
    place: Place,
    listener: Listener,
    /// What shows others that there is a window.
    lock: File,
    engine: String,
}

/// What a second start brought.
#[derive(Debug)]
pub struct Handed {
    paths: Vec<PathBuf>,
    taken: Sender<()>,
}

impl Handed {
    pub(super) fn new(paths: Vec<PathBuf>, taken: Sender<()>) -> Self {
        Self { paths, taken }
    }

    /// The photos and folders; `None` where the start that brought them has given up and opened
    /// them itself.
    pub fn take(self) -> Option<Vec<PathBuf>> {
        self.taken.try_send(()).is_ok().then_some(self.paths)
    }
}

/// The starts that come while the window is open.
#[derive(Debug)]
pub struct Visitors {
    handed: Receiver<Handed>,
    closing: Arc<AtomicBool>,
    place: Place,
    worker: Option<Worker>,
    _lock: File,
}

impl Reception {
    /// Opens the place whose lock this is.
    ///
    /// # Errors
    /// Where the system gives no socket there.
    pub(super) fn open(place: &Place, lock: File, engine: &str) -> io::Result<Self> {
        // Whoever held the lock before is gone; its socket may be left.
        if cfg!(unix) {
            let _ = fs::remove_file(place.socket());
        }
        let (place, engine) = (place.clone(), engine.to_owned());
        Ok(Self { listener: listen(&place)?, place, lock, engine })
    }

    /// Serves those who come, on a thread of its own; `wake` has the window look.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn serve(self, wake: Wake) -> io::Result<Visitors> {
        let Self { place, listener, lock, engine } = self;
        let (sender, handed) = bounded(WAITING);
        let closing = Arc::new(AtomicBool::new(false));
        let is_closing = closing.clone();
        let worker = Worker::spawn("cutout-handover", move || {
            for stream in listener.incoming() {
                if is_closing.load(Ordering::Relaxed) {
                    return;
                }
                let served = stream.and_then(|stream| serve(stream, &engine, &sender, &wake));
                if let Err(error) = served {
                    tracing::warn!("a start was not served: {error}");
                }
            }
        })?;
        Ok(Visitors { handed, closing, place, worker: Some(worker), _lock: lock })
    }
}

impl Visitors {
    /// What the next one brought.
    pub fn next(&self) -> Option<Handed> {
        self.handed.try_recv().ok()
    }
}

impl Drop for Visitors {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::Relaxed);
        // One who waits for the window to look waits in vain.
        self.handed = crossbeam_channel::never();
        // The thread looks up when somebody comes.
        let _came = connect(&self.place, CLOSE_WITHIN);
        if let Some(worker) = self.worker.take() {
            worker.end_within(CLOSE_WITHIN);
        }
    }
}

/// A socket that none but the user can reach.
fn listen(place: &Place) -> io::Result<Listener> {
    let options = || Ok::<_, io::Error>(ListenerOptions::new().name(place.name()?));
    #[cfg(unix)]
    {
        use interprocess::os::unix::local_socket::ListenerOptionsExt as _;
        match options()?.mode(0o600).create_sync() {
            // Its folder is for the user alone where sockets have no modes.
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
            made => return made,
        }
    }
    options()?.create_sync()
}

fn serve(mut stream: Stream, engine: &str, to: &Sender<Handed>, wake: &Wake) -> io::Result<()> {
    stream.set_recv_timeout(Some(VISITOR_WITHIN))?;
    stream.set_send_timeout(Some(VISITOR_WITHIN))?;
    let request: Request = message::read(&mut stream)?;
    if request.engine.is_some_and(|wanted| wanted != engine) {
        return message::write(&mut stream, &Answer::OtherEngine);
    }
    let (taken, has_taken) = bounded(1);
    let late = |_| io::Error::from(io::ErrorKind::TimedOut);
    to.send_timeout(Handed::new(request.paths, taken), WINDOW_WITHIN).map_err(late)?;
    wake();
    has_taken.recv_timeout(WINDOW_WITHIN).map_err(|_| io::ErrorKind::TimedOut)?;
    message::write(&mut stream, &Answer::Taken)
}
