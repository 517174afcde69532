//! The markers of a JPEG file: where its picture ends, and which kind it is.
//!
//! Layout: ITU-T T.81, annex B.

use std::io::{self, Read};

use memchr::memchr;

use super::super::DecodeProblem;

/// How much is read at a time.
const STEP_BYTES: u64 = 1 << 18;
/// No scan takes more than so many bytes a sample: 27 bits a coefficient, each byte stuffed.
const MOST_BYTES_PER_SAMPLE: usize = 7;

/// What the markers of a JPEG file say.
#[derive(Debug, Default, PartialEq)]
pub struct Layout {
    frame: Option<Frame>,
    scans: Vec<Scan>,
    has_huffman_tables: bool,
    /// An Adobe marker: four inks are stored inverted.
    pub has_adobe_marker: bool,
    /// Whether an end marker follows the last scan.
    pub has_end: bool,
    /// Raw EXIF, as it stands in its segment.
    pub exif: Option<Vec<u8>>,
    /// Parts of the colour profile, with their numbers.
    icc_parts: Vec<(u8, Vec<u8>)>,
}

/// What the frame header says: coding process, bits a sample, and how components are sampled.
#[derive(Clone, Debug, PartialEq)]
struct Frame {
    /// The low four bits of its marker tell its kind.
    kind: u8,
    bits_per_sample: u8,
    /// Of all components, as if each were sampled most finely.
    samples: usize,
    components: Vec<u8>,
    /// How finely each component is sampled: across in the high four bits, down in the low.
    sampling: Vec<u8>,
}

/// The header of a scan, which holds some components, or some of their coefficients.
#[derive(Clone, Debug, PartialEq)]
struct Scan {
    components: Vec<u8>,
    first_coefficient: u8,
    last_coefficient: u8,
    bits_left: u8,
}

/// Who decodes a JPEG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// zune-jpeg.
    Usual,
    /// libjpeg.
    Rare,
    /// Nobody; this is what the file is.
    Refused(&'static str),
    /// Nobody: a part is missing.
    CutOff,
}

impl Layout {
    /// Who decodes the file.
    pub fn route(&self) -> Route {
        let Some(frame) = &self.frame else {
            return if self.has_end { Route::Usual } else { Route::CutOff };
        };
        match frame.kind {
            0xc3 | 0xcb => return Route::Refused("lossless JPEG"),
            0xc5..=0xc7 | 0xcd..=0xcf => return Route::Refused("hierarchical JPEG"),
            _ if frame.bits_per_sample != 8 => {
                return Route::Refused(match frame.bits_per_sample {
                    12 => "12 bits per sample",
                    _ => "an unusual number of bits per sample",
                });
            }
            _ => {}
        }
        let is_arithmetic = frame.kind >= 0xc9;
        let is_progressive = matches!(frame.kind, 0xc2 | 0xca);
        if !(if is_progressive { self.is_refined(frame) } else { self.is_covered(frame) }) {
            return Route::CutOff;
        }
        // Such a coder leaves zeros out at its end: nobody can tell whether more is missing.
        if is_arithmetic && !self.has_end {
            return Route::CutOff;
        }
        let is_usual = self.has_end
            && !is_arithmetic
            && self.has_huffman_tables
            && frame.is_finest_first()
            && (is_progressive || self.scans.len() == 1);
        if is_usual { Route::Usual } else { Route::Rare }
    }

    /// What a decoder keeps coefficients in until it has read the last scan, of 2 bytes each; nothing
    /// where one scan brings whole blocks.
    pub fn coefficients_bytes(&self) -> u64 {
        let Some(frame) = &self.frame else { return 0 };
        let is_progressive = matches!(frame.kind, 0xc2 | 0xca);
        match is_progressive || self.scans.len() > 1 {
            true => frame.coefficients().saturating_mul(2),
            false => 0,
        }
    }

    /// Whether every component has a scan.
    fn is_covered(&self, frame: &Frame) -> bool {
        frame
            .components
            .iter()
            .all(|component| self.scans.iter().any(|scan| scan.components.contains(component)))
    }

    /// Whether the scans of a progressive picture bring every coefficient to its last bit. Where
    /// an end marker follows, its maker wanted no more.
    fn is_refined(&self, frame: &Frame) -> bool {
        self.has_end
            || frame.components.iter().all(|component| {
                (0..64).all(|coefficient| {
                    let mut scans = self.scans.iter().filter(|scan| {
                        scan.components.contains(component)
                            && (scan.first_coefficient..=scan.last_coefficient)
                                .contains(&coefficient)
                    });
                    scans.next_back().is_some_and(|scan| scan.bits_left == 0)
                })
            })
    }

    /// The colour profile, its parts in their order.
    pub fn icc_profile(&self) -> Option<Vec<u8>> {
        let mut parts: Vec<_> = self.icc_parts.iter().collect();
        parts.sort_by_key(|(number, _)| *number);
        let profile: Vec<u8> = parts.into_iter().flat_map(|(_, part)| part.clone()).collect();
        (!profile.is_empty()).then_some(profile)
    }

    /// Takes in a segment; `None` where it cannot be one.
    fn take(&mut self, marker: u8, body: &[u8]) -> Option<()> {
        match marker {
            0xc4 => self.has_huffman_tables = true,
            0xc8 | 0xcc => {}
            0xc0..=0xcf => self.frame = Some(Frame::read(marker, body)?),
            0xda => self.scans.push(Scan::read(body, self.frame.as_ref()?)?),
            0xe1 if self.exif.is_none() => {
                self.exif =
                    body.strip_prefix(b"Exif\0").and_then(|exif| exif.get(1..)).map(Vec::from);
            }
            0xe2 => {
                if let Some([number, _, part @ ..]) = body.strip_prefix(b"ICC_PROFILE\0") {
                    self.icc_parts.push((*number, part.to_vec()));
                }
            }
            0xee => self.has_adobe_marker |= body.starts_with(b"Adobe"),
            _ => {}
        }
        Some(())
    }

    /// The most bytes that one scan can have.
    fn most_scan_bytes(&self) -> usize {
        let samples = self.frame.as_ref().map_or(0, |frame| frame.samples);
        samples.saturating_mul(MOST_BYTES_PER_SAMPLE).saturating_add(1 << 20)
    }
}

impl Frame {
    fn read(kind: u8, body: &[u8]) -> Option<Self> {
        let &[bits_per_sample, y_high, y_low, x_high, x_low, count] = body.first_chunk()?;
        let components = body.get(6..6 + 3 * usize::from(count))?;
        let side = |high, low| usize::from(u16::from_be_bytes([high, low])).next_multiple_of(32);
        Some(Self {
            kind,
            bits_per_sample,
            samples: side(y_high, y_low) * side(x_high, x_low) * usize::from(count),
            components: components.chunks_exact(3).map(|component| component[0]).collect(),
            sampling: components.chunks_exact(3).map(|component| component[1]).collect(),
        })
    }
}

impl Frame {
    /// Whether no component is sampled more finely than the first, the brightness.
    fn is_finest_first(&self) -> bool {
        let &[first, ref others @ ..] = self.sampling.as_slice() else { return true };
        others.iter().all(|other| other >> 4 <= first >> 4 && other & 0x0f <= first & 0x0f)
    }

    /// How many coefficients all components have.
    fn coefficients(&self) -> u64 {
        let factors = || self.sampling.iter().map(|both| (both >> 4, both & 0x0f));
        let most = |factors: &mut dyn Iterator<Item = u8>| factors.max().unwrap_or(1).max(1);
        let across = most(&mut factors().map(|(across, _)| across));
        let down = most(&mut factors().map(|(_, down)| down));
        let each = (self.samples / self.components.len().max(1)) as u64;
        let parts: u64 = factors().map(|(across, down)| u64::from(across) * u64::from(down)).sum();
        each * parts / (u64::from(across) * u64::from(down))
    }
}

impl Scan {
    fn read(body: &[u8], frame: &Frame) -> Option<Self> {
        let (&count, rest) = body.split_first()?;
        let (components, rest) = rest.split_at_checked(2 * usize::from(count))?;
        let &[first_coefficient, last_coefficient, bits] = rest.first_chunk()?;
        let components: Vec<u8> =
            components.chunks_exact(2).map(|component| component[0]).collect();
        let is_known = |component| frame.components.contains(component);
        let is_scan = !components.is_empty() && components.iter().all(is_known);
        is_scan.then_some(Self {
            components,
            first_coefficient,
            last_coefficient,
            bits_left: bits & 0x0f,
        })
    }
}

/// A file that is read as far as it is looked at.
struct Growing<R> {
    reader: R,
    bytes: Vec<u8>,
    is_over: bool,
}

impl<R: Read> Growing<R> {
    fn grow(&mut self) -> io::Result<()> {
        self.is_over = self.reader.by_ref().take(STEP_BYTES).read_to_end(&mut self.bytes)? == 0;
        Ok(())
    }

    /// The bytes from `from` to `to`, if the file has them.
    fn get(&mut self, from: usize, to: usize) -> io::Result<Option<&[u8]>> {
        while self.bytes.len() < to && !self.is_over {
            self.grow()?;
        }
        Ok(self.bytes.get(from..to))
    }

    /// Where the next marker's code stands, behind any fill bytes; not looked for behind `end`.
    fn next_marker(&mut self, from: usize, end: usize) -> io::Result<Option<usize>> {
        let mut at = from;
        while at < end {
            if self.get(at, at + 1)?.is_none() {
                return Ok(None);
            }
            match memchr(0xff, &self.bytes[at..]) {
                None => at = self.bytes.len(),
                Some(0) => match self.get(at + 1, at + 2)? {
                    Some([0xff]) => at += 1,
                    Some(_) => return Ok(Some(at + 1)),
                    None => return Ok(None),
                },
                Some(ahead) => at += ahead,
            }
        }
        Ok(None)
    }
}

/// Reads a JPEG up to the end of its picture: what lies behind it stays in the file. A picture
/// without an end marker is given one.
///
/// Markers are looked for at the top level only: an embedded thumbnail has an end of its own.
///
/// # Errors
/// Where the file cannot be read.
pub fn read(reader: impl Read) -> Result<(Vec<u8>, Layout), DecodeProblem> {
    let mut file = Growing { reader, bytes: Vec::new(), is_over: false };
    let mut layout = Layout::default();
    let end =
        walk(&mut file, &mut layout).map_err(|error| DecodeProblem::Unreadable(error.into()))?;
    let mut bytes = file.bytes;
    bytes.truncate(end);
    if !layout.has_end {
        bytes.extend(END_OF_IMAGE);
    }
    Ok((bytes, layout))
}

const END_OF_IMAGE: [u8; 2] = [0xff, 0xd9];

/// Goes from marker to marker; gives where the picture ends.
fn walk(file: &mut Growing<impl Read>, layout: &mut Layout) -> io::Result<usize> {
    // Behind the start of the image.
    let mut at = 2_usize;
    let mut scan_end = None;
    loop {
        let most = match (layout.scans.is_empty(), scan_end) {
            (false, None) => at.saturating_add(layout.most_scan_bytes()),
            _ => usize::MAX,
        };
        let Some(marker_at) = file.next_marker(at, most)? else {
            return Ok(scan_end.unwrap_or(most).min(file.bytes.len()));
        };
        let marker = file.bytes[marker_at];
        at = marker_at + 1;
        let is_in_scans = !layout.scans.is_empty();
        match marker {
            0xd9 => {
                layout.has_end = true;
                return Ok(at);
            }
            // A stuffed byte of compressed data, or a marker that stands alone.
            0x00 | 0x01 | 0xd0..=0xd7 => continue,
            0xd8 if !is_in_scans => continue,
            _ => {}
        }
        if is_in_scans {
            scan_end = scan_end.or(Some(marker_at - 1));
        }
        let may_follow_scans = matches!(marker, 0xc4 | 0xcc | 0xda..=0xdd | 0xe0..=0xef | 0xfe);
        let length = match file.get(at, at + 2)? {
            Some(&[high, low]) => usize::from(u16::from_be_bytes([high, low])),
            _ => 0,
        };
        let segment_end = at + length;
        let is_segment = length >= 2 && (!is_in_scans || may_follow_scans);
        let segment = if is_segment { file.get(at + 2, segment_end)? } else { None };
        let taken = segment.map(<[u8]>::to_vec).and_then(|body| layout.take(marker, &body));
        match (taken, scan_end) {
            // What follows the last scan is no part of the picture.
            (None, Some(end)) => return Ok(end),
            (None, None) if segment_end > file.bytes.len() || length < 2 => {
                return Ok(file.bytes.len());
            }
            _ => {}
        }
        if marker == 0xda {
            scan_end = None;
        }
        at = segment_end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: &[u8] = b"\xff\xc0\0\x0b\x08\0\x08\0\x08\x01\x01\x11\0";
    const FINER_COLOUR: &[u8] = b"\xff\xc0\0\x0e\x08\0\x08\0\x08\x02\x01\x11\0\x02\x21\0";
    const TABLES: &[u8] = b"\xff\xc4\0\x03\0";
    const SCAN: &[u8] = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0";

    const BOTH: &[u8] = b"\xff\xda\0\x0a\x02\x01\0\x02\0\0\x3f\0";

    fn file(parts: &[&[u8]]) -> Vec<u8> {
        [&[b"\xff\xd8".as_slice()], parts].concat().concat()
    }

    #[test]
    fn what_lies_behind_the_end_is_not_read() {
        let picture = file(&[FRAME, TABLES, SCAN, b"\x12\xff\x00\x34\xff\xd0\x56\xff\xff\xd9"]);
        let mut endless = picture.chain(io::repeat(7));
        let (bytes, layout) = read(&mut endless).unwrap();
        assert_eq!(bytes, picture);
        assert_eq!(layout.route(), Route::Usual);
    }

    #[test]
    fn an_end_that_is_missing_is_noticed_and_added() {
        let whole = file(&[FRAME, TABLES, SCAN, b"\x12\x34"]);
        for trailer in [&b""[..], b"\xff\xd8\xff\xe0", b"\xff\x30trailer", b"\xff\xdamore"] {
            let (bytes, layout) = read(&file(&[&whole[2..], trailer])[..]).unwrap();
            assert_eq!(bytes, file(&[&whole[2..], &END_OF_IMAGE]), "{}", trailer.escape_ascii());
            assert_eq!(layout.route(), Route::Rare);
        }
        // Nothing ends this scan: it is not read for ever.
        let (bytes, layout) = read(whole.chain(io::repeat(0))).unwrap();
        assert!(bytes.len() < 2 << 20, "{}", bytes.len());
        assert_eq!(layout.route(), Route::Rare);
    }

    #[test]
    fn coefficients_are_kept_where_several_scans_bring_them() {
        let frame = |marker: u8, sampling: [u8; 3]| {
            let [first, second, third] = sampling;
            let components = [1, first, 0, 2, second, 0, 3, third, 0];
            [&b"\xff"[..], &[marker], b"\0\x11\x08\0\x40\0\x40\x03", &components].concat()
        };
        let scan =
            |component: u8| [&b"\xff\xda\0\x08\x01"[..], &[component], b"\0\0\x3f\0"].concat();
        let all = b"\xff\xda\0\x0c\x03\x01\0\x02\0\x03\0\0\x3f\0".to_vec();
        let each = [scan(1), scan(2), scan(3)].concat();
        for (marker, sampling, scans, samples) in [
            (0xc0, [0x22, 0x11, 0x11], &all, 0),
            (0xc2, [0x22, 0x11, 0x11], &all, 64 * 64 * 3 / 2),
            (0xc2, [0x11, 0x11, 0x11], &all, 64 * 64 * 3),
            (0xc0, [0x21, 0x11, 0x11], &each, 64 * 64 * 2),
        ] {
            let picture = file(&[&frame(marker, sampling), TABLES, scans, &END_OF_IMAGE]);
            let (_, layout) = read(&picture[..]).unwrap();
            assert_eq!(layout.coefficients_bytes(), 2 * samples, "{marker:x} {sampling:x?}");
        }
    }

    #[test]
    fn the_kind_of_the_file_decides_who_decodes_it() {
        let end = &END_OF_IMAGE;
        let kind = |marker: u8, bits: u8| {
            let mut frame = FRAME.to_vec();
            (frame[1], frame[4]) = (marker, bits);
            frame
        };
        for (parts, expected) in [
            (&[FRAME, SCAN, end][..], Route::Rare),
            (&[FRAME, TABLES, SCAN, b"\x12", SCAN, end], Route::Rare),
            (&[&kind(0xc9, 8), SCAN, end], Route::Rare),
            (&[FINER_COLOUR, TABLES, BOTH, end], Route::Rare),
            (&[&kind(0xc2, 8), TABLES, SCAN, SCAN, end], Route::Usual),
            (&[&kind(0xc1, 12), TABLES, SCAN, end], Route::Refused("12 bits per sample")),
            (&[&kind(0xc3, 8), TABLES, SCAN, end], Route::Refused("lossless JPEG")),
            (&[FRAME, TABLES, end], Route::CutOff),
            (&[FRAME, TABLES], Route::CutOff),
            (&[b"\xff\xe1\xff\xff\x00"], Route::CutOff),
            // The end inside an embedded picture is not that of the file.
            (&[b"\xff\xe1\x00\x06\xff\xd8\xff\xd9"], Route::CutOff),
            (&[b"\xff"], Route::CutOff),
        ] {
            let file = file(parts);
            let (_, layout) = read(&file[..]).unwrap();
            assert_eq!(layout.route(), expected, "{}", file.escape_ascii());
        }
    }

    #[test]
    fn a_progressive_picture_without_an_end_needs_every_coefficient() {
        let frame = [&FRAME[..1], b"\xc2", &FRAME[2..]].concat();
        let scan = |first, last, bits| [&SCAN[..7], &[first, last, bits]].concat();
        let (all, coarse, fine) = (scan(0, 63, 0), scan(0, 63, 1), scan(0, 63, 0x10));
        for (scans, expected) in [
            (&[&all][..], Route::Rare),
            (&[&coarse, &fine], Route::Rare),
            (&[&coarse], Route::CutOff),
            (&[&scan(0, 0, 0)], Route::CutOff),
        ] {
            let scans: Vec<u8> = scans.iter().flat_map(|scan| scan.iter().copied()).collect();
            let (_, layout) = read(&file(&[&frame, TABLES, &scans])[..]).unwrap();
            assert_eq!(layout.route(), expected);
        }
    }
}
