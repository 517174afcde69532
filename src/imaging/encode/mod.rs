//! Files of cutouts and masks. One file a format.

mod format;
mod jpeg;
mod png;
mod pressed;
mod tiff;
mod webp;

use std::{io, path::Path};

use image::ColorType;

use super::{Cancel, Matte, Metadata, StripSource, WriteError, Writing, strips, write_whole};

pub use format::{FileFormat, PngEffort, QUALITY};

/// Writes a picture of RGB or RGBA of 8 or 16 bits, as much of `metadata` as the format can hold, and
/// a mark, if there is one. A PNG is written as its strips come; the encoders of other formats want all
/// pixels at once.
///
/// # Errors
/// As [`write_whole`], and [`WriteError::TooLarge`].
pub fn save_cutout(
    path: &Path,
    cutout: &dyn StripSource,
    metadata: &Metadata,
    format: FileFormat,
    writing: impl Into<Writing>,
    cancel: &Cancel,
) -> Result<(), WriteError> {
    let writing = writing.into();
    let mark = writing.mark;
    let (width_px, height_px) = cutout.size_px();
    if width_px.max(height_px) > format.longest_px()
        || strips::row_bytes(cutout) as u64 * u64::from(height_px) > format.most_bytes()
    {
        let (path, format) = (path.to_path_buf(), format.name());
        return Err(WriteError::TooLarge { path, format, width_px, height_px });
    }
    write_whole(path, writing, cancel, |writer| match format {
        FileFormat::Png(effort) => png::write(writer, cutout, metadata, mark, effort),
        FileFormat::WebpLossless => {
            webp::write(writer, cutout, webp::Kind::Lossless, metadata, mark)
        }
        FileFormat::Webp { quality } => {
            webp::write(writer, cutout, webp::Kind::Lossy { quality }, metadata, mark)
        }
        FileFormat::Jpeg { quality, colour } => {
            jpeg::write(writer, cutout, quality, colour, metadata, mark)
        }
        FileFormat::Tiff => tiff::write(writer, cutout, metadata, mark),
    })
}

/// Writes a matte as an 8-bit grey PNG. It carries no profile: the photo's is one for RGB.
///
/// # Errors
/// As [`write_whole`].
pub fn save_mask(
    path: &Path,
    matte: &Matte,
    effort: PngEffort,
    writing: impl Into<Writing>,
    cancel: &Cancel,
) -> Result<(), WriteError> {
    let writing = writing.into();
    let mark = writing.mark;
    write_whole(path, writing, cancel, |writer| png::write_grey(writer, &matte.0, mark, effort))
}

/// Why pixels of a kind that neither a cutout nor a mask has are not written.
fn no_kind_of_result(color: ColorType) -> io::Error {
    let reason = format!("{color:?} is no kind of pixel of a cutout or a mask");
    io::Error::new(io::ErrorKind::InvalidInput, reason)
}
