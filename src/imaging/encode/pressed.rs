//! The pixels of a PNG, compressed in parts at the same time.
//!
//! Deflate data that ends with an empty stored block ends at a byte, and what another compressor made
//! may follow (RFC 1951, 3.2.4). So the file has one ordinary zlib stream (RFC 1950). The parts depend
//! on the picture alone, not on the machine: the same pixels are the same file everywhere.

use std::{
    io::{self, Write},
    ops::Range,
    panic::resume_unwind,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread::{self, Builder},
};

use flate2::{Compress, Compression, FlushCompress, Status};
use simd_adler32::Adler32;

/// A step more takes twice the time for a fifteenth of the bytes.
const LEVEL: u32 = 3;
/// A zlib stream begins so at that level.
const HEADER: [u8; 2] = [0x78, 0x5e];
/// How much compressed data goes into one chunk of the file.
const CHUNK_BYTES: usize = 64 << 10;

/// Rows of samples, row-major and in the machine's byte order.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// All of them.
    pub samples: &'a [u8],
    /// Of one row.
    pub row_bytes: usize,
    /// Whether a sample has two bytes.
    pub is_16_bit: bool,
}

/// Writes all rows, each as its difference to the one above, as the file's image data.
///
/// # Errors
/// Those of the writer, and of a system that gives no thread.
pub fn write<W: Write>(file: &mut png::Writer<W>, rows: Rows) -> io::Result<()> {
    let mut parts = rows.parts();
    let first = parts.remove(0);
    let given_up = AtomicBool::new(false);
    let go_on = || match given_up.load(Relaxed) {
        true => Err(io::Error::from(io::ErrorKind::Interrupted)),
        false => Ok(()),
    };
    thread::scope(|scope| {
        let others = parts.into_iter().map(|part| {
            let body = move || Pressed::of(rows, part, Vec::new(), |_| go_on());
            Builder::new().name("cutout-press".to_owned()).spawn_scoped(scope, body)
        });
        let others = others.collect::<io::Result<Vec<_>>>()?;
        let mut append = |bytes: &[u8]| {
            file.write_chunk(png::chunk::IDAT, bytes).map_err(|error| match error {
                png::EncodingError::IoError(error) => error,
                other => io::Error::other(other),
            })
        };
        let all = || -> io::Result<()> {
            let Pressed { stream, mut sum, .. } =
                Pressed::of(rows, first, HEADER.into(), |stream| {
                    if stream.len() >= CHUNK_BYTES {
                        append(stream)?;
                        stream.clear();
                    }
                    Ok(())
                })?;
            append(&stream)?;
            for other in others {
                let other = other.join().unwrap_or_else(|panic| resume_unwind(panic))?;
                append(&other.stream)?;
                sum.extend(&other.sum);
            }
            append(&sum.adler.finish().to_be_bytes())
        };
        all().inspect_err(|_| given_up.store(true, Relaxed))
    })
}

impl Rows<'_> {
    fn count(&self) -> usize {
        self.samples.len() / self.row_bytes.max(1)
    }

    /// Rows that are compressed together; one part at least, and no more than are worth a thread.
    fn parts(&self) -> Vec<Range<usize>> {
        const PART_BYTES: usize = 2 << 20;
        const MOST: usize = 4;
        let parts = (self.samples.len() / PART_BYTES).clamp(1, MOST).min(self.count().max(1));
        let row = |part| self.count() * part / parts;
        (0..parts).map(|part| row(part)..row(part + 1)).collect()
    }

    /// A row as the file has it: how its bytes are filtered, and the bytes, the higher of a sample first.
    fn difference_to_above(&self, y: usize, filtered: &mut Vec<u8>) {
        const UP: u8 = 2;
        let row = |y: usize| &self.samples[y * self.row_bytes..][..self.row_bytes];
        let (here, above) = (row(y), y.checked_sub(1).map(row));
        filtered.clear();
        filtered.push(UP);
        match above {
            None => filtered.extend(here),
            Some(above) => filtered.extend(here.iter().zip(above).map(|(a, b)| a.wrapping_sub(*b))),
        }
        if self.is_16_bit {
            to_big_endian(&mut filtered[1..]);
        }
    }
}

/// Brings samples of two bytes from the machine's order to the file's.
pub fn to_big_endian(samples: &mut [u8]) {
    for sample in samples.as_chunks_mut::<2>().0 {
        *sample = u16::from_ne_bytes(*sample).to_be_bytes();
    }
}

/// What was compressed so far.
struct Pressed {
    deflate: Compress,
    stream: Vec<u8>,
    sum: Sum,
}

impl Pressed {
    /// Some rows, behind what is in the stream already. After each of them `each` may empty it.
    fn of(
        rows: Rows,
        part: Range<usize>,
        stream: Vec<u8>,
        mut each: impl FnMut(&mut Vec<u8>) -> io::Result<()>,
    ) -> io::Result<Self> {
        let is_last = part.end == rows.count();
        let deflate = Compress::new(Compression::new(LEVEL), false);
        let mut pressed = Self { deflate, stream, sum: Sum { adler: Adler32::new(), bytes: 0 } };
        let mut row = Vec::with_capacity(1 + rows.row_bytes);
        for y in part {
            rows.difference_to_above(y, &mut row);
            pressed.take(&row, FlushCompress::None)?;
            each(&mut pressed.stream)?;
        }
        pressed.take(&[], if is_last { FlushCompress::Finish } else { FlushCompress::Sync })?;
        Ok(pressed)
    }

    fn take(&mut self, bytes: &[u8], flush: FlushCompress) -> io::Result<()> {
        self.sum.take(bytes);
        let begin = self.deflate.total_in();
        loop {
            self.stream.reserve(CHUNK_BYTES);
            let taken = (self.deflate.total_in() - begin) as usize;
            let status = self.deflate.compress_vec(&bytes[taken..], &mut self.stream, flush);
            let has_room = self.stream.len() < self.stream.capacity();
            if status.map_err(io::Error::other)? == Status::StreamEnd || has_room {
                return Ok(());
            }
        }
    }
}

/// The checksum of bytes, and how many they are.
struct Sum {
    adler: Adler32,
    bytes: u64,
}

impl Sum {
    fn take(&mut self, bytes: &[u8]) {
        self.adler.write(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// The sum of these bytes and of others after them (RFC 1950, 8.2): the low half counts from 1 and
    /// adds up bytes, the high half adds up the low halves.
    fn extend(&mut self, after: &Self) {
        const MODULUS: u64 = 65_521;
        let halves = |sum: &Self| {
            let adler = u64::from(sum.adler.finish());
            (adler & 0xffff, adler >> 16)
        };
        let ((low, high), (low_after, high_after)) = (halves(self), halves(after));
        let before = low + MODULUS - 1;
        let low = (before + low_after) % MODULUS;
        let high = (high + high_after + after.bytes % MODULUS * before) % MODULUS;
        self.adler = Adler32::from_checksum((high << 16 | low) as u32);
        self.bytes += after.bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(bytes: &[u8]) -> Sum {
        let mut sum = Sum { adler: Adler32::new(), bytes: 0 };
        sum.take(bytes);
        sum
    }

    #[test]
    fn sums_of_parts_make_the_sum_of_the_whole() {
        let bytes: Vec<u8> = (0..200_000_u32).map(|at| ((at * 7919) >> 5) as u8 | 0xc0).collect();
        for cut in [0, 1, 65_521, 70_000, bytes.len()] {
            let (before, after) = bytes.split_at(cut);
            let mut joined = sum(before);
            joined.extend(&sum(after));
            assert_eq!(joined.adler.finish(), sum(&bytes).adler.finish(), "cut at {cut}");
            assert_eq!(joined.bytes, bytes.len() as u64);
        }
    }

    /// Takes so many bytes, then fails.
    struct Full(usize);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_writer_that_fails_anywhere_is_told_of() {
        let side = 2048;
        // Noise, which nothing makes smaller: xorshift.
        let mut state = 1_u32;
        let mut noise = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state as u8
        };
        let samples: Vec<u8> = (0..side * side * 2).map(|_| noise()).collect();
        let rows = Rows { samples: &samples, row_bytes: 2 * side as usize, is_16_bit: true };
        assert_eq!(rows.parts().len(), 4);
        let write_to = |room| {
            let mut encoder = png::Encoder::new(Full(room), side, side);
            encoder.set_depth(png::BitDepth::Sixteen);
            write(&mut encoder.write_header().unwrap(), rows)
        };
        for room in [1 << 10, 1 << 20, 5 << 20] {
            let error = write_to(room).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{room}: {error}");
        }
        write_to(samples.len() * 2).unwrap();
    }
}
