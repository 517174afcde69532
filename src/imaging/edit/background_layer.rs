//! The background under a subject.

use std::borrow::Cow;

use image::DynamicImage;

use super::{
    Backdrop, Background, Proxy, Rect,
    blur::Blurred,
    pixels::{self, Premultiplied},
};

/// A background at the size in hand.
pub enum BackgroundLayer<'a> {
    /// Nothing.
    Clear,
    /// One colour.
    Colour([u8; 3]),
    /// A picture that covers the frame.
    Picture(&'a Backdrop, (u32, u32)),
    /// The photo, out of focus.
    Blurred(Blurred),
}

impl<'a> BackgroundLayer<'a> {
    /// Prepares a background. `photo` gives the photo, premultiplied, where it is needed. A
    /// picture that is not given is left out.
    pub fn new<'p>(
        background: &Background,
        proxy: &Proxy,
        backdrop: Option<&'a Backdrop>,
        photo: impl FnOnce() -> Cow<'p, DynamicImage>,
    ) -> Self {
        match (background, backdrop) {
            (Background::Colour(rgb), _) => Self::Colour(*rgb),
            (Background::Blurred { radius_px }, _) => {
                Self::Blurred(Blurred::new(&photo(), radius_px * proxy.scale()))
            }
            (Background::Picture(_), Some(backdrop)) => Self::Picture(backdrop, proxy.size_px),
            (Background::Transparent | Background::Picture(_), _) => Self::Clear,
        }
    }

    /// Whether it is nothing.
    pub fn is_clear(&self) -> bool {
        matches!(self, Self::Clear)
    }

    /// The pixels of a part, row by row.
    pub fn part(&self, rect: Rect) -> Vec<Premultiplied> {
        let count = rect.width_px as usize * rect.height_px as usize;
        match self {
            Self::Clear => vec![[0.0; 4]; count],
            Self::Colour(rgb) => {
                let [r, g, b] = rgb.map(|channel| f32::from(channel) / 255.0);
                vec![[r, g, b, 1.0]; count]
            }
            Self::Picture(backdrop, size_px) => pixels::read(&backdrop.part(*size_px, rect)),
            Self::Blurred(blurred) => pixels::read(&blurred.part(rect)),
        }
    }

    /// All of it in 8 bits, premultiplied; `None` for nothing.
    pub fn for_screen(&self, size_px: (u32, u32)) -> Option<Vec<[u8; 4]>> {
        let whole = Rect::whole(size_px);
        let pixels = match self {
            Self::Clear => return None,
            Self::Colour([r, g, b]) => {
                return Some(vec![[*r, *g, *b, 255]; size_px.0 as usize * size_px.1 as usize]);
            }
            Self::Picture(backdrop, size_px) => backdrop.part(*size_px, whole),
            Self::Blurred(blurred) => blurred.part(whole),
        };
        Some(pixels.into_rgba8().as_chunks::<4>().0.to_vec())
    }
}
