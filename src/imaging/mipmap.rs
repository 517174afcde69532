//! A picture for the screen at its own size and halved a few times, so that it can be drawn small
//! without grain: a screen's linear filter looks at no more than four pixels.

use std::sync::Arc;

use super::Rgba;

/// Halvings at most: a 1600 px preview in 200 px.
const HALVINGS_MAX: usize = 3;

/// A picture and its halvings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mipmap {
    /// Each half as wide and high as the one before; at least one.
    levels: Vec<Arc<Rgba>>,
}

impl Mipmap {
    /// Halves a picture.
    pub fn of(full: impl Into<Arc<Rgba>>) -> Self {
        let mut levels = vec![full.into()];
        while let Some(last) = levels.last()
            && levels.len() <= HALVINGS_MAX
            && last.width_px.min(last.height_px) > 1
        {
            let half = halved(last);
            levels.push(Arc::new(half));
        }
        Self { levels }
    }

    /// The picture at its own size.
    pub fn full(&self) -> &Arc<Rgba> {
        &self.levels[0]
    }

    /// Bytes of all its pixels.
    pub fn bytes(&self) -> u64 {
        self.levels.iter().map(|level| level.premultiplied.len() as u64).sum()
    }

    /// The smallest that is still at least as wide as it is shown.
    pub fn for_width(&self, shown_px: f32) -> &Arc<Rgba> {
        let is_enough = |level: &&Arc<Rgba>| level.width_px as f32 >= shown_px;
        self.levels.iter().rev().find(is_enough).unwrap_or(self.full())
    }
}

/// Means of 2x2 premultiplied pixels; an odd last row or column is left out.
fn halved(picture: &Rgba) -> Rgba {
    let (pixels, _) = picture.premultiplied.as_chunks::<4>();
    let width = picture.width_px as usize;
    let (width_px, height_px) = (picture.width_px / 2, picture.height_px / 2);
    let mut half = Vec::with_capacity(width_px as usize * height_px as usize);
    for rows in pixels.chunks_exact(2 * width) {
        let (upper, lower) = rows.split_at(width);
        let (upper, _) = upper.as_chunks::<2>();
        let (lower, _) = lower.as_chunks::<2>();
        half.extend(upper.iter().zip(lower).map(|([a, b], [c, d])| {
            std::array::from_fn::<u8, 4, _>(|channel| {
                let sum = [a, b, c, d].map(|pixel| u16::from(pixel[channel]));
                ((sum.iter().sum::<u16>() + 2) / 4) as u8
            })
        }));
    }
    Rgba { width_px, height_px, premultiplied: half.into_flattened() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width_px: u32, height_px: u32, levels: &[u8]) -> Rgba {
        let premultiplied = levels.iter().flat_map(|&level| [level; 4]).collect();
        Rgba { width_px, height_px, premultiplied }
    }

    #[test]
    fn halving_takes_means_and_leaves_out_what_is_odd() {
        let picture = grey(3, 3, &[0, 100, 7, 100, 200, 7, 7, 7, 7]);
        let mipmap = Mipmap::of(picture);
        assert_eq!(mipmap.levels.len(), 2);
        assert_eq!(*mipmap.levels[1], grey(1, 1, &[100]));
    }

    #[test]
    fn the_smallest_that_is_wide_enough_is_drawn() {
        let mipmap = Mipmap::of(grey(1600, 4, &[9; 6400]));
        for (shown_px, width_px) in
            [(5000.0, 1600), (1600.0, 1600), (801.0, 1600), (800.0, 800), (300.0, 400), (1.0, 400)]
        {
            assert_eq!(mipmap.for_width(shown_px).width_px, width_px, "{shown_px}");
        }
        assert_eq!(Mipmap::of(grey(1, 1, &[3])).for_width(9.0).width_px, 1);
    }
}
