//! A picture to put behind a subject.

use fast_image_resize::FilterType;
use image::DynamicImage;

use super::{
    super::{
        Picture,
        resample::{self, Alpha},
    },
    Rect, pixels,
};

/// A picture that covers what is behind a subject: scaled until nothing is left free, its middle in
/// the middle.
#[derive(Clone, Debug)]
pub struct Backdrop {
    premultiplied: DynamicImage,
}

impl Backdrop {
    /// A backdrop of this picture.
    pub fn new(picture: Picture) -> Self {
        Self { premultiplied: pixels::premultiplied(&picture.pixels).into_owned() }
    }

    /// The same, made for a frame of this size, so that it need not be scaled again.
    pub fn covering(&self, size_px: (u32, u32)) -> Self {
        Self { premultiplied: self.part(size_px, Rect::whole(size_px)) }
    }

    /// A part of it as it covers a frame of this size, premultiplied.
    pub(super) fn part(&self, size_px: (u32, u32), rect: Rect) -> DynamicImage {
        let own = [self.premultiplied.width(), self.premultiplied.height()].map(f64::from);
        let frame = [size_px.0, size_px.1].map(f64::from);
        let scale = (frame[0] / own[0]).max(frame[1] / own[1]);
        let hidden = |axis: usize| (own[axis] - frame[axis] / scale).max(0.0) / 2.0;
        let part = [
            hidden(0) + f64::from(rect.left_px) / scale,
            hidden(1) + f64::from(rect.top_px) / scale,
            f64::from(rect.width_px) / scale,
            f64::from(rect.height_px) / scale,
        ];
        let size = (rect.width_px, rect.height_px);
        resample::resample_part(
            &self.premultiplied,
            part,
            size,
            FilterType::CatmullRom,
            Alpha::Ignore,
        )
    }
}
