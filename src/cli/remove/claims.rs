//! Claims on photos, by which runs that work on the same photos share them.
//!
//! A claim is a hidden file in the folder of the results, locked for as long as its photo is under
//! way. The system ends the lock with the process, so the claim of one that was killed is free.

use std::{
    collections::HashSet,
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

use crate::{
    engine::{
        output::{folder, photo_digest},
        protocol::Save,
    },
    imaging::{CLAIM_ENDING, HIDDEN_BEGINNING, create_folder, remove_leftovers},
    private_file::refuse_links,
};

/// A claim on one photo, until it is dropped.
#[derive(Debug)]
pub struct Claim {
    path: PathBuf,
    /// Locked.
    file: File,
}

/// What became of a wish to claim a photo.
#[derive(Debug)]
pub enum Claimed {
    /// It is ours.
    Ours(Claim),
    /// Another run has it.
    Theirs,
    /// There are no claims in that folder: its file system has no locks, or takes no files.
    Unclaimed,
}

/// Makes claims; clears away what runs that were killed left in the folders.
#[derive(Default)]
pub struct Claims {
    seen: HashSet<PathBuf>,
}

impl Claims {
    /// Claims a photo for its results' folder, which is made if need be.
    pub fn claim(&mut self, photo: &Path, save: &Save) -> Claimed {
        let folder = folder(photo, save);
        if create_folder(&folder, save.options.durability).is_err() {
            // Why is told once the photo's turn has come.
            return Claimed::Unclaimed;
        }
        if self.seen.insert(folder.clone()) {
            remove_leftovers(&folder);
        }
        let name = format!("{HIDDEN_BEGINNING}{:016x}{CLAIM_ENDING}", photo_digest(photo));
        lock(folder.join(name)).unwrap_or(Claimed::Unclaimed)
    }
}

fn lock(path: PathBuf) -> io::Result<Claimed> {
    loop {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        let file = refuse_links(&mut options).open(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(Claimed::Theirs),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // Whoever had it may have removed it between opening and locking.
        if is_at(&file, &path) {
            return Ok(Claimed::Ours(Claim { path, file }));
        }
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let same = |one: &fs::Metadata, other: &fs::Metadata| {
        (one.dev(), one.ino()) == (other.dev(), other.ino())
    };
    let both = (file.metadata(), path.symlink_metadata());
    matches!(&both, (Ok(one), Ok(other)) if same(one, other))
}

/// An open file cannot be removed there.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

impl Drop for Claim {
    fn drop(&mut self) {
        // While it is locked: nobody else may have claimed it in between.
        let _ = fs::remove_file(&self.path);
        let _ = self.file.unlock();
    }
}
