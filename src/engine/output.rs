//! Which file a result goes to. Two photos never share one, whatever they are called.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Mutex,
};

use super::protocol::{OnExist, OutputKind, Save};

/// Names given out by this engine, each with the photo it was given for.
#[derive(Default)]
pub struct Names {
    given: Mutex<HashMap<PathBuf, PathBuf>>,
}

/// Where one photo's files go.
#[derive(Debug, PartialEq, Eq)]
pub struct Target {
    /// Which kind of file.
    pub kind: OutputKind,
    /// Its full path.
    pub path: PathBuf,
    /// It exists and is to be left alone.
    pub skip: bool,
}

impl OutputKind {
    /// What follows the photo's own name.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Cutout => "_cutout",
            Self::Mask => "_mask",
        }
    }
}

/// Whether a file looks like one that Cutout wrote: a folder's own results are no photos.
pub fn is_output_name(path: &Path) -> bool {
    let is_png = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png"));
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let unnumbered = match stem.rsplit_once('_') {
        Some((head, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => head,
        _ => &stem,
    };
    is_png
        && [OutputKind::Cutout, OutputKind::Mask]
            .iter()
            .any(|kind| unnumbered.ends_with(kind.suffix()))
}

impl Save {
    fn kinds(&self) -> impl Iterator<Item = OutputKind> {
        let cutout = self.cutout.then_some(OutputKind::Cutout);
        cutout.into_iter().chain(self.mask.then_some(OutputKind::Mask))
    }
}

impl Names {
    /// The files of one photo, where all of them exist and are to be left.
    pub fn all_to_be_left(&self, source: &Path, save: &Save) -> Option<Vec<Target>> {
        let (_, targets) = self.choose(source, save, 1);
        targets.iter().all(|target| target.skip).then_some(targets)
    }

    /// Chooses the files of one photo and keeps them for it. All kinds get the same number.
    ///
    /// `first_number` is 1 for the plain name; a caller that finds a name taken after all asks
    /// again with a higher one.
    pub fn choose(&self, source: &Path, save: &Save, first_number: u32) -> (u32, Vec<Target>) {
        let folder = save.folder.as_deref().or_else(|| source.parent()).unwrap_or(Path::new("."));
        let stem = source.file_stem().unwrap_or_default();
        let path_of = |kind: OutputKind, number: u32| {
            let mut name = stem.to_owned();
            name.push(kind.suffix());
            if number > 1 {
                name.push(format!("_{number}"));
            }
            name.push(".png");
            folder.join(name)
        };
        let original = source.canonicalize().ok();
        let mut given = self.given.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let is_free = |path: &PathBuf| match (given.get(path), save.on_exist) {
            // Another photo of this run has the name: it is not to be lost, whatever was asked.
            (Some(owner), _) if owner != source => false,
            // The photo was reached by a link to this very file.
            _ if original.is_some() && path.canonicalize().ok() == original => false,
            (_, OnExist::Number) => path.symlink_metadata().is_err(),
            (_, OnExist::Skip | OnExist::Replace) => true,
        };
        let number = (first_number..)
            .find(|&number| save.kinds().all(|kind| is_free(&path_of(kind, number))))
            .unwrap_or(first_number);
        let targets = save
            .kinds()
            .map(|kind| {
                let path = path_of(kind, number);
                let skip = save.on_exist == OnExist::Skip && path.symlink_metadata().is_ok();
                given.insert(path.clone(), source.to_owned());
                Target { kind, path, skip }
            })
            .collect();
        (number, targets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_results_are_recognised() {
        for (name, expected) in [
            ("a_cutout.png", true),
            ("a_mask.png", true),
            ("a_mask_12.png", true),
            ("a_cutout_2.PNG", true),
            ("a_cutout.jpg", false),
            ("cutout.png", false),
            ("mask2.png", false),
            ("a_cutout2.png", false),
            ("photo_2.png", false),
        ] {
            assert_eq!(is_output_name(Path::new(name)), expected, "{name}");
        }
    }

    fn save(folder: &Path, on_exist: OnExist) -> Save {
        Save { cutout: true, mask: true, folder: Some(folder.to_owned()), on_exist }
    }

    fn names(targets: &[Target]) -> Vec<String> {
        targets
            .iter()
            .map(|target| {
                let name = target.path.file_name().unwrap().to_string_lossy();
                if target.skip { format!("({name})") } else { name.into_owned() }
            })
            .collect()
    }

    #[test]
    fn an_existing_file_is_handled_as_asked() {
        for (on_exist, expected) in [
            (OnExist::Skip, ["(a_cutout.png)", "a_mask.png"]),
            (OnExist::Number, ["a_cutout_2.png", "a_mask_2.png"]),
            (OnExist::Replace, ["a_cutout.png", "a_mask.png"]),
        ] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("a_cutout.png"), "x").unwrap();
            let save = save(folder.path(), on_exist);
            let (_, targets) = Names::default().choose(Path::new("in/a.jpg"), &save, 1);
            assert_eq!(names(&targets), expected, "{on_exist:?}");
        }
    }

    #[test]
    fn photos_of_one_name_never_collide() {
        for on_exist in [OnExist::Skip, OnExist::Number, OnExist::Replace] {
            let folder = tempfile::tempdir().unwrap();
            let save = save(folder.path(), on_exist);
            let given = Names::default();
            given.choose(Path::new("one/a.jpg"), &save, 1);
            let (number, targets) = given.choose(Path::new("two/a.png"), &save, 1);
            assert_eq!(number, 2, "{on_exist:?}");
            assert_eq!(names(&targets), ["a_cutout_2.png", "a_mask_2.png"], "{on_exist:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_photo_reached_by_a_link_is_not_replaced_by_its_own_result() {
        let folder = tempfile::tempdir().unwrap();
        let original = folder.path().join("a_cutout.png");
        std::fs::write(&original, "x").unwrap();
        let link = folder.path().join("a.png");
        std::os::unix::fs::symlink(&original, &link).unwrap();
        let save = save(folder.path(), OnExist::Replace);
        let (_, targets) = Names::default().choose(&link, &save, 1);
        assert_eq!(names(&targets), ["a_cutout_2.png", "a_mask_2.png"]);
    }

    #[test]
    fn the_same_photo_saved_again_keeps_its_name_when_replacing() {
        let folder = tempfile::tempdir().unwrap();
        let save = save(folder.path(), OnExist::Replace);
        let given = Names::default();
        given.choose(Path::new("a.jpg"), &save, 1);
        assert_eq!(given.choose(Path::new("a.jpg"), &save, 1).0, 1);
    }
}
