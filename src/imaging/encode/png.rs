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
use crate::imaging::Metadata;

/// How much compressed data goes into one chunk of the file.
const CHUNK_BYTES: usize = 64 << 10;

/// Writes a picture with its ICC profile, EXIF and resolution.
pub fn write(
    writer: &mut dyn Write,
    picture: &DynamicImage,
    metadata: &Metadata,
    effort: PngEffort,
) -> io::Result<()> {
    let size_px = (picture.width(), picture.height());
    write_samples(writer, size_px, picture.color(), picture.as_bytes(), metadata, effort)
}

/// Writes a grey picture, with nothing beside its pixels.
pub fn write_grey(
    writer: &mut dyn Write,
    picture: &GrayImage,
    effort: PngEffort,
) -> io::Result<()> {
    let nothing = Metadata::default();
    write_samples(writer, picture.dimensions(), ColorType::L8, picture.as_raw(), &nothing, effort)
}

/// Writes row by row, so that a writer that fails ends the work soon. `samples` are row-major, in
/// the machine's byte order.
fn write_samples(
    writer: &mut dyn Write,
    (width_px, height_px): (u32, u32),
    pixel: ColorType,
    samples: &[u8],
    metadata: &Metadata,
    effort: PngEffort,
) -> io::Result<()> {
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
