//! What several test files need.

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

/// A photo that set-up fetched.
pub fn sample(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/samples").join(name);
    assert!(path.exists(), "{} is missing; `cargo xtask setup` fetches it", path.display());
    path
}
