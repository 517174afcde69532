//! PNG files of cutouts and masks.

use std::{
    borrow::Cow,
    io::{self, Write},
    path::Path,
};

use image::{ColorType, DynamicImage};

use super::{Cancel, Existing, Matte, Metadata, WriteError, write_whole};

/// How much compressed data goes into one chunk of the file.
const CHUNK_BYTES: usize = 64 << 10;

/// Writes what [`cutout`](super::cutout) gave as PNG, with the photo's ICC profile and EXIF.
///
/// Compressed fast rather than small: a quarter larger than zlib's default makes it, in a fortieth
/// of the time.
///
/// # Errors
/// As [`write_whole`].
pub fn save_cutout(
    path: &Path,
    cutout: &DynamicImage,
    metadata: &Metadata,
    existing: Existing,
    cancel: &Cancel,
) -> Result<(), WriteError> {
    let size_px = (cutout.width(), cutout.height());
    write_whole(path, existing, cancel, |writer| {
        write_png(writer, size_px, cutout.color(), cutout.as_bytes(), metadata)
    })
}

/// Writes a matte as an 8-bit grey PNG. It carries no profile: the photo's is one for RGB.
///
/// # Errors
/// As [`write_whole`].
pub fn save_mask(
    path: &Path,
    matte: &Matte,
    existing: Existing,
    cancel: &Cancel,
) -> Result<(), WriteError> {
    write_whole(path, existing, cancel, |writer| {
        write_png(writer, matte.size_px(), ColorType::L8, matte.0.as_raw(), &Metadata::default())
    })
}

/// Writes row by row, so that a writer that fails ends the work soon. `samples` are row-major, in
/// the machine's byte order.
fn write_png(
    writer: &mut dyn Write,
    (width_px, height_px): (u32, u32),
    pixel: ColorType,
    samples: &[u8],
    metadata: &Metadata,
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

    let mut encoder = png::Encoder::with_info(writer, info)?;
    encoder.set_compression(png::Compression::Fast);
    encoder.set_filter(png::Filter::Paeth);
    let mut file = encoder.write_header()?;
    let mut rows = file.stream_writer_with_size(CHUNK_BYTES)?;
    let mut big_endian = Vec::new();
    for row in samples.chunks_exact(width_px as usize * usize::from(pixel.bytes_per_pixel())) {
        if depth == png::BitDepth::Sixteen {
            big_endian.clear();
            let (values, _) = row.as_chunks::<2>();
            big_endian
                .extend(values.iter().flat_map(|&value| u16::from_ne_bytes(value).to_be_bytes()));
            rows.write_all(&big_endian)?;
        } else {
            rows.write_all(row)?;
        }
    }
    rows.finish()?;
    Ok(file.finish()?)
}
