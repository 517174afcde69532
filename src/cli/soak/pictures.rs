//! The photos of a soak: made by itself, the same in every run.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use image::{DynamicImage, ImageError, RgbImage};

use super::faults;
use crate::path_text::printable;

/// Width and height in pixels of every photo, unless sizes are mixed.
const ONE_SIZE_PX: (u32, u32) = (800, 600);
/// One image in so many warms up, but never fewer than [`MIN_WARM_UP`].
const WARM_UP_SHARE: u64 = 20;
const MIN_WARM_UP: u64 = 10;
/// One image in so many fails on purpose.
const ERROR_EVERY: u64 = 10;

/// The images of a soak, in order. Any number of them are made from a few files.
pub struct Plan {
    /// How many images.
    pub count: u64,
    /// How many of them warm up. They are of the largest photo: memory that the system's allocator
    /// keeps then has reached its height.
    pub warm_up: u64,
    /// The largest is the last.
    good: Vec<PathBuf>,
    bad: Vec<PathBuf>,
}

/// One image of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned<'a> {
    /// Its file.
    pub source: &'a Path,
    /// It must fail.
    pub fails: bool,
}

/// A photo of the plan cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("{}: this photo cannot be made ({source})", printable(path))]
pub struct PlanError {
    path: PathBuf,
    source: ImageError,
}

impl PlanError {
    fn new(path: &Path, error: io::Error) -> Self {
        Self { path: path.to_owned(), source: ImageError::IoError(error) }
    }
}

impl Plan {
    /// Makes the photos in this folder.
    ///
    /// # Errors
    /// Where one cannot be made, such as on a full disk.
    pub fn make(
        folder: &Path,
        count: u64,
        mixed_sizes: bool,
        inject_errors: bool,
    ) -> Result<Self, PlanError> {
        let good = if mixed_sizes { mixed(folder)? } else { vec![one_size(folder)?] };
        let bad = if inject_errors { broken(folder)? } else { Vec::new() };
        let warm_up = (count / WARM_UP_SHARE).max(MIN_WARM_UP);
        Ok(Self { count, warm_up, good, bad })
    }

    /// Image number `number`, counted from 0.
    pub fn image(&self, number: u64) -> Planned<'_> {
        let of = |paths: &[PathBuf], turn: u64| (turn % paths.len() as u64) as usize;
        if !self.bad.is_empty() && number % ERROR_EVERY == ERROR_EVERY - 1 {
            let turn = of(&self.bad, number / ERROR_EVERY);
            return Planned { source: &self.bad[turn], fails: true };
        }
        let turn = if number < self.warm_up { self.good.len() as u64 - 1 } else { number };
        Planned { source: &self.good[of(&self.good, turn)], fails: false }
    }

    /// How many of the images must fail.
    pub fn failures(&self) -> u64 {
        if self.bad.is_empty() { 0 } else { self.count / ERROR_EVERY }
    }
}

/// A disc on a gradient: something salient that needs no file of others.
fn disc((width_px, height_px): (u32, u32)) -> RgbImage {
    let (middle_x, middle_y) = (f64::from(width_px) / 2.0, f64::from(height_px) / 2.0);
    let radius_px = middle_x.min(middle_y) * 0.6;
    RgbImage::from_fn(width_px, height_px, |x, y| {
        let distance_px = (f64::from(x) - middle_x).hypot(f64::from(y) - middle_y);
        if distance_px < radius_px {
            image::Rgb([220, 90, (x % 64) as u8])
        } else {
            image::Rgb([40, 60, (120 + y % 64) as u8])
        }
    })
}

fn one_size(folder: &Path) -> Result<PathBuf, PlanError> {
    save(folder.join("photo.jpg"), &disc(ONE_SIZE_PX).into())
}

fn mixed(folder: &Path) -> Result<Vec<PathBuf>, PlanError> {
    let photo = |size_px| DynamicImage::from(disc(size_px));
    [
        ("tiny.png", photo((3, 2))),
        ("icon.png", photo((64, 64))),
        ("grey.png", photo((640, 480)).to_luma8().into()),
        ("rgba.png", photo((512, 700)).to_rgba8().into()),
        ("deep.png", photo((600, 400)).to_rgb16().into()),
        ("deep_grey.png", photo((333, 777)).to_luma16().into()),
        ("tall.jpg", photo((300, 2400))),
        ("wide.jpg", photo((2000, 250))),
        ("medium.jpg", photo((1200, 900))),
        ("bitmap.bmp", photo((500, 500))),
        ("large.jpg", photo((2000, 1500))),
    ]
    .into_iter()
    .map(|(name, picture)| save(folder.join(name), &picture))
    .collect()
}

/// Files that cannot be read, and one on which the network panics.
fn broken(folder: &Path) -> Result<Vec<PathBuf>, PlanError> {
    let whole = save(folder.join("whole.png"), &disc((300, 200)).into())?;
    let half = fs::read(&whole).map(|bytes| bytes[..bytes.len() / 2].to_vec());
    let half = half.map_err(|error| PlanError::new(&whole, error))?;
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(|error| PlanError::new(&path, error))?;
        Ok(path)
    };
    let panics = save(folder.join("panics.png"), &faults::marked_photo().into())?;
    Ok(vec![
        write("half.png", &half)?,
        panics.clone(),
        write("words.jpg", b"no photo")?,
        panics,
        write("empty.png", b"")?,
        folder.join("missing.png"),
    ])
}

fn save(path: PathBuf, picture: &DynamicImage) -> Result<PathBuf, PlanError> {
    match picture.save(&path) {
        Ok(()) => Ok(path),
        Err(source) => Err(PlanError { path, source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_says_how_many_must_fail() {
        let folder = tempfile::tempdir().unwrap();
        for (count, inject_errors, failures) in [(100, true, 10), (9, true, 0), (100, false, 0)] {
            let plan = Plan::make(folder.path(), count, false, inject_errors).unwrap();
            let planned = (0..count).filter(|&number| plan.image(number).fails).count();
            assert_eq!((plan.failures(), planned as u64), (failures, failures));
        }
    }
}
