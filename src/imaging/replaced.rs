//! A file shown to a decoder with a few of its bytes replaced, so that it reads what it otherwise
//! would not. The file itself stays as it is.

use std::io::{self, Read, Seek, SeekFrom};

/// The file, and what stands in it instead.
pub struct Replaced<R> {
    inner: R,
    position_bytes: u64,
    changes: Vec<(u64, Vec<u8>)>,
}

impl<R: Read + Seek> Replaced<R> {
    /// Shows `inner` from its beginning, with other bytes at these places.
    ///
    /// # Errors
    /// Where the file cannot be read from its beginning.
    pub fn new(mut inner: R, changes: Vec<(u64, Vec<u8>)>) -> io::Result<Self> {
        inner.rewind()?;
        Ok(Self { inner, position_bytes: 0, changes })
    }
}

impl<R: Read> Read for Replaced<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let start = self.position_bytes;
        let end = start + read as u64;
        for (at, bytes) in &self.changes {
            for (place, &byte) in (*at..).zip(bytes) {
                if (start..end).contains(&place) {
                    buffer[(place - start) as usize] = byte;
                }
            }
        }
        self.position_bytes = end;
        if read > 0 || buffer.is_empty() {
            return Ok(read);
        }
        // Behind the end of the file, a change goes on.
        let appended = self.changes.iter().find_map(|(at, bytes)| {
            let from = usize::try_from(start.checked_sub(*at)?).ok()?;
            bytes.get(from..).filter(|rest| !rest.is_empty())
        });
        let Some(appended) = appended else { return Ok(0) };
        let count = appended.len().min(buffer.len());
        buffer[..count].copy_from_slice(&appended[..count]);
        self.position_bytes += count as u64;
        Ok(count)
    }
}

impl<R: Seek> Seek for Replaced<R> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.position_bytes = self.inner.seek(position)?;
        Ok(self.position_bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use super::*;

    #[test]
    fn the_changes_are_seen_wherever_reading_begins() {
        for (capacity, start) in [(1, 0), (3, 1), (100, 2), (2, 3)] {
            let changes = vec![(2, b"CD".to_vec()), (6, b"G".to_vec()), (7, b"Hij".to_vec())];
            let file = Replaced::new(Cursor::new(b"abcdefgh"), changes).unwrap();
            let mut file = BufReader::with_capacity(capacity, file);
            file.seek(SeekFrom::Start(start)).unwrap();
            let mut seen = Vec::new();
            file.read_to_end(&mut seen).unwrap();
            assert_eq!(seen, &b"abCDefGHij"[start as usize..]);
        }
    }
}
