//! Pictures made and written a strip at a time, so that they are never in memory as a whole.

use std::{io, ops::Range};

use image::{ColorType, DynamicImage, GrayImage, imageops};

use super::Cancelled;

/// A picture that gives some of its rows when asked for them.
pub trait StripSource: Sync {
    /// Width and height.
    fn size_px(&self) -> (u32, u32);

    /// The kind of its pixels.
    fn color(&self) -> ColorType;

    /// Rows of it, at its full width.
    ///
    /// # Errors
    /// Once the work is cancelled.
    fn strip(&self, rows: Range<u32>) -> Result<DynamicImage, Cancelled>;
}

impl StripSource for DynamicImage {
    fn size_px(&self) -> (u32, u32) {
        (self.width(), self.height())
    }

    fn color(&self) -> ColorType {
        self.color()
    }

    fn strip(&self, rows: Range<u32>) -> Result<DynamicImage, Cancelled> {
        Ok(self.crop_imm(0, rows.start, self.width(), rows.end - rows.start))
    }
}

impl StripSource for GrayImage {
    fn size_px(&self) -> (u32, u32) {
        self.dimensions()
    }

    fn color(&self) -> ColorType {
        ColorType::L8
    }

    fn strip(&self, rows: Range<u32>) -> Result<DynamicImage, Cancelled> {
        let strip = imageops::crop_imm(self, 0, rows.start, self.width(), rows.end - rows.start);
        Ok(strip.to_image().into())
    }
}

/// Rows of a picture, from top to bottom, read from its strips.
///
/// The strips begin at the same rows whichever row is asked for first: what is blurred is rounded
/// differently in another strip.
pub struct Rows<'a> {
    source: &'a dyn StripSource,
    rows: Range<u32>,
    strip: Option<Strip>,
}

struct Strip {
    top_px: u32,
    pixels: DynamicImage,
}

impl<'a> Rows<'a> {
    /// All rows.
    pub fn all(source: &'a dyn StripSource) -> Self {
        Self::of(source, 0..source.size_px().1)
    }

    /// Some of them.
    pub fn of(source: &'a dyn StripSource, rows: Range<u32>) -> Self {
        Self { source, rows, strip: None }
    }

    /// The samples of the next row in the machine's byte order; `None` after the last.
    ///
    /// # Errors
    /// Once the work is cancelled.
    pub fn next(&mut self) -> io::Result<Option<&[u8]>> {
        let Some(y) = self.rows.next() else { return Ok(None) };
        let strip_rows = strip_rows(self.source.size_px().0);
        let top_px = y / strip_rows * strip_rows;
        if self.strip.as_ref().is_none_or(|strip| strip.top_px != top_px) {
            // Two strips are never in memory.
            self.strip = None;
            self.strip = Some(Strip { top_px, pixels: strip_from(self.source, top_px)? });
        }
        let row_bytes = row_bytes(self.source);
        let from = (y - top_px) as usize * row_bytes;
        let samples = self.strip.as_ref().map(|strip| strip.pixels.as_bytes());
        Ok(samples.map(|samples| &samples[from..from + row_bytes]))
    }
}

/// All strips of a picture, from top to bottom.
pub fn strips(source: &dyn StripSource) -> impl Iterator<Item = io::Result<DynamicImage>> {
    let (width_px, height_px) = source.size_px();
    let tops_px = (0..height_px).step_by(strip_rows(width_px) as usize);
    tops_px.map(move |top_px| strip_from(source, top_px))
}

fn strip_from(source: &dyn StripSource, top_px: u32) -> io::Result<DynamicImage> {
    let (width_px, height_px) = source.size_px();
    let bottom_px = (top_px + strip_rows(width_px)).min(height_px);
    source.strip(top_px..bottom_px).map_err(io::Error::other)
}

/// Bytes of one row of samples.
pub fn row_bytes(source: &dyn StripSource) -> usize {
    source.size_px().0 as usize * usize::from(source.color().bytes_per_pixel())
}

/// How many rows are made together: fewer of those that are very wide.
pub fn strip_rows(width_px: u32) -> u32 {
    const MOST_ROWS: u32 = 32;
    const STRIP_PX: u32 = 1 << 20;
    (STRIP_PX / width_px.max(1)).clamp(1, MOST_ROWS)
}

#[cfg(test)]
mod tests {
    use image::RgbImage;

    use super::*;

    #[test]
    fn rows_are_those_of_the_picture_wherever_they_begin() {
        let picture: DynamicImage =
            RgbImage::from_fn(5, 100, |x, y| image::Rgb([x as u8, y as u8, 7])).into();
        let samples = picture.as_bytes();
        for rows in [0..100, 0..1, 31..33, 32..64, 63..100, 99..100, 40..40] {
            let mut reader = Rows::of(&picture, rows.clone());
            let mut read = Vec::new();
            while let Some(row) = reader.next().unwrap() {
                read.extend_from_slice(row);
            }
            assert_eq!(read, samples[rows.start as usize * 15..rows.end as usize * 15], "{rows:?}");
        }
    }

    #[test]
    fn a_strip_is_small_however_wide_the_picture() {
        for (width_px, rows) in [(0, 32), (1, 32), (32_768, 32), (65_536, 16), (8_323_073, 1)] {
            assert_eq!(strip_rows(width_px), rows, "{width_px}");
        }
    }
}
