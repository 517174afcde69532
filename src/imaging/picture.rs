//! The decoded photo and what came with it.

use image::DynamicImage;

/// A photo, upright, in memory.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Upright pixels: one of `ImageRgb8`, `ImageRgba8`, `ImageRgb16`, `ImageRgba16`.
    pub pixels: DynamicImage,
    /// What the file said beside its pixels.
    pub metadata: Metadata,
}

/// What a file carries beside its pixels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The ICC profile of the pixels as decoded. Only RGB profiles are kept: one of another
    /// colour space would be wrong for the RGB pixels that decoding gives.
    pub icc_profile: Option<Vec<u8>>,
    /// Raw EXIF (TIFF structure), orientation already made normal.
    pub exif: Option<Vec<u8>>,
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
