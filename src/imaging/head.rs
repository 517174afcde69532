//! The head of a picture file: who decodes it, how large it is, and what it says beside its pixels.
//!
//! What decoders do not do or do wrongly is done before them. `jpeg/layout.rs` walks a JPEG's markers and
//! sends rare kinds to libjpeg (`jpeg/rare.rs`); `png_chunks.rs` reads what stands behind a PNG's pixels and
//! its named colours (`colour_profile.rs`); `tiff_picture/` finds the photo in a TIFF and makes colours of
//! its samples; `gif_screen.rs` gives a GIF without a screen one. A panic of a decoder is caught in
//! `decode.rs` and becomes a kind that is not supported.

use std::io::{self, BufRead, Cursor, Read, Seek};

use image::{ImageDecoder, ImageFormat, ImageReader, metadata::Orientation};

use super::{
    DecodeProblem, Dpi, Limits,
    beside::{self, Beside},
    decode::{problem_of, unreadable},
    exif, formats, gif_screen,
    jpeg::{self, Route},
    limits::Needs,
    png_chunks::Chunks,
    tiff_picture::TiffPicture,
};

/// A picture whose size is within the limits; no pixel is decoded yet.
pub struct Head<'a> {
    pub decoder: Box<dyn ImageDecoder + 'a>,
    /// Raw EXIF of the file.
    pub exif: Option<Vec<u8>>,
    pub orientation: Orientation,
    /// The colour profile, whatever it is for.
    pub icc_profile: Option<Vec<u8>>,
    /// The resolution, as the pixels lie in the file.
    pub dpi: Option<Dpi>,
}

impl<'a> Head<'a> {
    /// Reads the head of a file.
    ///
    /// # Errors
    /// Where nobody can decode the picture, or it is not within the limits.
    pub fn read(
        mut reader: impl BufRead + Seek + 'a,
        format: ImageFormat,
        limits: &Limits,
    ) -> Result<Self, DecodeProblem> {
        let mut decoder_bytes = 0;
        let (decoder, beside) = match format {
            ImageFormat::Jpeg => {
                let (found, coefficients_bytes) = jpeg_decoder(reader, limits)?;
                decoder_bytes = coefficients_bytes;
                found
            }
            ImageFormat::Tiff => {
                let beside = beside::look_at_tiff(&mut reader);
                let decoder = TiffPicture::new(reader, limits.max_bytes)
                    .map_err(|error| problem_of(error, format, limits))?;
                decoder_bytes = decoder.unpacked_bytes();
                (Box::new(decoder) as _, beside)
            }
            ImageFormat::Gif => {
                let reader = gif_screen::with_size(reader).map_err(unreadable)?;
                (usual_decoder(reader, format, limits)?, Beside::default())
            }
            ImageFormat::Png => {
                let mut chunks = Chunks::read(&mut reader);
                if let Some(name) = &chunks.unknown_critical {
                    let format = formats::name(format).into();
                    let reason = format!("its pixels depend on a chunk called {name}");
                    return Err(DecodeProblem::UnsupportedVariant { format, reason });
                }
                let reader = chunks.shown(reader).map_err(unreadable)?;
                (usual_decoder(reader, format, limits)?, beside::of_png(&mut chunks))
            }
            ImageFormat::WebP => {
                let bytes_per_px = webp_bytes_per_px(&mut reader).map_err(unreadable)?;
                let decoder = usual_decoder(reader, format, limits)?;
                decoder_bytes = pixels_of(&*decoder).saturating_mul(bytes_per_px);
                (decoder, Beside::default())
            }
            _ => (usual_decoder(reader, format, limits)?, Beside::default()),
        };
        check(&*decoder, format, limits)?;
        let head = Self::new(decoder, beside);
        let needs = Needs {
            pixels: pixels_of(&*head.decoder),
            color: head.decoder.color_type(),
            decoder_bytes,
            is_turned: exif::lies_on_its_side(head.orientation),
        };
        let max_bytes = limits.max_bytes;
        match needs.most_bytes() <= max_bytes {
            true => Ok(head),
            false => Err(DecodeProblem::TooMuchMemory { max_bytes }),
        }
    }

    /// Damaged metadata is no reason to refuse the pixels.
    fn new(mut decoder: Box<dyn ImageDecoder + 'a>, beside: Beside) -> Self {
        let exif = decoder.exif_metadata().ok().flatten().or(beside.exif);
        let orientation = exif
            .as_deref()
            .and_then(exif::orientation)
            .or_else(|| decoder.orientation().ok())
            .unwrap_or(Orientation::NoTransforms);
        let icc_profile = beside
            .named_profile
            .or_else(|| decoder.icc_profile().ok().flatten())
            .or(beside.icc_profile);
        let dpi = beside.dpi.or_else(|| exif::dpi(exif.as_deref()?));
        Self { decoder, exif, orientation, icc_profile, dpi }
    }

    /// The size of the upright picture.
    pub fn size_px(&self) -> (u32, u32) {
        let (width_px, height_px) = self.decoder.dimensions();
        if exif::lies_on_its_side(self.orientation) {
            (height_px, width_px)
        } else {
            (width_px, height_px)
        }
    }
}

/// A decoder, and what it does not tell.
type Found<'a> = (Box<dyn ImageDecoder + 'a>, Beside);

/// A decoder for a JPEG, and how many bytes it keeps coefficients in.
fn jpeg_decoder<'a>(
    reader: impl BufRead,
    limits: &Limits,
) -> Result<(Found<'a>, u64), DecodeProblem> {
    let format = ImageFormat::Jpeg;
    let (bytes, layout) = jpeg::read(reader)?;
    let beside = Beside { dpi: jpeg::dpi(&bytes), ..Beside::default() };
    let coefficients_bytes = layout.coefficients_bytes();
    let decoder = match layout.route() {
        Route::Usual => usual_decoder(Cursor::new(bytes), format, limits)?,
        Route::Rare => {
            let decoder = jpeg::RareDecoder::new(bytes, layout);
            Box::new(decoder.map_err(|error| problem_of(error, format, limits))?)
        }
        Route::Refused(reason) => {
            return Err(DecodeProblem::UnsupportedVariant {
                format: formats::name(format).into(),
                reason: reason.into(),
            });
        }
        Route::CutOff => return Err(DecodeProblem::Truncated(formats::name(format).into())),
    };
    Ok(((decoder, beside), coefficients_bytes))
}

/// The decoder that image has for a format.
fn usual_decoder<'a>(
    reader: impl BufRead + Seek + 'a,
    format: ImageFormat,
    limits: &Limits,
) -> Result<Box<dyn ImageDecoder + 'a>, DecodeProblem> {
    let mut reader = ImageReader::with_format(reader, format);
    let mut decoder_limits = image::Limits::default();
    decoder_limits.max_alloc = Some(limits.max_bytes);
    reader.limits(decoder_limits);
    let decoder = reader.into_decoder().map_err(|error| problem_of(error, format, limits))?;
    Ok(Box::new(decoder))
}

/// What the decoder of WebP needs a pixel besides those that it gives: pixels with alpha, and for an
/// animation a canvas and a frame of it.
fn webp_bytes_per_px(reader: &mut (impl BufRead + Seek)) -> io::Result<u64> {
    const ANIMATION: u8 = 2;
    let mut head = Vec::new();
    reader.by_ref().take(24).read_to_end(&mut head)?;
    reader.rewind()?;
    let is_extended = head.get(12..16) == Some(b"VP8X");
    let is_animated = is_extended && head.get(20).is_some_and(|flags| flags & ANIMATION != 0);
    Ok(if is_animated { 8 } else { 4 })
}

/// No camera's or scanner's pictures have a longer side.
const LONG_SIDE_PX: u32 = 1 << 18;
/// Pixels of a picture with such a side: they take far more memory and time than those of a photo.
const LONG_MAX_PIXELS: u64 = 16_000_000;

fn pixels_of(decoder: &dyn ImageDecoder) -> u64 {
    let (width_px, height_px) = decoder.dimensions();
    u64::from(width_px) * u64::from(height_px)
}

/// Looks at the size before memory is set aside for pixels.
fn check(
    decoder: &dyn ImageDecoder,
    format: ImageFormat,
    limits: &Limits,
) -> Result<(), DecodeProblem> {
    let &Limits { max_pixels, max_bytes } = limits;
    let (width_px, height_px) = decoder.dimensions();
    let pixels = pixels_of(decoder);
    if width_px == 0 || height_px == 0 {
        let reason = format!("{width_px} x {height_px} pixels");
        Err(DecodeProblem::UnsupportedVariant { format: formats::name(format).into(), reason })
    } else if pixels > max_pixels {
        Err(DecodeProblem::TooLarge { width_px, height_px, max_pixels })
    } else if width_px.max(height_px) > LONG_SIDE_PX && pixels > LONG_MAX_PIXELS {
        let (max_side_px, max_pixels) = (LONG_SIDE_PX, LONG_MAX_PIXELS);
        Err(DecodeProblem::TooLong { width_px, height_px, max_side_px, max_pixels })
    } else if decoder.total_bytes() > max_bytes {
        Err(DecodeProblem::TooMuchMemory { max_bytes })
    } else {
        Ok(())
    }
}
