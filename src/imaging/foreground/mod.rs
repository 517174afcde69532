//! The subject's own colours along its edge: in hair and blur a pixel shows subject and old
//! background mixed, and what is cut out with such pixels has a halo on any new background.
//!
//! Fast multi-level estimation (Germer, Uelwer, Conrad and Harmeling, *Fast Multi-Level Foreground
//! Estimation*, 2020): foreground F and background B are sought with `I = alpha F + (1 - alpha) B`,
//! both smooth, first at the smallest size and from there doubled up to the photo's own, a few steps
//! at each. Only what is near the edge is worked on.

mod halvings;
mod known;
mod level;
mod solve;

use super::{Cancel, Cancelled, Matte, refine::Guide};
pub use halvings::Halvings;
use halvings::matte_halvings;
use level::levels;

/// Foreground colours of the pixels that are neither wholly subject nor wholly background.
pub struct Foreground {
    /// For each row the colours of its soft pixels, in their order: 0 to 65535.
    rows: Vec<Vec<[u16; 3]>>,
}

/// What more soft pixels than so many would take is more than an edge is worth.
const MOST_SOFT_PX: usize = 24_000_000;

impl Foreground {
    /// Whether a matte has soft pixels, and no more than can be an edge: each takes some 12 bytes.
    pub fn is_worthwhile(matte: &Matte) -> bool {
        let soft_px = matte.0.iter().filter(|&&level| is_soft(level)).count();
        if soft_px > MOST_SOFT_PX {
            tracing::info!("{soft_px} soft pixels are more than an edge: their colours stay");
        }
        (1..=MOST_SOFT_PX).contains(&soft_px)
    }

    /// Estimates them. The guide is the photo that the matte is of, at the matte's size, and comes
    /// with its halvings; a pixel that is see-through in the photo itself counts as darker.
    ///
    /// # Errors
    /// Once `cancel` is raised.
    ///
    /// # Panics
    /// Where guide, halvings and matte differ in size.
    pub fn estimate(
        guide: Guide,
        halvings: &Halvings,
        matte: &Matte,
        cancel: &Cancel,
    ) -> Result<Self, Cancelled> {
        assert_eq!(guide.size_px(), matte.size_px(), "guide and matte differ in size");
        assert_eq!(guide.size_px(), halvings.full_px(), "guide and halvings differ in size");
        let mattes = matte_halvings(matte);
        let (full, smaller) = levels((guide, halvings), &matte.0, &mattes);
        let mut known = solve::smallest(smaller.last().unwrap_or(&full));
        for level in smaller.iter().rev() {
            known = solve::finer(level, &known, cancel)?;
        }
        Ok(Self { rows: solve::finest(&full, &known, cancel)? })
    }

    /// The colours of a piece of row `y` of the matte, from `left_px` on: each with its place in the
    /// piece.
    pub fn row(
        &self,
        matte: &Matte,
        y: u32,
        left_px: u32,
        width_px: u32,
    ) -> impl Iterator<Item = (usize, [u16; 3])> {
        let stride = matte.0.width() as usize;
        let row = &matte.0.as_raw()[y as usize * stride..][..stride];
        let (before, piece) = row.split_at(left_px as usize);
        let skipped = before.iter().filter(|&&level| is_soft(level)).count();
        let colours = &self.rows[y as usize][skipped..];
        let soft = piece.iter().take(width_px as usize).enumerate();
        let soft = soft.filter(|&(_, &level)| is_soft(level)).map(|(x, _)| x);
        soft.zip(colours.iter().copied())
    }
}

/// Whether a pixel is neither subject nor background alone.
fn is_soft(level: u8) -> bool {
    level != 0 && level != u8::MAX
}

#[cfg(test)]
mod tests;
