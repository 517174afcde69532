//! Files that Cutout keeps for itself, in folders of the user's own: opened without following links
//! and without emptying what is there.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use crate::path_text::printable;

/// Why something that is there is not used to keep anything.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPrivate {
    /// It leads elsewhere.
    #[error("{} is a link; remove it", printable(.0))]
    Link(PathBuf),
    /// It is a folder, a device or a pipe.
    #[error("{} is not a file; remove it", printable(.0))]
    NotAFile(PathBuf),
    /// It is another user's.
    #[error("the folder {} belongs to another user; choose another", printable(.0))]
    OtherOwner(PathBuf),
    /// Others may change what is kept in it.
    #[error("others may write in the folder {}; take that from them: chmod go-w", printable(.0))]
    OthersWrite(PathBuf),
}

impl NotPrivate {
    /// What this error was made of, if it was one of these.
    pub fn within(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

impl From<NotPrivate> for io::Error {
    fn from(error: NotPrivate) -> Self {
        Self::new(io::ErrorKind::PermissionDenied, error)
    }
}

/// Opens a lock or a journal to read and append; makes it, for the user alone, where there is none.
/// A link is not followed, and what is there stays.
///
/// # Errors
/// Those of the system, and [`NotPrivate`].
pub fn open(path: &Path) -> io::Result<File> {
    open_with(OpenOptions::new().read(true).append(true).create(true), path)
}

/// Reads such a file.
///
/// # Errors
/// As [`open`], and where there is none.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_with(OpenOptions::new().read(true), path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Has a file opened without following a link in its place, or waiting for a pipe.
pub fn refuse_links(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    {
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags.bits() as i32);
    }
    options
}

fn open_with(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    // Where the system can refuse a link as it opens, this only finds the words for it.
    if fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink()) {
        return Err(NotPrivate::Link(path.to_owned()).into());
    }
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    let file = refuse_links(options).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(NotPrivate::NotAFile(path.to_owned()).into());
    }
    Ok(file)
}

/// Makes a folder for the user alone, or checks the one that is there: it must be the user's, and not
/// everybody may write in it. That the user's group may, as some systems make folders, is taken back.
///
/// # Errors
/// Those of the system, and [`NotPrivate`].
pub fn prepare_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let found = fs::metadata(folder)?;
        if found.uid() != rustix::process::geteuid().as_raw() {
            return Err(NotPrivate::OtherOwner(folder.to_owned()).into());
        }
        let is_for_all = found.mode() & 0o002 != 0;
        let is_for_group = found.mode() & 0o020 != 0;
        if is_for_all || is_for_group && without_group(folder, &found).is_err() {
            return Err(NotPrivate::OthersWrite(folder.to_owned()).into());
        }
    }
    Ok(())
}

#[cfg(unix)]
fn without_group(folder: &Path, found: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = found.permissions().mode() & !0o020;
    fs::set_permissions(folder, fs::Permissions::from_mode(mode))
}

/// The same for a folder within such a folder, where a link has no place: files in it are removed.
///
/// # Errors
/// As [`prepare_folder`].
pub fn prepare_subfolder(folder: &Path) -> io::Result<()> {
    match fs::symlink_metadata(folder) {
        Ok(found) if found.is_symlink() => Err(NotPrivate::Link(folder.to_owned()).into()),
        _ => prepare_folder(folder),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::{
        io::Write as _,
        os::unix::fs::{PermissionsExt as _, symlink},
    };

    use super::*;

    fn why<T>(result: io::Result<T>) -> Option<NotPrivate> {
        NotPrivate::within(&result.err()?).cloned()
    }

    #[test]
    fn what_is_there_stays_and_what_is_no_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("theirs"), "all of it").unwrap();
        symlink(at("theirs"), at("link")).unwrap();
        symlink(at("nowhere"), at("dangling")).unwrap();
        fs::create_dir(at("folder")).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            at("pipe"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR,
            0,
        )
        .unwrap();
        for name in ["link", "dangling"] {
            assert_eq!(why(open(&at(name))), Some(NotPrivate::Link(at(name))));
            assert_eq!(why(read(&at(name))), Some(NotPrivate::Link(at(name))));
        }
        assert_eq!(why(read(&at("folder"))), Some(NotPrivate::NotAFile(at("folder"))));
        assert_eq!(why(read(&at("pipe"))), Some(NotPrivate::NotAFile(at("pipe"))));
        assert!(!at("nowhere").exists());
        assert_eq!(read(&at("theirs")).unwrap(), b"all of it");

        open(&at("own.lock")).unwrap().write_all(b"first").unwrap();
        open(&at("own.lock")).unwrap().write_all(b", second").unwrap();
        assert_eq!(read(&at("own.lock")).unwrap(), b"first, second");
        assert_eq!(fs::metadata(at("own.lock")).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn folders_are_the_users_alone_or_refused() {
        let root = tempfile::tempdir().unwrap();
        let made = root.path().join("not/yet/there");
        prepare_folder(&made).unwrap();
        assert_eq!(fs::metadata(&made).unwrap().permissions().mode() & 0o777, 0o700);
        for (mode, is_private) in [(0o700, true), (0o755, true), (0o775, true), (0o777, false)] {
            fs::set_permissions(&made, fs::Permissions::from_mode(mode)).unwrap();
            let expected = (!is_private).then(|| NotPrivate::OthersWrite(made.clone()));
            assert_eq!(why(prepare_folder(&made)), expected, "{mode:o}");
            let now = fs::metadata(&made).unwrap().permissions().mode();
            assert!(!is_private || now & 0o022 == 0, "{mode:o} became {now:o}");
        }
        fs::set_permissions(&made, fs::Permissions::from_mode(0o700)).unwrap();
        let link = root.path().join("link");
        symlink(&made, &link).unwrap();
        assert!(prepare_folder(&link).is_ok(), "the user may keep things elsewhere");
        assert_eq!(why(prepare_subfolder(&link)), Some(NotPrivate::Link(link)));
    }
}
