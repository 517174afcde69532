//! JPEG, which knows no transparency.

use std::io::{self, Write};

use image::{
    DynamicImage, ImageEncoder as _, Rgb, RgbImage,
    codecs::jpeg::{JpegEncoder, PixelDensity, PixelDensityUnit},
};

use crate::imaging::Metadata;

/// What a segment of the file can hold of EXIF.
const MOST_EXIF_BYTES: usize = 65_533 - b"Exif\0\0".len();

/// Writes a picture on a colour, with its ICC profile, EXIF and resolution.
pub fn write(
    writer: &mut dyn Write,
    picture: &DynamicImage,
    quality: u8,
    colour: [u8; 3],
    metadata: &Metadata,
) -> io::Result<()> {
    let mut encoder = JpegEncoder::new_with_quality(writer, quality);
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
    encoder.encode_image(&on_colour(picture, colour)).map_err(io::Error::other)
}

/// The picture on a colour, in 8 bits.
fn on_colour(picture: &DynamicImage, colour: [u8; 3]) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let rgba = picture.to_rgba8();
    let mut flat = RgbImage::new(rgba.width(), rgba.height());
    for (Rgb(flat), pixel) in flat.pixels_mut().zip(rgba.pixels()) {
        let [r, g, b, opacity] = pixel.0;
        let mix = |above: u8, below: u8| {
            let sum =
                u32::from(above) * u32::from(opacity) + u32::from(below) * u32::from(255 - opacity);
            ((sum + 127) / 255) as u8
        };
        *flat = [mix(r, colour[0]), mix(g, colour[1]), mix(b, colour[2])];
    }
    flat
}

#[cfg(test)]
mod tests {
    use image::RgbaImage;

    use super::*;

    #[test]
    fn what_is_transparent_shows_the_colour() {
        for (pixel, expected) in [
            ([200, 100, 0, 255], [200, 100, 0]),
            ([200, 100, 0, 0], [10, 20, 30]),
            ([200, 100, 0, 128], [105, 60, 15]),
        ] {
            let picture = RgbaImage::from_pixel(1, 1, image::Rgba(pixel)).into();
            assert_eq!(on_colour(&picture, [10, 20, 30]).get_pixel(0, 0).0, expected);
        }
    }
}
