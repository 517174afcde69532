//! A thread that the window ends when it closes, but does not wait for without end.

use std::{
    io,
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

/// A thread of the window's own.
#[derive(Debug)]
pub struct Worker {
    name: &'static str,
    thread: JoinHandle<()>,
    ended: Receiver<()>,
}

impl Worker {
    /// Starts a thread of this name.
    ///
    /// # Errors
    /// Where the system gives none.
    pub fn spawn(name: &'static str, work: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let (ending, ended) = bounded(0);
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            let _ending: Sender<()> = ending;
            work();
        })?;
        Ok(Self { name, thread, ended })
    }

    /// Waits until it has ended, for so long; one that is still busy, with a disk that does not
    /// answer, is left to the end of the process. What it works for must be over.
    pub fn end_within(self, patience: Duration) {
        match self.ended.recv_timeout(patience) {
            Err(RecvTimeoutError::Timeout) => {
                tracing::warn!("{} is still busy; leaving it", self.name);
            }
            _ => {
                if self.thread.join().is_err() {
                    tracing::error!("{} ended in a panic", self.name);
                }
            }
        }
    }
}
