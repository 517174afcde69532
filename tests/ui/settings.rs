//! Preferences.

use std::{fs, path::Path};

use cutout::{
    app::settings::{Adding, Look, ReduceMotion, SettingsFile, ThemeChoice},
    lang::LanguageChoice,
};
use egui::{Key, Modifiers, Theme};
use egui_kittest::kittest::Queryable as _;

use crate::window::{FakeDesktop, Window};

#[test]
fn choices_take_effect_at_once_and_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::with(Theme::Dark, FakeDesktop::default(), |start| {
        start.settings.file = SettingsFile::in_folder(folder.path());
    });
    window.press(Modifiers::COMMAND, Key::Comma);
    window.click("Colours: Light");
    assert_eq!(window.harness.ctx.theme(), Theme::Light);
    window.click("Motion: Full");
    assert!(window.harness.ctx.global_style().animation_time > 0.0);
    window.click("Motion: Reduced");
    assert_eq!(window.harness.ctx.global_style().animation_time, 0.0);
    window.click("A folder with subfolders: All photos in it");
    window.click("Language: Deutsch");
    window.harness.get_by_label("Einstellungen");
    window.press(Modifiers::NONE, Key::Escape);
    assert!(window.harness.query_by_label("Einstellungen").is_none());
    drop(window);

    let (settings, problem) = SettingsFile::in_folder(folder.path()).load();
    assert_eq!(problem, None);
    let look = Look {
        language: LanguageChoice::German,
        theme: ThemeChoice::Light,
        reduce_motion: ReduceMotion::On,
    };
    assert_eq!((settings.look, settings.adding), (look, Adding { subfolders: Some(true) }));
}

/// A file that Cutout wrote.
fn result(path: &Path) {
    use cutout::imaging::{
        Cancel, Existing, FileFormat, Metadata, ResultMark, Writing, save_cutout,
    };
    let marked = Writing { mark: Some(ResultMark::default()), ..Existing::Replace.into() };
    let (picture, nothing) =
        (image::DynamicImage::from(image::RgbaImage::new(2, 2)), Metadata::default());
    let (format, cancel) = (FileFormat::default(), Cancel::default());
    save_cutout(path, &picture, &nothing, format, marked, &cancel).unwrap();
}

#[test]
fn a_folder_is_watched_once_it_is_chosen() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("new photos");
    fs::create_dir(&folder).unwrap();
    let picks = FakeDesktop::picking(folder.to_str().unwrap());
    let mut window = Window::with(Theme::Dark, picks, |_| {});
    window.press(Modifiers::COMMAND, Key::Comma);
    // Which folder, is asked where none was chosen.
    window.click("Watch a folder for new photos");
    let is_watched = |window: &Window| {
        use cutout::app::state::WatchState;
        window.harness.state().state().watch == WatchState::Watched
    };
    window.wait_until(is_watched);
    window.click("Save the cutouts of these photos by themselves");
    window.press(Modifiers::NONE, Key::Escape);
    fs::write(folder.join("a.png"), "a photo").unwrap();
    result(&folder.join("a_cut.png"));
    window.wait_for_jobs(1);
    let job = window.jobs().remove(0);
    assert_eq!(job.source, folder.join("a.png"));
    window.finish(&job, crate::pictures::done(&job));
    let saves = window.jobs().into_iter().filter_map(|job| job.save);
    let saves: Vec<_> = saves.map(|save| (save.cutout, save.mask)).collect();
    assert_eq!(saves, [(true, false)]);

    // The file is replaced: another photo of the same name.
    let before = window.jobs().len();
    fs::write(folder.join("a.png"), "another photo").unwrap();
    window.wait_until(|window| window.jobs().len() > before);
    let again = window.jobs().remove(before);
    assert_eq!((again.source, again.saliency), (folder.join("a.png"), None));
    assert_eq!(window.rows().len(), 1);
}
