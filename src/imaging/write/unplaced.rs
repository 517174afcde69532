//! A file that has not got its name yet.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use tempfile::TempPath;

use super::{
    Existing,
    leftovers::{HIDDEN_BEGINNING, PART_ENDING},
};

/// What is written before it comes to stand under its name. On Linux it has no name at all, where
/// the folder's file system can do that, so that even a process that is killed leaves nothing;
/// elsewhere it has a hidden one. It is locked, so that others see that it is being written.
pub struct Unplaced {
    file: File,
    folder: PathBuf,
    hidden: Option<TempPath>,
}

impl Unplaced {
    /// Creates an empty one in a folder.
    ///
    /// # Errors
    /// The system's, where the folder takes no files.
    pub fn create_in(folder: &Path) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        if let Ok(file) = linux::unnamed_in(folder) {
            // Where there are no locks, nobody clears away.
            let _ = file.try_lock();
            return Ok(Self { file, folder: folder.to_path_buf(), hidden: None });
        }
        Self::hidden_in(folder)
    }

    fn hidden_in(folder: &Path) -> io::Result<Self> {
        let mut builder = hidden();
        // Without this the file would be for its owner's eyes alone; the umask still applies.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let (file, hidden) = builder.tempfile_in(folder)?.into_parts();
        let _ = file.try_lock();
        if !hidden.exists() {
            // Cleared away by another process before it was locked.
            return Self::hidden_in(folder);
        }
        Ok(Self { file, folder: folder.to_path_buf(), hidden: Some(hidden) })
    }

    /// Where it is written to.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Gives it its name.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] where that is taken and to be refused; else the system's.
    /// There is nothing left of it then.
    pub fn place(mut self, path: &Path, existing: Existing) -> io::Result<()> {
        let hidden = match self.hidden.take() {
            Some(hidden) => hidden,
            None => self.linked().or_else(|_| self.copied())?,
        };
        match existing {
            Existing::Refuse => hidden.persist_noclobber(path),
            Existing::Replace => hidden.persist(path),
        }
        .map_err(|error| error.error)
    }

    /// A hidden name for what has none: a link can refuse a name that is taken, but not replace
    /// what is there, and those who watch the folder wait for a renaming.
    #[cfg(target_os = "linux")]
    fn linked(&self) -> io::Result<TempPath> {
        let linked = hidden().make_in(&self.folder, |name| linux::link(&self.file, name))?;
        Ok(linked.into_temp_path())
    }

    #[cfg(not(target_os = "linux"))]
    fn linked(&self) -> io::Result<TempPath> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// A copy of what is not allowed a link, as in some sandboxes.
    fn copied(&mut self) -> io::Result<TempPath> {
        let mut copy = Self::hidden_in(&self.folder)?;
        io::Seek::rewind(&mut self.file)?;
        io::copy(&mut self.file, &mut copy.file)?;
        Ok(copy.hidden.expect("made with a hidden name"))
    }
}

fn hidden() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(HIDDEN_BEGINNING).suffix(PART_ENDING);
    builder
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{
        fs::{File, OpenOptions},
        io,
        os::{fd::AsRawFd, unix::fs::OpenOptionsExt},
        path::Path,
    };

    use rustix::fs::{AtFlags, CWD, OFlags, linkat};

    /// A file without a name (`O_TMPFILE`); the umask applies.
    pub fn unnamed_in(folder: &Path) -> io::Result<File> {
        let flags = OFlags::TMPFILE.bits() as i32;
        OpenOptions::new().read(true).write(true).custom_flags(flags).mode(0o666).open(folder)
    }

    /// Gives it one, as `open(2)` describes it.
    pub fn link(file: &File, path: &Path) -> io::Result<()> {
        let unnamed = format!("/proc/self/fd/{}", file.as_raw_fd());
        Ok(linkat(CWD, unnamed, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write};

    use super::{super::tests::names, *};

    #[test]
    fn every_way_leads_to_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("photo.png");
        let create: [fn(&Path) -> io::Result<Unplaced>; 2] =
            [Unplaced::create_in, Unplaced::hidden_in];
        for (number, create) in create.into_iter().enumerate() {
            let mut unplaced = create(folder.path()).unwrap();
            write!(unplaced.file(), "whole {number}").unwrap();
            unplaced.place(&path, Existing::Replace).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), format!("whole {number}"));
            let refused = create(folder.path()).unwrap().place(&path, Existing::Refuse);
            assert_eq!(refused.unwrap_err().kind(), io::ErrorKind::AlreadyExists);
            assert_eq!(names(folder.path()), ["photo.png"]);
        }
    }

    #[test]
    fn a_copy_is_whole_and_has_its_own_hidden_name() {
        let folder = tempfile::tempdir().unwrap();
        let mut unplaced = Unplaced::create_in(folder.path()).unwrap();
        unplaced.file().write_all(b"all of it").unwrap();
        let copy = unplaced.copied().unwrap();
        assert_eq!(fs::read(&copy).unwrap(), b"all of it");
        let name = copy.file_name().unwrap().to_string_lossy().into_owned();
        assert!(name.starts_with(".cutout-") && name.ends_with(".part"), "{name}");
        drop((copy, unplaced));
        assert!(names(folder.path()).is_empty());
    }

    /// Not on every file system: where it cannot be had, nothing is asked of it.
    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_being_written_has_no_name() {
        let folder = tempfile::tempdir().unwrap();
        let Ok(mut file) = linux::unnamed_in(folder.path()) else { return };
        file.write_all(b"half").unwrap();
        assert!(names(folder.path()).is_empty());
        drop(file);
        assert!(names(folder.path()).is_empty());
    }
}
