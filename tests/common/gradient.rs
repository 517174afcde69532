//! A small photo that a test makes itself.

use std::path::{Path, PathBuf};

/// A small photo in which every pixel differs from its neighbours.
pub fn gradient_photo(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    let photo = image::RgbImage::from_fn(120, 80, |x, y| {
        image::Rgb([(x * 2) as u8, (y * 3) as u8, ((x * y) % 251) as u8])
    });
    photo.save(&path).expect("a temporary folder can be written");
    path
}
