//! What goes wrong with what Cutout keeps for the next start: the settings and the list.

use super::{not_written, system};
use crate::{
    app::{
        damage::Damage,
        session::KeepError,
        settings::{FOLDER_VARIABLE, SettingsProblem},
    },
    lang::t,
    path_text::printable,
    private_file::NotPrivate,
};

/// Why the settings are not those of the file, or are not kept.
pub fn settings_problem(problem: &SettingsProblem) -> String {
    match problem {
        SettingsProblem::Unreadable { path, error } => {
            let file = printable(path);
            t!("settings-unreadable", file = file, reason = system(error))
        }
        SettingsProblem::Damaged { path, damage, aside } => {
            let (file, reason) = (printable(path), self::damage(damage));
            match aside {
                Ok(aside) => {
                    let aside = printable(aside);
                    t!("settings-damaged", file = file, reason = reason, aside = aside)
                }
                Err(error) => {
                    t!("settings-damaged-stuck", file = file, reason = reason, why = system(error))
                }
            }
        }
        SettingsProblem::NoFolder { folder, error } => t!(
            "settings-no-folder",
            folder = printable(folder),
            reason = system(error),
            variable = FOLDER_VARIABLE
        ),
        SettingsProblem::NotRead(why) => t!("settings-not-read", reason = not_private(why)),
        SettingsProblem::NotKept(why) => t!("settings-not-written", reason = not_private(why)),
        SettingsProblem::NotWritten(error) => {
            t!("settings-not-written", reason = not_written(error))
        }
    }
}

/// Why the list is not kept.
pub fn not_kept(error: &KeepError) -> String {
    match error {
        KeepError::Busy(folder) => t!("keep-busy", folder = printable(folder)),
        KeepError::Folder { folder, source } => {
            let folder = printable(folder);
            t!("keep-folder", folder = folder, reason = system(source))
        }
        KeepError::NotPrivate(why) => not_private(why),
        KeepError::Map(error) => not_written(error),
    }
}

/// Why something that is there is not used to keep anything.
fn not_private(why: &NotPrivate) -> String {
    match why {
        NotPrivate::Link(path) => t!("private-link", file = printable(path)),
        NotPrivate::NotAFile(path) => t!("private-no-file", file = printable(path)),
        NotPrivate::OtherOwner(path) => t!("private-other-owner", folder = printable(path)),
        NotPrivate::OthersWrite(path) => t!("private-others-write", folder = printable(path)),
    }
}

/// What is wrong with a file of Cutout's own.
pub fn damage(damage: &Damage) -> String {
    match damage {
        Damage::NoText => t!("damage-no-text"),
        Damage::NoVersion => t!("damage-no-version"),
        Damage::Version { found, known } => {
            t!("damage-version", found = found.as_str(), known = known.to_string())
        }
        Damage::Line { number, words } => {
            t!("damage-line", number = number.to_string(), words = words.as_str())
        }
        Damage::Other(words) => words.clone(),
    }
}
