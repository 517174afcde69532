//! What a file says beside its pixels and the decoders do not pass on.

use std::io::{BufRead, Cursor, Seek};

use image::ImageFormat;

use super::{
    Dpi,
    exif::tiff_file::{self, FileFields},
    jpeg,
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
}

/// Looks at a whole file; where it stands afterwards is of no meaning. Nothing that is damaged
/// here is a reason to refuse the pixels.
pub fn look(file: impl BufRead + Seek, format: ImageFormat) -> Beside {
    match format {
        ImageFormat::Png => Beside { dpi: png_dpi(file), ..Beside::default() },
        ImageFormat::Tiff => {
            let FileFields { exif, dpi, icc_profile } = tiff_file::read(file);
            Beside { exif, dpi, icc_profile }
        }
        _ => Beside::default(),
    }
}

/// As [`look`], for a JPEG in memory.
pub fn look_at_jpeg(file: &Cursor<Vec<u8>>) -> Beside {
    Beside { dpi: jpeg::dpi(file.get_ref()), ..Beside::default() }
}

fn png_dpi(file: impl BufRead + Seek) -> Option<Dpi> {
    let mut decoder = png::Decoder::new(file);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let size = decoder.read_info().ok()?.info().pixel_dims?;
    (size.unit == png::Unit::Meter).then(|| Dpi::from_per_metre(size.xppu, size.yppu))?
}
