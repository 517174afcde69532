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

use crate::imaging::{
    StripSource,
    strips::{Rows, row_bytes},
};

/// A step more takes twice the time for a fifteenth of the bytes.
const LEVEL: u32 = 3;
/// A zlib stream begins so at that level.
const HEADER: [u8; 2] = [0x78, 0x5e];
/// How much compressed data goes into one chunk of the file.
const CHUNK_BYTES: usize = 64 << 10;
/// How many parts are compressed at the same time.
const AT_ONCE: usize = 4;

/// Writes all rows, each as its difference to the one above, as the file's image data.
///
/// # Errors
/// Those of the writer, of the picture, and of a system that gives no thread.
pub fn write<W: Write>(file: &mut png::Writer<W>, picture: &dyn StripSource) -> io::Result<()> {
    let mut append = |bytes: &[u8]| {
        file.write_chunk(png::chunk::IDAT, bytes).map_err(|error| match error {
            png::EncodingError::IoError(error) => error,
            other => io::Error::other(other),
        })
    };
    append(&HEADER)?;
    let mut sum = Sum::default();
    for parts in parts(picture).chunks(AT_ONCE) {
        write_parts(&mut append, picture, parts, &mut sum)?;
    }
    append(&sum.adler.finish().to_be_bytes())
}

/// Writes parts that follow one another: the first as it is compressed, the others, which are compressed
/// meanwhile, behind it.
fn write_parts(
    append: &mut dyn FnMut(&[u8]) -> io::Result<()>,
    picture: &dyn StripSource,
    parts: &[Range<u32>],
    sum: &mut Sum,
) -> io::Result<()> {
    let Some((first, others)) = parts.split_first() else { return Ok(()) };
    let given_up = AtomicBool::new(false);
    let go_on = || match given_up.load(Relaxed) {
        true => Err(io::Error::from(io::ErrorKind::Interrupted)),
        false => Ok(()),
    };
    thread::scope(|scope| {
        let others = others.iter().map(|part| {
            let body = move || Pressed::of(picture, part, |_| go_on());
            Builder::new().name("cutout-press".to_owned()).spawn_scoped(scope, body)
        });
        let others = others.collect::<io::Result<Vec<_>>>()?;
        let all = || -> io::Result<()> {
            let first = Pressed::of(picture, first, |stream| {
                if stream.len() >= CHUNK_BYTES {
                    append(stream)?;
                    stream.clear();
                }
                Ok(())
            })?;
            append(&first.stream)?;
            sum.extend(&first.sum);
            for other in others {
                let other = other.join().unwrap_or_else(|panic| resume_unwind(panic))?;
                append(&other.stream)?;
                sum.extend(&other.sum);
            }
            Ok(())
        };
        all().inspect_err(|_| given_up.store(true, Relaxed))
    })
}

/// Rows that are compressed together; one part at least, and no more than are worth a thread.
fn parts(picture: &dyn StripSource) -> Vec<Range<u32>> {
    const LEAST_BYTES: u64 = 2 << 20;
    // What is compressed meanwhile is kept until its turn comes.
    const MOST_BYTES: u64 = 32 << 20;
    let count = u64::from(picture.size_px().1);
    let bytes = row_bytes(picture) as u64 * count;
    let parts = (bytes / LEAST_BYTES).clamp(1, AT_ONCE as u64);
    let parts = parts.max(bytes.div_ceil(MOST_BYTES)).min(count.max(1));
    let row = |part| (count * part / parts) as u32;
    (0..parts).map(|part| row(part)..row(part + 1)).collect()
}

/// Rows as the file has them: how their bytes are filtered, and the bytes, the higher of a sample first.
struct Filtered<'a> {
    rows: Rows<'a>,
    is_16_bit: bool,
    /// The row before the next, in the machine's byte order; empty above the first.
    above: Vec<u8>,
    filtered: Vec<u8>,
}

impl<'a> Filtered<'a> {
    fn new(picture: &'a dyn StripSource, part: &Range<u32>) -> io::Result<Self> {
        let first = part.start.saturating_sub(1);
        let mut rows = Rows::of(picture, first..part.end);
        let above = match first < part.start {
            true => rows.next()?.unwrap_or_default().to_vec(),
            false => Vec::new(),
        };
        let color = picture.color();
        let is_16_bit = color.bytes_per_pixel() / color.channel_count() == 2;
        let filtered = Vec::with_capacity(1 + row_bytes(picture));
        Ok(Self { rows, is_16_bit, above, filtered })
    }

    /// The next row, each sample as its difference to the one above.
    fn next(&mut self) -> io::Result<Option<&[u8]>> {
        const UP: u8 = 2;
        let Some(row) = self.rows.next()? else { return Ok(None) };
        self.filtered.clear();
        self.filtered.push(UP);
        if self.above.is_empty() {
            self.filtered.extend(row);
        } else {
            let differences = row.iter().zip(&self.above).map(|(a, b)| a.wrapping_sub(*b));
            self.filtered.extend(differences);
        }
        self.above.clear();
        self.above.extend(row);
        if self.is_16_bit {
            to_big_endian(&mut self.filtered[1..]);
        }
        Ok(Some(&self.filtered))
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
    /// Some rows. After each of them `each` may empty the stream.
    fn of(
        picture: &dyn StripSource,
        part: &Range<u32>,
        mut each: impl FnMut(&mut Vec<u8>) -> io::Result<()>,
    ) -> io::Result<Self> {
        let is_last = part.end == picture.size_px().1;
        let deflate = Compress::new(Compression::new(LEVEL), false);
        let mut pressed = Self { deflate, stream: Vec::new(), sum: Sum::default() };
        let mut rows = Filtered::new(picture, part)?;
        while let Some(row) = rows.next()? {
            pressed.take(row, FlushCompress::None)?;
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
#[derive(Default)]
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
    use image::{ColorType, DynamicImage, GrayImage, ImageBuffer};

    use super::*;
    use crate::imaging::Cancelled;

    fn sum(bytes: &[u8]) -> Sum {
        let mut sum = Sum::default();
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

    /// Bands of grey, made as they are asked for.
    struct Bands(u32, u32);

    impl Bands {
        fn level(y: u32) -> u8 {
            (y / 3) as u8
        }
    }

    impl StripSource for Bands {
        fn size_px(&self) -> (u32, u32) {
            (self.0, self.1)
        }

        fn color(&self) -> ColorType {
            ColorType::L8
        }

        fn strip(&self, rows: Range<u32>) -> Result<DynamicImage, Cancelled> {
            let pixels = |y| std::iter::repeat_n(Self::level(y), self.0 as usize);
            let (height_px, levels) = (rows.end - rows.start, rows.flat_map(pixels).collect());
            Ok(GrayImage::from_raw(self.0, height_px, levels).unwrap().into())
        }
    }

    #[test]
    fn what_is_made_of_more_parts_than_are_made_at_once_is_whole() {
        let picture = Bands(16_000, 9_001);
        assert!(parts(&picture).len() > AT_ONCE);
        let mut file = Vec::new();
        let encoder = png::Encoder::new(&mut file, picture.0, picture.1);
        let mut writer = encoder.write_header().unwrap();
        write(&mut writer, &picture).unwrap();
        writer.finish().unwrap();
        let mut reader = png::Decoder::new(io::Cursor::new(file)).read_info().unwrap();
        for y in 0..picture.1 {
            let row = reader.next_row().unwrap().expect("another row");
            assert!(row.data().iter().all(|&level| level == Bands::level(y)), "row {y}");
        }
        assert!(reader.next_row().unwrap().is_none());
        reader.finish().unwrap();
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
        let samples = (0..side * side).map(|_| u16::from_ne_bytes([noise(), noise()]));
        let samples = ImageBuffer::from_raw(side, side, samples.collect()).unwrap();
        let picture = DynamicImage::ImageLuma16(samples);
        assert_eq!(parts(&picture).len(), 4);
        let write_to = |room| {
            let mut encoder = png::Encoder::new(Full(room), side, side);
            encoder.set_depth(png::BitDepth::Sixteen);
            write(&mut encoder.write_header().unwrap(), &picture)
        };
        for room in [1 << 10, 1 << 20, 5 << 20] {
            let error = write_to(room).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{room}: {error}");
        }
        write_to(picture.as_bytes().len() * 2).unwrap();
    }
}
