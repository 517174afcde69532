//! Pictures on the graphics card: uploaded when first drawn, let go when long unseen.

use std::{
    collections::HashMap,
    ops::RangeInclusive,
    sync::{Arc, Weak},
};

use egui::{Color32, ColorImage, Context, TextureFilter, TextureHandle, TextureOptions};

use crate::imaging::Rgba;

/// Textures not drawn for this many frames are let go.
const UNSEEN_FRAMES: u64 = 120;

/// What one frame may upload of what can wait, in bytes: a few tiles.
const BYTES_A_FRAME: usize = 4 << 20;

/// Levels of a mask that are neither clearly subject nor clearly background.
const UNSURE_LEVELS: RangeInclusive<usize> = 6..=249;

/// How a mask is drawn over its photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Veil {
    /// What will be removed: dense where the mask is black.
    pub removed: Color32,
    /// What is neither clearly subject nor clearly background, where that is told apart.
    pub unsure: Option<Color32>,
}

/// How a picture is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Finish {
    /// The picture is a mask and is drawn as this veil.
    pub veil: Option<Veil>,
    /// Its pixels are drawn as squares rather than blended.
    pub squares: bool,
}

/// Textures of what was drawn lately, by the address of the picture.
#[derive(Default)]
pub struct Textures {
    by_picture: HashMap<(usize, Finish), Entry>,
    frame: u64,
    uploaded_bytes: usize,
}

struct Entry {
    texture: TextureHandle,
    /// Dead once the state let go of the picture, whose address may then mean another one.
    alive: Weak<Rgba>,
    drawn_in: u64,
}

impl Textures {
    /// The texture of a picture.
    pub fn get(&mut self, context: &Context, picture: &Arc<Rgba>, finish: Finish) -> TextureHandle {
        let key = (Arc::as_ptr(picture).addr(), finish);
        if let Some(entry) = self.by_picture.get_mut(&key)
            && entry.alive.strong_count() > 0
        {
            entry.drawn_in = self.frame;
            return entry.texture.clone();
        }
        self.uploaded_bytes += picture.premultiplied.len();
        let filter = if finish.squares { TextureFilter::Nearest } else { TextureFilter::Linear };
        let options = TextureOptions { magnification: filter, ..TextureOptions::LINEAR };
        let texture = context.load_texture("picture", colour_image(picture, finish), options);
        let alive = Arc::downgrade(picture);
        self.by_picture
            .insert(key, Entry { texture: texture.clone(), alive, drawn_in: self.frame });
        texture
    }

    /// The texture of a picture that can wait: nothing where this frame has no time to upload it.
    pub fn get_in_time(
        &mut self,
        context: &Context,
        picture: &Arc<Rgba>,
        finish: Finish,
    ) -> Option<TextureHandle> {
        let key = (Arc::as_ptr(picture).addr(), finish);
        if self.uploaded_bytes < BYTES_A_FRAME || self.by_picture.contains_key(&key) {
            return Some(self.get(context, picture, finish));
        }
        context.request_repaint();
        None
    }

    /// Ends a frame.
    pub fn let_go_of_unused(&mut self) {
        self.frame += 1;
        self.uploaded_bytes = 0;
        let frame = self.frame;
        self.by_picture.retain(|_, entry| {
            entry.alive.strong_count() > 0 && frame - entry.drawn_in < UNSEEN_FRAMES
        });
    }
}

fn colour_image(picture: &Rgba, finish: Finish) -> ColorImage {
    let size = [picture.width_px as usize, picture.height_px as usize];
    let Some(Veil { removed, unsure }) = finish.veil else {
        return ColorImage::from_rgba_premultiplied(size, &picture.premultiplied);
    };
    let veil: [Color32; 256] = std::array::from_fn(|level| {
        if let Some(colour) = unsure.filter(|_| UNSURE_LEVELS.contains(&level)) {
            return colour;
        }
        let [r, g, b, a] =
            removed.to_array().map(|value| (usize::from(value) * (255 - level) / 255) as u8);
        Color32::from_rgba_premultiplied(r, g, b, a)
    });
    let (pixels, _) = picture.premultiplied.as_chunks::<4>();
    ColorImage::new(size, pixels.iter().map(|&[level, ..]| veil[usize::from(level)]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Finish = Finish { veil: None, squares: false };

    fn picture(side_px: u32, value: u8) -> Arc<Rgba> {
        let premultiplied = vec![value; 4 * (side_px * side_px) as usize];
        Arc::new(Rgba { width_px: side_px, height_px: side_px, premultiplied })
    }

    #[test]
    fn a_new_picture_at_an_old_address_is_not_mixed_up() {
        let context = Context::default();
        let mut textures = Textures::default();
        let mut owner = picture(1, 1);
        let first = textures.get(&context, &owner, PLAIN).id();
        assert_eq!(textures.get(&context, &owner, PLAIN).id(), first);
        owner = picture(1, 2);
        assert_ne!(textures.get(&context, &owner, PLAIN).id(), first);
    }

    #[test]
    fn what_can_wait_does_once_a_frame_has_uploaded_enough() {
        let context = Context::default();
        let mut textures = Textures::default();
        let tiles: Vec<_> = (0..6).map(|value| picture(512, value)).collect();
        let mut drawn = Vec::new();
        for _ in 0..3 {
            let here = |tile| textures.get_in_time(&context, tile, PLAIN).is_some();
            drawn.push(tiles.iter().map(here).filter(|&here| here).count());
            textures.let_go_of_unused();
        }
        assert_eq!(drawn, [4, 6, 6]);
    }

    #[test]
    fn a_veil_is_dense_where_the_mask_is_black() {
        let colour = Color32::from_rgba_premultiplied(100, 20, 20, 140);
        let drawn = |level, unsure| {
            let veil = Some(Veil { removed: colour, unsure });
            colour_image(&picture(1, level), Finish { veil, squares: false }).pixels[0]
        };
        for (level, expected) in [(0, colour), (255, Color32::TRANSPARENT)] {
            assert_eq!(drawn(level, None), expected);
        }
        let unsure = Color32::from_rgba_premultiplied(90, 70, 10, 120);
        for level in 0..=255 {
            let is_unsure = level > 5 && level < 250;
            let expected = if is_unsure { unsure } else { drawn(level, None) };
            assert_eq!(drawn(level, Some(unsure)), expected, "{level}");
        }
    }
}
