//! Renders every scene, to be looked at: the pictures are kept beside the test's executable.
//! Nothing is compared with a picture from before, which would depend on the driver.

use std::path::Path;

use egui::Theme;
use image::RgbaImage;

use crate::{scene, window::Window};

const SIZES: [[f32; 2]; 4] = [[1920.0, 1080.0], [1280.0, 800.0], [900.0, 600.0], [760.0, 520.0]];

#[test]
fn every_scene_renders_in_both_themes_at_every_size() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("looks");
    std::fs::create_dir_all(&folder).unwrap();
    for scene in scene::ALL {
        for theme in [Theme::Dark, Theme::Light] {
            for size in SIZES {
                let mut window = Window::open(theme);
                window.harness.set_size(size.into());
                scene.play(&mut window);
                let picture =
                    window.harness.render().expect("a Vulkan driver, if only in software");
                let theme_word = if theme == Theme::Dark { "dark" } else { "light" };
                let name = format!("{}_{theme_word}_{}.png", scene.name(), size[0]);
                picture.save(folder.join(&name)).unwrap();
                // Below what an overlay's veil leaves of a light window, above a dark one.
                let is_dark = mean_luma(&picture, picture.height() - 30) < 75.0;
                assert_eq!(is_dark, theme == Theme::Dark, "{name}: the status bar's background");
                assert!(colours(&picture) > 50, "{name} is nearly blank");
            }
        }
    }
}

/// Mean luma of the rows from `top` down.
fn mean_luma(picture: &RgbaImage, top: u32) -> f64 {
    let rows = picture.rows().skip(top as usize).flatten();
    let lumas: Vec<f64> = rows
        .map(|p| 0.3 * f64::from(p[0]) + 0.6 * f64::from(p[1]) + 0.1 * f64::from(p[2]))
        .collect();
    lumas.iter().sum::<f64>() / lumas.len() as f64
}

fn colours(picture: &RgbaImage) -> usize {
    picture.pixels().collect::<std::collections::HashSet<_>>().len()
}
