//! Where a window and later starts meet: a folder of the user, a name for each display.

use std::{
    env, io,
    path::{Path, PathBuf},
};

use interprocess::local_socket::{GenericFilePath, Name, prelude::*};

use crate::app::session;

/// Where a window and later starts meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub(super) folder: PathBuf,
    display: String,
}

impl Place {
    /// The user's meeting place for this display; `None` where the user has no folder.
    pub fn of_environment() -> Option<Self> {
        let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        let runtime = set("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|folder| folder.is_dir());
        let display = set("DISPLAY").or_else(|| set("WAYLAND_DISPLAY")).unwrap_or_default();
        let chosen = session::chosen_folder();
        let folder =
            chosen.or(runtime.map(|folder| folder.join("cutout"))).or_else(session::folder);
        Some(Self::new(folder?, &display.to_string_lossy()))
    }

    /// A meeting place for windows on this display.
    pub fn new(folder: impl Into<PathBuf>, display: &str) -> Self {
        // The screen of an X display is no display of its own.
        let display = match display.rsplit_once('.') {
            Some((head, screen)) if head.contains(':') && is_number(screen) => head,
            _ => display,
        };
        let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
        Self { folder: folder.into(), display: display.chars().map(plain).collect() }
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.folder.join(format!("window{}.lock", self.display))
    }

    pub(super) fn socket(&self) -> PathBuf {
        let name = format!("window{}.socket", self.display);
        if cfg!(windows) { pipe(&self.folder, &name) } else { self.folder.join(name) }
    }

    pub(super) fn name(&self) -> io::Result<Name<'static>> {
        self.socket().to_fs_name::<GenericFilePath>()
    }
}

/// Windows has one folder for all pipes: the user's own is part of the name.
fn pipe(folder: &Path, name: &str) -> PathBuf {
    let plain = |letter: char| if letter.is_alphanumeric() { letter } else { '_' };
    let folder: String = folder.to_string_lossy().chars().map(plain).collect();
    PathBuf::from(format!(r"\\.\pipe\cutout{folder}{name}"))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_display_has_a_place_and_its_screens_share_it() {
        let name = |display: &str| Place::new("/run", display).lock().display().to_string();
        for (display, expected) in [
            (":0", "/run/window_0.lock"),
            (":0.1", "/run/window_0.lock"),
            ("host.example:10.0", "/run/windowhost_example_10.lock"),
            ("wayland-1", "/run/windowwayland_1.lock"),
            ("../x", "/run/window___x.lock"),
            ("", "/run/window.lock"),
        ] {
            assert_eq!(name(display), expected);
        }
    }
}
