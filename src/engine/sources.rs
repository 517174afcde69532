//! Which photos a path stands for.

use std::{
    ffi::OsStr,
    iter,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

use super::output::is_output_name;
use crate::imaging::is_supported_extension;

/// A photo and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file.
    pub path: PathBuf,
    /// The folders between the folder that was named and the file; empty for a file named itself.
    pub below: PathBuf,
}

/// Whether folders within a folder are searched too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Only the files that lie in the folder itself.
    Folder,
    /// Everything below it.
    Recursive,
}

/// The photos that a path stands for: itself, or those in a folder, sorted by name. Within a
/// folder only files with a photo's ending count; hidden ones and Cutout's own results do not.
/// Loops of links end; a path that does not exist stands for itself, so that its error is told.
pub fn expand(path: &Path, depth: Depth) -> Box<dyn Iterator<Item = Source> + '_> {
    if !path.is_dir() {
        return Box::new(iter::once(Source { path: path.to_owned(), below: PathBuf::new() }));
    }
    let max_depth = if depth == Depth::Folder { 1 } else { usize::MAX };
    let files = WalkDir::new(path)
        .min_depth(1)
        .max_depth(max_depth)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
        .filter_map(|entry| entry.inspect_err(|error| tracing::warn!("skipped: {error}")).ok())
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .filter(|file| is_supported_extension(file) && !is_output_name(file));
    Box::new(files.map(move |file| {
        let folder = file.parent().unwrap_or(path);
        let below = folder.strip_prefix(path).unwrap_or(Path::new("")).to_owned();
        Source { path: file, below }
    }))
}

/// Whether [`expand`] would find this file in this folder.
pub fn is_photo_within(folder: &Path, path: &Path, depth: Depth) -> bool {
    let Ok(below) = path.strip_prefix(folder) else { return false };
    let is_hidden = |part: &OsStr| part.to_string_lossy().starts_with('.');
    let levels = below.iter().count();
    (levels == 1 || levels > 1 && depth == Depth::Recursive)
        && !below.iter().any(is_hidden)
        && is_supported_extension(path)
        && !is_output_name(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(folder: &Path, depth: Depth) -> Vec<String> {
        let relative = |source: Source| {
            source.path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/")
        };
        expand(folder, depth).map(relative).collect()
    }

    #[test]
    fn a_folder_gives_its_photos_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("sub/deep")).unwrap();
        std::fs::create_dir_all(root.join(".hidden")).unwrap();
        for name in [
            "b.JPG",
            "a.png",
            "a_cutout.png",
            "a_mask_2.png",
            "notes.txt",
            ".c.png",
            "sub/d.webp",
            "sub/deep/e.tiff",
            ".hidden/f.png",
        ] {
            std::fs::write(root.join(name), "").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(root, root.join("sub/loop")).unwrap();
        assert_eq!(found(root, Depth::Folder), ["a.png", "b.JPG"]);
        assert_eq!(
            found(root, Depth::Recursive),
            ["a.png", "b.JPG", "sub/d.webp", "sub/deep/e.tiff"]
        );
        let deep = expand(root, Depth::Recursive).last().unwrap();
        assert_eq!(deep.below, Path::new("sub/deep"));
    }

    #[test]
    fn what_would_be_found_is_known_by_its_name() {
        for (path, in_folder, below) in [
            ("/in/a.png", true, true),
            ("/in/sub/a.png", false, true),
            ("/in/.cutout-1.part", false, false),
            ("/in/.sub/a.png", false, false),
            ("/in/.a.png", false, false),
            ("/in/a_cutout.png", false, false),
            ("/in/a.txt", false, false),
            ("/inn/a.png", false, false),
            ("/in", false, false),
        ] {
            let is_found = |depth| is_photo_within(Path::new("/in"), Path::new(path), depth);
            let found = (is_found(Depth::Folder), is_found(Depth::Recursive));
            assert_eq!(found, (in_folder, below), "{path}");
        }
    }

    #[test]
    fn what_is_not_a_folder_stands_for_itself() {
        let missing = Path::new("no/such/photo.jpg");
        assert_eq!(
            expand(missing, Depth::Folder).collect::<Vec<_>>(),
            [Source { path: missing.to_owned(), below: PathBuf::new() }]
        );
    }
}
