//! The saliency between the network's map and the matte: 16 bits a pixel, and no finer than what
//! it is made of has to tell. What moves edges works on it: without refinement it costs the same for
//! every photo, and a small picture for the screen shows what the full size will be.

use image::{DynamicImage, ImageBuffer, Luma};

use super::{
    super::{
        Cancel, Cancelled, Matte, Refine, Resampling, SaliencyMap,
        resample::{self, Alpha},
        resize,
    },
    GROW_MAX_PX, MaskEdits, Proxy, grow, parts, tone,
};

/// Saliency in 16 bits.
pub type Levels = ImageBuffer<Luma<u16>, Vec<u16>>;

/// Longest side of a field whose edges are moved. The map has 320; more would only take longer.
const LONGEST_PX: u32 = 512;

/// What a field is made of.
#[derive(Clone, Copy)]
pub enum Start<'a> {
    /// The network's map, for a photo of this size.
    Map(&'a SaliencyMap, Proxy, Resampling),
    /// A matte that is as fine as the photo already, at the proxy's size: so is its field.
    Refined(&'a Matte, Proxy),
}

/// A field and how far its subject was grown, kept for the next change of something else.
#[derive(Clone)]
pub struct Grown {
    refine: Refine,
    grow_px: f32,
    levels: Levels,
}

/// The field that the mask's edits make. `kept` is what the call before left there.
///
/// # Errors
/// Once `cancel` is raised.
pub fn shape(
    start: Start,
    edits: &MaskEdits,
    kept: &mut Option<Grown>,
    cancel: &Cancel,
) -> Result<Levels, Cancelled> {
    let finds_parts = edits.keep_largest || edits.fill_holes;
    let grow_px = edits.grow_px.clamp(-GROW_MAX_PX, GROW_MAX_PX);
    if grow_px == 0.0 && !finds_parts {
        return Ok(start.levels());
    }
    let is_same = |kept: &Grown| kept.grow_px == grow_px && kept.refine == edits.refine;
    if !kept.as_ref().is_some_and(is_same) {
        let (levels, scale) = start.for_moving();
        let levels = grow::grow(levels, grow_px * scale, cancel)?;
        *kept = Some(Grown { refine: edits.refine, grow_px, levels });
    }
    let mut levels = kept.as_ref().expect("set above").levels.clone();
    let threshold = tone::level(edits.threshold);
    if edits.keep_largest {
        parts::keep_largest(&mut levels, threshold);
        cancel.check()?;
    }
    if edits.fill_holes {
        parts::fill_holes(&mut levels, threshold);
        cancel.check()?;
    }
    Ok(levels)
}

impl Start<'_> {
    fn levels(&self) -> Levels {
        match self {
            Self::Map(map, ..) => of_map(map),
            Self::Refined(matte, _) => of_matte(matte),
        }
    }

    /// The levels whose edges are moved, and how many of their pixels a pixel of the photo is wide.
    fn for_moving(&self) -> (Levels, f32) {
        match *self {
            Self::Map(map, proxy, resampling) => {
                let field = Proxy::within(proxy.photo_px, LONGEST_PX);
                (at(&of_map(map), field.size_px, resampling), field.scale())
            }
            Self::Refined(matte, proxy) => (of_matte(matte), proxy.scale()),
        }
    }
}

fn of_matte(matte: &Matte) -> Levels {
    let levels = matte.0.iter().map(|&level| u16::from(level) * 257).collect();
    let (width_px, height_px) = matte.size_px();
    Levels::from_raw(width_px, height_px, levels).expect("one level for every pixel")
}

fn of_map(map: &SaliencyMap) -> Levels {
    let level = |&value: &f32| (value * f32::from(u16::MAX)).round() as u16;
    let levels = map.values.iter().map(level).collect();
    Levels::from_raw(map.side_px, map.side_px, levels)
        .expect("a map holds as many values as its sides say")
}

fn at(levels: &Levels, (width_px, height_px): (u32, u32), resampling: Resampling) -> Levels {
    let levels = DynamicImage::ImageLuma16(levels.clone());
    let filter = resize::map_filter(resampling);
    resample::resample(&levels, width_px, height_px, filter, Alpha::Ignore).into_luma16()
}

/// Swaps subject and background.
pub fn invert(levels: &mut Levels) {
    levels.iter_mut().for_each(|level| *level = u16::MAX - *level);
}
