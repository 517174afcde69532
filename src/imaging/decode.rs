//! From a file to upright pixels.

use std::{
    any::Any,
    error::Error,
    fs::{self, File},
    io::{self, BufReader, Read, Seek},
    iter,
    panic::{self, AssertUnwindSafe},
    path::Path,
};

use image::{
    DynamicImage, ImageBuffer, ImageDecoder as _, ImageError, ImageFormat, Pixel, Rgb, Rgba,
    error::{LimitErrorKind, UnsupportedErrorKind},
};

use super::{
    Cancel, DecodeError, DecodeProblem, Dpi, Limits, Metadata, Picture,
    cancel_io::Cancellable,
    colour_profile, exif,
    formats::{self, Content, SNIFF_BYTES},
    head::Head,
    icc,
};

/// Decodes a picture file, its format told by its content, and turns it upright.
///
/// Grey, palette and floating-point pixels become RGB or RGBA of 8 or 16 bits; 8- and 16-bit
/// samples keep their exact values. CMYK is converted without its profile. Of an animation the
/// first frame is taken.
///
/// `limits` hold before memory for pixels is set aside. `cancel` is noticed wherever the file is
/// read next; a JPEG is read as a whole and then decoded without a further look at it.
///
/// # Errors
/// For every file that gives no picture, be it that its decoder panics.
pub fn decode(path: &Path, limits: &Limits, cancel: &Cancel) -> Result<Picture, DecodeError> {
    decode_in_turn(path, limits, cancel, |_| {})
}

/// As [`decode()`]. `turn` is told how many pixels the picture has before memory is taken for them, and
/// may wait until there is room.
///
/// # Errors
/// As [`decode()`], and before `turn` is called where the size is not known or not within the limits.
pub fn decode_in_turn(
    path: &Path,
    limits: &Limits,
    cancel: &Cancel,
    turn: impl FnOnce(u64),
) -> Result<Picture, DecodeError> {
    with_file(path, limits, cancel, |reader, format| {
        decode_from(Head::read(reader, format, limits)?, format, limits, turn)
    })
}

/// A file of pictures, read until it is cancelled.
pub(super) type Reader<'a> = BufReader<Cancellable<'a, File>>;

/// Opens a file that is a picture by its first bytes, and looks into it. A panic on the way is a limit
/// of the decoder: the file may be intact.
pub(super) fn with_file<T>(
    path: &Path,
    limits: &Limits,
    cancel: &Cancel,
    look: impl FnOnce(Reader, ImageFormat) -> Result<T, DecodeProblem>,
) -> Result<T, DecodeError> {
    cancel.check()?;
    let seen = open(path, limits).and_then(|file| {
        let mut reader = BufReader::new(Cancellable::new(file, cancel));
        let format = match sniff(&mut reader).map_err(unreadable)? {
            Content::Supported(format) => format,
            Content::Unsupported(name) => {
                return Err(DecodeProblem::UnsupportedFormat(name.into()));
            }
            Content::Other(kind) => return Err(DecodeProblem::NotAPicture(kind)),
        };
        panic::catch_unwind(AssertUnwindSafe(|| look(reader, format))).unwrap_or_else(|panic| {
            let reason = format!("its decoder failed: {}", panic_message(&*panic));
            Err(DecodeProblem::UnsupportedVariant { format: formats::name(format).into(), reason })
        })
    });
    // Whatever went wrong after the flag was raised, the flag is why.
    cancel.check()?;
    seen.map_err(|problem| DecodeError::Refused { path: path.to_path_buf(), problem })
}

/// Opens an ordinary file that is not empty. The path is looked at before it is opened, since
/// opening a pipe waits for its other end.
fn open(path: &Path, limits: &Limits) -> Result<File, DecodeProblem> {
    let about = fs::metadata(path).map_err(cannot_read)?;
    if about.is_dir() {
        Err(DecodeProblem::IsFolder)
    } else if !about.is_file() {
        Err(DecodeProblem::NotAFile)
    } else if about.len() == 0 {
        Err(DecodeProblem::Empty)
    } else if about.len() > limits.max_bytes {
        Err(DecodeProblem::TooMuchMemory { max_bytes: limits.max_bytes })
    } else {
        File::open(path).map_err(cannot_read)
    }
}

fn cannot_read(error: io::Error) -> DecodeProblem {
    match error.kind() {
        io::ErrorKind::NotFound => DecodeProblem::NotFound,
        _ => unreadable(error),
    }
}

pub(super) fn unreadable(error: io::Error) -> DecodeProblem {
    DecodeProblem::Unreadable(error.into())
}

fn sniff(reader: &mut (impl Read + Seek)) -> io::Result<Content> {
    let mut head = Vec::with_capacity(SNIFF_BYTES);
    reader.by_ref().take(SNIFF_BYTES as u64).read_to_end(&mut head)?;
    reader.rewind()?;
    Ok(Content::of(&head))
}

fn decode_from(
    head: Head,
    format: ImageFormat,
    limits: &Limits,
    turn: impl FnOnce(u64),
) -> Result<Picture, DecodeProblem> {
    let Head { decoder, exif, orientation, icc_profile, dpi } = head;
    let exif = exif.and_then(|exif| exif::make_normal(exif).0);
    let is_grey = !decoder.color_type().has_color();
    let icc_profile = icc_profile.filter(|profile| profile.len() <= icc::MOST_BYTES);
    let icc_profile = icc_profile.and_then(|profile| {
        let of_grey = || is_grey.then(|| colour_profile::of_grey(&profile)).flatten();
        icc::checked(&profile).or_else(|| icc::checked(&of_grey()?))
    });
    // Turned by a quarter, across is down.
    let dpi = dpi.map(|dpi| match exif::lies_on_its_side(orientation) {
        true => Dpi { x: dpi.y, y: dpi.x },
        false => dpi,
    });
    let (width_px, height_px) = decoder.dimensions();
    turn(u64::from(width_px) * u64::from(height_px));
    let pixels = DynamicImage::from_decoder(decoder);
    let mut pixels = to_rgb(pixels.map_err(|error| problem_of(error, format, limits))?);
    pixels.apply_orientation(orientation);
    Ok(Picture { pixels, metadata: Metadata { icc_profile, exif, dpi } })
}

/// Brings pixels to one of the four kinds that a [`Picture`] may have.
fn to_rgb(pixels: DynamicImage) -> DynamicImage {
    match pixels {
        DynamicImage::ImageLuma8(grey) => {
            spread::<_, Rgb<u8>, 1, 3>(&grey, |[level]| [level; 3]).into()
        }
        DynamicImage::ImageLumaA8(grey) => {
            spread::<_, Rgba<u8>, 2, 4>(&grey, |[level, alpha]| [level, level, level, alpha]).into()
        }
        DynamicImage::ImageLuma16(grey) => {
            spread::<_, Rgb<u16>, 1, 3>(&grey, |[level]| [level; 3]).into()
        }
        DynamicImage::ImageLumaA16(grey) => {
            spread::<_, Rgba<u16>, 2, 4>(&grey, |[level, alpha]| [level, level, level, alpha])
                .into()
        }
        DynamicImage::ImageRgb32F(_) => pixels.into_rgb16().into(),
        DynamicImage::ImageRgba32F(_) => pixels.into_rgba16().into(),
        _ => pixels,
    }
}

/// Makes `M` samples of the `N` of every pixel. The image crate takes much more memory for it than both
/// pictures have.
fn spread<P: Pixel, Q: Pixel<Subpixel = P::Subpixel>, const N: usize, const M: usize>(
    from: &ImageBuffer<P, Vec<P::Subpixel>>,
    spread: impl Fn([P::Subpixel; N]) -> [P::Subpixel; M],
) -> ImageBuffer<Q, Vec<Q::Subpixel>> {
    let (pixels, _) = from.as_raw().as_chunks::<N>();
    let samples: Vec<_> = pixels.iter().map(|&pixel| spread(pixel)).collect();
    ImageBuffer::from_raw(from.width(), from.height(), samples.into_flattened())
        .expect("as many pixels")
}

/// What a decoder's error means for a user.
pub(super) fn problem_of(error: ImageError, format: ImageFormat, limits: &Limits) -> DecodeProblem {
    let name = formats::name(format);
    match error {
        ImageError::Limits(limit) if limit.kind() == LimitErrorKind::InsufficientMemory => {
            DecodeProblem::TooMuchMemory { max_bytes: limits.max_bytes }
        }
        ImageError::Unsupported(error) => {
            let reason = match error.kind() {
                UnsupportedErrorKind::GenericFeature(words) => words,
                _ => error.to_string(),
            };
            DecodeProblem::UnsupportedVariant { format: name.into(), reason }
        }
        // The system's own errors carry its number; those that decoders make up do not.
        ImageError::IoError(error) if error.raw_os_error().is_some() => unreadable(error),
        error if is_cut_off(&error) => DecodeProblem::Truncated(name.into()),
        error => DecodeProblem::Damaged { format: name.into(), reason: plain(&error.to_string()) },
    }
}

/// The png crate's words, in which a chunk is described in full, with no more than its name.
fn plain(words: &str) -> String {
    const BEGIN: &str = "ChunkType { type: ";
    let mut plain = String::new();
    let mut rest = words;
    while let Some((before, described)) = rest.split_once(BEGIN)
        && let Some((description, after)) = described.split_once(" }")
    {
        let name = description.split(',').next().unwrap_or_default();
        plain.extend([before, name]);
        rest = after;
    }
    plain + rest
}

/// Whether a decoder ran out of input, as the error or one of its causes tells.
fn is_cut_off(error: &ImageError) -> bool {
    let outermost: &(dyn Error + 'static) = match error {
        // It passes for its own cause, and would not be seen among the sources.
        ImageError::IoError(error) => error,
        error => error,
    };
    iter::successors(Some(outermost), |&error| error.source())
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::UnexpectedEof)
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("it panicked")
}
