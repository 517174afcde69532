//! How large a picture may be.

use image::ColorType;

/// What a file may ask for. Looked at in the file's header, before memory is set aside for pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most pixels, width times height.
    pub max_pixels: u64,
    /// Most bytes of the file itself, and of all its pixels at any step from decoding to writing.
    pub max_bytes: u64,
}

impl Limits {
    /// The limit that a user sets, in millions of pixels, with as many bytes as so many pixels of a
    /// photo take that is turned: twice 3. There is some room for blocks that stand out of the frame.
    pub const fn from_megapixels(megapixels: u32) -> Self {
        const ROOM_BYTES: u64 = 16 << 20;
        let max_pixels = megapixels as u64 * 1_000_000;
        Self { max_pixels, max_bytes: max_pixels * 6 + ROOM_BYTES }
    }
}

impl Default for Limits {
    /// 200 megapixels.
    fn default() -> Self {
        Self::from_megapixels(200)
    }
}

/// The pixels of a file, and what its decoder keeps besides.
#[derive(Clone, Copy, Debug)]
pub struct Needs {
    /// Width times height.
    pub pixels: u64,
    /// As the decoder gives them.
    pub color: ColorType,
    /// What the decoder needs besides the pixels that it gives.
    pub decoder_bytes: u64,
    /// Whether across is down.
    pub is_turned: bool,
}

impl Needs {
    /// The most bytes that pixels take at once: while they are decoded, turned, or have a matte.
    pub fn most_bytes(&self) -> u64 {
        let given = u64::from(self.color.bytes_per_pixel());
        let sample = match given / u64::from(self.color.channel_count()) {
            1 => 1,
            // Floating-point samples become 16 bits.
            _ => 2,
        };
        let kept = sample * if self.color.has_alpha() { 4 } else { 3 };
        let is_kept_as_given = given == kept;
        // What the decoder let go of is a hole in the heap that larger pixels do not fit into.
        let decoded = if is_kept_as_given { given } else { given + kept };
        let turning = if self.is_turned { 2 * kept } else { 0 };
        let with_matte = kept + 1;
        let of_pixels = |bytes| self.pixels.saturating_mul(bytes);
        let decoding = of_pixels(decoded).saturating_add(self.decoder_bytes);
        decoding.max(of_pixels(turning.max(with_matte)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_counts() {
        for (color, decoder_bytes, is_turned, bytes) in [
            (ColorType::Rgb8, 0, false, 4),
            (ColorType::Rgb8, 80, false, 11),
            (ColorType::L8, 0, true, 6),
            (ColorType::Rgba8, 0, true, 8),
            (ColorType::Rgb16, 0, false, 7),
            (ColorType::Rgba16, 0, true, 16),
            (ColorType::Rgba32F, 0, false, 24),
        ] {
            let needs = Needs { pixels: 10, color, decoder_bytes, is_turned };
            assert_eq!(needs.most_bytes(), 10 * bytes, "{needs:?}");
        }
        let photo = Needs {
            pixels: 200_000_000,
            color: ColorType::Rgb8,
            // The coefficients of a progressive JPEG with halved colours.
            decoder_bytes: 3 * 200_000_000,
            is_turned: true,
        };
        assert!(photo.most_bytes() <= Limits::default().max_bytes, "photos of phones go through");
    }
}
