//! The matte that a user's edits make of a saliency map.

use image::DynamicImage;

use super::{
    super::{Cancel, Cancelled, Matte, Resampling, SaliencyMap, matte_from_map, resize},
    Edits, MaskEdits, Proxy, Rect,
    blur::Blurred,
    brush,
    field::{self, Grown},
    tone,
};

/// The matte of a photo after all edits of the mask and the brush, at its full size or a smaller
/// one. Without edits it is [`matte_from_map`]'s.
///
/// # Errors
/// Once `cancel` is raised.
pub fn edited_matte(
    map: &SaliencyMap,
    proxy: Proxy,
    resampling: Resampling,
    edits: &Edits,
    cancel: &Cancel,
) -> Result<Matte, Cancelled> {
    let mut matte = shaped_matte(map, proxy, resampling, &edits.mask, &mut None, cancel)?;
    brush::paint(&mut matte, edits.strokes.iter().map(AsRef::as_ref), &proxy, cancel)?;
    Ok(matte)
}

/// The matte before the first brush stroke. `kept` is what the call before left there.
///
/// # Errors
/// Once `cancel` is raised.
pub(super) fn shaped_matte(
    map: &SaliencyMap,
    proxy: Proxy,
    resampling: Resampling,
    edits: &MaskEdits,
    kept: &mut Option<Grown>,
    cancel: &Cancel,
) -> Result<Matte, Cancelled> {
    cancel.check()?;
    let hard_edged = MaskEdits { feather_px: 0.0, ..*edits };
    let matte = if hard_edged == MaskEdits::default() {
        matte_from_map(map, proxy.size_px.0, proxy.size_px.1, resampling)
    } else {
        let field = field::shape(map, proxy.photo_px, resampling, edits, kept, cancel)?;
        let filter = resize::map_filter(resampling);
        let tone = (edits.threshold, edits.hardness);
        tone::matte(field, proxy.size_px, filter, tone, cancel)?
    };
    cancel.check()?;
    let feather_px = edits.feather_px * proxy.scale();
    if feather_px <= 0.0 {
        return Ok(matte);
    }
    let blurred = Blurred::new(&DynamicImage::ImageLuma8(matte.0), feather_px);
    cancel.check()?;
    Ok(Matte(blurred.part(Rect::whole(proxy.size_px)).into_luma8()))
}
