//! Pictures that were pasted. They have no file, and the pipeline reads files: each is kept in a
//! folder of Cutout's own, for as long as a list has it. Nobody looks for results there, so theirs
//! go where the user keeps pictures.

use std::{
    collections::HashSet,
    ffi::OsStr,
    fs::{self, File},
    io,
    path::{self, Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use image::{DynamicImage, RgbaImage};
use jiff::Zoned;

use crate::{
    imaging::{self, Cancel, Existing, FileFormat, Metadata, WriteError},
    private_file,
};

const FOLDER: &str = "pasted";
const LOCK: &str = "pasted.lock";
const PREFIX: &str = "Pasted ";
/// How a moment looks in a name: a colon is not for names of files.
const MOMENT: &str = "%Y-%m-%d %H.%M.%S";
/// As [`MOMENT`] comes out; `0` stands for any digit.
const MOMENT_SHAPE: &str = "0000-00-00 00.00.00";
/// How many pictures of one second get a name.
const NAME_ATTEMPTS: u32 = 1000;

/// Where pasted pictures are kept, and where their results go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastedPlace {
    folder: PathBuf,
    results: PathBuf,
}

impl PastedPlace {
    /// The place that belongs to the session of a folder. Results go to the user's pictures; where
    /// there is no such folder, home.
    pub fn of_session(session: &Path) -> Option<Self> {
        let user = directories::UserDirs::new()?;
        Some(Self::new(session, user.picture_dir().unwrap_or(user.home_dir())))
    }

    /// The place that belongs to the session of a folder, with this folder for results.
    pub fn new(session: &Path, results: &Path) -> Self {
        // The list keeps paths that hold wherever the next start is made from.
        let session = path::absolute(session).unwrap_or(session.to_owned());
        Self { folder: session.join(FOLDER), results: results.to_owned() }
    }

    /// Whether this photo was pasted.
    pub fn has(&self, photo: &Path) -> bool {
        photo.parent() == Some(&self.folder)
    }

    /// Where results go that would lie beside a photo, were it not pasted.
    pub fn results(&self) -> &Path {
        &self.results
    }
}

/// The folder that pasted pictures are written to.
#[derive(Debug)]
pub struct PastedFolder {
    folder: PathBuf,
    /// Held from the first picture on: what this window pasted is not swept away by another.
    in_use: Mutex<Option<File>>,
}

impl PastedFolder {
    /// The folder of a place; it is made when it is needed.
    pub fn of(place: &PastedPlace) -> Self {
        Self { folder: place.folder.clone(), in_use: Mutex::default() }
    }

    /// Makes a file of a picture, whole or not at all, and gives its path.
    ///
    /// # Errors
    /// As of other files that are written.
    pub fn keep(&self, picture: RgbaImage) -> Result<PathBuf, WriteError> {
        self.prepare().map_err(|source| WriteError::Folder {
            folder: self.folder.clone(),
            source: source.into(),
        })?;
        let is_opaque = picture.pixels().all(|pixel| pixel[3] == u8::MAX);
        let picture = DynamicImage::from(picture);
        let picture = if is_opaque { picture.into_rgb8().into() } else { picture };
        let (nothing_beside, cancel) = (Metadata::default(), Cancel::default());
        let moment = Zoned::now().strftime(MOMENT).to_string();
        let mut number = 1;
        loop {
            let path = self.folder.join(file_name(&moment, number));
            let (format, refuse) = (FileFormat::default(), Existing::Refuse);
            match imaging::save_cutout(&path, &picture, &nothing_beside, format, refuse, &cancel) {
                Err(WriteError::Taken(_)) if number < NAME_ATTEMPTS => number += 1,
                written => return written.map(|()| path),
            }
        }
    }

    fn prepare(&self) -> io::Result<()> {
        if let Some(session) = self.folder.parent() {
            private_file::prepare_folder(session)?;
        }
        private_file::prepare_subfolder(&self.folder)?;
        let mut in_use = self.in_use.lock().unwrap_or_else(PoisonError::into_inner);
        if in_use.is_none() {
            let lock = private_file::open(&self.folder.with_file_name(LOCK))?;
            // Where the file system knows no locks, nothing is swept away either.
            let _ = lock.lock_shared();
            *in_use = Some(lock);
        }
        Ok(())
    }
}

/// Removes pasted pictures that the list of this session does not have, unless some window has
/// pasted and is still open. Files of other names are left alone.
pub fn sweep<'a>(session: &Path, listed: impl Iterator<Item = &'a Path>) {
    let folder = session.join(FOLDER);
    let Ok(files) = fs::read_dir(&folder) else { return };
    if private_file::prepare_subfolder(&folder).is_err() {
        return;
    }
    let Ok(lock) = private_file::open(&session.join(LOCK)) else { return };
    if lock.try_lock().is_err() {
        return;
    }
    // By name alone: links may lead to this folder by other paths.
    let listed: HashSet<&OsStr> = listed.filter_map(Path::file_name).collect();
    for file in files.flatten() {
        let name = file.file_name();
        if is_ours(&name.to_string_lossy()) && !listed.contains(&*name) {
            let _ = fs::remove_file(file.path());
        }
    }
}

fn file_name(moment: &str, number: u32) -> String {
    let number = if number > 1 { format!(" {number}") } else { String::new() };
    format!("{PREFIX}{moment}{number}.png")
}

fn is_ours(name: &str) -> bool {
    let Some(stem) = name.strip_prefix(PREFIX).and_then(|name| name.strip_suffix(".png")) else {
        return false;
    };
    let Some((moment, number)) = stem.split_at_checked(MOMENT_SHAPE.len()) else { return false };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = |(byte, shape): (u8, u8)| match shape {
        b'0' => byte.is_ascii_digit(),
        other => byte == other,
    };
    moment.bytes().zip(MOMENT_SHAPE.bytes()).all(fits)
        && number.strip_prefix(' ').map_or(number.is_empty(), |n| !n.is_empty() && digits(n))
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let files = fs::read_dir(folder).unwrap();
        let name = |file: io::Result<fs::DirEntry>| file.unwrap().file_name();
        let mut names: Vec<_> = files.map(|file| name(file).into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn picture(alpha: u8) -> RgbaImage {
        RgbaImage::from_pixel(3, 2, Rgba([10, 20, 30, alpha]))
    }

    #[test]
    fn pictures_become_files_of_their_own_with_their_pixels() {
        let session = tempfile::tempdir().unwrap();
        let place = PastedPlace::new(session.path(), Path::new("/home/me/Pictures"));
        let folder = PastedFolder::of(&place);
        let paths = [255, 128, 0].map(|alpha| (alpha, folder.keep(picture(alpha)).unwrap()));
        for (alpha, path) in &paths {
            let read = image::open(path).unwrap();
            assert_eq!(read.color().has_alpha(), *alpha < 255);
            assert_eq!(read.into_rgba8(), picture(*alpha));
            assert!(place.has(path), "{}", path.display());
        }
        let names = names(&session.path().join("pasted"));
        assert_eq!(names.len(), 3);
        assert!(names.iter().all(|name| is_ours(name)), "{names:?}");
        assert!(!place.has(&session.path().join("a.png")), "it has a place of its own");
        assert_eq!(place.results(), Path::new("/home/me/Pictures"));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let session = tempfile::tempdir().unwrap();
        let blocked = session.path().join("pasted");
        fs::write(&blocked, "").unwrap();
        let folder = PastedFolder::of(&PastedPlace::new(session.path(), Path::new("/x")));
        let error = folder.keep(picture(1)).unwrap_err().to_string();
        assert!(error.starts_with(&blocked.display().to_string()), "{error}");
    }

    #[test]
    fn names_of_our_own_are_told_from_others() {
        for (name, expected) in [
            (&*file_name("2026-11-24 18.03.05", 1), true),
            (&file_name("2026-11-24 18.03.05", 12), true),
            ("Pasted 2026-11-24 18.03.05.png", true),
            ("Pasted 2026-11-24 18.03.05 2.png", true),
            ("Pasted 2026-11-24 18.03.05 x.png", false),
            ("Pasted 2026-11-24 18.03.05 .png", false),
            ("Pasted 2026-11-24 18.03.05_cutout.png", false),
            ("Pasted 2026-11-24 18:03:05.png", false),
            ("Pasted 2026-11-24.png", false),
            ("Pasted äöüäöüäöü-.png", false),
            ("Pasted 2026-11-24 18.03.05.jpg", false),
            ("holiday.png", false),
        ] {
            assert_eq!(is_ours(name), expected, "{name}");
        }
    }

    #[test]
    fn what_no_list_has_is_swept_away_once_no_window_has_pasted() {
        let session = tempfile::tempdir().unwrap();
        let below = session.path().join("pasted");
        let place = PastedPlace::new(session.path(), Path::new("/x"));
        let folder = PastedFolder::of(&place);
        let [listed, gone] = [1, 2].map(|alpha| folder.keep(picture(alpha)).unwrap());
        fs::write(below.join("holiday.png"), "").unwrap();
        let sweep = || sweep(session.path(), [listed.as_path(), Path::new("/b.png")].into_iter());
        sweep();
        assert_eq!(names(&below).len(), 3, "a window may still need them");
        drop(folder);
        sweep();
        assert_eq!(names(&below).len(), 2);
        assert!(listed.exists() && !gone.exists());
    }
}
