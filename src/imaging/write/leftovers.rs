//! Hidden files that a process which was killed left in a folder.

use std::{
    fs::{self, OpenOptions},
    path::Path,
};

use crate::{path_text::printable, private_file::refuse_links};

/// How the names of Cutout's hidden files begin.
pub const HIDDEN_BEGINNING: &str = ".cutout-";
/// How the names of files that are being written end.
pub const PART_ENDING: &str = ".part";
/// How the names of claims on photos end.
pub const CLAIM_ENDING: &str = ".claim";

/// Removes what nobody uses any more: who does keeps it locked, and the system ends that with the
/// process.
pub fn remove_leftovers(folder: &Path) {
    let folder = if folder == Path::new("") { Path::new(".") } else { folder };
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_hidden = name.to_str().is_some_and(|name| {
            name.starts_with(HIDDEN_BEGINNING)
                && [PART_ENDING, CLAIM_ENDING].iter().any(|ending| name.ends_with(ending))
        });
        if is_hidden && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            remove_unused(&entry.path());
        }
    }
}

fn remove_unused(path: &Path) {
    let mut options = OpenOptions::new();
    options.write(true);
    let removed = refuse_links(&mut options).open(path).map(|file| match file.try_lock() {
        Ok(()) => fs::remove_file(path),
        Err(_) => Ok(()),
    });
    match removed {
        Ok(Ok(())) => {}
        Ok(Err(error)) | Err(error) => tracing::debug!("{}: {error}", printable(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::write::tests::names;

    #[test]
    fn what_nobody_uses_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in [".cutout-1.part", ".cutout-2.claim", ".cutout-3.part", "a.part", ".cutout-x"] {
            fs::write(at(name), "x").unwrap();
        }
        fs::create_dir(at(".cutout-4.part")).unwrap();
        let used = fs::File::open(at(".cutout-3.part")).unwrap();
        used.lock().unwrap();
        remove_leftovers(folder.path());
        assert_eq!(
            names(folder.path()),
            [".cutout-3.part", ".cutout-4.part", ".cutout-x", "a.part"]
        );
        drop(used);
        remove_leftovers(folder.path());
        assert_eq!(names(folder.path()), [".cutout-4.part", ".cutout-x", "a.part"]);
    }
}
