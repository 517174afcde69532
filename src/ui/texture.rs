//! Pictures on the graphics card: uploaded when first drawn, let go when long unseen.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use egui::{ColorImage, Context, TextureHandle, TextureOptions};

use crate::imaging::Rgba;

/// Textures of what was drawn lately, by the address of the picture and its halvings.
#[derive(Default)]
pub struct Textures {
    by_picture: HashMap<(usize, u32), Entry>,
    frame: u64,
}

struct Entry {
    texture: TextureHandle,
    /// Dead once the state let go of the picture, whose address may then mean another one.
    alive: Weak<dyn std::any::Any + Send + Sync>,
    drawn_in: u64,
}

/// Textures not drawn for this many frames are let go.
const UNSEEN_FRAMES: u64 = 120;

/// Halvings of a picture at most: a 1600 px preview in 200 px.
const HALVINGS_MAX: u32 = 3;

impl Textures {
    /// The texture of a picture inside `owner`, halved until it is less than twice `shown_px` wide:
    /// a screen's linear filter alone would make shrunken photos grainy.
    pub fn get<T: std::any::Any + Send + Sync>(
        &mut self,
        context: &Context,
        owner: &Arc<T>,
        picture: &Rgba,
        shown_px: f32,
    ) -> TextureHandle {
        let surplus = (picture.width_px as f32 / shown_px.max(1.0)).log2().floor();
        let halvings = (surplus.max(0.0) as u32).min(HALVINGS_MAX);
        let key = (std::ptr::from_ref(picture).addr(), halvings);
        let frame = self.frame;
        if let Some(entry) = self.by_picture.get_mut(&key)
            && entry.alive.strong_count() > 0
        {
            entry.drawn_in = frame;
            return entry.texture.clone();
        }
        let image = (0..halvings).fold(colour_image(picture), |image, _| halved(&image));
        let texture = context.load_texture("picture", image, TextureOptions::LINEAR);
        let weak: Weak<T> = Arc::downgrade(owner);
        let entry = Entry { texture: texture.clone(), alive: weak, drawn_in: frame };
        self.by_picture.insert(key, entry);
        texture
    }

    /// Ends a frame.
    pub fn let_go_of_unused(&mut self) {
        self.frame += 1;
        let frame = self.frame;
        self.by_picture.retain(|_, entry| {
            entry.alive.strong_count() > 0 && frame - entry.drawn_in < UNSEEN_FRAMES
        });
    }
}

fn colour_image(picture: &Rgba) -> ColorImage {
    let size = [picture.width_px as usize, picture.height_px as usize];
    ColorImage::from_rgba_premultiplied(size, &picture.premultiplied)
}

/// Means of 2x2 premultiplied pixels; an odd last row or column is left out.
fn halved(image: &ColorImage) -> ColorImage {
    let [width, height] = image.size.map(|side| (side / 2).max(1));
    let at = |x: usize, y: usize| {
        let (x, y) = (x.min(image.size[0] - 1), y.min(image.size[1] - 1));
        image.pixels[y * image.size[0] + x].to_array().map(u16::from)
    };
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            let (left, top) = (2 * x, 2 * y);
            let four = [at(left, top), at(left + 1, top), at(left, top + 1), at(left + 1, top + 1)];
            let [r, g, b, a] = std::array::from_fn(|channel| {
                ((four.iter().map(|pixel| pixel[channel]).sum::<u16>() + 2) / 4) as u8
            });
            pixels.push(egui::Color32::from_rgba_premultiplied(r, g, b, a));
        }
    }
    ColorImage::new([width, height], pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halving_takes_means_and_keeps_one_pixel() {
        let grey = egui::Color32::from_gray;
        let image = ColorImage::new(
            [3, 2],
            vec![grey(0), grey(100), grey(7), grey(100), grey(200), grey(7)],
        );
        let half = halved(&image);
        assert_eq!((half.size, half.pixels[0]), ([1, 1], grey(100)));
        assert_eq!(halved(&half).size, [1, 1]);
    }

    #[test]
    fn a_new_picture_at_an_old_address_is_not_mixed_up() {
        let context = Context::default();
        let mut textures = Textures::default();
        let picture = |value| Rgba { width_px: 1, height_px: 1, premultiplied: vec![value; 4] };
        let mut owner = Arc::new(picture(1));
        let first = textures.get(&context, &owner, &owner, 1.0).id();
        assert_eq!(textures.get(&context, &owner, &owner, 1.0).id(), first);
        owner = Arc::new(picture(2));
        assert_ne!(textures.get(&context, &owner, &owner, 1.0).id(), first);
    }
}
