//! What goes wrong with the file of the settings.

use std::path::PathBuf;

use super::file::FOLDER_VARIABLE;
use crate::{
    app::damage::Damage,
    imaging::{SystemError, WriteError},
    path_text::printable,
    private_file::NotPrivate,
};

/// Why the settings are not those of the file, or are not kept. [`std::fmt::Display`] gives it in
/// English, for the log; the window has words of its own for it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsProblem {
    /// The file cannot be read.
    #[error("{} cannot be read ({error}): the settings are as by default.", printable(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        error: SystemError,
    },
    /// What stands in the file cannot be used.
    #[error(
        "{} is damaged ({damage}): the settings are as by default, and {}.",
        printable(path),
        kept(aside)
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        damage: Damage,
        /// Where it is kept, or why it is not.
        aside: Result<PathBuf, SystemError>,
    },
    /// The folder of the file cannot be made.
    #[error(
        "The settings cannot be kept: {} cannot be made ({error}). Set {FOLDER_VARIABLE} to \
         another folder.",
        printable(folder)
    )]
    NoFolder {
        /// The folder.
        folder: PathBuf,
        /// The system's words.
        error: SystemError,
    },
    /// What stands in the file's place is not read.
    #[error("{0}: the settings are as by default.")]
    NotRead(NotPrivate),
    /// The file's folder is not used.
    #[error("The settings cannot be kept: {0}.")]
    NotKept(NotPrivate),
    /// The file cannot be written.
    #[error("The settings cannot be kept: {0}.")]
    NotWritten(WriteError),
}

fn kept(aside: &Result<PathBuf, SystemError>) -> String {
    match aside {
        Ok(aside) => format!("it is kept as {}", printable(aside)),
        Err(error) => format!("it could not be kept aside ({error})"),
    }
}
