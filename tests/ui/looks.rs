//! Renders every scene, to be looked at: the pictures are kept beside the test's executable.
//! Nothing is compared with a picture from before; `snapshots` does that for a few.

use std::{collections::HashSet, path::Path};

use cutout::lang::{Language, LanguageChoice};
use egui::Theme;
use image::RgbaImage;

use crate::{
    scene::Scene,
    window::{FakeDesktop, Window},
};

/// How a window may look.
pub struct Look {
    pub name: &'static str,
    pub theme: Theme,
    /// In points.
    pub size: [f32; 2],
    pub pixels_per_point: f32,
    pub language: LanguageChoice,
}

/// Dark, in English, at the size of a new window.
pub const LOOK: Look = Look {
    name: "",
    theme: Theme::Dark,
    size: [1280.0, 800.0],
    pixels_per_point: 1.0,
    language: LanguageChoice::English,
};

const LOOKS: [Look; 6] = [
    Look { name: "dark", ..LOOK },
    Look { name: "light", theme: Theme::Light, ..LOOK },
    Look { name: "small", size: [900.0, 600.0], ..LOOK },
    Look {
        name: "least_german",
        theme: Theme::Light,
        size: [760.0, 520.0],
        language: LanguageChoice::German,
        ..LOOK
    },
    Look { name: "large_german", size: [1920.0, 1080.0], language: LanguageChoice::German, ..LOOK },
    Look {
        name: "fine",
        theme: Theme::Light,
        size: [1280.0, 720.0],
        pixels_per_point: 1.5,
        ..LOOK
    },
];

impl Look {
    pub fn open(&self) -> Window {
        let mut window = Window::with(self.theme, FakeDesktop::default(), |start| {
            start.settings.in_force.look.language = self.language;
        });
        window.harness.set_size(self.size.into());
        window.harness.set_pixels_per_point(self.pixels_per_point);
        window.harness.run();
        window
    }
}

fn render(scene: Scene) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("looks");
    std::fs::create_dir_all(&folder).unwrap();
    for look in &LOOKS {
        let mut window = look.open();
        scene.play(&mut window);
        let picture = window.harness.render().expect("a Vulkan driver, if only in software");
        let name = format!("{}_{}.png", scene.name(), look.name);
        picture.save(folder.join(&name)).unwrap();
        // Below what an overlay's veil leaves of a light window, above a dark one.
        let is_dark = mean_luma(&picture, picture.height() - 30) < 75.0;
        assert_eq!(is_dark, look.theme == Theme::Dark, "{name}: the status bar's background");
        assert!(colours(&picture) > 50, "{name} is nearly blank");
        let cut = window.cut_off();
        assert!(cut.is_empty(), "{name}: not whole in sight: {cut:?}");
        cutout::lang::set_language(Language::English);
    }
}

/// A test a scene, named like it.
macro_rules! scenes {
    ($($name:ident: $scene:ident),+ $(,)?) => {
        $(
            #[test]
            fn $name() {
                render(Scene::$scene);
            }
        )+

        #[test]
        fn every_scene_is_rendered() {
            assert_eq!([$(Scene::$scene),+], crate::scene::ALL);
        }
    };
}

scenes! {
    first_start: FirstStart,
    no_model: NoModel,
    hovering: Hovering,
    working: Working,
    done: Done,
    zoomed: Zoomed,
    failed: Failed,
    saved: Saved,
    long_names: LongNames,
    out_of_memory: OutOfMemory,
    freed: Freed,
    idle: Idle,
    unloaded: Unloaded,
    failed_over: FailedOver,
    dense: Dense,
    closed: Closed,
    explained: Explained,
    mark_told: MarkTold,
    presets: Presets,
    advanced: Advanced,
    adjusted: Adjusted,
    copy_to: CopyTo,
    painting: Painting,
    views: Views,
    overlaid: Overlaid,
    unsure: Unsure,
    refined: Refined,
    export: Export,
    many_files: ManyFiles,
    file_exists: FileExists,
    preferences: Preferences,
    paused: Paused,
    searched: Searched,
    subfolders: Subfolders,
    five_hundred: FiveHundred,
    menu_open: MenuOpen,
    palette: Palette,
    shortcuts: Shortcuts,
    about: About,
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
    picture.pixels().collect::<HashSet<_>>().len()
}
