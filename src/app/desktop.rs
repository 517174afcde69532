//! The desktop's own dialogs, file manager and clipboard.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use image::RgbaImage;

use super::{
    clipboard::{Clip, NativeClipboard},
    wording,
};
use crate::{imaging::EXTENSIONS, lang::t, path_text::printable};

/// What the window asks of the desktop. Every call may last as long as the user takes; the window
/// makes it on a thread of its own, which speaks the user's language.
pub trait Desktop: Send + Sync {
    /// Photos that the user picks; none if the dialog was left. An error says what to do instead.
    fn pick_photos(&self) -> Result<Vec<PathBuf>, String>;
    /// One picture that the user picks, if any.
    fn pick_picture(&self, title: &str) -> Result<Option<PathBuf>, String>;
    /// A folder that the user picks, if any.
    fn pick_folder(&self, title: &str) -> Result<Option<PathBuf>, String>;
    /// A file to be written that the user names, if any; this name is proposed. The dialog asks before
    /// a file is to be replaced.
    fn name_file(&self, _title: &str, _proposed: &str) -> Result<Option<PathBuf>, String> {
        Err(t!("desktop-no-dialog"))
    }
    /// Whether the user asked the desktop for less motion.
    fn reduces_motion(&self) -> bool {
        false
    }
    /// Shows a folder in the file manager.
    fn show_folder(&self, folder: &Path) -> Result<(), String>;
    /// What the clipboard holds. An error is the reason, in the system's words.
    fn read_clipboard(&self) -> Result<Clip, String>;
    /// The clipboard's text, if it has any.
    fn clipboard_text(&self) -> Result<Option<String>, String>;
    /// Puts a picture on the clipboard, where it stays for as long as the window lives.
    fn copy_picture(&self, picture: Arc<RgbaImage>) -> Result<(), String>;
}

/// The desktop that the program runs on.
pub struct NativeDesktop {
    clipboard: NativeClipboard,
}

impl NativeDesktop {
    /// The desktop, with a thread for its clipboard.
    pub fn start() -> Self {
        Self { clipboard: NativeClipboard::start() }
    }
}

/// Nobody closes a dialog faster than this: it never opened. rfd does not tell the two apart.
const DIALOG_OPENS: Duration = Duration::from_millis(200);

impl Desktop for NativeDesktop {
    fn pick_photos(&self) -> Result<Vec<PathBuf>, String> {
        let dialog = photo_dialog(&t!("dialog-open-photos"));
        Ok(asked(|| dialog.pick_files())?.unwrap_or_default())
    }

    fn pick_picture(&self, title: &str) -> Result<Option<PathBuf>, String> {
        let dialog = photo_dialog(title);
        asked(|| dialog.pick_file())
    }

    fn pick_folder(&self, title: &str) -> Result<Option<PathBuf>, String> {
        asked(|| rfd::FileDialog::new().set_title(title).pick_folder())
    }

    fn name_file(&self, title: &str, proposed: &str) -> Result<Option<PathBuf>, String> {
        let dialog = rfd::FileDialog::new().set_title(title).set_file_name(proposed);
        asked(|| dialog.save_file())
    }

    /// GNOME's setting, which other desktops of Linux follow. Where nobody answers, nobody asked.
    fn reduces_motion(&self) -> bool {
        if !cfg!(target_os = "linux") {
            return false;
        }
        let asked = Command::new("gsettings")
            .args(["get", "org.gnome.desktop.interface", "enable-animations"])
            .stdin(Stdio::null())
            .output();
        asked.is_ok_and(|answer| answer.stdout.trim_ascii() == b"false")
    }

    fn show_folder(&self, folder: &Path) -> Result<(), String> {
        open::that_detached(folder).map_err(|error| {
            let folder = printable(folder);
            t!("desktop-not-shown", folder = folder, reason = wording::system(&error.into()))
        })
    }

    fn read_clipboard(&self) -> Result<Clip, String> {
        self.clipboard.read()
    }

    fn clipboard_text(&self) -> Result<Option<String>, String> {
        self.clipboard.text()
    }

    fn copy_picture(&self, picture: Arc<RgbaImage>) -> Result<(), String> {
        self.clipboard.put(picture)
    }
}

fn photo_dialog(title: &str) -> rfd::FileDialog {
    rfd::FileDialog::new()
        .set_title(title)
        .add_filter(t!("dialog-photos"), &both_cases(EXTENSIONS))
        .add_filter(t!("dialog-all-files"), &["*"])
}

/// Linux desktops match file names case by case.
fn both_cases(extensions: &[&str]) -> Vec<String> {
    let upper = extensions.iter().map(|extension| extension.to_ascii_uppercase());
    extensions.iter().map(|&extension| extension.to_owned()).chain(upper).collect()
}

fn asked<T>(dialog: impl FnOnce() -> Option<T>) -> Result<Option<T>, String> {
    let start = Instant::now();
    match dialog() {
        None if start.elapsed() < DIALOG_OPENS => Err(t!("desktop-no-dialog")),
        answer => Ok(answer),
    }
}
