//! The mark in every file that Cutout writes: that it is a result, and of which photo. By it results
//! are told from photos, whatever they are called, and no result is taken for another photo's.
//!
//! The mark is a line of text: in a PNG a `tEXt` chunk, in a JPEG a comment, in a TIFF the tag
//! `Software`, in a WebP a chunk of its own behind all others. It holds digests and no names.

use std::{
    fmt,
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
    path::Path,
    str::FromStr,
};

use image::ImageFormat;
use tiff::tags::Tag;

use super::formats::{Content, SNIFF_BYTES};

/// The photo that a result was made of, by digests of 64 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ResultMark {
    /// Of the photo's absolute path.
    pub path: u64,
    /// Of the photo's size, head and end.
    pub content: u64,
}

/// A file as far as it can be a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResultFile {
    /// Its mark; `None` where Cutout did not write it, or the file was cut off before its mark.
    pub mark: Option<ResultMark>,
    /// Whether it ends as files of its format do; `false` for what is no picture.
    pub is_whole: bool,
    /// Whether it holds nothing at all.
    pub is_empty: bool,
}

/// The chunk of a WebP that holds the mark.
pub const WEBP_CHUNK: [u8; 4] = *b"CUTO";
/// The keyword of a PNG's text.
pub const PNG_KEYWORD: &str = "Software";

const BEGINS: &str = "Cutout; source ";
const PNG_SIGNATURE_BYTES: u64 = 8;
/// The end of a PNG: its last chunk, which is empty.
const PNG_END: &[u8] = b"\0\0\0\0IEND\xae\x42\x60\x82";
/// Chunks before a PNG's pixels that are looked at.
const PNG_CHUNKS: usize = 32;
/// No text of ours is longer.
const TEXT_BYTES: u64 = 128;
/// In so many first bytes a JPEG has its comment, and in so many last ones a WebP its chunk.
const NEAR_BYTES: u64 = 256;

impl fmt::Display for ResultMark {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        write!(to, "{BEGINS}{:016x}-{:016x}", self.path, self.content)
    }
}

/// Why a text cannot be read as a mark: another program wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMark;

impl FromStr for ResultMark {
    type Err = NoMark;

    fn from_str(text: &str) -> Result<Self, NoMark> {
        let digests = text.strip_prefix(BEGINS).and_then(|digests| digests.split_once('-'));
        let (path, content) = digests.ok_or(NoMark)?;
        let digest = |text: &str| match text.len() {
            16 => u64::from_str_radix(text, 16).map_err(|_| NoMark),
            _ => Err(NoMark),
        };
        Ok(Self { path: digest(path)?, content: digest(content)? })
    }
}

impl ResultFile {
    /// Looks at a file: a few small reads.
    ///
    /// # Errors
    /// As the system tells; what is no regular file is an error too.
    pub fn of(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let about = file.metadata()?;
        if !about.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let bytes = about.len();
        let head = part(&mut file, 0, SNIFF_BYTES as u64)?;
        let end = part(&mut file, bytes.saturating_sub(NEAR_BYTES), NEAR_BYTES)?;
        let (mark, is_whole) = match Content::of(&head) {
            Content::Supported(ImageFormat::Png) => (png_mark(&mut file)?, end.ends_with(PNG_END)),
            Content::Supported(ImageFormat::Jpeg) => {
                (mark_within(&head), end.ends_with(b"\xff\xd9"))
            }
            Content::Supported(ImageFormat::WebP) => {
                (mark_within(&end), riff_bytes(&head) == Some(bytes))
            }
            Content::Supported(ImageFormat::Tiff) => {
                let (mark, is_whole) = tiff_mark(file, bytes);
                (mark, is_whole)
            }
            // Not a format that is written.
            _ => (None, false),
        };
        Ok(Self { mark, is_whole, is_empty: bytes == 0 })
    }
}

/// Whether a file has the mark of a result; one that cannot be read has none.
pub fn is_result(path: &Path) -> bool {
    ResultFile::of(path).is_ok_and(|file| file.mark.is_some())
}

fn part(file: &mut File, start: u64, bytes: u64) -> io::Result<Vec<u8>> {
    let mut part = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.take(bytes).read_to_end(&mut part)?;
    Ok(part)
}

/// A mark somewhere in these bytes.
fn mark_within(bytes: &[u8]) -> Option<ResultMark> {
    let start = memchr::memmem::find(bytes, BEGINS.as_bytes())?;
    let longest = ResultMark::default().to_string().len();
    str::from_utf8(bytes.get(start..start + longest)?).ok()?.parse().ok()
}

/// Goes from chunk to chunk until the pixels begin.
fn png_mark(file: &mut File) -> io::Result<Option<ResultMark>> {
    file.seek(SeekFrom::Start(PNG_SIGNATURE_BYTES))?;
    for _ in 0..PNG_CHUNKS {
        let mut head = [0; 8];
        if file.read_exact(&mut head).is_err() {
            break;
        }
        let (bytes, kind) = head.split_at(4);
        let bytes = u32::from_be_bytes(bytes.try_into().expect("four bytes"));
        match kind {
            b"IDAT" => break,
            b"tEXt" if u64::from(bytes) <= TEXT_BYTES => {
                let mut text = vec![0; bytes as usize];
                if file.read_exact(&mut text).is_err() {
                    break;
                }
                if let Some(mark) = mark_within(&text) {
                    return Ok(Some(mark));
                }
                file.seek(SeekFrom::Current(4))?;
            }
            _ => {
                file.seek(SeekFrom::Current(i64::from(bytes) + 4))?;
            }
        }
    }
    Ok(None)
}

/// The bytes of a whole file, as its RIFF header says.
fn riff_bytes(head: &[u8]) -> Option<u64> {
    let bytes = u32::from_le_bytes(*head.get(4..)?.first_chunk()?);
    Some(u64::from(bytes) + 8)
}

/// The mark, and whether all strips of pixels lie within the file.
fn tiff_mark(mut file: File, bytes: u64) -> (Option<ResultMark>, bool) {
    if file.rewind().is_err() {
        return (None, false);
    }
    let Ok(mut decoder) = tiff::decoder::Decoder::new(BufReader::new(file)) else {
        return (None, false);
    };
    let text = decoder.get_tag_ascii_string(Tag::Software).ok();
    let mark = text.and_then(|text| mark_within(text.as_bytes()));
    let starts = decoder.get_tag_u64_vec(Tag::StripOffsets).unwrap_or_default();
    let lengths = decoder.get_tag_u64_vec(Tag::StripByteCounts).unwrap_or_default();
    let mut ends = starts.iter().zip(&lengths).map(|(start, length)| start.saturating_add(*length));
    let is_whole = !starts.is_empty() && ends.all(|end| end <= bytes);
    (mark, is_whole)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use image::{DynamicImage, RgbaImage};

    use super::*;
    use crate::imaging::{
        Cancel, Durability, Existing, FileFormat, Matte, Metadata, PngEffort, Writing, save_cutout,
        save_mask,
    };

    const MARK: ResultMark = ResultMark { path: 0x0123_4567_89ab_cdef, content: 7 };

    const MARKED: Writing =
        Writing { existing: Existing::Replace, durability: Durability::Off, mark: Some(MARK) };

    fn formats() -> Vec<FileFormat> {
        vec![
            FileFormat::Png(PngEffort::Fast),
            FileFormat::Png(PngEffort::Balanced),
            FileFormat::Png(PngEffort::Small),
            FileFormat::Webp { quality: 80 },
            FileFormat::WebpLossless,
            FileFormat::Jpeg { quality: 80, colour: [255; 3] },
            FileFormat::Tiff,
        ]
    }

    fn saved(path: &Path, format: FileFormat, metadata: &Metadata) {
        let picture = RgbaImage::from_fn(60, 40, |x, y| image::Rgba([x as u8, y as u8, 9, 200]));
        let picture = DynamicImage::ImageRgba8(picture);
        save_cutout(path, &picture, metadata, format, MARKED, &Cancel::default()).unwrap();
    }

    #[test]
    fn every_format_carries_the_mark_whatever_else_it_carries() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("result");
        let long = vec![7; 100_000];
        for format in formats() {
            for metadata in [
                Metadata::default(),
                Metadata { icc_profile: Some(long.clone()), ..Metadata::default() },
            ] {
                saved(&path, format, &metadata);
                let found = ResultFile::of(&path).unwrap();
                let expected = ResultFile { mark: Some(MARK), is_whole: true, is_empty: false };
                assert_eq!(found, expected, "{format:?}");
                let reader = image::ImageReader::open(&path).unwrap();
                assert!(reader.with_guessed_format().unwrap().decode().is_ok(), "{format:?}");
            }
        }
        let matte = Matte(image::GrayImage::new(8, 8));
        save_mask(&path, &matte, PngEffort::Fast, MARKED, &Cancel::default()).unwrap();
        assert!(is_result(&path));
    }

    #[test]
    fn what_was_cut_off_is_not_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("result");
        for format in formats() {
            saved(&path, format, &Metadata::default());
            let whole = fs::read(&path).unwrap();
            for bytes in [0, 1, 20, whole.len() / 2, whole.len() - 1] {
                fs::write(&path, &whole[..bytes]).unwrap();
                let found = ResultFile::of(&path).unwrap();
                assert!(!found.is_whole, "{format:?} of {bytes} bytes");
                assert_eq!(found.is_empty, bytes == 0);
            }
        }
    }

    #[test]
    fn photos_of_others_have_no_mark() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gas_mask.png");
        image::GrayImage::new(8, 8).save(&path).unwrap();
        let expected = ResultFile { mark: None, is_whole: true, is_empty: false };
        assert_eq!(ResultFile::of(&path).unwrap(), expected);
        assert!(ResultFile::of(folder.path()).is_err());
        for text in ["", "Cutout; source", "Cutout; source 1-2", "GIMP 2.10"] {
            assert_eq!(text.parse::<ResultMark>(), Err(NoMark), "{text}");
        }
        assert_eq!(MARK.to_string().parse(), Ok(MARK));
    }
}
