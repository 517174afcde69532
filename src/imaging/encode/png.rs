//! PNG.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use image::{ColorType, DynamicImage, GrayImage};

use super::{
    PngEffort,
    pressed::{self, Rows},
};
use crate::imaging::{Metadata, ResultMark, result_mark::PNG_KEYWORD};

/// How much compressed data goes into one chunk of the file.
const CHUNK_BYTES: usize = 64 << 10;

/// Writes a picture with its ICC profile, EXIF, resolution and mark.
pub fn write(
    writer: &mut dyn Write,
    picture: &DynamicImage,
    metadata: &Metadata,
    mark: Option<ResultMark>,
    effort: PngEffort,
) -> io::Result<()> {
    let size_px = (picture.width(), picture.height());
    let samples = Samples { size_px, pixel: picture.color(), bytes: picture.as_bytes() };
    write_samples(writer, samples, metadata, mark, effort)
}

/// Writes a grey picture, with nothing beside its pixels but its mark.
pub fn write_grey(
    writer: &mut dyn Write,
    picture: &GrayImage,
    mark: Option<ResultMark>,
    effort: PngEffort,
) -> io::Result<()> {
    let nothing = Metadata::default();
    let (size_px, bytes) = (picture.dimensions(), picture.as_raw());
    write_samples(writer, Samples { size_px, pixel: ColorType::L8, bytes }, &nothing, mark, effort)
}

/// Pixels, row by row, in the machine's byte order.
struct Samples<'a> {
    size_px: (u32, u32),
    pixel: ColorType,
    bytes: &'a [u8],
}

/// Writes row by row, so that a writer that fails ends the work soon.
fn write_samples(
    writer: &mut dyn Write,
    samples: Samples,
    metadata: &Metadata,
    mark: Option<ResultMark>,
    effort: PngEffort,
) -> io::Result<()> {
    let Samples { size_px: (width_px, height_px), pixel, bytes: samples } = samples;
    let (colour, depth) = match pixel {
        ColorType::L8 => (png::ColorType::Grayscale, png::BitDepth::Eight),
        ColorType::Rgb8 => (png::ColorType::Rgb, png::BitDepth::Eight),
        ColorType::Rgba8 => (png::ColorType::Rgba, png::BitDepth::Eight),
        ColorType::Rgb16 => (png::ColorType::Rgb, png::BitDepth::Sixteen),
        ColorType::Rgba16 => (png::ColorType::Rgba, png::BitDepth::Sixteen),
        other => {
            let reason = format!("{other:?} is no kind of pixel of a cutout or a mask");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
        }
    };
    let mut info = png::Info::with_size(width_px, height_px);
    info.color_type = colour;
    info.bit_depth = depth;
    info.icc_profile = metadata.icc_profile.as_deref().map(Cow::Borrowed);
    info.exif_metadata = metadata.exif.as_deref().map(Cow::Borrowed);
    info.pixel_dims = metadata.dpi.map(|dpi| {
        let (xppu, yppu) = dpi.to_per_metre();
        png::PixelDimensions { xppu, yppu, unit: png::Unit::Meter }
    });

    let mut encoder = png::Encoder::with_info(writer, info)?;
    if let Some(mark) = mark {
        encoder.add_text_chunk(PNG_KEYWORD.to_owned(), mark.to_string())?;
    }
    let row_bytes = width_px as usize * usize::from(pixel.bytes_per_pixel());
    let is_16_bit = depth == png::BitDepth::Sixteen;
    match effort {
        PngEffort::Fast => {
            encoder.set_compression(png::Compression::Fast);
            encoder.set_filter(png::Filter::Paeth);
        }
        PngEffort::Balanced => {
            let mut file = encoder.write_header()?;
            pressed::write(&mut file, Rows { samples, row_bytes, is_16_bit })?;
            return Ok(file.finish()?);
        }
        PngEffort::Small => {
            encoder.set_deflate_compression(png::DeflateCompression::Level(9));
            encoder.set_filter(png::Filter::Adaptive);
        }
    }
    let mut file = encoder.write_header()?;
    let mut rows = file.stream_writer_with_size(CHUNK_BYTES)?;
    let mut big_endian = Vec::new();
    for row in samples.chunks_exact(row_bytes) {
        if is_16_bit {
            big_endian.clear();
            big_endian.extend(row);
            pressed::to_big_endian(&mut big_endian);
            rows.write_all(&big_endian)?;
        } else {
            rows.write_all(row)?;
        }
    }
    rows.finish()?;
    Ok(file.finish()?)
}
