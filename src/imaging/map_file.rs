//! What the network saw, as files: 8-bit grey PNG, for a matte is made of 8 bits a value. A second
//! look stands below the first, and words beside the pixels say which part of the frame it shows.

use std::{
    fs::File,
    io::{self, BufReader},
    path::Path,
};

use super::{Cancel, Existing, Part, SaliencyMap, SaliencyMaps, Second, WriteError, write_whole};

/// No map of a network is larger.
const SIDE_MAX_PX: u32 = 4096;
/// The words about the second look: left, top, width and height as fractions of the frame, or
/// [`NOTHING`].
const SECOND_LOOK: &str = "Second look";
const NOTHING: &str = "nothing";

/// Writes the maps of a photo; what stands under that name is replaced.
///
/// # Errors
/// As [`write_whole`].
pub fn save_map(path: &Path, maps: &SaliencyMaps) -> Result<(), WriteError> {
    let SaliencyMaps { first, second } = maps;
    let (mut levels, mut height_px) = (first.levels(), first.side_px);
    let words = match second {
        Second::NotAsked => None,
        Second::Nothing => Some(NOTHING.to_owned()),
        Second::Closer(Part { left, top, width, height }, closer) => {
            levels.extend(closer.levels());
            height_px += closer.side_px;
            Some(format!("{left} {top} {width} {height}"))
        }
    };
    let is_whole = levels.len() as u64 == u64::from(first.side_px) * u64::from(height_px);
    write_whole(path, Existing::Replace, &Cancel::default(), |writer| {
        if !is_whole {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mut encoder = png::Encoder::new(writer, first.side_px, height_px);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_compression(png::Compression::Fast);
        if let Some(words) = words {
            encoder.add_text_chunk(SECOND_LOOK.to_owned(), words)?;
        }
        let mut file = encoder.write_header()?;
        file.write_image_data(&levels)?;
        Ok(file.finish()?)
    })
}

/// Reads the maps of a photo. Their mattes are, bit by bit, those of the maps that were written.
///
/// # Errors
/// Where they cannot be read, or are no maps.
pub fn load_map(path: &Path) -> io::Result<SaliencyMaps> {
    let mut file = png::Decoder::new(BufReader::new(File::open(path)?)).read_info()?;
    let info = file.info();
    let (side_px, height_px) = info.size();
    let is_grey = info.color_type == png::ColorType::Grayscale
        && info.bit_depth == png::BitDepth::Eight
        && !info.interlaced;
    let mut texts = info.uncompressed_latin1_text.iter();
    let words = texts.find(|text| text.keyword == SECOND_LOOK).map(|text| text.text.clone());
    let no_map = || io::Error::other("it is no saliency map");
    if !is_grey || side_px > SIDE_MAX_PX || height_px > 2 * SIDE_MAX_PX {
        return Err(no_map());
    }
    let mut levels = vec![0; side_px as usize * height_px as usize];
    file.next_frame(&mut levels)?;
    maps(side_px, &levels, words.as_deref()).ok_or_else(no_map)
}

fn maps(side_px: u32, levels: &[u8], words: Option<&str>) -> Option<SaliencyMaps> {
    let map = |levels| SaliencyMap::from_levels(side_px, levels);
    let second = match words {
        None => return map(levels).map(SaliencyMaps::from),
        Some(NOTHING) => {
            return Some(SaliencyMaps { first: map(levels)?, second: Second::Nothing });
        }
        Some(part) => part,
    };
    let numbers: Result<Vec<f64>, _> = second.split(' ').map(str::parse).collect();
    let &[left, top, width, height] = numbers.ok()?.as_slice() else { return None };
    let part = Part { left, top, width, height };
    let (first, closer) = levels.split_at(levels.len() / 2);
    part.is_valid().then_some(())?;
    Some(SaliencyMaps { first: map(first)?, second: Second::Closer(part, map(closer)?) })
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, GrayImage};

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

    fn twice() -> SaliencyMaps {
        let part = Part { left: 1.0 / 3.0, top: 0.0, width: 0.3, height: 0.437 };
        SaliencyMaps { first: map(), second: Second::Closer(part, map()) }
    }

    #[test]
    fn the_matte_of_a_map_that_was_kept_is_the_same_to_the_bit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.png");
        let nothing = SaliencyMaps { first: map(), second: Second::Nothing };
        for maps in [SaliencyMaps::from(map()), nothing, twice()] {
            let (mut maps, mut size_px) = (maps, (200, 131));
            for _twice in 0..2 {
                save_map(&path, &maps).unwrap();
                let back = load_map(&path).unwrap();
                for resampling in [Resampling::Lanczos, Resampling::AuthorsBilinear] {
                    for second_look in [true, false] {
                        let [before, after] = [&maps, &back].map(|maps| {
                            let map = maps.merged(second_look);
                            matte_from_map(&map, size_px.0, size_px.1, resampling)
                        });
                        assert_eq!(before.0, after.0);
                    }
                }
                let part = |maps: &SaliencyMaps| match &maps.second {
                    Second::Closer(part, _) => Some(*part),
                    Second::NotAsked | Second::Nothing => None,
                };
                assert_eq!(part(&maps), part(&back), "{maps:?}");
                assert_eq!(maps.second == Second::Nothing, back.second == Second::Nothing);
                (maps, size_px) = (back, (33, 33));
            }
        }
    }

    /// As written before there was a second look.
    #[test]
    fn a_picture_of_one_map_is_one_look() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.png");
        GrayImage::from_raw(33, 33, map().levels()).unwrap().save(&path).unwrap();
        let maps = load_map(&path).unwrap();
        assert_eq!((maps.first.levels(), maps.second), (map().levels(), Second::NotAsked));
    }

    #[test]
    fn parts_that_cannot_be_are_refused() {
        let levels = vec![0; 32];
        for (words, expected) in [
            ("0 0 1 1", true),
            ("0.5 0.25 0.5 0.75", true),
            ("0 0 1", false),
            ("0 0 1 1 1", false),
            ("0.5 0 0.6 1", false),
            ("-0.1 0 0.5 1", false),
            ("0 0 0 1", false),
            ("0 NaN 1 1", false),
            ("somewhere", false),
        ] {
            assert_eq!(maps(4, &levels, Some(words)).is_some(), expected, "{words}");
        }
        assert!(maps(4, &levels, None).is_none() && maps(4, &levels, Some(NOTHING)).is_none());
    }

    #[test]
    fn what_is_no_map_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.png");
        assert!(load_map(&path).is_err());
        save_map(&path, &twice()).unwrap();
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
        assert!(save_map(&path, &lost.into()).is_err());
    }
}
