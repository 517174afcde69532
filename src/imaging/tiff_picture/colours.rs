//! From the plain numbers of a TIFF picture to grey or RGB of 8 or 16 bits.

use image::ImageResult;
use tiff::decoder::DecodingResult;

use super::{
    layout::{Alpha, Colours, FLOAT, Layout},
    unsupported,
};

/// Fills the pixels, of which `layout.color_type()` tells the kind. There is one plane of all
/// samples, or one for each.
pub fn convert(layout: &Layout, planes: &[DecodingResult], pixels: &mut [u8]) -> ImageResult<()> {
    let range = Range::of(layout, planes)?;
    let samples = layout.samples as usize;
    let row_samples = layout.stored_px.0 as usize * if planes.len() > 1 { 1 } else { samples };
    let most = if layout.bits <= 8 { 255.0 } else { 65_535.0 };
    let wide = layout.bits > 8;
    let own = layout.color_type().channel_count() as usize;
    let mut pixel = vec![0.0_f64; samples];
    let row_bytes = layout.width_px as usize * own * if wide { 2 } else { 1 };
    for (y, row) in pixels.chunks_exact_mut(row_bytes).enumerate() {
        if copy_row(layout, planes, y * row_samples, row) {
            continue;
        }
        for (x, out) in row.chunks_exact_mut(row_bytes / layout.width_px as usize).enumerate() {
            for (index, value) in pixel.iter_mut().enumerate() {
                let (plane, column) =
                    if planes.len() > 1 { (index, x) } else { (0, x * samples + index) };
                *value = number(&planes[plane], layout.bits, y, column, row_samples);
            }
            let colour = coloured(layout, &range, &mut pixel);
            for (channel, value) in colour.into_iter().take(own).enumerate() {
                let value = (value.clamp(0.0, 1.0) * most).round();
                if wide {
                    out[2 * channel..][..2].copy_from_slice(&(value as u16).to_ne_bytes());
                } else {
                    out[channel] = value as u8;
                }
            }
        }
    }
    Ok(())
}

/// Copies a row where its numbers are what is wanted; `false` where they are not.
fn copy_row(layout: &Layout, planes: &[DecodingResult], start: usize, row: &mut [u8]) -> bool {
    let is_plain = matches!(layout.colours, Colours::Grey | Colours::Rgb)
        && layout.alpha != Alpha::Premultiplied
        && layout.samples == u32::from(layout.color_type().channel_count());
    match planes {
        [DecodingResult::U8(numbers)] if is_plain && layout.bits == 8 => {
            let Some(from) = numbers.get(start..start + row.len()) else { return false };
            row.copy_from_slice(from);
            true
        }
        [DecodingResult::U16(numbers)] if is_plain && layout.bits == 16 => {
            let Some(from) = numbers.get(start..start + row.len() / 2) else { return false };
            for (to, from) in row.chunks_exact_mut(2).zip(from) {
                to.copy_from_slice(&from.to_ne_bytes());
            }
            true
        }
        _ => false,
    }
}

/// The number that stands in a row; 0 where it is missing.
fn number(plane: &DecodingResult, bits: u32, y: usize, column: usize, row_samples: usize) -> f64 {
    let at = y * row_samples + column;
    match plane {
        DecodingResult::U8(bytes) if bits < 8 => {
            let row_bytes = (row_samples * bits as usize).div_ceil(8);
            let bit = column * bits as usize;
            let byte = bytes.get(y * row_bytes + bit / 8).copied().unwrap_or(0);
            let shift = 8 - bits as usize - bit % 8;
            f64::from((byte >> shift) & ((1 << bits) - 1))
        }
        DecodingResult::U8(numbers) => numbers.get(at).map_or(0.0, |&number| number.into()),
        DecodingResult::U16(numbers) => numbers.get(at).map_or(0.0, |&number| number.into()),
        DecodingResult::U32(numbers) => numbers.get(at).map_or(0.0, |&number| number.into()),
        DecodingResult::F16(numbers) => numbers.get(at).map_or(0.0, |&number| number.to_f64()),
        DecodingResult::F32(numbers) => numbers.get(at).map_or(0.0, |&number| number.into()),
        DecodingResult::F64(numbers) => numbers.get(at).copied().unwrap_or(0.0),
        _ => 0.0,
    }
}

/// The four values, from 0 to 1, that a pixel's numbers mean: grey and alpha come first.
fn coloured(layout: &Layout, range: &Range, pixel: &mut [f64]) -> [f64; 4] {
    let index = pixel[0] as usize;
    for value in pixel.iter_mut() {
        *value /= range.largest;
    }
    let (mut colour, own) = match &layout.colours {
        Colours::Grey => ([pixel[0]; 3], 1),
        Colours::WhiteIsZero => ([1.0 - pixel[0]; 3], 1),
        Colours::Rgb => ([pixel[0], pixel[1], pixel[2]], 3),
        Colours::Palette(colours) => {
            let colour = colours.get(index).copied().unwrap_or_default();
            (colour.map(|value| f64::from(value) / 255.0), 1)
        }
        Colours::Inks => {
            let light = 1.0 - pixel[3];
            ([pixel[0], pixel[1], pixel[2]].map(|ink| (1.0 - ink) * light), 4)
        }
        Colours::YCbCr => {
            let [y, cb, cr] = [pixel[0], pixel[1] - 128.0 / 255.0, pixel[2] - 128.0 / 255.0];
            ([y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb], 3)
        }
    };
    let alpha = pixel.get(own).copied().unwrap_or(1.0);
    if layout.alpha == Alpha::Premultiplied && alpha > 0.0 {
        colour = colour.map(|value| value / alpha);
    }
    if layout.is_grey() {
        [colour[0], alpha, 0.0, 0.0]
    } else {
        [colour[0], colour[1], colour[2], alpha]
    }
}

/// Which numbers of a picture are white.
struct Range {
    largest: f64,
}

impl Range {
    /// Whole numbers have a largest one. Floating-point numbers go to 1, unless most are above it:
    /// then the picture was made of numbers of 8 or 16 bits.
    fn of(layout: &Layout, planes: &[DecodingResult]) -> ImageResult<Self> {
        let whole = 2_f64.powi(layout.bits as i32) - 1.0;
        if layout.format == FLOAT {
            let mut seen = Seen::default();
            for plane in planes {
                match plane {
                    DecodingResult::F16(all) => seen.take(all.iter().map(|number| number.to_f64())),
                    DecodingResult::F32(all) => seen.take(all.iter().map(|&number| number.into())),
                    DecodingResult::F64(all) => seen.take(all.iter().copied()),
                    _ => {}
                }
            }
            return Ok(Self { largest: seen.largest()? });
        }
        if let (32, false) = (layout.bits, planes.is_empty()) {
            let numbers = planes.iter().filter_map(|plane| match plane {
                DecodingResult::U32(numbers) => numbers.iter().max().copied(),
                _ => None,
            });
            // All of it would be black.
            let most = numbers.max().unwrap_or(0);
            if (1..1 << 17).contains(&most) {
                return Err(unsupported(format!("numbers of 32 bits that end at {most}")));
            }
        }
        Ok(Self { largest: whole })
    }
}

/// What is seen of floating-point numbers.
#[derive(Default)]
struct Seen {
    count: u64,
    above_one: u64,
    fractions: u64,
    most: f64,
    strange: bool,
}

impl Seen {
    fn take(&mut self, numbers: impl Iterator<Item = f64>) {
        for number in numbers {
            self.strange |= !number.is_finite();
            // Black says nothing.
            if number > 0.0 {
                self.count += 1;
                self.above_one += u64::from(number > 1.0);
                self.fractions += u64::from(number.fract() != 0.0);
            }
            self.most = self.most.max(number);
        }
    }

    fn largest(&self) -> ImageResult<f64> {
        let is_mostly_above_one = 2 * self.above_one > self.count;
        match self.most {
            _ if self.strange => Err(unsupported("floats that are no numbers")),
            _ if !is_mostly_above_one => Ok(1.0),
            most if most <= 255.0 => Ok(255.0),
            most if most <= 65_535.0 && self.fractions == 0 => Ok(65_535.0),
            most => Err(unsupported(format!("floats up to {most}"))),
        }
    }
}
