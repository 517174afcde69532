//! The names that results get, chosen when a photo's turn has come.

use std::{
    cell::OnceCell,
    collections::{HashMap, HashSet},
    path::{self, Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    super::protocol::{Job, OnExist, Save},
    KnownFiles, Numbering, Planner, Target, Way,
    plan::key,
    standing::{Standing, mark_of, path_digest},
};
use crate::imaging::{Existing, ResultMark};

/// Names given out by this engine, and the photos that it was given.
#[derive(Default)]
pub struct Names {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Each name with the photo that it was given for, by its absolute path.
    given: HashMap<PathBuf, PathBuf>,
    /// Photos, by their absolute paths and those that links lead to.
    originals: HashSet<PathBuf>,
    /// Digests of the photos' paths.
    digests: HashSet<u64>,
    /// Folders that were written to.
    folders: HashSet<PathBuf>,
}

impl Names {
    /// With what is known before the first photo comes.
    pub fn knowing(files: KnownFiles) -> Self {
        let KnownFiles { photos, results } = files;
        let given = |(result, photo): (PathBuf, PathBuf)| (key(&result), absolute(&photo));
        let given = results.into_iter().map(given).collect();
        let names = Self { known: Mutex::new(Known { given, ..Known::default() }) };
        names.announce(photos.iter().map(PathBuf::as_path));
        names
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells of photos that will come, without a look at the disk.
    pub fn announce<'a>(&self, sources: impl Iterator<Item = &'a Path>) {
        let mut known = self.known();
        for source in sources {
            known.digests.insert(path_digest(source));
            known.originals.insert(key(source));
        }
    }

    /// Plans the names of jobs that come together and have none planned yet, and keeps them for these,
    /// so that those which come later meet none of them.
    pub fn plan(&self, jobs: &mut [Job]) {
        let is_open = |job: &Job| job.save.as_ref().is_some_and(|save| save.numbering.is_none());
        let photos: Vec<(&Path, &Save)> = jobs
            .iter()
            .filter(|job| is_open(job))
            .filter_map(|job| Some((job.source.as_path(), job.save.as_ref()?)))
            .collect();
        let mut planner = Planner::knowing(photos.iter().map(|&(source, _)| source));
        let numbers = planner.plan(&photos);
        let open = jobs.iter_mut().filter(|job| is_open(job));
        let mut known = self.known();
        for (job, mut numbering) in open.zip(numbers) {
            let (source, Some(save)) = (&job.source, &mut job.save) else { continue };
            let owner = absolute(source);
            let is_free = |path: PathBuf| !known.is_others(&owner, &path);
            let numbers = (numbering.first..).step_by(numbering.step as usize);
            let first = { numbers }.find(|&number| save.paths(source, number).all(&is_free));
            numbering.first = first.unwrap_or(numbering.first);
            let paths: Vec<PathBuf> = save.paths(source, numbering.first).collect();
            known.given.extend(paths.iter().map(|path| (key(path), owner.clone())));
            save.numbering = Some(numbering);
        }
    }

    /// Tells of a photo, wherever links lead.
    pub fn note_original(&self, source: &Path) {
        let mut known = self.known();
        known.originals.insert(key(source));
        known.originals.extend(source.canonicalize().ok().map(|path| key(&path)));
    }

    /// Tells of a folder that will be written to, and whether it is the first time.
    pub fn note_folder(&self, folder: &Path) -> bool {
        self.known().folders.insert(folder.to_owned())
    }

    /// The files of one photo, where all of them exist and are to be left.
    pub fn all_to_be_left(&self, source: &Path, save: &Save) -> Option<Vec<Target>> {
        if save.options.on_exist != Some(OnExist::Skip) {
            return None;
        }
        let (_, targets) = self.choose(source, save, None);
        targets.iter().all(|target| target.way == Way::Leave).then_some(targets)
    }

    /// The files of one photo that exist, those that must not be replaced in any case aside.
    pub fn existing(&self, source: &Path, save: &Save) -> Vec<PathBuf> {
        let (_, targets) = self.choose(source, save, None);
        let paths = targets.into_iter().map(|target| target.path);
        paths.filter(|path| path.symlink_metadata().is_ok()).collect()
    }

    /// Chooses the files of one photo and keeps them for it. All kinds get the same number.
    ///
    /// A caller that finds a name taken after all asks again, with the number `after` which the next
    /// is wanted.
    pub fn choose(&self, source: &Path, save: &Save, after: Option<u32>) -> (u32, Vec<Target>) {
        self.note_original(source);
        let Numbering { first, step } = save.numbering.unwrap_or_default();
        let own = Own { source, mark: OnceCell::new() };
        let mut known = self.known();
        let found = match (after, save.options.on_exist) {
            (None, Some(OnExist::Skip)) => known.own_number(&own, save),
            _ => None,
        };
        let start = after.map_or(first, |after| after + step);
        let mut numbers = (start..).step_by(step.max(1) as usize);
        let number = found
            .or_else(|| numbers.find(|&number| known.is_free(&own, save, number)))
            .unwrap_or(start);
        let way = |path: &Path| match save.options.on_exist {
            Some(OnExist::Replace) => Way::Write(Existing::Replace),
            Some(OnExist::Number) | None => Way::Write(Existing::Refuse),
            Some(OnExist::Skip) => match Standing::at(path) {
                Standing::Nothing => Way::Write(Existing::Refuse),
                Standing::Broken(_) => Way::Write(Existing::Replace),
                Standing::Result(_) | Standing::Unmarked { .. } => Way::Leave,
            },
        };
        let targets: Vec<Target> = save
            .kinds()
            .map(|kind| {
                let path = save.path(source, kind, number);
                Target { kind, way: way(&path), path }
            })
            .collect();
        known.given.extend(targets.iter().map(|target| (key(&target.path), own.path())));
        (number, targets)
    }
}

/// A photo and, once it is asked for, the mark of its results.
struct Own<'a> {
    source: &'a Path,
    mark: OnceCell<ResultMark>,
}

impl Own<'_> {
    fn path(&self) -> PathBuf {
        absolute(self.source)
    }

    fn mark(&self) -> ResultMark {
        *self.mark.get_or_init(|| mark_of(self.source))
    }
}

impl Known {
    /// The number under which results of a photo lie already. They are known by their mark; one
    /// without a mark counts where no other photo's results would be called so. Where they would, the
    /// plan has found the number: looking through all of them here would be work without end.
    fn own_number(&self, own: &Own, save: &Save) -> Option<u32> {
        let Numbering { first, step } = save.numbering.unwrap_or_default();
        let is_alone = step == 1;
        let mut missing = 0;
        for number in if is_alone { 1.. } else { first.. } {
            let mut is_there = false;
            for path in save.paths(own.source, number) {
                let standing = Standing::at(&path);
                is_there |= standing != Standing::Nothing;
                let is_own = match standing {
                    Standing::Result(mark) | Standing::Broken(Some(mark)) => self.is_own(own, mark),
                    Standing::Unmarked { is_whole } => {
                        is_whole && (number, first, step) == (1, 1, 1)
                    }
                    Standing::Nothing | Standing::Broken(None) => false,
                };
                if is_own && !self.is_others(&own.path(), &path) && !self.is_original(&path) {
                    return Some(number);
                }
            }
            missing = if is_there { 0 } else { missing + 1 };
            if !is_alone || missing > first {
                break;
            }
        }
        None
    }

    /// Whether a mark is of this photo: of its path and content, or of its content alone where the
    /// path is none of this run's, so that the photo seems to have been moved.
    fn is_own(&self, own: &Own, mark: ResultMark) -> bool {
        let of_photo = own.mark();
        mark == of_photo
            || mark.content == of_photo.content
                && mark.content != 0
                && !self.digests.contains(&mark.path)
    }

    fn is_free(&self, own: &Own, save: &Save, number: u32) -> bool {
        save.paths(own.source, number).all(|path| {
            let is_theirs = self.is_others(&own.path(), &path) || self.is_original(&path);
            !is_theirs
                && match save.options.on_exist {
                    Some(OnExist::Replace) | None => true,
                    Some(OnExist::Number) => path.symlink_metadata().is_err(),
                    Some(OnExist::Skip) => {
                        matches!(Standing::at(&path), Standing::Nothing | Standing::Broken(None))
                    }
                }
        })
    }

    /// Whether another photo has the name: its result is not to be lost, whatever was asked.
    fn is_others(&self, photo: &Path, path: &Path) -> bool {
        self.given.get(&key(path)).is_some_and(|owner| owner != photo)
    }

    /// Whether a file is a photo of this run, by whatever name.
    fn is_original(&self, path: &Path) -> bool {
        let is_known = |path: &Path| self.originals.contains(&key(path));
        is_known(path) || path.canonicalize().is_ok_and(|path| is_known(&path))
    }
}

fn absolute(path: &Path) -> PathBuf {
    path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
