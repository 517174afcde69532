//! The decoded photo, and pictures for the screen.

use image::DynamicImage;

use super::Metadata;

/// A photo, upright, in memory.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Upright pixels: one of `ImageRgb8`, `ImageRgba8`, `ImageRgb16`, `ImageRgba16`.
    pub pixels: DynamicImage,
    /// What the file said beside its pixels.
    pub metadata: Metadata,
}

/// A small picture for the screen: 8-bit RGBA, alpha premultiplied, row-major, `4 * width_px *
/// height_px` bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rgba {
    /// Width in pixels.
    pub width_px: u32,
    /// Height in pixels.
    pub height_px: u32,
    /// Premultiplied RGBA bytes.
    pub premultiplied: Vec<u8>,
}
