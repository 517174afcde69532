//! The user's settings, kept from one start to the next in a file that can be read and changed.
//!
//! A section of the file is a file here. A new one is a struct with `#[serde(default,
//! deny_unknown_fields)]` and a field of [`Settings`].

mod adding;
mod as_text;
mod editing;
mod export;
mod file;
mod layout;
mod look;
mod memory;
mod place;
mod problem;
mod viewing;
mod watching;

use serde::{Deserialize, Serialize};

pub use adding::Adding;
pub use editing::Editing;
pub use export::{ExportSettings, FormatChoice};
pub use file::{FOLDER_VARIABLE, SettingsFile};
pub use look::{Look, ReduceMotion, ThemeChoice};
pub use memory::MemorySettings;
pub use place::{Area, WindowPlace};
pub use problem::SettingsProblem;
pub use viewing::{Backdrop, ViewMode, Viewing};
pub use watching::Watching;

/// What the user chose.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Language, theme and motion.
    pub look: Look,
    /// How photos are added.
    pub adding: Adding,
    /// The folder that is watched for new photos.
    pub watching: Watching,
    /// What new photos begin with, and the panel that changes them.
    pub editing: Editing,
    /// How results are saved.
    pub export: ExportSettings,
    /// Memory and the GPU.
    pub memory: MemorySettings,
    /// How photos are looked at.
    pub viewing: Viewing,
    /// Where the window was last.
    pub window: WindowPlace,
}

impl Settings {
    /// What no type says: the first value that means nothing.
    fn check(&self) -> Result<(), String> {
        if self.memory.idle_unload_min == Some(0) {
            return Err("unload_after_min must be 1 or more".to_owned());
        }
        self.export.check()
    }
}
