//! Folders, and their names on the disk.

use std::{fs, io, path::Path};

use super::Durability;

/// Makes a folder and those that it lies in, as far as they are missing. With [`Durability::On`] a
/// power cut does not take them.
///
/// # Errors
/// Where a folder cannot be made or brought to the disk.
pub fn create_folder(folder: &Path, durability: Durability) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
    fs::create_dir_all(folder)?;
    if durability == Durability::On {
        for made in missing.iter().rev() {
            sync_folder(parent_of(made))?;
        }
    }
    Ok(())
}

/// The folder that a file lies in.
pub fn parent_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Brings a folder's names to the disk, where the system has that.
///
/// # Errors
/// Where the disk fails.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    match fs::File::open(folder).and_then(|folder| folder.sync_all()) {
        // Not every file system can do it for folders, and not everybody may read one.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::InvalidInput
                    | io::ErrorKind::Unsupported
                    | io::ErrorKind::PermissionDenied
            ) => {}
        done => return done,
    }
    let _ = folder;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_made_with_those_that_it_lies_in() {
        let folder = tempfile::tempdir().unwrap();
        for durability in [Durability::On, Durability::Off] {
            let deep = folder.path().join(format!("{durability:?}/a/b"));
            create_folder(&deep, durability).unwrap();
            assert!(deep.is_dir());
            create_folder(&deep, durability).unwrap();
        }
        fs::write(folder.path().join("file"), "").unwrap();
        assert!(create_folder(&folder.path().join("file/below"), Durability::On).is_err());
        assert_eq!(parent_of(Path::new("a.png")), Path::new("."));
        assert_eq!(parent_of(Path::new("in/a.png")), Path::new("in"));
    }
}
