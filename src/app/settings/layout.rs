//! The settings as text: the layout of the file, and those of earlier versions.

use serde::Deserialize as _;
use toml::{Table, Value};

use super::Settings;
use crate::app::damage::Damage;

/// The layout of the file; a later one is not read.
const VERSION: i64 = 2;

const HEADING: &str = "# The settings of Cutout. It writes this file anew when one is changed.\n\n";

/// What stood at the top level in version 1, and its place in the section on memory.
const IN_MEMORY_SINCE_2: [(&str, &str); 5] = [
    ("cleanup", "cleanup"),
    ("unload_after_min", "unload_after_min"),
    ("require_gpu", "require_gpu"),
    ("allocator", "allocator"),
    ("memory_panel_open", "panel_open"),
];

/// The text of the file.
pub fn to_text(settings: &Settings) -> String {
    let body = toml::to_string(settings).unwrap_or_else(|error| {
        // What was not chosen is as by default, so the file stays one that can be read.
        tracing::error!("the settings have no text: {error}");
        String::new()
    });
    format!("{HEADING}version = {VERSION}\n\n{body}")
}

/// The settings that a text holds. What is missing is as by default; what is unknown is a mistake.
///
/// # Errors
/// What is wrong with it.
pub fn from_text(text: &str) -> Result<Settings, Damage> {
    let words = |error: toml::de::Error| Damage::from(error.message().to_owned());
    let mut table: Table = toml::from_str(text).map_err(words)?;
    match table.remove("version") {
        Some(Value::Integer(VERSION)) => {}
        Some(Value::Integer(1)) => table = from_version_1(table)?,
        Some(version) => {
            return Err(Damage::Version { found: version.to_string(), known: VERSION });
        }
        None => return Err(Damage::NoVersion),
    }
    let settings = Settings::deserialize(table).map_err(words)?;
    settings.check()?;
    Ok(settings)
}

fn from_version_1(mut old: Table) -> Result<Table, String> {
    let mut memory = Table::new();
    for (key, new_key) in IN_MEMORY_SINCE_2 {
        if let Some(value) = old.remove(key) {
            memory.insert(new_key.to_owned(), value);
        }
    }
    match old.keys().next() {
        None => Ok(Table::from_iter([("memory".to_owned(), Value::Table(memory))])),
        Some(unknown) => Err(format!("it knows no {unknown}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::settings::{
            Adding, Backdrop, Editing, ExportSettings, FormatChoice, Look, MemorySettings,
            ReduceMotion, ThemeChoice, ViewMode, Viewing, Watching, WindowPlace,
        },
        engine::protocol::{CleanupPoint, CleanupSwitches, MetadataPolicy, OnExist},
        imaging::{
            Colour, PngEffort,
            edit::{Background, Edits, Shadow},
        },
        lang::LanguageChoice,
    };

    fn own() -> Settings {
        Settings {
            look: Look {
                language: LanguageChoice::German,
                theme: ThemeChoice::Light,
                reduce_motion: ReduceMotion::On,
            },
            adding: Adding { subfolders: Some(false) },
            watching: Watching {
                on: true,
                folder: Some("/pictures/new \"ones\"".into()),
                subfolders: true,
                save: true,
            },
            editing: Editing {
                panel_open: false,
                new_photos: Edits {
                    background: Background::Colour([255, 254, 0]),
                    shadow: Some(Shadow::default()),
                    ..Edits::default()
                },
            },
            export: export(),
            memory: memory(),
            viewing: Viewing {
                mode: ViewMode::SideBySide,
                backdrop: Backdrop::Colour([1, 2, 255]),
                show_unsure: true,
                keep_place: true,
            },
            window: WindowPlace {
                corner: Some([-12.5, 40.0]),
                size: Some([1280.0, 800.0]),
                maximised: true,
            },
        }
    }

    fn export() -> ExportSettings {
        ExportSettings {
            cutouts: false,
            masks: true,
            format: FormatChoice::Jpeg,
            png: PngEffort::Small,
            lossless: false,
            quality: 75,
            colour: Colour([1, 2, 250]),
            metadata: MetadataPolicy::NoLocation,
            name: "{folder}-{name}".parse().unwrap(),
            beside: false,
            folder: Some("/results".into()),
            on_exist: Some(OnExist::Replace),
        }
    }

    fn memory() -> MemorySettings {
        MemorySettings {
            cleanup: CleanupSwitches::ALL_ON.with(CleanupPoint::AfterMask, false),
            idle_unload_min: Some(10),
            require_gpu: true,
            allocator: "expandable_segments:True,max_split_size_mb:128".parse().unwrap(),
            panel_open: false,
        }
    }

    #[test]
    fn settings_come_back_from_their_text() {
        for settings in [own(), Settings::default()] {
            let text = to_text(&settings);
            assert_eq!(from_text(&text), Ok(settings), "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_as_by_default() {
        assert_eq!(from_text("version = 2"), Ok(Settings::default()));
        let light = Look { theme: ThemeChoice::Light, ..Look::default() };
        let expected = Settings { look: light, ..Settings::default() };
        assert_eq!(from_text("version = 2\n[look]\ntheme = \"light\""), Ok(expected));
    }

    #[test]
    fn a_file_of_version_1_is_still_read() {
        assert_eq!(from_text("version = 1"), Ok(Settings::default()));
        let text = "# The settings of Cutout.\n\nversion = 1\ncleanup = \"a,c,d,sweep\"\n\
                    unload_after_min = 10\nrequire_gpu = true\n\
                    allocator = \"expandable_segments:True,max_split_size_mb:128\"\n\
                    memory_panel_open = false\n";
        assert_eq!(from_text(text), Ok(Settings { memory: memory(), ..Settings::default() }));
    }

    #[test]
    fn mistakes_are_named() {
        for (text, reason) in [
            ("version = ", "value"),
            ("", "no version"),
            ("version = 9", "its version is 9"),
            ("version = \"2\"", "its version is"),
            ("version = 1\ncleanup = \"x\"", "no cleanup point"),
            ("version = 1\nallocator = \"max_split_size_mb:2\"", "20 or more"),
            ("version = 1\nunload_after_min = 0", "1 or more"),
            ("version = 1\nunload_after_min = -3", "-3"),
            ("version = 1\ncolour = 3", "colour"),
            ("version = 1\n[look]\ntheme = \"light\"", "look"),
            ("version = 2\ncolour = 3", "colour"),
            ("version = 2\n[look]\ncolour = 3", "colour"),
            ("version = 2\n[look]\ntheme = \"pink\"", "pink"),
            ("version = 2\n[memory]\nunload_after_min = 0", "1 or more"),
            ("version = 2\n[export]\nquality = 0", "1 to 100"),
            ("version = 2\n[export]\ncutouts = false\nmasks = false", "must be true"),
            ("version = 2\n[export]\nname = \"a/{name}\"", "'/'"),
            ("version = 2\n[export]\ncolour = \"pink\"", "#rrggbb"),
            ("version = 2\n[window]\ncorner = [1]", "2"),
        ] {
            let error = from_text(text).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
