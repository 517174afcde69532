//! The window's end: a thread that takes what later starts bring.

use std::{
    collections::VecDeque,
    fs::{self, File},
    io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, Builder, JoinHandle},
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender, bounded};
use interprocess::local_socket::{Listener, ListenerOptions, Stream, prelude::*};

use super::{
    Place, connect,
    deadline::Deadline,
    message::{self, Answer, Request},
};
use crate::app::{Wake, worker::Worker};

/// How long the window may take to look; shorter than the second start waits.
const WINDOW_WITHIN: Duration = Duration::from_secs(4);
/// How long a second start may take to say all that it wants, and to hear the answer.
const VISITOR_WITHIN: Duration = Duration::from_secs(2);
/// No list of photos is longer: a command line takes 2 MB.
const LONGEST_REQUEST_BYTES: u64 = 4 << 20;
/// Starts that are served at once; others wait until the oldest of them is done.
const SERVED: usize = 16;
/// How long to wait where the system gives no connection or thread.
const PAUSE: Duration = Duration::from_millis(100);
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
        let server = Arc::new(Server { engine, to: sender, wake, closing: closing.clone() });
        let worker = Worker::spawn("cutout-handover", move || receive(&listener, &server))?;
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

/// What those who serve a start need.
struct Server {
    engine: String,
    to: Sender<Handed>,
    wake: Wake,
    closing: Arc<AtomicBool>,
}

/// Takes those who come and has each served on a thread of its own, so that a slow one holds up no
/// other; a bounded number at once. Ends, when the window closes, after them.
fn receive(listener: &Listener, server: &Arc<Server>) {
    let mut serving: VecDeque<JoinHandle<()>> = VecDeque::new();
    for stream in listener.incoming() {
        if server.closing.load(Ordering::Relaxed) {
            break;
        }
        serving.retain(|thread| !thread.is_finished());
        if serving.len() == SERVED {
            serving.pop_front().into_iter().for_each(end);
        }
        let server = server.clone();
        let spawned = stream.and_then(|stream| {
            Builder::new().name("cutout-visitor".to_owned()).spawn(move || {
                if let Err(error) = server.serve(stream) {
                    tracing::warn!("a start was not served: {error}");
                }
            })
        });
        match spawned {
            Ok(thread) => serving.push_back(thread),
            Err(error) => {
                tracing::warn!("a start was not served: {error}");
                thread::sleep(PAUSE);
            }
        }
    }
    serving.into_iter().for_each(end);
}

/// Waits for a thread, which its visitor's deadline ends.
fn end(thread: JoinHandle<()>) {
    if thread.join().is_err() {
        tracing::error!("serving a start ended in a panic");
    }
}

impl Server {
    fn serve(&self, mut stream: Stream) -> io::Result<()> {
        let is_closing = || self.closing.load(Ordering::Relaxed);
        let within = Instant::now() + VISITOR_WITHIN;
        let mut asking = Deadline::new(&mut stream, within, &is_closing);
        let request: Request = message::read(&mut asking, LONGEST_REQUEST_BYTES)?;
        if request.engine.is_some_and(|wanted| wanted != self.engine) {
            return message::write(&mut asking, &Answer::OtherEngine);
        }
        let (taken, has_taken) = bounded(1);
        let late = |_| io::Error::from(io::ErrorKind::TimedOut);
        self.to.send_timeout(Handed::new(request.paths, taken), WINDOW_WITHIN).map_err(late)?;
        (self.wake)();
        has_taken.recv_timeout(WINDOW_WITHIN).map_err(|_| io::ErrorKind::TimedOut)?;
        let within = Instant::now() + VISITOR_WITHIN;
        // A window that closes right after it took them says so too.
        message::write(&mut Deadline::new(&mut stream, within, &|| false), &Answer::Taken)
    }
}
