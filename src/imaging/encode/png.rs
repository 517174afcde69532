//! PNG.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use image::{ColorType, GrayImage};

use super::{PngEffort, no_kind_of_result, pressed};
use crate::imaging::{Metadata, ResultMark, StripSource, result_mark::PNG_KEYWORD, strips::Rows};

/// How much compressed data goes into one chunk of the file.
const CHUNK_BYTES: usize = 64 << 10;

/// Writes a grey picture, with nothing beside its pixels but its mark.
pub fn write_grey(
    writer: &mut dyn Write,
    picture: &GrayImage,
    mark: Option<ResultMark>,
    effort: PngEffort,
) -> io::Result<()> {
    write(writer, picture, &Metadata::default(), mark, effort)
}

/// Writes a picture with its ICC profile, EXIF, resolution and mark: row by row, so that a writer that
/// fails ends the work soon.
pub fn write(
    writer: &mut dyn Write,
    picture: &dyn StripSource,
    metadata: &Metadata,
    mark: Option<ResultMark>,
    effort: PngEffort,
) -> io::Result<()> {
    let (width_px, height_px) = picture.size_px();
    let (colour, depth) = match picture.color() {
        ColorType::L8 => (png::ColorType::Grayscale, png::BitDepth::Eight),
        ColorType::Rgb8 => (png::ColorType::Rgb, png::BitDepth::Eight),
        ColorType::Rgba8 => (png::ColorType::Rgba, png::BitDepth::Eight),
        ColorType::Rgb16 => (png::ColorType::Rgb, png::BitDepth::Sixteen),
        ColorType::Rgba16 => (png::ColorType::Rgba, png::BitDepth::Sixteen),
        other => return Err(no_kind_of_result(other)),
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
    let is_16_bit = depth == png::BitDepth::Sixteen;
    match effort {
        PngEffort::Fast => {
            encoder.set_compression(png::Compression::Fast);
            encoder.set_filter(png::Filter::Paeth);
        }
        PngEffort::Balanced => {
            let mut file = encoder.write_header()?;
            pressed::write(&mut file, picture)?;
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
    let mut samples = Rows::all(picture);
    while let Some(row) = samples.next()? {
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
