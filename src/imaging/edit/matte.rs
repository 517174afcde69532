//! The matte that a user's edits make of a saliency map.

use image::DynamicImage;

use super::{
    super::{
        Cancel, Cancelled, Matte, Refine, Resampling, SaliencyMap, matte_from_map,
        refine::{Guide, Watch, refine},
        resize,
    },
    Edits, MaskEdits, Proxy, Rect,
    blur::Blurred,
    brush,
    field::{self, Grown, Start},
    tone,
};

/// What a matte is made of.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The photo, at the proxy's size.
    pub guide: Guide<'a>,
    /// What the network saw in it.
    pub map: &'a SaliencyMap,
    /// The photo's size and the size in hand.
    pub proxy: Proxy,
    /// How the map comes to that size.
    pub resampling: Resampling,
}

/// What one change leaves for the next.
#[derive(Default)]
pub struct Kept {
    refined: Option<(Refine, Matte)>,
    grown: Option<Grown>,
}

impl Kept {
    fn refined(self) -> Option<Matte> {
        self.refined.map(|(_, refined)| refined)
    }
}

/// The matte of a photo after all edits of the mask and the brush, at its full size or a smaller
/// one. With [`Edits::plain`] it is [`matte_from_map`]'s.
///
/// # Errors
/// Once the watch's `cancel` is raised.
///
/// # Panics
/// Where guide and proxy differ in size.
pub fn edited_matte(source: Source, edits: &Edits, watch: &Watch) -> Result<Matte, Cancelled> {
    let mut kept = Kept::default();
    let reshaped = reshaped_matte(source, &edits.mask, &mut kept, watch)?;
    let mut matte = reshaped.or_else(|| kept.refined()).expect("one of them");
    let strokes = edits.strokes.iter().map(AsRef::as_ref);
    brush::paint(&mut matte, strokes, &source.proxy, watch.cancel)?;
    Ok(matte)
}

/// The matte before the first brush stroke. `kept` is what the call before left there, for the same
/// source.
///
/// # Errors
/// Once the watch's `cancel` is raised.
pub(super) fn shaped_matte(
    source: Source,
    edits: &MaskEdits,
    kept: &mut Kept,
    watch: &Watch,
) -> Result<Matte, Cancelled> {
    let reshaped = reshaped_matte(source, edits, kept, watch)?;
    let unchanged = || kept.refined.as_ref().map(|(_, refined)| refined.clone());
    Ok(reshaped.or_else(unchanged).expect("one of them"))
}

/// The same; none where it is the refined one that is kept.
fn reshaped_matte(
    source: Source,
    edits: &MaskEdits,
    kept: &mut Kept,
    watch: &Watch,
) -> Result<Option<Matte>, Cancelled> {
    let Source { guide, map, proxy, resampling } = source;
    assert_eq!(guide.size_px(), proxy.size_px, "guide and proxy differ in size");
    let cancel = watch.cancel;
    cancel.check()?;
    let Kept { refined, grown } = kept;
    let refined = match edits.refine {
        Refine::Off => None,
        way => Some(made(refined, way, || refine(guide, map, resampling, way, watch))?),
    };
    let matte = match refined {
        Some(_) if is_untouched(edits) && edits.feather_px <= 0.0 => return Ok(None),
        Some(refined) if is_untouched(edits) => refined.clone(),
        None if is_untouched(edits) => {
            matte_from_map(map, proxy.size_px.0, proxy.size_px.1, resampling)
        }
        _ => {
            let start = match refined {
                Some(refined) => Start::Refined(refined, proxy),
                None => Start::Map(map, proxy, resampling),
            };
            let field = field::shape(start, edits, grown, cancel)?;
            let filter = resize::map_filter(resampling);
            tone::matte(field, proxy.size_px, filter, (edits.threshold, edits.hardness), cancel)?
        }
    };
    cancel.check()?;
    feathered(matte, edits.feather_px * proxy.scale(), cancel).map(Some)
}

/// What is kept for a key, made where it is for another.
fn made<K: PartialEq, T, E>(
    kept: &mut Option<(K, T)>,
    key: K,
    make: impl FnOnce() -> Result<T, E>,
) -> Result<&T, E> {
    let value = match kept.take() {
        Some((known, value)) if known == key => value,
        _ => make()?,
    };
    Ok(&kept.insert((key, value)).1)
}

/// Whether the edges stay as they are, but for their blur.
fn is_untouched(edits: &MaskEdits) -> bool {
    let MaskEdits { refine, second_look, feather_px, .. } = *edits;
    *edits == MaskEdits { refine, second_look, feather_px, ..MaskEdits::plain() }
}

fn feathered(matte: Matte, feather_px: f32, cancel: &Cancel) -> Result<Matte, Cancelled> {
    if feather_px <= 0.0 {
        return Ok(matte);
    }
    let size_px = matte.size_px();
    let blurred = Blurred::new(&DynamicImage::ImageLuma8(matte.0), feather_px);
    cancel.check()?;
    Ok(Matte(blurred.part(Rect::whole(size_px)).into_luma8()))
}
