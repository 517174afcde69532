//! A picture that is made piece by piece.

use fast_image_resize::FilterType;
use image::{DynamicImage, GenericImage as _, ImageBuffer, Pixel};

use super::ROOM_BYTES;

/// Bytes of a weight while weights are reckoned.
const WEIGHT_BYTES: f64 = 8.0;

/// How a picture is divided.
pub struct Pieces {
    /// The part of the source: left, top, width and height.
    pub from: [f64; 4],
    /// The size of the whole.
    pub size_px: (u32, u32),
    /// The largest that a piece is.
    pub most_px: (u32, u32),
}

/// A piece, and what it is made of.
pub struct Piece {
    /// The part of the source: left, top, width and height.
    pub from: [f64; 4],
    /// Where it lies in the whole.
    pub at_px: (u32, u32),
    /// Its own size.
    pub size_px: (u32, u32),
}

/// How far a filter looks from the middle of a pixel, in pixels of the source.
pub fn reach(filter: FilterType, scale: f64) -> f64 {
    let support = match filter {
        FilterType::Box => 0.5,
        FilterType::Bilinear | FilterType::Hamming => 1.0,
        FilterType::CatmullRom | FilterType::Mitchell => 2.0,
        _ => 3.0,
    };
    support * scale.max(1.0)
}

impl Pieces {
    /// Pieces so small that weights and what is kept between across and down take little room.
    pub fn of(from: [f64; 4], size_px: (u32, u32), filter: FilterType, pixel_bytes: u64) -> Self {
        let [_, _, width, height] = from;
        let across = width / f64::from(size_px.0.max(1));
        let down = height / f64::from(size_px.1.max(1));
        let weights = |made_px: u32, scale: f64| {
            f64::from(made_px) * WEIGHT_BYTES * (2.0 * reach(filter, scale).ceil() + 1.0)
        };
        let room = |(width_px, height_px): (u32, u32)| {
            let rows = f64::from(height_px) * down + 2.0 * reach(filter, down);
            let between = f64::from(width_px) * rows * pixel_bytes as f64;
            weights(width_px, across) + weights(height_px, down) + between
        };
        let mut most_px = (size_px.0.max(1), size_px.1.max(1));
        while room(most_px) > ROOM_BYTES as f64 && most_px != (1, 1) {
            if most_px.0 >= most_px.1 {
                most_px.0 = most_px.0.div_ceil(2);
            } else {
                most_px.1 = most_px.1.div_ceil(2);
            }
        }
        Self { from, size_px, most_px }
    }

    /// Whether the picture is made in one go.
    pub fn is_one(&self) -> bool {
        self.most_px.0 >= self.size_px.0 && self.most_px.1 >= self.size_px.1
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = Piece> {
        let (width_px, height_px) = self.size_px;
        let [left, top, width, height] = self.from;
        let tops = (0..height_px).step_by(self.most_px.1 as usize);
        tops.flat_map(move |y| {
            (0..width_px).step_by(self.most_px.0 as usize).map(move |x| {
                let size_px = (self.most_px.0.min(width_px - x), self.most_px.1.min(height_px - y));
                let across = width / f64::from(width_px);
                let down = height / f64::from(height_px);
                let from = [
                    left + across * f64::from(x),
                    top + down * f64::from(y),
                    across * f64::from(size_px.0),
                    down * f64::from(size_px.1),
                ];
                Piece { from, at_px: (x, y), size_px }
            })
        })
    }
}

/// Puts a piece where it belongs. Both have the same kind of pixel.
pub fn put(whole: &mut DynamicImage, piece: &DynamicImage, at_px: (u32, u32)) {
    use DynamicImage::{ImageLuma8, ImageLuma16, ImageRgb8, ImageRgb16, ImageRgba8, ImageRgba16};
    match (whole, piece) {
        (ImageLuma8(whole), ImageLuma8(piece)) => put_pixels(whole, piece, at_px),
        (ImageLuma16(whole), ImageLuma16(piece)) => put_pixels(whole, piece, at_px),
        (ImageRgb8(whole), ImageRgb8(piece)) => put_pixels(whole, piece, at_px),
        (ImageRgb16(whole), ImageRgb16(piece)) => put_pixels(whole, piece, at_px),
        (ImageRgba8(whole), ImageRgba8(piece)) => put_pixels(whole, piece, at_px),
        (ImageRgba16(whole), ImageRgba16(piece)) => put_pixels(whole, piece, at_px),
        (whole, piece) => {
            whole.copy_from(piece, at_px.0, at_px.1).expect("a piece lies within the whole");
        }
    }
}

fn put_pixels<P: Pixel>(
    whole: &mut ImageBuffer<P, Vec<P::Subpixel>>,
    piece: &ImageBuffer<P, Vec<P::Subpixel>>,
    (left_px, top_px): (u32, u32),
) {
    let samples = usize::from(P::CHANNEL_COUNT);
    let stride = whole.width() as usize * samples;
    let width = piece.width() as usize * samples;
    let start = top_px as usize * stride + left_px as usize * samples;
    let (whole, piece): (&mut [P::Subpixel], &[P::Subpixel]) = (whole, piece);
    let rows = whole[start..].chunks_mut(stride);
    for (to, from) in rows.zip(piece.chunks_exact(width)) {
        to[..width].copy_from_slice(from);
    }
}
