//! The saliency maps of finished photos, a file each.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    imaging::{self, SaliencyMaps, WriteError},
    private_file,
};

/// The folder of the maps.
#[derive(Clone, Debug)]
pub struct Maps {
    folder: PathBuf,
}

impl Maps {
    /// The maps of a session.
    ///
    /// # Errors
    /// Where their folder cannot be made.
    pub fn of(session: &Path) -> io::Result<Self> {
        let folder = session.join("maps");
        private_file::prepare_subfolder(&folder)?;
        Ok(Self { folder })
    }

    fn path(&self, id: u64) -> PathBuf {
        self.folder.join(format!("{id}.png"))
    }

    /// Keeps the map of a photo, in place of an earlier one.
    ///
    /// # Errors
    /// As [`imaging::save_map`].
    pub fn put(&self, id: u64, map: &SaliencyMaps) -> Result<(), WriteError> {
        imaging::save_map(&self.path(id), map)
    }

    /// The map of a photo.
    ///
    /// # Errors
    /// As [`imaging::load_map`].
    pub fn get(&self, id: u64) -> io::Result<SaliencyMaps> {
        imaging::load_map(&self.path(id))
    }

    /// Removes the maps of these photos.
    pub fn remove(&self, ids: &[u64]) {
        for &id in ids {
            let _ = fs::remove_file(self.path(id));
        }
    }

    /// Removes every file but the maps of these photos.
    pub fn keep_only(&self, ids: &HashSet<u64>) {
        let Ok(files) = fs::read_dir(&self.folder) else { return };
        for file in files.flatten() {
            let name = file.file_name();
            let id = name.to_str().and_then(|name| name.strip_suffix(".png")?.parse().ok());
            if id.is_none_or(|id| !ids.contains(&id)) {
                let _ = fs::remove_file(file.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::SaliencyMap;

    #[test]
    fn maps_are_kept_by_photo_and_others_are_swept_away() {
        let folder = tempfile::tempdir().unwrap();
        let maps = Maps::of(folder.path()).unwrap();
        let map = SaliencyMaps::from(SaliencyMap::from_levels(4, &[7; 16]).unwrap());
        (1..=4).for_each(|id| maps.put(id, &map).unwrap());
        fs::write(folder.path().join("maps/.cutout-x.part"), "").unwrap();
        maps.remove(&[1, 9]);
        maps.keep_only(&HashSet::from([2, 3, 8]));
        let left = fs::read_dir(folder.path().join("maps")).unwrap().count();
        assert_eq!(left, 2);
        assert_eq!(maps.get(3).unwrap(), map);
        assert!(maps.get(4).is_err());
    }
}
