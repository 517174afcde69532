//! The file that the settings are kept in.

use std::{
    env, fs,
    io::ErrorKind,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use super::{Settings, SettingsProblem, layout};
use crate::{
    app::damage::Damage,
    imaging::{Cancel, Existing, write_whole},
    private_file::{self, NotPrivate},
};

/// Names another folder for the settings.
pub const FOLDER_VARIABLE: &str = "CUTOUT_CONFIG";
const FILE: &str = "settings.toml";
/// A damaged file is kept under this name.
const DAMAGED: &str = "settings.toml.bad";

/// Where the settings are kept, and what still has to be written.
#[derive(Debug, Default)]
pub struct SettingsFile {
    folder: Option<PathBuf>,
    waiting: Mutex<Option<Settings>>,
    writing: Mutex<()>,
}

impl SettingsFile {
    /// The file in `CUTOUT_CONFIG`, or in the user's folder for settings.
    pub fn from_environment() -> Self {
        let chosen = env::var_os(FOLDER_VARIABLE).filter(|value| !value.is_empty());
        let user = || {
            directories::ProjectDirs::from("", "", "cutout")
                .map(|folders| folders.config_dir().to_owned())
        };
        Self { folder: chosen.map(PathBuf::from).or_else(user), ..Self::default() }
    }

    /// The file in this folder.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self { folder: Some(folder.into()), ..Self::default() }
    }

    /// Reads the settings. Where that fails they are as by default, and the problem says why; a
    /// damaged file is kept under another name.
    pub fn load(&self) -> (Settings, Option<SettingsProblem>) {
        let Some(folder) = &self.folder else { return Default::default() };
        let path = folder.join(FILE);
        let text = match private_file::read(&path) {
            Ok(bytes) => String::from_utf8(bytes).map_err(|_| Damage::NoText),
            Err(error) if error.kind() == ErrorKind::NotFound => return Default::default(),
            Err(error) => {
                if let Some(why) = NotPrivate::within(&error) {
                    let problem = SettingsProblem::NotRead(why.clone());
                    return (Settings::default(), Some(problem));
                }
                let problem = SettingsProblem::Unreadable { path, error: error.into() };
                return (Settings::default(), Some(problem));
            }
        };
        match text.and_then(|text| layout::from_text(&text)) {
            Ok(settings) => (settings, None),
            Err(damage) => (Settings::default(), Some(set_aside(path, damage))),
        }
    }

    /// Notes what is to be written by the next [`SettingsFile::write`].
    pub fn put(&self, settings: Settings) {
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = Some(settings);
    }

    /// Writes what was put last, whole or not at all; nothing if that was written already. May
    /// be called from any thread.
    ///
    /// # Errors
    /// [`SettingsProblem::NoFolder`] and [`SettingsProblem::NotWritten`].
    pub fn write(&self) -> Result<(), SettingsProblem> {
        let _one_at_a_time = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (Some(folder), Some(settings)) = (&self.folder, waiting) else { return Ok(()) };
        private_file::prepare_folder(folder).map_err(|error| match NotPrivate::within(&error) {
            Some(why) => SettingsProblem::NotKept(why.clone()),
            None => SettingsProblem::NoFolder { folder: folder.clone(), error: error.into() },
        })?;
        let text = layout::to_text(&settings);
        write_whole(&folder.join(FILE), Existing::Replace, &Cancel::default(), |writer| {
            writer.write_all(text.as_bytes())
        })
        .map_err(SettingsProblem::NotWritten)
    }
}

fn set_aside(path: PathBuf, damage: Damage) -> SettingsProblem {
    let aside = path.with_file_name(DAMAGED);
    let aside = fs::rename(&path, &aside).map(|()| aside).map_err(Into::into);
    let problem = SettingsProblem::Damaged { path, damage, aside };
    tracing::warn!("{problem}");
    problem
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::settings::MemorySettings;

    fn own() -> Settings {
        Settings {
            memory: MemorySettings { idle_unload_min: Some(10), ..MemorySettings::default() },
            ..Settings::default()
        }
    }

    #[test]
    fn settings_come_back_as_they_were_saved() {
        let folder = tempfile::tempdir().unwrap();
        let file = SettingsFile::in_folder(folder.path().join("not/yet/there"));
        assert_eq!(file.load(), (Settings::default(), None));
        for settings in [own(), Settings::default()] {
            file.put(settings.clone());
            file.write().unwrap();
            assert_eq!(file.load(), (settings, None));
        }
    }

    #[test]
    fn the_last_of_many_changes_is_written_and_only_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = SettingsFile::in_folder(folder.path());
        file.put(own());
        file.put(Settings::default());
        file.write().unwrap();
        fs::remove_file(folder.path().join(FILE)).unwrap();
        file.write().unwrap();
        assert!(!folder.path().join(FILE).exists());
    }

    #[test]
    fn a_damaged_file_is_told_kept_aside_and_replaced_by_the_defaults() {
        for (text, reason) in [
            (&b"version = "[..], "settings.toml"),
            (b"\xff\xfe", "not text"),
            (b"version = 9", "its version is 9"),
            (b"version = 2\n[look]\ncolour = 3", "colour"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(FILE), text).unwrap();
            let file = SettingsFile::in_folder(folder.path());
            let (settings, problem) = file.load();
            assert_eq!(settings, Settings::default());
            let problem = problem.expect("a problem").to_string();
            assert!(problem.contains(reason) && problem.contains(DAMAGED), "{problem}");
            assert_eq!(fs::read(folder.path().join(DAMAGED)).unwrap(), text);
            assert_eq!(file.load(), (Settings::default(), None));
        }
    }

    #[test]
    fn where_nothing_can_be_written_the_message_names_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let file_in_the_way = folder.path().join("file");
        fs::write(&file_in_the_way, "").unwrap();
        let file = SettingsFile::in_folder(file_in_the_way.join("cutout"));
        file.put(own());
        let error = file.write().unwrap_err().to_string();
        assert!(error.contains(&file_in_the_way.display().to_string()), "{error}");
    }
}
