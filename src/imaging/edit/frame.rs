//! Cutting the frame down to what is to be seen.

use image::GrayImage;

use super::{
    super::{Cancel, Cancelled},
    Proxy, Rect, Trim,
    cast::Cast,
};

/// What is fainter is not looked for: a veil of 3 % would hold the frame open.
const VISIBLE: u8 = 8;

/// Rows worked on at once.
const STRIP_ROWS: u32 = 64;

/// The frame around a subject and its shadow, with the margin asked for; the whole picture where
/// there is nothing to be seen.
///
/// # Errors
/// Once `cancel` is raised.
pub fn trimmed(
    subject: &GrayImage,
    cast: Option<&Cast>,
    trim: Trim,
    proxy: &Proxy,
    cancel: &Cancel,
) -> Result<Rect, Cancelled> {
    let whole = Rect::whole(proxy.size_px);
    let mut seen: Option<Rect> = None;
    let mut see = |found: Option<Rect>| {
        seen = match (seen, found) {
            (Some(seen), Some(found)) => Some(seen.union(found)),
            (seen, found) => seen.or(found),
        };
    };
    for strip in whole.strips(STRIP_ROWS) {
        cancel.check()?;
        let from = strip.top_px as usize * whole.width_px as usize;
        see(around(strip, subject.iter().skip(from).map(|&opacity| opacity >= VISIBLE)));
        if let Some(cast) = cast {
            let visible = cast.alphas(strip).map(|alpha| alpha * 255.0 >= f32::from(VISIBLE));
            see(around(strip, visible));
        }
    }
    let margin_px = (trim.margin_px as f32 * proxy.scale()).round() as u32;
    Ok(seen.map_or(whole, |seen| seen.grown(margin_px, proxy.size_px)))
}

/// The smallest part of a strip that holds everything visible in it.
fn around(strip: Rect, mut visible: impl Iterator<Item = bool>) -> Option<Rect> {
    let width = strip.width_px as usize;
    let mut around: Option<Rect> = None;
    let mut row = Vec::with_capacity(width);
    for top_px in strip.top_px..strip.bottom_px() {
        row.clear();
        row.extend(visible.by_ref().take(width));
        let Some(first) = row.iter().position(|&visible| visible) else { continue };
        let last = row.iter().rposition(|&visible| visible).unwrap_or(first);
        let found = Rect {
            left_px: strip.left_px + first as u32,
            top_px,
            width_px: (last - first) as u32 + 1,
            height_px: 1,
        };
        around = Some(around.map_or(found, |around| around.union(found)));
    }
    around
}
