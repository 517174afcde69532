//! Photos for the bench, drawn by itself.

use std::{fs, path::Path};

use image::{Rgb, RgbImage};

/// Draws so many photos of 1200 x 800 pixels, each another one.
pub fn draw(folder: &Path, count: usize) {
    for number in 0..count {
        let path = folder.join(format!("product {number:04}.jpg"));
        photo(1200, 800, number as f32).save(path).expect("a temporary folder can be written");
    }
}

/// Makes so many files of one small photo.
pub fn repeat(folder: &Path, count: usize) {
    let first = folder.join("0000.jpg");
    photo(240, 160, 0.0).save(&first).expect("a temporary folder can be written");
    for number in 1..count {
        let copy = folder.join(format!("{number:04}.jpg"));
        fs::copy(&first, copy).expect("a temporary folder can be written");
    }
}

/// A disc before soft stripes.
fn photo(width_px: u32, height_px: u32, seed: f32) -> RgbImage {
    let radius_px = height_px as f32 * (0.25 + 0.1 * (seed * 0.7).sin());
    let (centre_x, centre_y) = (width_px as f32 * (0.5 + 0.2 * seed.sin()), height_px as f32 / 2.0);
    RgbImage::from_fn(width_px, height_px, |x, y| {
        let (x, y) = (x as f32, y as f32);
        if (x - centre_x).hypot(y - centre_y) < radius_px {
            return Rgb([230, (80.0 + 60.0 * (x / 40.0).sin()) as u8, 30]);
        }
        let stripe = 120.0 + 60.0 * ((x + 2.0 * y) / 150.0 + seed).sin();
        Rgb([stripe as u8 / 2, stripe as u8, 140])
    })
}
