//! Readers and writers that fail once a [`Cancel`] is raised, so that decoders and encoders that
//! know nothing of it stop where they next touch the file.

use std::io::{self, Read, Seek, SeekFrom, Write};

use super::Cancel;

/// Passes everything on to `inner` until `cancel` is raised.
pub struct Cancellable<'a, T> {
    inner: T,
    cancel: &'a Cancel,
}

impl<'a, T> Cancellable<'a, T> {
    pub fn new(inner: T, cancel: &'a Cancel) -> Self {
        Self { inner, cancel }
    }
}

impl<T: Read> Read for Cancellable<'_, T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.cancel.check().map_err(io::Error::other)?;
        self.inner.read(buffer)
    }
}

impl<T: Seek> Seek for Cancellable<'_, T> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.inner.seek(position)
    }
}

impl<T: Write> Write for Cancellable<'_, T> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.cancel.check().map_err(io::Error::other)?;
        self.inner.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
