//! The sample pictures that come with the program.

use std::path::{Path, PathBuf};

/// Under the prefix that a package is installed in.
const PACKED: &str = "share/cutout/assets";

/// Where samples are: in `assets` beside the executable or in a folder above it, or where a package
/// puts them. Empty where there are none.
pub fn near(executable: &Path) -> Vec<PathBuf> {
    let above = executable.ancestors().skip(1);
    let mut assets = above.flat_map(|folder| ["assets", PACKED].map(|name| folder.join(name)));
    let drawn = |assets: &Path| assets.join("sample.png");
    let Some(assets) = assets.find(|assets| drawn(assets).is_file()) else {
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
    fn samples_are_found_above_the_executable() {
        let root = tempfile::tempdir().unwrap();
        let executable = root.path().join("target/release/cutout");
        assert!(near(&executable).is_empty());
        std::fs::create_dir_all(root.path().join("assets/samples")).unwrap();
        std::fs::write(root.path().join("assets/sample.png"), "").unwrap();
        let assets = root.path().join("assets");
        assert_eq!(near(&executable), [assets.join("samples"), assets.join("sample.png")]);

        let packed = root.path().join("usr/share/cutout/assets/sample.png");
        std::fs::create_dir_all(packed.parent().unwrap()).unwrap();
        std::fs::write(&packed, "").unwrap();
        assert_eq!(near(&root.path().join("usr/bin/cutout")), [packed]);
    }
}
