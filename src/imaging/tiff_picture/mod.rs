//! TIFF files, their samples read by the tiff crate and made into colours here.
//!
//! The crate refuses kinds that it can decode, since it has no name for their colours, and mistakes
//! others. It is shown every picture as one of plain numbers without a meaning, and planes one by
//! one, by replacing a few bytes of what it reads.
//!
//! ```text
//! directories -> the photo's -> Layout -> plain numbers (tiff crate) -> colours
//! ```

mod colours;
mod directory;
mod layout;

use std::io::{self, BufReader, Read, Seek};

use image::{
    ColorType, ImageDecoder, ImageError, ImageFormat, ImageResult,
    error::{
        DecodingError, ImageFormatHint, LimitError, LimitErrorKind, UnsupportedError,
        UnsupportedErrorKind,
    },
    metadata::Orientation,
};
use tiff::{
    TiffError, TiffResult,
    decoder::{Decoder, DecodingResult, Limits},
};

use super::replaced::Replaced;
use directory::{Directory, Found, tag};
use layout::Layout;

/// The photo of a TIFF file; no pixel is decoded yet.
pub struct TiffPicture<R> {
    file: R,
    directory: Directory,
    layout: Layout,
    orientation: Orientation,
    max_bytes: u64,
}

impl<R: Read + Seek> TiffPicture<R> {
    /// Looks for the photo, and whether it can be decoded.
    ///
    /// # Errors
    /// Where it cannot, with the reason.
    pub fn new(mut file: R, max_bytes: u64) -> ImageResult<Self> {
        let Found { first, photo: directory } =
            directory::find(&mut file).map_err(ImageError::IoError)?;
        if first.field(tag::DNG_VERSION).is_some() {
            return Err(unsupported("a raw photo"));
        }
        let layout = Layout::read(&mut file, &directory)?;
        let named = [&directory, &first]
            .into_iter()
            .find_map(|directory| directory.number(&mut file, tag::ORIENTATION));
        let orientation =
            named.and_then(|number| Orientation::from_exif(u8::try_from(number).ok()?));
        let orientation = orientation.unwrap_or(Orientation::NoTransforms);
        Ok(Self { file, directory, layout, orientation, max_bytes })
    }

    /// The bytes of its numbers as the file has them, unpacked: they become colours all at once.
    pub fn unpacked_bytes(&self) -> u64 {
        let Layout { stored_px: (width_px, height_px), samples, bits, .. } = self.layout;
        let row_bytes = (u64::from(width_px) * u64::from(samples) * u64::from(bits)).div_ceil(8);
        row_bytes.saturating_mul(height_px.into())
    }

    /// What to replace so that a reader takes the photo's directory for the first.
    fn photo_first(&self) -> (u64, Vec<u8>) {
        (4, self.directory.order.bytes_of_u32(self.directory.at).to_vec())
    }

    /// The plain numbers of the picture, or of one of its planes.
    fn numbers(&mut self, plane: Option<u32>) -> ImageResult<DecodingResult> {
        const BLACK_IS_ZERO: u32 = 1;
        let mut changes = vec![self.photo_first()];
        changes.extend(self.directory.with_value(tag::PHOTOMETRIC, BLACK_IS_ZERO));
        // Tiles at the edges are read whole.
        changes.extend(self.directory.with_value(tag::WIDTH, self.layout.stored_px.0));
        changes.extend(self.directory.with_value(tag::HEIGHT, self.layout.stored_px.1));
        if let Some(plane) = plane {
            changes.extend(self.directory.with_value(tag::PLANAR, 1));
            changes.extend(self.directory.with_value(tag::SAMPLES_PER_PIXEL, 1));
            changes.extend(self.directory.with_value(tag::BITS_PER_SAMPLE, self.layout.bits));
            changes.extend(self.directory.with_value(tag::SAMPLE_FORMAT, self.layout.format));
            // No extra sample is left: the field becomes one that nobody knows.
            changes.extend(
                self.directory
                    .with_value(tag::EXTRA_SAMPLES, 0)
                    .map(|(at, _)| (at - 4, vec![0xff, 0xff])),
            );
            for tag in [tag::STRIP_OFFSETS, tag::STRIP_BYTES, tag::TILE_OFFSETS, tag::TILE_BYTES] {
                let all = self.directory.numbers(&mut self.file, tag);
                let each = all.len() as u32 / self.layout.samples;
                let change = match all.get((plane * each) as usize) {
                    Some(&only) if each == 1 => self.directory.with_value(tag, only),
                    Some(_) => self.directory.with_part(tag, plane * each, each),
                    None => None,
                };
                changes.extend(change);
            }
        }
        let mut limits = Limits::default();
        let max_bytes = usize::try_from(self.max_bytes).unwrap_or(usize::MAX);
        limits.decoding_buffer_size = max_bytes;
        limits.intermediate_buffer_size = max_bytes;
        limits.ifd_value_size = max_bytes;
        let shown = BufReader::new(Replaced::new(&mut self.file, changes)?);
        let mut decoder = Decoder::new(shown).map_err(told)?.with_limits(limits.clone());
        match self.layout.tile_px {
            Some(tile_px) if self.layout.bits >= 8 => {
                read_tiles(&mut decoder, tile_px, self.layout.stored_px, &limits).map_err(told)
            }
            _ => decoder.read_image().map_err(told),
        }
    }

    fn decode(mut self, pixels: &mut [u8]) -> ImageResult<()> {
        let planes = if self.layout.is_planar && self.layout.samples > 1 {
            (0..self.layout.samples)
                .map(|plane| self.numbers(Some(plane)))
                .collect::<ImageResult<Vec<_>>>()?
        } else {
            vec![self.numbers(None)?]
        };
        colours::convert(&self.layout, &planes, pixels)
    }
}

/// Reads a picture of whole tiles, each at once: row by row, the crate cannot read all that is packed
/// with LZW.
fn read_tiles(
    decoder: &mut Decoder<impl Read + Seek>,
    (tile_width_px, tile_height_px): (u32, u32),
    (width_px, height_px): (u32, u32),
    limits: &Limits,
) -> TiffResult<DecodingResult> {
    let mut all = DecodingResult::U8(Vec::new());
    all.resize_to(&decoder.image_buffer_layout()?, limits)?;
    let mut buffer = all.as_buffer(0);
    let bytes = buffer.as_bytes_mut();
    let row_bytes = bytes.len() / height_px as usize;
    let across = width_px / tile_width_px;
    let tile_row_bytes = row_bytes / across as usize;
    let mut tile = vec![0; tile_row_bytes * tile_height_px as usize];
    for index in 0..across * (height_px / tile_height_px) {
        decoder.read_chunk_bytes(index, &mut tile)?;
        let top = (index / across * tile_height_px) as usize;
        let left_bytes = (index % across) as usize * tile_row_bytes;
        let rows = bytes.chunks_exact_mut(row_bytes).skip(top);
        for (row, from) in rows.zip(tile.chunks_exact(tile_row_bytes)) {
            row[left_bytes..][..tile_row_bytes].copy_from_slice(from);
        }
    }
    Ok(all)
}

impl<R: Read + Seek> ImageDecoder for TiffPicture<R> {
    fn dimensions(&self) -> (u32, u32) {
        (self.layout.width_px, self.layout.height_px)
    }

    fn color_type(&self) -> ColorType {
        self.layout.color_type()
    }

    fn orientation(&mut self) -> ImageResult<Orientation> {
        Ok(self.orientation)
    }

    fn read_image(self, pixels: &mut [u8]) -> ImageResult<()> {
        self.decode(pixels)
    }

    fn read_image_boxed(self: Box<Self>, pixels: &mut [u8]) -> ImageResult<()> {
        self.decode(pixels)
    }
}

/// The file as its photo's directory is the first, for what stands beside the pixels.
///
/// # Errors
/// Where the file cannot be read.
pub fn photo_first<R: Read + Seek>(mut file: R) -> io::Result<BufReader<Replaced<R>>> {
    let photo = directory::find(&mut file)?.photo;
    let change = (4, photo.order.bytes_of_u32(photo.at).to_vec());
    Ok(BufReader::new(Replaced::new(file, vec![change])?))
}

/// A picture that cannot be decoded, for this reason.
fn unsupported(reason: impl Into<String>) -> ImageError {
    ImageError::Unsupported(UnsupportedError::from_format_and_kind(
        ImageFormat::Tiff.into(),
        UnsupportedErrorKind::GenericFeature(reason.into()),
    ))
}

fn told(error: TiffError) -> ImageError {
    match error {
        TiffError::IoError(error) => ImageError::IoError(error),
        TiffError::UnsupportedError(reason) => unsupported(reason.to_string()),
        TiffError::LimitsExceeded => {
            ImageError::Limits(LimitError::from_kind(LimitErrorKind::InsufficientMemory))
        }
        error => {
            let format = ImageFormatHint::Exact(ImageFormat::Tiff);
            ImageError::Decoding(DecodingError::new(format, error))
        }
    }
}
