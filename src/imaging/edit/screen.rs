//! The result on the screen: from the small picture that is there already, in the photo's frame
//! and in 8 bits.

use std::borrow::Cow;

use image::{DynamicImage, GrayImage, RgbaImage};

use super::{
    super::{
        Cancel, Cancelled, Foreground, Halvings, Matte, Rgba, both, compose::multiply_8,
        refine::Guide,
    },
    Backdrop, Edits, Proxy, Rect, Trim,
    background_layer::BackgroundLayer,
    cast::Cast,
    frame,
};

/// A result on the screen.
pub struct Screen {
    /// The result, in the photo's own frame.
    pub after: Rgba,
    /// The frame that trimming keeps: left, top, right and bottom in pixels of the photo.
    pub trim_px: Option<[f32; 4]>,
}

/// The photo with all edits on the screen, from `before`, the photo at the proxy's size. A
/// background picture that is not given is left out.
///
/// # Errors
/// Once `cancel` is raised.
///
/// # Panics
/// Where picture, matte and proxy differ in size.
pub fn screen(
    before: &Rgba,
    matte: &Matte,
    edits: &Edits,
    proxy: &Proxy,
    backdrop: Option<&Backdrop>,
    cancel: &Cancel,
) -> Result<Screen, Cancelled> {
    let size_px = (before.width_px, before.height_px);
    assert_eq!(size_px, matte.size_px(), "picture and matte differ in size");
    assert_eq!(size_px, proxy.size_px, "picture and proxy differ in size");
    let ground = ground(before, edits, proxy, backdrop);
    let subject = subject(before, matte);
    let cast = cast(&subject, edits, proxy);
    cancel.check()?;
    let guide = Guide::Screen(before);
    let colours = || match edits.clean_colours {
        true => Foreground::estimate(guide, &Halvings::of(guide), matte, cancel).map(Some),
        false => Ok(None),
    };
    let trimmed = |how| trim(&subject, how, proxy, cast.as_ref(), cancel);
    let (trim_px, foreground) = both(|| edits.trim.map(trimmed).transpose(), colours);
    let foreground = foreground?;
    let layers = Layers {
        matte,
        foreground: foreground.as_ref(),
        ground: ground.as_deref(),
        cast: cast.as_ref(),
    };
    Ok(Screen { after: layers.around(before), trim_px: trim_px? })
}

/// The background of a result on the screen, in 8 bits and premultiplied; `None` for nothing.
pub(super) fn ground(
    before: &Rgba,
    edits: &Edits,
    proxy: &Proxy,
    backdrop: Option<&Backdrop>,
) -> Option<Vec<[u8; 4]>> {
    BackgroundLayer::new(&edits.background, proxy, backdrop, || photo(before))
        .for_screen(proxy.size_px)
}

/// The shadow, where there is one.
pub(super) fn cast(subject: &GrayImage, edits: &Edits, proxy: &Proxy) -> Option<Cast> {
    edits.shadow.and_then(|shadow| Cast::new(shadow, proxy, subject))
}

/// The frame that trimming keeps, in pixels of the photo.
pub(super) fn trim(
    subject: &GrayImage,
    trim: Trim,
    proxy: &Proxy,
    cast: Option<&Cast>,
    cancel: &Cancel,
) -> Result<[f32; 4], Cancelled> {
    let kept = frame::trimmed(subject, cast, trim, proxy, cancel)?;
    let [left, top, width, height] =
        kept.scaled(proxy.size_px, proxy.photo_px).map(|side| side as f32);
    Ok([left, top, left + width, top + height])
}

/// What lies over and under a photo.
#[derive(Clone, Copy)]
pub(super) struct Layers<'a> {
    /// How opaque the photo becomes.
    pub matte: &'a Matte,
    /// The subject's own colours, where they are wanted.
    pub foreground: Option<&'a Foreground>,
    /// The background, 8 bits and premultiplied; `None` for nothing.
    pub ground: Option<&'a [[u8; 4]]>,
    /// A shadow between the two.
    pub cast: Option<&'a Cast>,
}

impl Layers<'_> {
    /// The result of the whole photo.
    pub(super) fn around(&self, photo: &Rgba) -> Rgba {
        let mut result = photo.clone();
        self.put(&mut result, Rect::whole((photo.width_px, photo.height_px)));
        result
    }

    /// Makes the result of a part of the photo, which `photo` holds there and keeps elsewhere.
    pub(super) fn put(&self, photo: &mut Rgba, rect: Rect) {
        let stride = photo.width_px as usize;
        let (pixels, _) = photo.premultiplied.as_chunks_mut::<4>();
        let middle_px = rect.top_px + rect.height_px / 2;
        let upper = Rect { height_px: middle_px - rect.top_px, ..rect };
        let lower = Rect { top_px: middle_px, height_px: rect.bottom_px() - middle_px, ..rect };
        let (above, below) = pixels.split_at_mut(middle_px as usize * stride);
        both(|| self.put_over(above, 0, upper), || self.put_over(below, middle_px, lower));
    }

    /// Makes a part of the photo, of which `pixels` are the rows from `first_px` on.
    fn put_over(&self, pixels: &mut [[u8; 4]], first_px: u32, rect: Rect) {
        let Self { matte, foreground, ground, cast } = *self;
        let stride = matte.0.width() as usize;
        let width = rect.width_px as usize;
        let mut under = vec![[0; 4]; width];
        let mut shadow = cast.map(|cast| cast.for_screen(rect));
        for y in rect.top_px..rect.bottom_px() {
            let from = y as usize * stride + rect.left_px as usize;
            let row = from..from + width;
            let here = from - first_px as usize * stride;
            let opacities = &matte.0.as_raw()[row.clone()];
            let pixels = &mut pixels[here..here + width];
            let colours = foreground.map(|known| known.row(matte, y, rect.left_px, rect.width_px));
            for (x, colour) in colours.into_iter().flatten() {
                // What is see-through in the photo itself keeps its colour.
                if let [rgb @ .., u8::MAX] = &mut pixels[x] {
                    *rgb = colour.map(|value| (value >> 8) as u8);
                }
            }
            let pixels = pixels.iter_mut().zip(opacities);
            if ground.is_none() && shadow.is_none() {
                for (pixel, &opacity) in pixels {
                    *pixel = pixel.map(|channel| multiply_8(channel, opacity));
                }
                continue;
            }
            match ground {
                Some(ground) => under.copy_from_slice(&ground[row]),
                None => under.fill([0; 4]),
            }
            if let Some(shadow) = &mut shadow {
                for (under, shade) in under.iter_mut().zip(shadow) {
                    *under = over(shade, *under);
                }
            }
            for ((pixel, &opacity), &under) in pixels.zip(&under) {
                *pixel = over(faded(*pixel, opacity), under);
            }
        }
    }
}

/// A premultiplied pixel, as opaque as a matte says. Most are either wholly or not at all.
fn faded(pixel: [u8; 4], opacity: u8) -> [u8; 4] {
    match opacity {
        0 => [0; 4],
        u8::MAX => pixel,
        _ => pixel.map(|channel| multiply_8(channel, opacity)),
    }
}

/// One premultiplied pixel over another.
fn over(upper: [u8; 4], lower: [u8; 4]) -> [u8; 4] {
    match upper[3] {
        0 => lower,
        u8::MAX => upper,
        alpha => std::array::from_fn(|channel| {
            // Rounding may bring the sum one too high.
            upper[channel].saturating_add(multiply_8(lower[channel], u8::MAX - alpha))
        }),
    }
}

fn photo(before: &Rgba) -> Cow<'static, DynamicImage> {
    let pixels = before.premultiplied.clone();
    let pixels = RgbaImage::from_raw(before.width_px, before.height_px, pixels);
    Cow::Owned(pixels.expect("four samples for every pixel").into())
}

/// How opaque the subject is: the matte, times the alpha that the photo has itself.
pub(super) fn subject<'a>(before: &Rgba, matte: &'a Matte) -> Cow<'a, GrayImage> {
    let (pixels, _) = before.premultiplied.as_chunks::<4>();
    // All at once, in a few instructions a block.
    let least = pixels.iter().fold(u32::MAX, |bits, pixel| bits & u32::from_le_bytes(*pixel));
    if let [.., u8::MAX] = least.to_le_bytes() {
        return Cow::Borrowed(&matte.0);
    }
    let mut subject = matte.0.clone();
    for (opacity, &[.., alpha]) in subject.iter_mut().zip(pixels) {
        *opacity = multiply_8(*opacity, alpha);
    }
    Cow::Owned(subject)
}
