//! What a PNG says beside its pixels, wherever in the file it stands.
//!
//! The png crate gives up at the pixels and does not know the text of older programs. Layout:
//! PNG, third edition, 5.3 (chunks) and 11.3 (what is beside the pixels).

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::read::ZlibDecoder;

use super::{Dpi, colour_profile, icc, replaced::Replaced};

/// Nothing that is read here is larger, packed or unpacked.
const MOST_BYTES: u64 = 8 << 20;
/// No file has more chunks beside its pixels that count.
const MOST_CHUNKS: usize = 1 << 20;

/// What is found.
#[derive(Debug, Default, PartialEq)]
pub struct Chunks {
    pub dpi: Option<Dpi>,
    pub exif: Option<Vec<u8>>,
    /// EXIF as a text, which counts where there is no other.
    exif_of_text: Option<Vec<u8>>,
    has_profile: bool,
    /// The ICC profile, unpacked, if it is no larger than those that are kept.
    profile: Option<Vec<u8>>,
    /// Where the names of chunks with a profile stand.
    profiles_at: Vec<u64>,
    is_srgb: bool,
    gamma: Option<f64>,
    primaries: Option<[f64; 8]>,
    cicp: Option<[u8; 4]>,
    /// Where the end chunk should stand, if all other chunks are whole.
    missing_end_at: Option<u64>,
    /// The name of a chunk that has to be understood to show the picture, and that the standard does
    /// not know: Apple's tools write such files.
    pub unknown_critical: Option<String>,
}

impl Chunks {
    /// Goes through the chunks of a file; what cannot be read is not there.
    pub fn read(file: &mut (impl Read + Seek)) -> Self {
        let mut chunks = Self::default();
        // None where the file ends, whole or not.
        let _ = chunks.walk(file);
        chunks.exif = chunks.exif.take().or(chunks.exif_of_text.take());
        chunks
    }

    fn walk(&mut self, file: &mut (impl Read + Seek)) -> Option<()> {
        let mut at = file.seek(SeekFrom::Start(8)).ok()?;
        let mut has_pixels = false;
        for _ in 0..MOST_CHUNKS {
            let mut head = [0; 8];
            if file.read_exact(&mut head).is_err() {
                let length_bytes = file.seek(SeekFrom::End(0)).ok()?;
                self.missing_end_at = (has_pixels && at <= length_bytes).then_some(at);
                return None;
            }
            let [a, b, c, d, name @ ..] = head;
            let body_bytes = u64::from(u32::from_be_bytes([a, b, c, d]));
            if name == *b"iCCP" {
                self.has_profile = true;
                self.profiles_at.push(at + 4);
            }
            match &name {
                b"IEND" if body_bytes == 0 => {
                    // Its checksum may be cut off.
                    let length_bytes = file.seek(SeekFrom::End(0)).ok()?;
                    self.missing_end_at = (at + 12 > length_bytes).then_some(at);
                    return Some(());
                }
                b"IDAT" => has_pixels = true,
                b"IHDR" | b"PLTE" => {}
                // The fifth bit of the first letter tells (PNG, 5.4).
                [b'A'..=b'Z', others @ ..] if others.iter().all(u8::is_ascii_alphabetic) => {
                    let name = String::from_utf8_lossy(&name).into_owned();
                    self.unknown_critical.get_or_insert(name);
                }
                b"pHYs" | b"gAMA" | b"cHRM" | b"cICP" | b"sRGB" | b"iCCP" | b"eXIf" | b"tEXt"
                | b"zTXt" | b"iTXt"
                    if body_bytes <= MOST_BYTES =>
                {
                    let mut body = Vec::new();
                    file.take(body_bytes).read_to_end(&mut body).ok()?;
                    // Something may be wrong with this chunk alone.
                    let _ = self.take(&name, body);
                }
                _ => {}
            }
            // Its checksum follows.
            at += 8 + body_bytes + 4;
            file.seek(SeekFrom::Start(at)).ok()?;
        }
        None
    }

    /// The file with an end chunk, and without its profile: the png crate would unpack that however
    /// large it becomes.
    ///
    /// # Errors
    /// Where the file cannot be read from its beginning.
    pub fn shown<R: Read + Seek>(&self, file: R) -> io::Result<BufReader<Replaced<R>>> {
        const END: &[u8] = b"\0\0\0\0IEND\xae\x42\x60\x82";
        let end = self.missing_end_at.map(|at| (at, END.to_vec()));
        let unnamed = self.profiles_at.iter().map(|&at| (at, b"noCP".to_vec()));
        Ok(BufReader::new(Replaced::new(file, unnamed.chain(end).collect())?))
    }

    fn take(&mut self, name: &[u8; 4], body: Vec<u8>) -> Option<()> {
        let number = |index: usize| {
            let bytes = body.get(4 * index..)?.first_chunk()?;
            Some(f64::from(u32::from_be_bytes(*bytes)))
        };
        match name {
            b"pHYs" if body.get(8) == Some(&1) => {
                self.dpi = Dpi::from_per_metre(number(0)? as u32, number(1)? as u32);
            }
            b"gAMA" => self.gamma = Some(number(0)? / 1e5),
            b"cHRM" => {
                let mut primaries = [0.0; 8];
                for (index, value) in primaries.iter_mut().enumerate() {
                    *value = number(index)? / 1e5;
                }
                self.primaries = Some(primaries);
            }
            b"cICP" => self.cicp = Some(*body.first_chunk()?),
            b"sRGB" => self.is_srgb = true,
            b"iCCP" => self.profile = Some(unpacked_profile(&body)?),
            b"eXIf" => self.exif = Some(body),
            _ => self.exif_of_text = Some(exif_of_text(name, &body)?),
        }
        Some(())
    }

    /// The ICC profile that the file holds.
    pub fn held_profile(&mut self) -> Option<Vec<u8>> {
        self.profile.take()
    }

    /// A profile of the colours that the file names by numbers, where these are not sRGB's. Numbers
    /// of coding points count first, then a profile, then sRGB, then a curve and primaries.
    pub fn icc_profile(&self) -> Option<Vec<u8>> {
        if let Some(points) = self.cicp
            && let Some(profile) = colour_profile::of_coding_points(points)
        {
            return Some(profile);
        }
        if self.has_profile || self.is_srgb {
            return None;
        }
        colour_profile::of_numbers(self.gamma, self.primaries)
    }
}

/// EXIF that ImageMagick and ExifTool wrote into texts before PNG had a chunk for it: a name, a
/// number of bytes, and the bytes in hexadecimal digits.
fn exif_of_text(name: &[u8; 4], body: &[u8]) -> Option<Vec<u8>> {
    let split = |bytes: &[u8]| {
        let end = bytes.iter().position(|&byte| byte == 0)?;
        Some((bytes[..end].to_vec(), bytes[end + 1..].to_vec()))
    };
    let (keyword, rest) = split(body)?;
    let kind = keyword.strip_prefix(b"Raw profile type ")?.to_ascii_lowercase();
    if kind != b"exif" && kind != b"app1" {
        return None;
    }
    let text = match name {
        b"tEXt" => rest,
        b"zTXt" => unpacked(rest.get(1..)?)?,
        _ => {
            let (&[is_packed, _], rest) = rest.split_first_chunk()?;
            // A language, and the keyword in it.
            let (_, rest) = split(rest)?;
            let (_, rest) = split(&rest)?;
            if is_packed == 1 { unpacked(&rest)? } else { rest }
        }
    };
    let text = String::from_utf8(text).ok()?;
    let mut words = text.split_ascii_whitespace();
    let (_, count) = (words.next()?, words.next()?.parse::<usize>().ok()?);
    let digits: Vec<u8> = words.flat_map(str::bytes).collect();
    let mut bytes = digits
        .chunks_exact(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    let exif: Vec<u8> = bytes.by_ref().take(count).collect::<Option<_>>()?;
    // An APP1 segment may hold XMP instead.
    (exif.starts_with(b"Exif\0\0") || exif.starts_with(b"II*\0") || exif.starts_with(b"MM\0*"))
        .then_some(exif)
}

/// The profile in a chunk: behind a name, a zero and the number of the method.
fn unpacked_profile(body: &[u8]) -> Option<Vec<u8>> {
    let name_bytes = body.iter().position(|&byte| byte == 0)?;
    let packed = body.get(name_bytes + 2..)?;
    let mut profile = Vec::new();
    let most_bytes = icc::MOST_BYTES as u64 + 1;
    ZlibDecoder::new(packed).take(most_bytes).read_to_end(&mut profile).ok()?;
    (profile.len() <= icc::MOST_BYTES).then_some(profile)
}

fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    ZlibDecoder::new(packed).take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
