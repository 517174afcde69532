//! TIFF, compressed without loss.

use std::io::{self, Seek, Write};

use image::DynamicImage;
use tiff::{
    TiffError, TiffResult,
    encoder::{
        Compression, DeflateLevel, Predictor, Rational, TiffEncoder, TiffKindStandard, TiffValue,
        colortype::{ColorType, RGB8, RGB16, RGBA8, RGBA16},
    },
    tags::{ExtraSamples, ResolutionUnit, Tag, Type},
};

use super::no_kind_of_result;
use crate::imaging::{
    Metadata, ResultMark, StripSource,
    exif::{self, tiff_file},
};

/// Writes a picture with its ICC profile, EXIF, resolution and mark.
pub fn write<W: Write + Seek>(
    writer: W,
    picture: &dyn StripSource,
    metadata: &Metadata,
    mark: Option<ResultMark>,
) -> io::Result<()> {
    let whole = picture.strip(0..picture.size_px().1).map_err(io::Error::other)?;
    match &whole {
        DynamicImage::ImageRgb8(rgb) => write_as::<RGB8, W>(writer, &whole, rgb, metadata, mark),
        DynamicImage::ImageRgba8(rgba) => {
            write_as::<RGBA8, W>(writer, &whole, rgba, metadata, mark)
        }
        DynamicImage::ImageRgb16(rgb) => write_as::<RGB16, W>(writer, &whole, rgb, metadata, mark),
        DynamicImage::ImageRgba16(rgba) => {
            write_as::<RGBA16, W>(writer, &whole, rgba, metadata, mark)
        }
        other => Err(no_kind_of_result(other.color()).into()),
    }
    .map_err(|error| match error {
        TiffError::IoError(error) => error,
        error => io::Error::other(error),
    })
}

fn write_as<C: ColorType, W: Write + Seek>(
    writer: W,
    picture: &DynamicImage,
    samples: &[C::Inner],
    metadata: &Metadata,
    mark: Option<ResultMark>,
) -> TiffResult<()>
where
    [C::Inner]: TiffValue,
{
    let mut file: TiffEncoder<W, TiffKindStandard> = TiffEncoder::new(writer)?
        .with_compression(Compression::Deflate(DeflateLevel::Fast))
        .with_predictor(Predictor::Horizontal);
    let exif = metadata.exif.as_deref().unwrap_or_default();
    let below = tiff_file::write_below(exif, &mut file)?;
    let mut image = file.new_image::<C>(picture.width(), picture.height())?;
    tiff_file::write_main(below, image.encoder())?;
    if let Some(mark) = mark {
        image.encoder().write_tag(Tag::Software, mark.to_string().as_str())?;
    }
    if let Some(dpi) = metadata.dpi {
        let rational = |value| {
            let (n, d) = exif::fraction(value);
            Rational { n, d }
        };
        image.resolution_unit(ResolutionUnit::Inch);
        image.x_resolution(rational(dpi.x));
        image.y_resolution(rational(dpi.y));
    }
    if let Some(profile) = &metadata.icc_profile {
        let entry = image.encoder().write_entry_bytes(Type::UNDEFINED, profile)?;
        let fields = [(Tag::IccProfile, entry)];
        image.encoder().extend_from(&tiff::Directory::from_iter(fields));
    }
    if picture.color().has_alpha() {
        let alpha = ExtraSamples::UnassociatedAlpha.to_u16();
        image.encoder().write_tag(Tag::ExtraSamples, alpha)?;
    }
    image.write_data(samples)
}
