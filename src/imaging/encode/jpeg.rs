//! JPEG, which knows no transparency.

use std::io::{self, Write};

use image::{
    ImageEncoder as _, RgbImage, Rgba,
    codecs::jpeg::{JpegEncoder, PixelDensity, PixelDensityUnit},
};

use crate::imaging::{Metadata, ResultMark, StripSource, strips::strips};

/// What a segment of the file can hold of EXIF.
const MOST_EXIF_BYTES: usize = 65_533 - b"Exif\0\0".len();

/// Bytes of a file's begin: its first marker, and the JFIF segment that has to follow it.
const BEGIN_BYTES: usize = 2 + 18;

/// Writes a picture on a colour, with its ICC profile, EXIF, resolution and mark.
pub fn write(
    writer: &mut dyn Write,
    picture: &dyn StripSource,
    quality: u8,
    colour: [u8; 3],
    metadata: &Metadata,
    mark: Option<ResultMark>,
) -> io::Result<()> {
    let mut writer =
        WithComment { inner: writer, written_bytes: 0, comment: mark.map(|mark| mark.to_string()) };
    let mut encoder = JpegEncoder::new_with_quality(&mut writer, quality);
    if let Some(dpi) = metadata.dpi {
        let density = (dpi.x.round() as u16, dpi.y.round() as u16);
        encoder.set_pixel_density(PixelDensity { density, unit: PixelDensityUnit::Inches });
    }
    if let Some(profile) = &metadata.icc_profile {
        encoder.set_icc_profile(profile.clone()).map_err(io::Error::other)?;
    }
    if let Some(exif) = &metadata.exif {
        if exif.len() <= MOST_EXIF_BYTES {
            encoder.set_exif_metadata(exif.clone()).map_err(io::Error::other)?;
        } else {
            tracing::warn!("{} bytes of EXIF are too many for a JPEG: left out", exif.len());
        }
    }
    encoder.encode_image(&on_colour(picture, colour)?).map_err(io::Error::other)
}

/// Puts a comment behind the begin of a file, which the encoder itself cannot.
struct WithComment<'a> {
    inner: &'a mut dyn Write,
    written_bytes: usize,
    comment: Option<String>,
}

impl Write for WithComment<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let to_begin_bytes = BEGIN_BYTES - self.written_bytes.min(BEGIN_BYTES);
        if to_begin_bytes == 0 {
            return self.inner.write(bytes);
        }
        let written_bytes = self.inner.write(&bytes[..bytes.len().min(to_begin_bytes)])?;
        self.written_bytes += written_bytes;
        if self.written_bytes == BEGIN_BYTES
            && let Some(comment) = self.comment.take()
        {
            let segment_bytes = 2 + comment.len() as u16;
            self.inner.write_all(b"\xff\xfe")?;
            self.inner.write_all(&segment_bytes.to_be_bytes())?;
            self.inner.write_all(comment.as_bytes())?;
        }
        Ok(written_bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// The picture on a colour, in 8 bits.
fn on_colour(picture: &dyn StripSource, colour: [u8; 3]) -> io::Result<RgbImage> {
    let (width_px, height_px) = picture.size_px();
    let mut flat = Vec::with_capacity(width_px as usize * height_px as usize * 3);
    for strip in strips(picture) {
        let strip = strip?;
        if !strip.color().has_alpha() {
            flat.extend_from_slice(&strip.into_rgb8());
            continue;
        }
        for Rgba([r, g, b, opacity]) in strip.into_rgba8().pixels() {
            let mix = |above: u8, below: u8| {
                let below = u32::from(below) * u32::from(255 - opacity);
                let sum = u32::from(above) * u32::from(*opacity) + below;
                ((sum + 127) / 255) as u8
            };
            flat.extend([mix(*r, colour[0]), mix(*g, colour[1]), mix(*b, colour[2])]);
        }
    }
    Ok(RgbImage::from_raw(width_px, height_px, flat).expect("three samples for every pixel"))
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, RgbaImage};

    use super::*;

    #[test]
    fn what_is_transparent_shows_the_colour() {
        for (pixel, expected) in [
            ([200, 100, 0, 255], [200, 100, 0]),
            ([200, 100, 0, 0], [10, 20, 30]),
            ([200, 100, 0, 128], [105, 60, 15]),
        ] {
            let picture: DynamicImage = RgbaImage::from_pixel(1, 40, Rgba(pixel)).into();
            let flat = on_colour(&picture, [10, 20, 30]).unwrap();
            assert_eq!(flat.get_pixel(0, 0).0, expected);
            assert_eq!(flat.get_pixel(0, 39).0, expected);
        }
    }
}
