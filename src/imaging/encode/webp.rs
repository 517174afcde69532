//! WebP, which has 8 bits.

use std::io::{self, Write};

use img_parts::{
    Bytes, ImageEXIF as _, ImageICC as _,
    riff::{RiffChunk, RiffContent},
    webp::WebP,
};
use webp::{Encoder, WebPConfig};

use crate::imaging::{Metadata, ResultMark, StripSource, exif, result_mark::WEBP_CHUNK};

/// How pixels are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Every one as it is, those that are transparent too.
    Lossless,
    /// About so.
    Lossy {
        /// 1 to 100.
        quality: u8,
    },
}

/// Writes a picture with its ICC profile, EXIF and mark. The format itself has no place for the
/// resolution: EXIF says it.
pub fn write(
    writer: &mut dyn Write,
    picture: &dyn StripSource,
    kind: Kind,
    metadata: &Metadata,
    mark: Option<ResultMark>,
) -> io::Result<()> {
    let mut config = WebPConfig::new().map_err(|()| io::Error::other("libwebp did not start"))?;
    match kind {
        Kind::Lossless => {
            config.lossless = 1;
            config.exact = 1;
            // The least effort: the next step saves a tenth of the bytes in thrice the time.
            config.method = 0;
            config.quality = 0.0;
        }
        Kind::Lossy { quality } => config.quality = f32::from(quality),
    }
    config.thread_level = 1;
    let (width_px, height_px) = picture.size_px();
    let whole = picture.strip(0..height_px).map_err(io::Error::other)?;
    let encoded = if whole.color().has_alpha() {
        let pixels = whole.into_rgba8();
        Encoder::from_rgba(&pixels, width_px, height_px).encode_advanced(&config)
    } else {
        let pixels = whole.into_rgb8();
        Encoder::from_rgb(&pixels, width_px, height_px).encode_advanced(&config)
    };
    let encoded = encoded.map_err(|error| io::Error::other(format!("libwebp: {error:?}")))?;

    let exif = match metadata.dpi {
        Some(dpi) => Some(exif::with_dpi(metadata.exif.as_deref(), dpi)),
        None => metadata.exif.clone(),
    };
    if metadata.icc_profile.is_none() && exif.is_none() && mark.is_none() {
        return writer.write_all(&encoded);
    }
    let mut file = WebP::from_bytes(Bytes::copy_from_slice(&encoded)).map_err(io::Error::other)?;
    drop(encoded);
    file.set_icc_profile(metadata.icc_profile.clone().map(Bytes::from));
    file.set_exif(exif.map(Bytes::from));
    if let Some(mark) = mark {
        let mark = RiffContent::Data(Bytes::from(mark.to_string()));
        file.chunks_mut().push(RiffChunk::new(WEBP_CHUNK, mark));
    }
    file.encoder().write_to(writer).map(|_| ())
}
