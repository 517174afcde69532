//! One photo on the screen while it is changed: what the last change made is kept, so that the next
//! one costs only what it touches.

use std::sync::Arc;

use super::{
    super::{
        Cancel, Cancelled, Foreground, Halvings, Matte, Resampling, Rgba, SaliencyMap, both,
        mask_picture,
        refine::{Guide, Watch},
    },
    Backdrop, Background, Edits, MaskEdits, Proxy, Rect, Stroke, brush,
    matte::{Kept, Source, shaped_matte},
    screen::{self, Layers},
};

/// A photo that is changed while it is looked at.
pub struct Live {
    before: Arc<Rgba>,
    proxy: Proxy,
    mask: Mask,
    under: Under,
    own: Own,
    last: Option<(Edits, bool, LivePicture)>,
}

/// What becomes of the map.
struct Mask {
    guide: Arc<Rgba>,
    map: Arc<SaliencyMap>,
    proxy: Proxy,
    resampling: Resampling,
    kept: Kept,
    shaped: Option<(MaskEdits, Matte)>,
    painted: Option<Painted>,
}

/// The subject's own colours.
#[derive(Default)]
struct Own {
    halvings: Option<Halvings>,
    known: Option<(MaskEdits, Vec<Arc<Stroke>>, Foreground)>,
}

/// The background.
#[derive(Default)]
struct Under(Option<(UnderKey, Option<Vec<[u8; 4]>>)>);

/// What a background depends on: what was chosen, and whether its picture was there.
type UnderKey = (Background, bool);

/// What a change made.
#[derive(Clone)]
pub struct LivePicture {
    /// The result, in the photo's own frame.
    pub after: Arc<Rgba>,
    /// The mask: opaque grey.
    pub mask: Arc<Rgba>,
    /// The frame that trimming keeps: left, top, right and bottom in pixels of the photo.
    pub trim_px: Option<[f32; 4]>,
}

/// The matte with these strokes on it. The stroke under the hand is not among them: the next
/// change replaces it by a longer one.
struct Painted {
    mask: MaskEdits,
    strokes: Vec<Arc<Stroke>>,
    matte: Matte,
}

impl Live {
    /// A photo of which `before` is the small picture for the screen.
    pub fn new(
        before: Arc<Rgba>,
        map: Arc<SaliencyMap>,
        photo_px: (u32, u32),
        resampling: Resampling,
    ) -> Self {
        let proxy = Proxy { photo_px, size_px: (before.width_px, before.height_px) };
        let guide = before.clone();
        let mask = Mask {
            guide,
            map,
            proxy,
            resampling,
            kept: Kept::default(),
            shaped: None,
            painted: None,
        };
        Self { before, proxy, mask, under: Under::default(), own: Own::default(), last: None }
    }

    /// Whether this is the photo of that small picture and that map.
    pub fn is_of(&self, before: &Arc<Rgba>, map: &Arc<SaliencyMap>) -> bool {
        Arc::ptr_eq(&self.before, before) && Arc::ptr_eq(&self.mask.map, map)
    }

    /// The size at which it is worked on.
    pub fn proxy(&self) -> Proxy {
        self.proxy
    }

    /// The photo with these edits: the same as [`edited_matte`](super::edited_matte) and
    /// [`screen()`](super::screen()) make. A backdrop is taken to be the same for as long as its
    /// path is.
    ///
    /// # Errors
    /// Once `cancel` is raised.
    pub fn show(
        &mut self,
        edits: &Edits,
        backdrop: Option<&Backdrop>,
        cancel: &Cancel,
    ) -> Result<LivePicture, Cancelled> {
        let has_backdrop = backdrop.is_some();
        let last = self.last.take().filter(|(_, had_backdrop, _)| *had_backdrop == has_backdrop);
        let picture = match last {
            Some((was, _, picture)) if was == *edits => picture,
            Some((was, _, picture)) if only_strokes_differ(&was, edits) => {
                self.repaint(&was, picture, edits, backdrop, cancel)?
            }
            last => self.paint_anew(
                last.map(|(was, _, picture)| (was, picture)),
                edits,
                backdrop,
                cancel,
            )?,
        };
        self.last = Some((edits.clone(), has_backdrop, picture.clone()));
        Ok(picture)
    }

    fn paint_anew(
        &mut self,
        last: Option<(Edits, LivePicture)>,
        edits: &Edits,
        backdrop: Option<&Backdrop>,
        cancel: &Cancel,
    ) -> Result<LivePicture, Cancelled> {
        let Self { before, proxy, mask, under, own, .. } = self;
        let (ground, matte) = both(
            || {
                own.prepare(before, edits);
                under.pixels(before, proxy, edits, backdrop)
            },
            || mask.matte(edits, cancel),
        );
        let matte = matte?;
        let same_mask = last
            .filter(|(was, _)| was.mask == edits.mask && was.strokes == edits.strokes)
            .map(|(_, picture)| picture.mask);
        let ((cast, trim_px, mask), foreground) = both(
            || {
                let subject = screen::subject(before, &matte);
                let cast = screen::cast(&subject, edits, proxy);
                let trimmed = |how| screen::trim(&subject, how, proxy, cast.as_ref(), cancel);
                let trim_px = edits.trim.map(trimmed).transpose();
                let mask = same_mask.unwrap_or_else(|| Arc::new(mask_picture(&matte)));
                (cast, trim_px, mask)
            },
            || own.colours(before, &matte, edits, cancel),
        );
        let layers = Layers { matte: &matte, foreground: foreground?, ground, cast: cast.as_ref() };
        let after = Arc::new(layers.around(before));
        Ok(LivePicture { after, mask, trim_px: trim_px? })
    }

    /// Renews what strokes changed and leaves the rest.
    fn repaint(
        &mut self,
        was: &Edits,
        picture: LivePicture,
        edits: &Edits,
        backdrop: Option<&Backdrop>,
        cancel: &Cancel,
    ) -> Result<LivePicture, Cancelled> {
        let matte = self.mask.matte(edits, cancel)?;
        let (before, proxy) = (self.before.clone(), self.proxy);
        let same = common(&was.strokes, &edits.strokes);
        let differing = was.strokes[same..].iter().chain(&edits.strokes[same..]);
        let touched = differing.filter_map(|stroke| brush::touched(stroke, &proxy));
        let Some(rect) = touched.reduce(Rect::union) else { return Ok(picture) };
        let ground = self.under.pixels(&before, &proxy, edits, backdrop);
        let LivePicture { mut after, mut mask, .. } = picture;
        let (after_px, mask_px) = (Arc::make_mut(&mut after), Arc::make_mut(&mut mask));
        for y in rect.top_px..rect.bottom_px() {
            let from = y as usize * proxy.size_px.0 as usize + rect.left_px as usize;
            let row = from..from + rect.width_px as usize;
            let bytes = 4 * row.start..4 * row.end;
            after_px.premultiplied[bytes.clone()]
                .copy_from_slice(&before.premultiplied[bytes.clone()]);
            let (pixels, _) = mask_px.premultiplied[bytes].as_chunks_mut::<4>();
            for (pixel, &level) in pixels.iter_mut().zip(&matte.0.as_raw()[row]) {
                *pixel = [level, level, level, 255];
            }
        }
        Layers { matte: &matte, foreground: None, ground, cast: None }.put(after_px, rect);
        let trimmed =
            |how| screen::trim(&screen::subject(&before, &matte), how, &proxy, None, cancel);
        let trim_px = edits.trim.map(trimmed).transpose()?;
        Ok(LivePicture { after, mask, trim_px })
    }
}

impl Under {
    /// In 8 bits and premultiplied; `None` for nothing.
    fn pixels(
        &mut self,
        before: &Rgba,
        proxy: &Proxy,
        edits: &Edits,
        backdrop: Option<&Backdrop>,
    ) -> Option<&[[u8; 4]]> {
        let key = (edits.background.clone(), backdrop.is_some());
        if self.0.as_ref().is_none_or(|(known, _)| *known != key) {
            self.0 = Some((key, screen::ground(before, edits, proxy, backdrop)));
        }
        self.0.as_ref()?.1.as_deref()
    }
}

impl Own {
    /// Does what needs no matte.
    fn prepare(&mut self, before: &Rgba, edits: &Edits) {
        if edits.clean_colours && self.halvings.is_none() {
            self.halvings = Some(Halvings::of(Guide::Screen(before)));
        }
    }

    /// `None` where they are not wanted.
    fn colours(
        &mut self,
        before: &Rgba,
        matte: &Matte,
        edits: &Edits,
        cancel: &Cancel,
    ) -> Result<Option<&Foreground>, Cancelled> {
        if !edits.clean_colours {
            return Ok(None);
        }
        let known = self
            .known
            .take()
            .filter(|(mask, strokes, _)| *mask == edits.mask && *strokes == edits.strokes);
        let known = match known {
            Some(known) => known,
            None => {
                let guide = Guide::Screen(before);
                let halvings = self.halvings.get_or_insert_with(|| Halvings::of(guide));
                let foreground = Foreground::estimate(guide, halvings, matte, cancel)?;
                (edits.mask, edits.strokes.clone(), foreground)
            }
        };
        Ok(Some(&self.known.insert(known).2))
    }
}

impl Mask {
    fn matte(&mut self, edits: &Edits, cancel: &Cancel) -> Result<Matte, Cancelled> {
        let shaped = match self.shaped.take() {
            Some((mask, matte)) if mask == edits.mask => matte,
            _ => {
                let source = Source {
                    guide: Guide::Screen(&self.guide),
                    map: &self.map,
                    proxy: self.proxy,
                    resampling: self.resampling,
                };
                shaped_matte(source, &edits.mask, &mut self.kept, &Watch::silent(cancel))?
            }
        };
        let (_, shaped) = self.shaped.insert((edits.mask, shaped));
        let Some((under_hand, settled)) = edits.strokes.split_last() else {
            return Ok(shaped.clone());
        };
        let mut painted = self
            .painted
            .take()
            .filter(|painted| painted.mask == edits.mask)
            .filter(|painted| common(&painted.strokes, settled) == painted.strokes.len())
            .unwrap_or_else(|| Painted {
                mask: edits.mask,
                strokes: Vec::new(),
                matte: shaped.clone(),
            });
        let new = settled[painted.strokes.len()..].iter().map(AsRef::as_ref);
        brush::paint(&mut painted.matte, new, &self.proxy, cancel)?;
        painted.strokes = settled.to_vec();
        let painted = self.painted.insert(painted);
        let mut matte = painted.matte.clone();
        brush::paint(&mut matte, [under_hand.as_ref()], &self.proxy, cancel)?;
        Ok(matte)
    }
}

/// How many strokes are the same from the first on.
fn common(a: &[Arc<Stroke>], b: &[Arc<Stroke>]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| Arc::ptr_eq(a, b) || a == b).count()
}

/// A shadow and clean colours are changed by strokes far beyond them.
fn only_strokes_differ(a: &Edits, b: &Edits) -> bool {
    let Edits { mask, clean_colours, strokes: _, background, trim, shadow } = a;
    *mask == b.mask
        && !clean_colours
        && !b.clean_colours
        && *background == b.background
        && *trim == b.trim
        && shadow.is_none()
        && b.shadow.is_none()
}
