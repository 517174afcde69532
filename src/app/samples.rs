//! The sample pictures that come with the program.

use std::path::{Path, PathBuf};

/// Where samples are: in `assets` beside the executable or in a folder above it. Empty where there
/// are none.
pub fn near(executable: &Path) -> Vec<PathBuf> {
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
    fn samples_are_found_above_the_executable() {
        let root = tempfile::tempdir().unwrap();
        let executable = root.path().join("target/release/cutout");
        assert!(near(&executable).is_empty());
        std::fs::create_dir_all(root.path().join("assets/samples")).unwrap();
        std::fs::write(root.path().join("assets/sample.png"), "").unwrap();
        let assets = root.path().join("assets");
        assert_eq!(near(&executable), [assets.join("samples"), assets.join("sample.png")]);
    }
}
