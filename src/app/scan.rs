//! Finding photos in folders.

use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::imaging::EXTENSIONS;

/// The photos in a folder and the folders below it, by name. Hidden files and folders, and the
/// files that Cutout itself wrote, are left out; what cannot be read is passed over. Links to
/// folders are not followed, so that a loop of links ends.
pub fn photos_in(folder: &Path) -> impl Iterator<Item = PathBuf> {
    WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry))
        .filter_map(Result::ok)
        .map(DirEntry::into_path)
        .filter(|path| is_photo(path) && !is_own_output(path) && path.is_file())
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

fn is_photo(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| {
        EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension))
    })
}

/// Whether the name is one that Cutout gives: `photo_cutout.png`, `photo_mask_2.png`.
fn is_own_output(path: &Path) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let unnumbered = match stem.rsplit_once('_') {
        Some((before, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => before,
        _ => stem,
    };
    let is_png = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png"));
    is_png && ["_cutout", "_mask"].iter().any(|suffix| unnumbered.ends_with(suffix))
}

/// Where samples are: in `assets` beside the executable or in a folder above it. Empty where there
/// are none.
pub fn samples_near(executable: &Path) -> Vec<PathBuf> {
    let assets = executable.ancestors().skip(1).map(|folder| folder.join("assets"));
    let drawn = |assets: &Path| assets.join("sample.png");
    let Some(assets) = assets.into_iter().find(|assets| drawn(assets).is_file()) else {
        return Vec::new();
    };
    let photos = assets.join("samples");
    let photos = photos.is_dir().then_some(photos);
    photos.into_iter().chain([drawn(&assets)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_outputs_are_known_by_name() {
        for (name, own) in [
            ("photo_cutout.png", true),
            ("photo_mask.PNG", true),
            ("photo_mask_12.png", true),
            ("photo_mask.jpg", false),
            ("mask.png", false),
            ("photo_2.png", false),
            ("photo_masked.png", false),
        ] {
            assert_eq!(is_own_output(Path::new(name)), own, "{name}");
        }
    }

    #[test]
    fn a_folder_gives_its_photos_by_name_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(path("b/deep")).unwrap();
        std::fs::create_dir_all(path(".hidden")).unwrap();
        for name in
            ["c.JPG", "b/deep/x.webp", "a.png", "a_mask.png", "n.txt", ".d.png", ".hidden/e.png"]
        {
            std::fs::write(path(name), "").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.path(), path("b/loop")).unwrap();
        let found: Vec<_> = photos_in(folder.path()).collect();
        assert_eq!(found, [path("a.png"), path("b/deep/x.webp"), path("c.JPG")]);
    }

    #[test]
    fn samples_are_found_above_the_executable() {
        let root = tempfile::tempdir().unwrap();
        let executable = root.path().join("target/release/cutout");
        assert_eq!(samples_near(&executable), [PathBuf::new(); 0]);
        std::fs::create_dir_all(root.path().join("assets/samples")).unwrap();
        std::fs::write(root.path().join("assets/sample.png"), "").unwrap();
        let assets = root.path().join("assets");
        assert_eq!(samples_near(&executable), [assets.join("samples"), assets.join("sample.png")]);
    }
}
