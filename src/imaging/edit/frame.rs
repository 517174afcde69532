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
    let see = |seen: &mut Option<Rect>, part, visible: Vec<bool>| {
        let found = around(part, &visible).into_iter();
        *seen = seen.iter().copied().chain(found).reduce(Rect::union);
    };
    for strip in whole.strips(STRIP_ROWS) {
        cancel.check()?;
        let rows = [strip.top_px, strip.bottom_px()].map(|y| y as usize * whole.width_px as usize);
        let opacities = &subject.as_raw()[rows[0]..rows[1]];
        see(&mut seen, strip, opacities.iter().map(|&opacity| opacity >= VISIBLE).collect());
    }
    let strips = |cast| whole.strips(STRIP_ROWS).map(move |strip| (cast, strip));
    for (cast, strip) in cast.into_iter().flat_map(strips) {
        cancel.check()?;
        // What the frame holds already makes it no larger.
        let parts = seen.map_or([Some(strip), None], |seen| strip.beside(seen));
        for part in parts.into_iter().flatten() {
            let is_visible = |alpha| alpha * 255.0 >= f32::from(VISIBLE);
            see(&mut seen, part, cast.alphas(part).map(is_visible).collect());
        }
    }
    let margin_px = (trim.margin_px as f32 * proxy.scale()).round() as u32;
    Ok(seen.map_or(whole, |seen| seen.grown(margin_px, proxy.size_px)))
}

/// The smallest rect of a part that holds everything visible in it.
fn around(part: Rect, visible: &[bool]) -> Option<Rect> {
    let mut around: Option<Rect> = None;
    let rows = visible.chunks_exact(part.width_px as usize);
    for (top_px, row) in (part.top_px..).zip(rows) {
        let Some(first) = row.iter().position(|&visible| visible) else { continue };
        let last = row.iter().rposition(|&visible| visible).unwrap_or(first);
        let found = Rect {
            left_px: part.left_px + first as u32,
            top_px,
            width_px: (last - first) as u32 + 1,
            height_px: 1,
        };
        around = Some(around.map_or(found, |around| around.union(found)));
    }
    around
}
