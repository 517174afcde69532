//! One size of a photo with its matte, and what is worked on at it.

use image::GrayImage;

use super::{
    super::{refine::Guide, runs::Runs},
    halvings::Halvings,
    is_soft,
};

/// How far from soft pixels colours are sought.
const SOLVED_PX: usize = 1;
/// How far beside those they are read.
const READ_PX: usize = 1;

/// Photo and matte at one size.
pub struct Level<'a> {
    /// The photo.
    pub guide: Guide<'a>,
    /// The matte: one level a pixel.
    pub matte: &'a GrayImage,
    /// The pixels whose colours are sought.
    pub solved: Runs,
    /// These, what is read beside them, and what the next larger size starts with.
    pub read: Runs,
}

impl<'a> Level<'a> {
    fn of(guide: Guide<'a>, matte: &'a GrayImage, larger: Option<&Self>) -> Self {
        let (width, height) = (matte.width() as usize, matte.height() as usize);
        let soft = Runs::of(width, matte, |&level| is_soft(level));
        let solved = soft.grown(SOLVED_PX, SOLVED_PX);
        let beside = solved.grown(READ_PX, READ_PX);
        let read = match larger {
            Some(larger) => beside.and(&larger.read.onto(width, height)),
            None => beside,
        };
        Self { guide, matte, solved, read }
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (usize, usize) {
        (self.matte.width() as usize, self.matte.height() as usize)
    }
}

/// A photo with its matte at full size, and at all smaller sizes, the largest first.
pub fn levels<'a>(
    (guide, halvings): (Guide<'a>, &'a Halvings),
    matte: &'a GrayImage,
    smaller: &'a [GrayImage],
) -> (Level<'a>, Vec<Level<'a>>) {
    let full = Level::of(guide, matte, None);
    let mut levels: Vec<Level> = Vec::with_capacity(smaller.len());
    for (guide, matte) in halvings.smaller().zip(smaller) {
        let larger = levels.last().unwrap_or(&full);
        let level = Level::of(guide, matte, Some(larger));
        levels.push(level);
    }
    (full, levels)
}
