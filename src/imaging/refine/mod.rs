//! Refinement of the matte by the photo itself: the network's map has 320 pixels a side, the photo has
//! thousands.
//!
//! ```text
//! photo, made smaller -> working image     map -> matte of that size
//! fast: windows -> lines -> edge, round by round     matting: Laplacian -> solve -> lines -> edge
//! edge, photo -> upsample -> matte of the photo's size
//! ```
//!
//! **Fast**: on a small picture, windows along the edge say which line of opacity over colour fits what the
//! map is sure of (`local`), three rounds of it (`fast`), and those lines are laid over the photo's own
//! pixels (`upsample`). The network says where an edge is, give or take a pixel of its own, and colours only
//! where within that: windows are so small. **Matting**: between what is sure, opacities are solved on the
//! closed-form Laplacian (`laplacian`, `solve`), smallest size first, on 1024 px at most, and laid over the
//! photo the same way. So both cost little more on a large photo, need memory only for small pictures, and
//! look alike on the screen and in the file. What is sure stays as the map has it, and what is nearly sure
//! (3 levels of 255) becomes so.
//!
//! Constants are judged by `benches/edges`, on pictures whose true alpha is known and on natural ones: on
//! drawn pictures the map is blurrier than on photos.

mod fast;
mod guide;
mod laplacian;
mod local;
mod matting;
mod solve;
mod sums;
mod upsample;
mod working_image;

use serde::{Deserialize, Serialize};

use super::{Cancel, Cancelled, Matte, Resampling, SaliencyMap, matte_from_map};
pub use guide::Guide;
use upsample::upsample;
use working_image::WorkingImage;

/// How a map becomes as fine as the photo.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
pub enum Refine {
    /// Resampled and no more
    Off,
    /// Edges follow the photo's colours
    #[default]
    Fast,
    /// Hair and fur strand by strand; slower
    Matting,
}

/// What work that takes a while looks at and tells.
pub struct Watch<'a> {
    /// Ends it.
    pub cancel: &'a Cancel,
    /// Is told how much is done, 0 to 1, a few times a second at most.
    pub progress: &'a dyn Fn(f32),
}

impl<'a> Watch<'a> {
    /// Tells nobody.
    pub fn silent(cancel: &'a Cancel) -> Self {
        Self { cancel, progress: &|_| {} }
    }
}

/// The matte of a map at the guide's size.
///
/// # Errors
/// Once the watch's `cancel` is raised.
pub fn refine(
    guide: Guide,
    map: &SaliencyMap,
    resampling: Resampling,
    way: Refine,
    watch: &Watch,
) -> Result<Matte, Cancelled> {
    watch.cancel.check()?;
    let (width_px, height_px) = guide.size_px();
    let longest_px = match way {
        Refine::Off => return Ok(matte_from_map(map, width_px, height_px, resampling)),
        Refine::Fast => fast::LONGEST_PX,
        Refine::Matting => matting::LONGEST_PX,
    };
    let image = WorkingImage::of(guide, longest_px);
    let (width, height) = image.size();
    let plain = matte_from_map(map, width as u32, height as u32, resampling);
    let edge = match way {
        Refine::Matting => matting::refined(&image, &plain, watch)?,
        _ => fast::refined(&image, &plain, watch)?,
    };
    watch.cancel.check()?;
    let refined = upsample(&edge, guide, watch.cancel)?;
    (watch.progress)(1.0);
    Ok(refined)
}

#[cfg(test)]
mod tests;
