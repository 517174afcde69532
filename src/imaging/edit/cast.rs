//! The shadow of a subject where it falls.

use image::GrayImage;

use super::{
    Proxy, Rect, Shadow,
    blur::Moved,
    pixels::{Premultiplied, over},
};

/// A shadow at the size in hand.
pub struct Cast {
    alpha: Moved,
    opacity: f32,
    colour: [u8; 3],
}

impl Cast {
    /// The shadow of a subject as opaque as `subject`; `None` where none is to be seen.
    pub fn new(shadow: Shadow, proxy: &Proxy, subject: &GrayImage) -> Option<Self> {
        let Shadow { offset_px, blur_px, opacity, colour } = shadow;
        if opacity <= 0.0 {
            return None;
        }
        let scale = proxy.scale();
        let alpha = Moved::new(subject, blur_px * scale, offset_px.map(|by| by * scale));
        Some(Self { alpha, opacity: opacity.min(1.0), colour })
    }

    /// How opaque it is in a part, row by row: 0 to 1.
    pub fn alphas(&self, rect: Rect) -> impl Iterator<Item = f32> {
        let alphas = self.alpha.part(rect).into_raw().into_iter();
        alphas.map(move |alpha| f32::from(alpha) * (self.opacity / 255.0))
    }

    /// Puts it over the pixels of a part.
    pub fn fall(&self, rect: Rect, on: &mut [Premultiplied]) {
        let [r, g, b] = self.colour.map(|channel| f32::from(channel) / 255.0);
        for (pixel, alpha) in on.iter_mut().zip(self.alphas(rect)) {
            *pixel = over([r * alpha, g * alpha, b * alpha, alpha], *pixel);
        }
    }

    /// The pixels of a part in 8 bits, premultiplied, row by row.
    pub fn for_screen(&self, rect: Rect) -> impl Iterator<Item = [u8; 4]> {
        // Every pixel has one of 256 opacities.
        let shades: [[u8; 4]; 256] = std::array::from_fn(|alpha| {
            let alpha = alpha as f32 * (self.opacity / 255.0);
            let [r, g, b] = self.colour.map(|channel| (f32::from(channel) * alpha).round() as u8);
            [r, g, b, (alpha * 255.0).round() as u8]
        });
        self.alpha.part(rect).into_raw().into_iter().map(move |alpha| shades[usize::from(alpha)])
    }
}
