//! What a file says beside its pixels and the decoders do not pass on.

use std::io::{BufRead, Seek};

use super::{
    Dpi,
    exif::tiff_file::{self, FileFields},
    png_chunks::Chunks,
    tiff_picture,
};

/// What is found.
#[derive(Default)]
pub struct Beside {
    /// The resolution that the format itself holds, outside of EXIF.
    pub dpi: Option<Dpi>,
    /// EXIF where it stands among the picture's own fields.
    pub exif: Option<Vec<u8>>,
    /// A profile that the decoder does not find.
    pub icc_profile: Option<Vec<u8>>,
    /// A profile of colours that the file names in another way; it counts before any other.
    pub named_profile: Option<Vec<u8>>,
}

/// What the chunks of a PNG say.
pub fn of_png(chunks: &mut Chunks) -> Beside {
    let named_profile = chunks.icc_profile();
    Beside {
        dpi: chunks.dpi,
        exif: chunks.exif.take(),
        named_profile,
        icc_profile: chunks.held_profile(),
    }
}

/// Looks at a whole TIFF, whose photo need not be the first picture; where it stands afterwards is of
/// no meaning. Nothing that is damaged here is a reason to refuse the pixels.
pub fn look_at_tiff(mut file: impl BufRead + Seek) -> Beside {
    let Ok(photo) = tiff_picture::photo_first(&mut file) else { return Beside::default() };
    let FileFields { exif, dpi, icc_profile } = tiff_file::read(photo);
    let of_photo = Beside { exif, dpi, icc_profile, named_profile: None };
    if of_photo.exif.is_some() || file.rewind().is_err() {
        return of_photo;
    }
    // A photo below the first picture may leave to that what both have in common.
    let FileFields { exif, icc_profile, .. } = tiff_file::read(file);
    Beside { exif, icc_profile: of_photo.icc_profile.or(icc_profile), ..of_photo }
}
