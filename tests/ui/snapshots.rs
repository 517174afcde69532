//! Looks of the window that somebody has looked at: what changes them is seen. Drawn
//! pictures only. `UPDATE_SNAPSHOTS=1` keeps the new ones; look at them before.

use egui::Theme;
use egui_kittest::SnapshotOptions;

use crate::{
    looks::{LOOK, Look},
    scene::Scene,
};
use cutout::lang::{Language, LanguageChoice};

/// How far a pixel may be off, and how many may be further: drivers round edges differently.
const THRESHOLD: f32 = 2.0;
const FAILED_PX: usize = 400;

fn compare(name: &str, scene: Scene, theme: Theme, language: LanguageChoice) {
    if std::env::var_os("CUTOUT_REFERENCE").is_some() {
        eprintln!("not compared: CUTOUT_REFERENCE puts photos in the place of drawn pictures");
        return;
    }
    let look = Look { theme, language, size: [960.0, 640.0], ..LOOK };
    let mut window = look.open();
    scene.play(&mut window);
    let options = SnapshotOptions::new()
        .threshold(THRESHOLD)
        .max_failed_pixels(FAILED_PX)
        .output_path("tests/ui/snapshots");
    window.harness.snapshot_options(name, &options);
    cutout::lang::set_language(Language::English);
}

macro_rules! snapshots {
    ($($name:ident: $scene:ident, $theme:ident, $language:ident;)+) => {
        $(
            #[test]
            fn $name() {
                let language = LanguageChoice::$language;
                compare(stringify!($name), Scene::$scene, Theme::$theme, language);
            }
        )+
    };
}

snapshots! {
    first_start_dark: FirstStart, Dark, English;
    first_start_light: FirstStart, Light, German;
    no_model_dark: NoModel, Dark, English;
    working_dark: Working, Dark, English;
    done_dark: Done, Dark, English;
    done_light: Done, Light, German;
    failed_dark: Failed, Dark, English;
    saved_light: Saved, Light, English;
    long_names_dark: LongNames, Dark, German;
    menu_dark: MenuOpen, Dark, English;
    palette_light: Palette, Light, English;
    shortcuts_dark: Shortcuts, Dark, English;
    about_light: About, Light, German;
    export_dark: Export, Dark, English;
    preferences_light: Preferences, Light, German;
    side_by_side_light: Views, Light, English;
}
