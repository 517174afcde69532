//! Which file a result goes to. Two photos never share one, whatever they are called, and no
//! original is ever one.

use std::{
    collections::{HashMap, HashSet},
    ffi::OsString,
    path::{self, Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::protocol::{Destination, ExportOptions, OnExist, OutputKind, Place, Save};
use crate::imaging::FileFormat;

/// Files that are known before the first job comes.
#[derive(Clone, Debug, Default)]
pub struct KnownFiles {
    /// Photos that may come, or that others do: never to be written to.
    pub photos: Vec<PathBuf>,
    /// Results of earlier runs, each with the photo that it is of: they are no other photo's.
    pub results: Vec<(PathBuf, PathBuf)>,
}

/// Names given out by this engine, and the photos that it was given.
#[derive(Default)]
pub struct Names {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Each name with the photo that it was given for.
    given: HashMap<PathBuf, PathBuf>,
    /// Photos, by their absolute paths and those that links lead to.
    originals: HashSet<PathBuf>,
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
    /// Its word in names of files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cutout => "cutout",
            Self::Mask => "mask",
        }
    }
}

/// Whether a file looks like one that Cutout wrote under its usual names: a folder's own results
/// are no photos.
pub fn is_output_name(path: &Path) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let unnumbered = match stem.rsplit_once('_') {
        Some((head, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => head,
        _ => &stem,
    };
    let ends_in = |kind: OutputKind| {
        unnumbered.strip_suffix(kind.word()).is_some_and(|head| head.ends_with('_'))
    };
    let is_one_of = |extensions: &[&str]| {
        path.extension().is_some_and(|extension| {
            extensions.iter().any(|known| extension.eq_ignore_ascii_case(known))
        })
    };
    ends_in(OutputKind::Cutout) && is_one_of(&FileFormat::EXTENSIONS)
        || ends_in(OutputKind::Mask) && is_one_of(&[FileFormat::default().extension()])
}

/// The folder that a photo's files go to.
pub fn folder(source: &Path, save: &Save) -> PathBuf {
    match &save.options.folder {
        Destination::Beside => source.parent().unwrap_or(Path::new(".")).to_owned(),
        Destination::Folder(folder) => folder.join(&save.below),
    }
}

impl Save {
    fn kinds(&self) -> impl Iterator<Item = OutputKind> {
        let cutout = self.cutout.then_some(OutputKind::Cutout);
        cutout.into_iter().chain(self.mask.then_some(OutputKind::Mask))
    }

    fn path(&self, source: &Path, kind: OutputKind, number: u32) -> PathBuf {
        folder(source, self).join(file_name(source, kind, &self.options, self.place, number))
    }
}

/// What the file of one kind is called. Numbers begin at 1, which is not written.
pub fn file_name(
    source: &Path,
    kind: OutputKind,
    options: &ExportOptions,
    place: Place,
    number: u32,
) -> OsString {
    let mut name = options.template.name(source, kind, place);
    if number > 1 {
        name.push(format!("_{number}"));
    }
    name.push(".");
    name.push(match kind {
        OutputKind::Cutout => options.format.extension(),
        OutputKind::Mask => FileFormat::default().extension(),
    });
    name
}

impl Names {
    /// With what is known before the first photo comes.
    pub fn knowing(files: KnownFiles) -> Self {
        let KnownFiles { photos, results } = files;
        let names = Self {
            known: Mutex::new(Known { given: results.into_iter().collect(), ..Known::default() }),
        };
        names.announce(photos.iter().map(PathBuf::as_path));
        names
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells of photos that will come, without a look at the disk.
    pub fn announce<'a>(&self, sources: impl Iterator<Item = &'a Path>) {
        self.known().originals.extend(sources.filter_map(|source| path::absolute(source).ok()));
    }

    /// Tells of a photo, wherever links lead.
    pub fn note_original(&self, source: &Path) {
        let paths = [path::absolute(source).ok(), source.canonicalize().ok()];
        self.known().originals.extend(paths.into_iter().flatten());
    }

    /// The files of one photo, where all of them exist and are to be left.
    pub fn all_to_be_left(&self, source: &Path, save: &Save) -> Option<Vec<Target>> {
        let (_, targets) = self.choose(source, save, 1);
        targets.iter().all(|target| target.skip).then_some(targets)
    }

    /// The files of one photo that exist, those that must not be replaced in any case aside.
    pub fn existing(&self, source: &Path, save: &Save) -> Vec<PathBuf> {
        let (_, targets) = self.choose(source, save, 1);
        let paths = targets.into_iter().map(|target| target.path);
        paths.filter(|path| path.symlink_metadata().is_ok()).collect()
    }

    /// Chooses the files of one photo and keeps them for it. All kinds get the same number.
    ///
    /// `first_number` is 1 for the plain name; a caller that finds a name taken after all asks
    /// again with a higher one.
    pub fn choose(&self, source: &Path, save: &Save, first_number: u32) -> (u32, Vec<Target>) {
        self.note_original(source);
        let on_exist = save.options.on_exist;
        let mut known = self.known();
        let is_free = |path: &PathBuf| match known.given.get(path) {
            // Another photo of this run has the name: it is not to be lost, whatever was asked.
            Some(owner) if owner != source => false,
            _ if known.is_original(path) => false,
            _ => on_exist != Some(OnExist::Number) || path.symlink_metadata().is_err(),
        };
        let number = (first_number..)
            .find(|&number| save.kinds().all(|kind| is_free(&save.path(source, kind, number))))
            .unwrap_or(first_number);
        let targets = save
            .kinds()
            .map(|kind| {
                let path = save.path(source, kind, number);
                let skip = on_exist == Some(OnExist::Skip) && path.symlink_metadata().is_ok();
                known.given.insert(path.clone(), source.to_owned());
                Target { kind, path, skip }
            })
            .collect();
        (number, targets)
    }
}

impl Known {
    /// Whether a file is a photo of this run, by whatever name.
    fn is_original(&self, path: &Path) -> bool {
        let is_known =
            |path: std::io::Result<PathBuf>| path.is_ok_and(|path| self.originals.contains(&path));
        is_known(path::absolute(path)) || is_known(path.canonicalize())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::engine::protocol::NameTemplate;

    const ALL: [OnExist; 3] = [OnExist::Skip, OnExist::Number, OnExist::Replace];

    #[test]
    fn own_results_are_recognised() {
        for (name, expected) in [
            ("a_cutout.png", true),
            ("a_mask.png", true),
            ("a_mask_12.png", true),
            ("a_cutout_2.PNG", true),
            ("a_cutout.jpg", true),
            ("a_cutout.webp", true),
            ("a_cutout_3.tif", true),
            ("a_mask.jpg", false),
            ("a_cutout.bmp", false),
            ("cutout.png", false),
            ("mask2.png", false),
            ("a_cutout2.png", false),
            ("photo_2.png", false),
        ] {
            assert_eq!(is_output_name(Path::new(name)), expected, "{name}");
        }
    }

    fn options(folder: &Path, on_exist: OnExist) -> ExportOptions {
        ExportOptions {
            folder: Destination::Folder(folder.to_owned()),
            on_exist: Some(on_exist),
            ..ExportOptions::default()
        }
    }

    fn saving(options: ExportOptions) -> Save {
        Save {
            cutout: true,
            mask: true,
            options: Arc::new(options),
            below: PathBuf::new(),
            place: Place::default(),
        }
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
            let save = saving(options(folder.path(), on_exist));
            let (_, targets) = Names::default().choose(Path::new("in/a.jpg"), &save, 1);
            assert_eq!(names(&targets), expected, "{on_exist:?}");
        }
    }

    #[test]
    fn what_exists_is_told_where_nothing_was_said() {
        let folder = tempfile::tempdir().unwrap();
        let options = ExportOptions { on_exist: None, ..options(folder.path(), OnExist::Skip) };
        let save = saving(options);
        let source = Path::new("in/a.jpg");
        let given = Names::default();
        assert!(given.existing(source, &save).is_empty());
        let mask = folder.path().join("a_mask.png");
        std::fs::write(&mask, "x").unwrap();
        assert_eq!(given.existing(source, &save), [mask]);
    }

    #[test]
    fn formats_templates_and_subfolders_make_the_path() {
        let source = Path::new("in/shoes/a.jpg");
        let template: NameTemplate = "{number}-{name}".parse().unwrap();
        for (folder, below, expected) in [
            (Destination::Beside, "shoes", ["in/shoes/03-a.webp", "in/shoes/03-a_mask.png"]),
            (
                Destination::Folder("out".into()),
                "shoes",
                ["out/shoes/03-a.webp", "out/shoes/03-a_mask.png"],
            ),
            (Destination::Folder("out".into()), "", ["out/03-a.webp", "out/03-a_mask.png"]),
        ] {
            let options = ExportOptions {
                format: FileFormat::Webp { quality: 80 },
                template: template.clone(),
                folder,
                ..ExportOptions::default()
            };
            let save =
                Save { below: below.into(), place: Place { number: 3, of: 40 }, ..saving(options) };
            let (_, targets) = Names::default().choose(source, &save, 1);
            let paths: Vec<_> = targets.iter().map(|target| target.path.as_path()).collect();
            assert_eq!(paths, expected.map(Path::new));
        }
    }

    #[test]
    fn photos_of_one_name_never_collide() {
        for on_exist in ALL {
            let folder = tempfile::tempdir().unwrap();
            let save = saving(options(folder.path(), on_exist));
            let given = Names::default();
            given.choose(Path::new("one/a.jpg"), &save, 1);
            let (number, targets) = given.choose(Path::new("two/a.png"), &save, 1);
            assert_eq!(number, 2, "{on_exist:?}");
            assert_eq!(names(&targets), ["a_cutout_2.png", "a_mask_2.png"], "{on_exist:?}");
        }
    }

    /// Its own, and that of another photo which waits for its turn.
    #[test]
    fn no_original_is_a_target_whatever_the_template() {
        for on_exist in ALL {
            let folder = tempfile::tempdir().unwrap();
            let [png, jpg] = ["a.png", "a.jpg"].map(|name| folder.path().join(name));
            for source in [&png, &jpg] {
                std::fs::write(source, "x").unwrap();
            }
            let options = ExportOptions {
                template: "{name}".parse().unwrap(),
                ..options(folder.path(), on_exist)
            };
            let save = Save { mask: false, ..saving(options) };
            for source in [&png, &jpg] {
                let given = Names::default();
                given.announce([png.as_path(), &jpg].into_iter());
                let (_, targets) = given.choose(source, &save, 1);
                assert_eq!(names(&targets), ["a_2.png"], "{on_exist:?}");
            }
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
        let save = saving(options(folder.path(), OnExist::Replace));
        let (_, targets) = Names::default().choose(&link, &save, 1);
        assert_eq!(names(&targets), ["a_cutout_2.png", "a_mask_2.png"]);
    }

    #[test]
    fn the_same_photo_saved_again_keeps_its_name_when_replacing() {
        let folder = tempfile::tempdir().unwrap();
        let save = saving(options(folder.path(), OnExist::Replace));
        let given = Names::default();
        given.choose(Path::new("a.jpg"), &save, 1);
        assert_eq!(given.choose(Path::new("a.jpg"), &save, 1).0, 1);
    }
}
