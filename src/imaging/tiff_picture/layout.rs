//! How the samples of a TIFF picture are stored, and what they mean.

use std::io::{Read, Seek};

use image::{ColorType, ImageResult};

use super::{
    directory::{Directory, tag},
    unsupported,
};

/// How samples are stored.
#[derive(Debug)]
pub struct Layout {
    pub width_px: u32,
    pub height_px: u32,
    /// Both in whole tiles, which is how far the file's pixels go.
    pub stored_px: (u32, u32),
    /// The sides of a tile, if there are tiles.
    pub tile_px: Option<(u32, u32)>,
    pub bits: u32,
    /// Numbers in each pixel.
    pub samples: u32,
    pub format: u32,
    pub is_planar: bool,
    pub colours: Colours,
    pub alpha: Alpha,
}

/// What the first samples of a pixel are.
#[derive(Debug, PartialEq)]
pub enum Colours {
    Grey,
    WhiteIsZero,
    Rgb,
    /// Indices into these.
    Palette(Vec<[u8; 3]>),
    Inks,
    YCbCr,
}

/// What the sample behind the colours is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alpha {
    None,
    Straight,
    /// The colours are multiplied by it.
    Premultiplied,
}

/// The format of samples that are floating-point numbers.
pub const FLOAT: u32 = 3;
const JPEG: u32 = 7;
/// Where a file does not say what its colours are.
const UNNAMED: u32 = u32::MAX;

impl Layout {
    pub fn read(file: &mut (impl Read + Seek), directory: &Directory) -> ImageResult<Self> {
        let mut number = |tag, otherwise| directory.number(file, tag).unwrap_or(otherwise);
        let (width_px, height_px) = (number(tag::WIDTH, 0), number(tag::HEIGHT, 0));
        let compression = number(tag::COMPRESSION, 1);
        let photometric = number(tag::PHOTOMETRIC, UNNAMED);
        let samples = number(tag::SAMPLES_PER_PIXEL, 1);
        let format = number(tag::SAMPLE_FORMAT, 1);
        let is_planar = number(tag::PLANAR, 1) == 2;
        let whole = |side_px: u32, tile_px: u32| side_px.checked_next_multiple_of(tile_px.max(1));
        let stored_px = (
            whole(width_px, number(tag::TILE_WIDTH, 1)).unwrap_or(width_px),
            whole(height_px, number(tag::TILE_HEIGHT, 1)).unwrap_or(height_px),
        );
        let tile_px = Some((number(tag::TILE_WIDTH, 0), number(tag::TILE_HEIGHT, 0)));
        let tile_px = tile_px.filter(|&(width_px, height_px)| width_px > 0 && height_px > 0);
        let all_bits = directory.numbers(file, tag::BITS_PER_SAMPLE);
        let bits = all_bits.first().copied().unwrap_or(1);
        let extra = directory.numbers(file, tag::EXTRA_SAMPLES);

        if let Some(name) = unread_compression(compression) {
            return Err(unsupported(format!("compressed as {name}")));
        }
        if all_bits.iter().any(|&other| other != bits) {
            return Err(unsupported("samples of different sizes"));
        }
        match (format, bits) {
            (1 | 4, 1 | 2 | 4 | 8 | 16 | 32) | (FLOAT, 16 | 32 | 64) => {}
            (1 | 4, _) => return Err(unsupported(format!("{bits} bits per sample"))),
            (2, _) => return Err(unsupported("signed numbers")),
            (FLOAT, _) => return Err(unsupported(format!("floats of {bits} bits"))),
            _ => return Err(unsupported("complex numbers")),
        }
        let (colours, own) = match photometric {
            0 => (Colours::WhiteIsZero, 1),
            1 => (Colours::Grey, 1),
            2 => (Colours::Rgb, 3),
            3 if format == 1 && bits <= 8 => {
                let map = directory.numbers(file, tag::COLOUR_MAP);
                (Colours::Palette(palette(&map, bits)?), 1)
            }
            5 => (Colours::Inks, 4),
            6 => {
                let subsampling = directory.numbers(file, tag::CHROMA_SUBSAMPLING);
                if compression != JPEG && subsampling != [1, 1] {
                    return Err(unsupported("subsampled colours that are not JPEG"));
                }
                if bits != 8 {
                    return Err(unsupported(format!("{bits} bits per sample of YCbCr")));
                }
                (Colours::YCbCr, 3)
            }
            4 => return Err(unsupported("a mask")),
            8..=10 => return Err(unsupported("Lab colours")),
            32803 | 34892 => return Err(unsupported("a raw photo")),
            UNNAMED => return Err(unsupported("colours that are not named")),
            _ => return Err(unsupported(format!("colours of kind {photometric}"))),
        };
        if samples < own || u32::try_from(extra.len()).is_ok_and(|extra| extra + own > samples) {
            return Err(unsupported(format!("{samples} samples per pixel")));
        }
        let alpha = match (samples - own, extra.first()) {
            (0, _) | (_, Some(0)) => Alpha::None,
            (_, Some(1)) => Alpha::Premultiplied,
            (1, None) | (_, Some(2 | 999)) => Alpha::Straight,
            _ => Alpha::None,
        };
        Ok(Self {
            width_px,
            height_px,
            stored_px,
            tile_px,
            bits,
            samples,
            format,
            is_planar,
            colours,
            alpha,
        })
    }

    pub fn is_grey(&self) -> bool {
        matches!(self.colours, Colours::Grey | Colours::WhiteIsZero)
    }

    pub fn color_type(&self) -> ColorType {
        match (self.is_grey(), self.alpha != Alpha::None, self.bits <= 8) {
            (true, false, true) => ColorType::L8,
            (true, false, false) => ColorType::L16,
            (true, true, true) => ColorType::La8,
            (true, true, false) => ColorType::La16,
            (false, false, true) => ColorType::Rgb8,
            (false, false, false) => ColorType::Rgb16,
            (false, true, true) => ColorType::Rgba8,
            (false, true, false) => ColorType::Rgba16,
        }
    }
}

/// The colours of a palette: all reds, all greens, all blues. They have 16 bits; some writers fill
/// only the lower 8.
fn palette(map: &[u32], bits: u32) -> ImageResult<Vec<[u8; 3]>> {
    let count = 1 << bits;
    if map.len() < 3 * count {
        return Err(unsupported("a palette without its colours"));
    }
    let shift = if map.iter().all(|&value| value < 256) { 0 } else { 8 };
    let colour = |index| [0, 1, 2].map(|channel| (map[channel * count + index] >> shift) as u8);
    Ok((0..count).map(colour).collect())
}

/// The name of a compression that the decoder does not read.
fn unread_compression(compression: u32) -> Option<&'static str> {
    Some(match compression {
        6 => "JPEG of the sixth edition of TIFF",
        32_809 => "ThunderScan",
        33_003 | 33_005 | 34_712 => "JPEG 2000",
        34_661 => "JBIG",
        34_676 | 34_677 => "SGILog",
        34_887 => "LERC",
        34_925 => "LZMA",
        50_002 | 52_546 => "JPEG XL",
        _ => return None,
    })
}
