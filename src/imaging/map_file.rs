//! Saliency maps as files: 8-bit grey PNG, for a matte is made of 8 bits a value.

use std::{
    fs::File,
    io::{self, BufReader},
    path::Path,
};

use image::{DynamicImage, GrayImage, Limits, codecs::png::PngDecoder};

use super::{Cancel, Existing, Matte, SaliencyMap, WriteError, save_mask};

/// No map of a network is larger.
const SIDE_MAX_PX: u32 = 4096;

/// Writes a map; what stands under its name is replaced.
///
/// # Errors
/// As [`save_mask`].
pub fn save_map(path: &Path, map: &SaliencyMap) -> Result<(), WriteError> {
    match GrayImage::from_raw(map.side_px, map.side_px, map.levels()) {
        Some(levels) => save_mask(path, &Matte(levels), Existing::Replace, &Cancel::default()),
        None => Err(WriteError::Other {
            path: path.to_owned(),
            source: io::Error::from(io::ErrorKind::InvalidInput).into(),
        }),
    }
}

/// Reads a map. Its mattes are, bit by bit, those of the map that was written.
///
/// # Errors
/// Where it cannot be read, or is no map.
pub fn load_map(path: &Path) -> io::Result<SaliencyMap> {
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(SIDE_MAX_PX), Some(SIDE_MAX_PX));
    let file = BufReader::new(File::open(path)?);
    let decoder = PngDecoder::with_limits(file, limits).map_err(io::Error::other)?;
    match DynamicImage::from_decoder(decoder).map_err(io::Error::other)? {
        DynamicImage::ImageLuma8(picture) => {
            SaliencyMap::from_levels(picture.width(), picture.as_raw())
        }
        _ => None,
    }
    .ok_or_else(|| io::Error::other("it is no saliency map"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::{Resampling, matte_from_map};

    /// Every level, its neighbours in f32, and what lies beyond.
    fn map() -> SaliencyMap {
        let edges = (0..=255_u8).flat_map(|level| {
            let edge = f32::from(level) / 255.0;
            [edge.next_down(), edge, edge.next_up(), edge + 0.5 / 255.0]
        });
        let side_px = 33;
        let beyond = [-1.0, 2.0, f32::NAN, f32::INFINITY];
        let mut values: Vec<f32> = edges.chain(beyond).collect();
        values.resize((side_px * side_px) as usize, 0.25);
        SaliencyMap { side_px, values }
    }

    #[test]
    fn the_matte_of_a_map_that_was_kept_is_the_same_to_the_bit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.png");
        let (mut map, mut size_px) = (map(), (200, 131));
        for _twice in 0..2 {
            save_map(&path, &map).unwrap();
            let back = load_map(&path).unwrap();
            for resampling in [Resampling::Lanczos, Resampling::AuthorsBilinear] {
                let [before, after] =
                    [&map, &back].map(|map| matte_from_map(map, size_px.0, size_px.1, resampling));
                assert_eq!(before.0, after.0);
            }
            (map, size_px) = (back, (33, 33));
        }
    }

    #[test]
    fn what_is_no_map_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.png");
        assert!(load_map(&path).is_err());
        save_map(&path, &map()).unwrap();
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        assert!(load_map(&path).is_err());
        for picture in [
            DynamicImage::from(image::RgbImage::new(4, 4)),
            DynamicImage::from(GrayImage::new(4, 5)),
        ] {
            picture.save(&path).unwrap();
            assert!(load_map(&path).is_err());
        }
        let lost = SaliencyMap { side_px: 4, values: Vec::new() };
        assert!(save_map(&path, &lost).is_err());
    }
}
