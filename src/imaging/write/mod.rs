//! Files written as a whole or not at all.

mod folders;
mod leftovers;
mod unplaced;

use std::{
    io::{self, BufWriter, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use super::{Cancel, Cancelled, ResultMark, SystemError, SystemErrorKind, cancel_io::Cancellable};
use unplaced::Unplaced;

use crate::path_text::printable;

pub use folders::{create_folder, parent_of, sync_folder};
pub use leftovers::{CLAIM_ENDING, HIDDEN_BEGINNING, remove_leftovers};

/// What to do where the file exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Leave it, and fail with [`WriteError::Taken`].
    Refuse,
    /// Replace it.
    Replace,
}

/// Whether a file is on the disk before it is called written: a power cut then cannot take it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// It is, with its name.
    #[default]
    On,
    /// The system writes it to the disk when it likes.
    Off,
}

/// How a file is written. Made of an [`Existing`] alone, it is durable and has no mark.
#[derive(Clone, Copy, Debug)]
pub struct Writing {
    /// What to do where the file exists.
    pub existing: Existing,
    /// Whether it is on the disk before it is called written.
    pub durability: Durability,
    /// The mark of a result; photos have none. Only pictures can hold one.
    pub mark: Option<ResultMark>,
}

impl From<Existing> for Writing {
    fn from(existing: Existing) -> Self {
        Self { existing, durability: Durability::On, mark: None }
    }
}

/// Why a file was not written. What stood under its name is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// It was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A file of that name exists, or came to be while this one was written.
    #[error("{}: a file of this name exists; choose another name, or to replace it", printable(.0))]
    Taken(PathBuf),
    /// The disk, or the user's share of it, is full.
    #[error("{}: the disk is full; free some space or choose another folder", printable(.0))]
    DiskFull(PathBuf),
    /// The folder takes no files.
    #[error("{}: cannot write in this folder ({source}); choose another", printable(folder))]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The system's words.
        source: SystemError,
    },
    /// A format's own limit.
    #[error(
        "{}: {width_px} x {height_px} pixels are more than a {format} file can hold; \
         choose PNG",
        printable(path)
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The format's name.
        format: &'static str,
        /// Width in pixels.
        width_px: u32,
        /// Height in pixels.
        height_px: u32,
    },
    /// Anything else.
    #[error("{}: cannot be written ({source}); try another name or folder", printable(path))]
    Other {
        /// The file.
        path: PathBuf,
        /// What the system or the encoder says.
        source: SystemError,
    },
}

/// Where a file is written to: some formats name a place before it is known.
pub trait WriteSeek: Write + Seek {}

impl<W: Write + Seek> WriteSeek for W {}

/// Writes a file through `write`: first to a temporary file in the same folder, which is then
/// brought to the disk, if asked for, and renamed. Whatever happens, a panic too, no half of a file stays behind; on Linux not even where
/// the process is killed.
///
/// The writer given to `write` is buffered, and fails once `cancel` is raised.
///
/// # Errors
/// [`WriteError::Taken`] where the name is taken, so that the caller can try the next.
pub fn write_whole(
    path: &Path,
    writing: impl Into<Writing>,
    cancel: &Cancel,
    write: impl FnOnce(&mut dyn WriteSeek) -> io::Result<()>,
) -> Result<(), WriteError> {
    let Writing { existing, durability, mark: _ } = writing.into();
    cancel.check()?;
    // Spares the work of encoding; the renaming below is what keeps the other file safe.
    if existing == Existing::Refuse && path.symlink_metadata().is_ok() {
        return Err(WriteError::Taken(path.to_path_buf()));
    }
    let folder = parent_of(path);
    let mut unplaced = Unplaced::create_in(folder).map_err(|error| match error.kind() {
        kind if is_full(kind) => WriteError::DiskFull(path.to_path_buf()),
        _ => WriteError::Folder { folder: folder.to_path_buf(), source: error.into() },
    })?;
    let mut failure = None;
    let remembering = Remembering { inner: unplaced.file(), failure: &mut failure };
    let mut writer = BufWriter::new(Cancellable::new(remembering, cancel));
    let written = write(&mut writer).and_then(|()| writer.flush());
    drop(writer);
    cancel.check()?;
    let failed =
        |error: io::Error, first: Option<io::ErrorKind>| match first.unwrap_or(error.kind()) {
            io::ErrorKind::AlreadyExists => WriteError::Taken(path.to_path_buf()),
            kind if is_full(kind) => WriteError::DiskFull(path.to_path_buf()),
            _ => WriteError::Other { path: path.to_path_buf(), source: error.into() },
        };
    written.map_err(|error| failed(error, failure))?;
    if durability == Durability::On {
        unplaced.file().sync_data().map_err(|error| failed(error, None))?;
    }
    unplaced.place(path, existing).map_err(|error| failed(error, None))?;
    if durability == Durability::On {
        sync_folder(folder).map_err(|error| failed(error, None))?;
    }
    Ok(())
}

/// Keeps the kind of the first failure: encoders may pass it on as mere words.
struct Remembering<'a, W> {
    inner: W,
    failure: &'a mut Option<io::ErrorKind>,
}

impl<W: Write> Write for Remembering<'_, W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.inner.write(buffer).inspect_err(|error| {
            self.failure.get_or_insert(error.kind());
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<W: Seek> Seek for Remembering<'_, W> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.inner.seek(position)
    }
}

fn is_full(kind: io::ErrorKind) -> bool {
    SystemErrorKind::from(kind) == SystemErrorKind::DiskFull
}

#[cfg(test)]
mod tests {
    use std::{fs, panic};

    use super::*;

    pub fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn write(path: &Path, existing: Existing, bytes: &[u8]) -> Result<(), WriteError> {
        write_whole(path, existing, &Cancel::default(), |writer| writer.write_all(bytes))
    }

    #[test]
    fn a_name_is_refused_or_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("photo.png");
        write(&path, Existing::Refuse, b"one").unwrap();
        let refused = write(&path, Existing::Refuse, b"two");
        assert!(matches!(refused, Err(WriteError::Taken(taken)) if taken == path));
        assert_eq!(fs::read(&path).unwrap(), b"one");
        write(&path, Existing::Replace, b"three").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        assert_eq!(names(folder.path()), ["photo.png"]);
    }

    #[test]
    fn a_name_taken_meanwhile_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("photo.png");
        let refused = write_whole(&path, Existing::Refuse, &Cancel::default(), |writer| {
            fs::write(&path, "theirs")?;
            writer.write_all(b"ours")
        });
        assert!(matches!(refused, Err(WriteError::Taken(_))), "{refused:?}");
        assert_eq!(fs::read(&path).unwrap(), b"theirs");
        assert_eq!(names(folder.path()), ["photo.png"]);
    }

    #[test]
    fn nothing_stays_behind_on_failure() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("photo.png");
        let with = |cancel: &Cancel, write: &dyn Fn(&mut dyn WriteSeek) -> io::Result<()>| {
            write_whole(&path, Existing::Replace, cancel, write).unwrap_err()
        };
        let full = with(&Cancel::default(), &|writer| {
            writer.write_all(&[0; 100_000])?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert!(matches!(full, WriteError::DiskFull(_)), "{full}");
        let other = with(&Cancel::default(), &|_| Err(io::Error::other("no such colour")));
        assert!(other.to_string().contains("photo.png: cannot be written (no such colour)"));
        let cancel = Cancel::default();
        let cancelled = with(&cancel, &|writer| {
            cancel.cancel();
            writer.write_all(&[0; 100_000])
        });
        assert!(matches!(cancelled, WriteError::Cancelled(_)), "{cancelled}");
        let late = Cancel::default();
        let cancelled = with(&late, &|_| {
            late.cancel();
            Ok(())
        });
        assert!(matches!(cancelled, WriteError::Cancelled(_)), "{cancelled}");
        let panicked = panic::catch_unwind(|| {
            write_whole(&path, Existing::Replace, &Cancel::default(), |_| panic!("on purpose"))
        });
        assert!(panicked.is_err());
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn the_first_failure_is_remembered() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut failure = None;
        let mut writer = Remembering { inner: Full, failure: &mut failure };
        assert!(writer.write_all(b"x").is_err());
        assert_eq!(failure, Some(io::ErrorKind::StorageFull));
    }

    #[test]
    fn a_folder_that_takes_no_files_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        for no_folder in [folder.path().join("missing"), file] {
            let error = write(&no_folder.join("photo.png"), Existing::Refuse, b"").unwrap_err();
            assert!(matches!(&error, WriteError::Folder { folder, .. } if *folder == no_folder));
            assert!(error.to_string().starts_with(&no_folder.display().to_string()));
        }
        let error = write(folder.path(), Existing::Replace, b"").unwrap_err();
        assert!(matches!(error, WriteError::Other { .. }), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_what_the_umask_lets_them() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let mode =
            |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        fs::write(folder.path().join("plain"), "").unwrap();
        write(&folder.path().join("ours"), Existing::Refuse, b"").unwrap();
        assert_eq!(mode("ours"), mode("plain"));
    }
}
