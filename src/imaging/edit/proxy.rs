//! A photo's size and the size at which it is worked on.

use super::super::resize::fit_size_px;

/// A photo that is worked on at its full size, or smaller for the screen. Lengths in
/// [`Edits`](super::Edits) are those of the full size; here they become those of the size in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// Width and height of the photo at its full size.
    pub photo_px: (u32, u32),
    /// Width and height of what is worked on.
    pub size_px: (u32, u32),
}

impl Proxy {
    /// The photo itself.
    pub fn full(photo_px: (u32, u32)) -> Self {
        Self { photo_px, size_px: photo_px }
    }

    /// The photo with its longest side at most `longest_px`, as [`fit_size_px`] makes it.
    pub fn within(photo_px: (u32, u32), longest_px: u32) -> Self {
        Self { photo_px, size_px: fit_size_px(photo_px.0, photo_px.1, longest_px) }
    }

    /// How many pixels in hand a pixel of the photo is wide; told by the longer side, which
    /// rounding changes less.
    pub fn scale(&self) -> f32 {
        let (photo, size) = (self.photo_px, self.size_px);
        let (of, to) = if photo.0 >= photo.1 { (photo.0, size.0) } else { (photo.1, size.1) };
        to as f32 / of.max(1) as f32
    }
}
