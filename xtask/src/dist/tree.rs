//! Putting files into the tree that is packed, and making it the same on every machine.

use std::{
    fs,
    io::{self, Write},
    path::Path,
    time::SystemTime,
};

use anyhow::Context;
use flate2::{Compression, GzBuilder};
use walkdir::WalkDir;

/// Copies a file to its place.
pub fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    make_room(to)?;
    fs::copy(from, to).map(drop).with_context(|| format!("cannot copy {}", from.display()))
}

/// Writes a file.
pub fn write(to: &Path, text: impl AsRef<[u8]>) -> anyhow::Result<()> {
    make_room(to)?;
    fs::write(to, text).with_context(|| format!("cannot write {}", to.display()))
}

/// Writes a file compressed, without the time and name that gzip would keep in it.
pub fn write_gz(to: &Path, text: impl AsRef<[u8]>) -> anyhow::Result<()> {
    let mut compressor = GzBuilder::new().write(Vec::new(), Compression::best());
    compressor.write_all(text.as_ref())?;
    write(to, compressor.finish()?)
}

/// Gives every file the same time, and the permissions that an installed file has.
pub fn settle(tree: &Path, made_at: SystemTime) -> anyhow::Result<()> {
    for entry in walk(tree) {
        let entry = entry?;
        let path = entry.path();
        set_mode(path, mode(path, entry.file_type().is_dir()))?;
        if entry.file_type().is_file() {
            fs::File::options().append(true).open(path)?.set_modified(made_at)?;
        }
    }
    Ok(())
}

/// Everything under a folder, always in the same order.
pub fn walk(tree: &Path) -> WalkDir {
    WalkDir::new(tree).min_depth(1).sort_by_file_name()
}

/// The permissions of what is installed under this name.
pub fn mode(path: &Path, is_folder: bool) -> u32 {
    let is_program = path.parent().is_some_and(|folder| folder.ends_with("bin"))
        || path.extension().is_some_and(|extension| extension == "sh");
    if is_folder || is_program { 0o755 } else { 0o644 }
}

fn make_room(to: &Path) -> io::Result<()> {
    to.parent().map_or(Ok(()), fs::create_dir_all)
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::{
        os::unix::fs::PermissionsExt,
        time::{Duration, UNIX_EPOCH},
    };

    use super::*;

    #[test]
    fn a_settled_tree_has_one_time_and_the_usual_permissions() {
        let folder = tempfile::tempdir().unwrap();
        let made_at = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        for (path, mode, expected) in [
            ("bin/cutout", 0o600, 0o755),
            ("lib/cutout/libc10.so", 0o777, 0o644),
            ("share/doc/copyright", 0o640, 0o644),
            ("install.sh", 0o644, 0o755),
        ] {
            let path = folder.path().join(path);
            write(&path, "").unwrap();
            set_mode(&path, mode).unwrap();
            settle(folder.path(), made_at).unwrap();
            let metadata = fs::metadata(&path).unwrap();
            assert_eq!(metadata.permissions().mode() & 0o777, expected, "{}", path.display());
            assert_eq!(metadata.modified().unwrap(), made_at);
        }
        assert_eq!(
            fs::metadata(folder.path().join("lib")).unwrap().permissions().mode() & 0o777,
            0o755
        );
    }
}
