//! How large a picture may be.

/// What a file may ask for. Looked at in the file's header, before memory is set aside for pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most pixels, width times height.
    pub max_pixels: u64,
    /// Most bytes of the file itself, of its decoded pixels, and of what its decoder needs.
    pub max_bytes: u64,
}

impl Limits {
    /// The limit that a user sets, in millions of pixels, with as many bytes as so many pixels can
    /// take in the largest pixel format (four 32-bit floats).
    pub const fn from_megapixels(megapixels: u32) -> Self {
        let max_pixels = megapixels as u64 * 1_000_000;
        Self { max_pixels, max_bytes: max_pixels * 16 }
    }
}

impl Default for Limits {
    /// 200 megapixels.
    fn default() -> Self {
        Self::from_megapixels(200)
    }
}
