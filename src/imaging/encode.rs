//! PNG files of cutouts and masks.

use std::{
    io::{self, Write},
    path::Path,
};

use image::{
    DynamicImage, ImageEncoder, ImageError,
    codecs::png::{CompressionType, FilterType, PngEncoder},
};

use super::{Cancel, Existing, Matte, Metadata, WriteError, write_whole};

/// Writes an RGBA picture as PNG, with the photo's ICC profile and EXIF.
///
/// Fast rather than small: the file is about a tenth larger than at the slow levels.
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
    write_whole(path, existing, cancel, |writer| {
        let mut encoder = encoder(writer, FilterType::Adaptive);
        if let Some(profile) = &metadata.icc_profile {
            encoder.set_icc_profile(profile.clone()).map_err(io::Error::other)?;
        }
        if let Some(exif) = &metadata.exif {
            encoder.set_exif_metadata(exif.clone()).map_err(io::Error::other)?;
        }
        cutout.write_with_encoder(encoder).map_err(into_io)
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
        matte.0.write_with_encoder(encoder(writer, FilterType::Up)).map_err(into_io)
    })
}

fn encoder(writer: &mut dyn Write, filter: FilterType) -> PngEncoder<&mut dyn Write> {
    PngEncoder::new_with_quality(writer, CompressionType::Fast, filter)
}

/// Lets a full disk be told from other failures.
fn into_io(error: ImageError) -> io::Error {
    match error {
        ImageError::IoError(error) => error,
        error => io::Error::other(error),
    }
}
