//! The result at the photo's own depth: photo, matte and what is under them put together, cut to
//! its frame.

use std::{borrow::Cow, ops::Range};

use image::{ColorType, DynamicImage, GenericImageView, GrayImage, ImageBuffer, Pixel, Rgba};

use super::{
    super::{
        Cancel, Cancelled, Foreground, Halvings, Matte, Picture, StripSource,
        compose::{cutout_part, multiply_8},
        refine::Guide,
        strips::strip_rows,
    },
    Backdrop, Edits, Proxy, Rect, Trim,
    background_layer::BackgroundLayer,
    cast::Cast,
    frame,
    pixels::{self, Sample},
};

/// RGBA of another picture's depth.
type RgbaOf<P> = ImageBuffer<Rgba<<P as Pixel>::Subpixel>, Vec<<P as Pixel>::Subpixel>>;

/// The photo with all edits, RGBA of its own depth. Opaque backgrounds make it opaque. With
/// [`Edits::plain`] it is what [`cutout`](super::super::cutout) gives, bit by bit; clean colours change
/// only pixels that are neither wholly subject nor wholly background. A background picture that is not
/// given is left out.
///
/// # Errors
/// Once `cancel` is raised.
///
/// # Panics
/// Where picture, matte and proxy differ in size.
pub fn render(
    picture: &Picture,
    matte: &Matte,
    edits: &Edits,
    proxy: &Proxy,
    backdrop: Option<&Backdrop>,
    cancel: &Cancel,
) -> Result<DynamicImage, Cancelled> {
    let Composed { composer, frame, cancel } =
        compose(picture, matte, edits, proxy, backdrop, cancel)?;
    composer.part(frame, cancel)
}

/// What [`render`] gives, made a strip at a time.
///
/// # Errors
/// Once `cancel` is raised.
///
/// # Panics
/// As [`render`].
pub fn compose<'a>(
    picture: &'a Picture,
    matte: &'a Matte,
    edits: &Edits,
    proxy: &Proxy,
    backdrop: Option<&'a Backdrop>,
    cancel: &'a Cancel,
) -> Result<Composed<'a>, Cancelled> {
    let composer = Composer::new(picture, matte, edits, *proxy, backdrop, cancel)?;
    let frame = composer.frame(cancel)?;
    Ok(Composed { composer, frame, cancel })
}

/// A result within its frame, of which strips are made as they are asked for.
pub struct Composed<'a> {
    composer: Composer<'a>,
    frame: Rect,
    cancel: &'a Cancel,
}

impl StripSource for Composed<'_> {
    fn size_px(&self) -> (u32, u32) {
        (self.frame.width_px, self.frame.height_px)
    }

    fn color(&self) -> ColorType {
        match self.composer.picture.pixels.color() {
            ColorType::Rgb16 | ColorType::Rgba16 => ColorType::Rgba16,
            _ => ColorType::Rgba8,
        }
    }

    fn strip(&self, rows: Range<u32>) -> Result<DynamicImage, Cancelled> {
        let (top_px, height_px) = (self.frame.top_px + rows.start, rows.end - rows.start);
        self.composer.part(Rect { top_px, height_px, ..self.frame }, self.cancel)
    }
}

/// A result that is made a part at a time.
pub struct Composer<'a> {
    picture: &'a Picture,
    matte: &'a Matte,
    proxy: Proxy,
    trim: Option<Trim>,
    foreground: Option<Foreground>,
    ground: BackgroundLayer<'a>,
    cast: Option<Cast>,
}

impl<'a> Composer<'a> {
    /// Prepares the subject's colours and what lies under it.
    ///
    /// # Errors
    /// Once `cancel` is raised.
    ///
    /// # Panics
    /// Where picture, matte and proxy differ in size.
    pub fn new(
        picture: &'a Picture,
        matte: &'a Matte,
        edits: &Edits,
        proxy: Proxy,
        backdrop: Option<&'a Backdrop>,
        cancel: &Cancel,
    ) -> Result<Self, Cancelled> {
        let size_px = (picture.pixels.width(), picture.pixels.height());
        assert_eq!(size_px, matte.size_px(), "picture and matte differ in size");
        assert_eq!(size_px, proxy.size_px, "picture and proxy differ in size");
        let photo = || pixels::premultiplied(&picture.pixels);
        let ground = BackgroundLayer::new(&edits.background, &proxy, backdrop, photo);
        let cast = edits.shadow.map(|shadow| Cast::new(shadow, &proxy, &subject(picture, matte)));
        let guide = Guide::Photo(&picture.pixels);
        let foreground = match edits.clean_colours && Foreground::is_worthwhile(matte) {
            true => Some(Foreground::estimate(guide, &Halvings::of(guide), matte, cancel)?),
            false => None,
        };
        let (trim, cast) = (edits.trim, cast.flatten());
        Ok(Self { picture, matte, proxy, trim, foreground, ground, cast })
    }

    /// What is left of the frame once it is trimmed.
    ///
    /// # Errors
    /// Once `cancel` is raised.
    pub fn frame(&self, cancel: &Cancel) -> Result<Rect, Cancelled> {
        let Some(trim) = self.trim else { return Ok(Rect::whole(self.proxy.size_px)) };
        let subject = subject(self.picture, self.matte);
        frame::trimmed(&subject, self.cast.as_ref(), trim, &self.proxy, cancel)
    }

    /// A part of the result.
    ///
    /// # Errors
    /// Once `cancel` is raised.
    pub fn part(&self, rect: Rect, cancel: &Cancel) -> Result<DynamicImage, Cancelled> {
        cancel.check()?;
        if self.ground.is_clear() && self.cast.is_none() {
            return Ok(self.cutout(rect));
        }
        Ok(match &self.picture.pixels {
            DynamicImage::ImageRgb8(rgb) => self.join::<_, 3>(rgb, rect, cancel)?.into(),
            DynamicImage::ImageRgb16(rgb) => self.join::<_, 3>(rgb, rect, cancel)?.into(),
            DynamicImage::ImageRgba16(rgba) => self.join::<_, 4>(rgba, rect, cancel)?.into(),
            DynamicImage::ImageRgba8(rgba) => self.join::<_, 4>(rgba, rect, cancel)?.into(),
            other => self.join::<_, 4>(&other.to_rgba8(), rect, cancel)?.into(),
        })
    }

    fn cutout(&self, rect: Rect) -> DynamicImage {
        let mut pixels = cutout_part(self.picture, self.matte, rect);
        match &mut pixels {
            DynamicImage::ImageRgba8(rgba) => self.clean(rgba, rect),
            DynamicImage::ImageRgba16(rgba) => self.clean(rgba, rect),
            _ => {}
        }
        pixels
    }

    fn clean<T: Sample>(&self, pixels: &mut ImageBuffer<Rgba<T>, Vec<T>>, rect: Rect)
    where
        Rgba<T>: Pixel<Subpixel = T>,
    {
        let (pixels, _) = pixels.as_chunks_mut::<4>();
        for (y, row) in (rect.top_px..).zip(pixels.chunks_exact_mut(rect.width_px as usize)) {
            for (x, [r, g, b]) in self.colours(y, rect) {
                row[x] = [r, g, b, row[x][3]];
            }
        }
    }

    /// The subject's own colours in a row of a part, each with its place in it. What is see-through
    /// in the photo itself keeps its colour.
    fn colours<T: Sample>(&self, y: u32, rect: Rect) -> impl Iterator<Item = (usize, [T; 3])> {
        let has_alpha = self.picture.pixels.color().has_alpha();
        let row = self
            .foreground
            .iter()
            .flat_map(move |known| known.row(self.matte, y, rect.left_px, rect.width_px));
        let is_opaque = move |x: usize| {
            !has_alpha || self.picture.pixels.get_pixel(rect.left_px + x as u32, y)[3] == u8::MAX
        };
        row.filter(move |&(x, _)| is_opaque(x))
            .map(|(x, colour)| (x, colour.map(|value| T::of(f32::from(value) / 65_535.0))))
    }

    fn join<P: Pixel<Subpixel: Sample>, const N: usize>(
        &self,
        pixels: &ImageBuffer<P, Vec<P::Subpixel>>,
        rect: Rect,
        cancel: &Cancel,
    ) -> Result<RgbaOf<P>, Cancelled>
    where
        Rgba<P::Subpixel>: Pixel<Subpixel = P::Subpixel>,
    {
        let (pixels, _) = pixels.as_raw().as_chunks::<N>();
        let opacities = self.matte.0.as_raw();
        let stride = self.matte.0.width() as usize;
        let width = rect.width_px as usize;
        let mut row = vec![[P::Subpixel::of(0.0); N]; width];
        let mut joined = Vec::with_capacity(width * rect.height_px as usize);
        for strip in rect.strips(strip_rows(rect.width_px)) {
            cancel.check()?;
            let mut under = self.ground.part(strip);
            if let Some(cast) = &self.cast {
                cast.fall(strip, &mut under);
            }
            for (y, under) in (strip.top_px..).zip(under.chunks_exact(width)) {
                let from = y as usize * stride + rect.left_px as usize;
                row.copy_from_slice(&pixels[from..from + width]);
                for (x, colour) in self.colours(y, rect) {
                    row[x][..3].copy_from_slice(&colour);
                }
                let row = row.iter().zip(&opacities[from..from + width]);
                joined.extend(row.zip(under).map(|((pixel, &opacity), &under)| {
                    let colour = [pixel[0], pixel[1], pixel[2]];
                    let own: f32 = pixel.get(3).map_or(1.0, |&a| a.into() / P::Subpixel::ONE);
                    put_over(colour, own * (f32::from(opacity) / 255.0), under)
                }));
            }
        }
        let joined = joined.into_flattened();
        let joined = ImageBuffer::from_raw(rect.width_px, rect.height_px, joined);
        Ok(joined.expect("four samples for every pixel"))
    }
}

/// A pixel of the photo over what is under it. Where the photo covers all, its colour keeps its
/// exact value; where nothing does, there is none.
fn put_over<T: Sample>([r, g, b]: [T; 3], alpha: f32, under: pixels::Premultiplied) -> [T; 4] {
    if alpha >= 1.0 {
        return [r, g, b, T::of(1.0)];
    }
    let sum = alpha + under[3] * (1.0 - alpha);
    if sum <= 0.0 {
        return [T::of(0.0); 4];
    }
    let mix = |sample: T, under: f32| {
        T::of((sample.into() / T::ONE * alpha + under * (1.0 - alpha)) / sum)
    };
    [mix(r, under[0]), mix(g, under[1]), mix(b, under[2]), T::of(sum)]
}

/// How opaque the subject is: the matte, times the alpha that the photo has itself.
fn subject<'a>(picture: &Picture, matte: &'a Matte) -> Cow<'a, GrayImage> {
    if !picture.pixels.color().has_alpha() {
        return Cow::Borrowed(&matte.0);
    }
    let mut subject = matte.0.clone();
    let alphas: Box<dyn Iterator<Item = u8>> = match &picture.pixels {
        DynamicImage::ImageRgba16(rgba) => {
            Box::new(rgba.pixels().map(|pixel| (pixel[3] >> 8) as u8))
        }
        other => Box::new(other.to_rgba8().into_raw().into_iter().skip(3).step_by(4)),
    };
    for (opacity, alpha) in subject.iter_mut().zip(alphas) {
        *opacity = multiply_8(*opacity, alpha);
    }
    Cow::Owned(subject)
}
