//! Files of cutouts and masks. One file a format.

mod format;
mod jpeg;
mod png;
mod pressed;
mod tiff;
mod webp;

use std::path::Path;

use image::DynamicImage;

use super::{Cancel, Matte, Metadata, WriteError, Writing, write_whole};

pub use format::{FileFormat, PngEffort, QUALITY};

/// Writes what [`cutout`](super::cutout) or [`render`](super::edit) gave: RGB or RGBA of 8 or 16
/// bits, as much of `metadata` as the format can hold, and a mark, if there is one.
///
/// # Errors
/// As [`write_whole`], and [`WriteError::TooLarge`].
pub fn save_cutout(
    path: &Path,
    cutout: &DynamicImage,
    metadata: &Metadata,
    format: FileFormat,
    writing: impl Into<Writing>,
    cancel: &Cancel,
) -> Result<(), WriteError> {
    let writing = writing.into();
    let mark = writing.mark;
    let (width_px, height_px) = (cutout.width(), cutout.height());
    if width_px.max(height_px) > format.longest_px()
        || cutout.as_bytes().len() as u64 > format.most_bytes()
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
