//! A conversation that ends in time: each reading and writing waits no longer than what is left of it.

use std::{
    io::{self, ErrorKind, Read, Write},
    time::{Duration, Instant},
};

use interprocess::local_socket::{Stream, prelude::*};

/// How long a reading waits before it looks whether the conversation is to end.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A stream with a deadline for all that is said on it.
pub(super) struct Deadline<'a> {
    stream: &'a mut Stream,
    until: Instant,
    is_over: &'a dyn Fn() -> bool,
}

impl<'a> Deadline<'a> {
    /// What is said until then, unless `is_over` says sooner that nobody listens.
    pub(super) fn new(
        stream: &'a mut Stream,
        until: Instant,
        is_over: &'a dyn Fn() -> bool,
    ) -> Self {
        Self { stream, until, is_over }
    }

    fn wait(&self) -> io::Result<Duration> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() || (self.is_over)() {
            return Err(ErrorKind::TimedOut.into());
        }
        Ok(left.min(LOOK_EVERY))
    }
}

fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

impl Read for Deadline<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            self.stream.set_recv_timeout(Some(self.wait()?))?;
            match self.stream.read(buffer) {
                Err(error) if is_late(&error) => {}
                read => return read,
            }
        }
    }
}

impl Write for Deadline<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            self.stream.set_send_timeout(Some(self.wait()?))?;
            match self.stream.write(bytes) {
                Err(error) if is_late(&error) => {}
                written => return written,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
