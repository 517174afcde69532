//! The size and the thumbnail of a picture file, without decoding all of it where its EXIF has one.

use std::{io::Cursor, path::Path};

use image::{DynamicImage, ImageFormat, ImageReader, metadata::Orientation};

use super::{
    Cancel, DecodeError, Limits, Metadata, Picture, Rgba, decode, decode::with_file, exif,
    head::Head, thumbnail,
};

/// How far the shape of a camera's small picture may be off: one of another shape shows bars, or
/// a photo as it was before it was cropped.
const SHAPE_TOLERANCE: f64 = 0.02;

/// No camera's small picture has a longer side: a few bytes may claim to be one of gigabytes.
const SMALL_MOST_PX: u32 = 2048;

/// The upright picture's width and height in pixels, from the head of its file.
///
/// # Errors
/// For every file whose head is no picture's, or one that goes beyond the limits.
pub fn peek_size_px(
    path: &Path,
    limits: &Limits,
    cancel: &Cancel,
) -> Result<(u32, u32), DecodeError> {
    with_file(path, limits, cancel, |reader, format| {
        Ok(Head::read(reader, format, limits)?.size_px())
    })
}

/// A picture for the list, its longest side at most `longest_px`, and the upright picture's own
/// size: from the camera's small picture where that will do, otherwise from the whole.
///
/// # Errors
/// As [`decode()`].
pub fn file_thumbnail(
    path: &Path,
    longest_px: u32,
    limits: &Limits,
    cancel: &Cancel,
) -> Result<(Rgba, (u32, u32)), DecodeError> {
    let (small, size_px) = with_file(path, limits, cancel, |reader, format| {
        let head = Head::read(reader, format, limits)?;
        let small = head.exif.as_deref().and_then(exif::thumbnail);
        Ok((small.and_then(|small| cameras_own(small, head.orientation)), head.size_px()))
    })?;
    let will_do = |small: &DynamicImage| {
        let shape = |(width, height): (u32, u32)| f64::from(width) / f64::from(height.max(1));
        let (own, whole) = (shape((small.width(), small.height())), shape(size_px));
        small.width().max(small.height()) >= longest_px
            && (own / whole - 1.0).abs() < SHAPE_TOLERANCE
    };
    let picture = match small.filter(will_do) {
        Some(pixels) => Picture { pixels, metadata: Metadata::default() },
        None => decode(path, limits, cancel)?,
    };
    Ok((thumbnail(&picture, longest_px), size_px))
}

/// The camera's small picture, upright.
fn cameras_own(file: &[u8], orientation: Orientation) -> Option<DynamicImage> {
    let mut reader = ImageReader::with_format(Cursor::new(file), ImageFormat::Jpeg);
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(SMALL_MOST_PX);
    limits.max_image_height = Some(SMALL_MOST_PX);
    reader.limits(limits);
    let small = reader.decode().ok()?;
    let mut small = DynamicImage::from(small.into_rgb8());
    small.apply_orientation(orientation);
    Some(small)
}
