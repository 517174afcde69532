//! Numbers for photos whose results would be called alike, chosen before anything is decoded.

use std::{
    collections::{HashMap, HashSet},
    path::{self, Path, PathBuf},
};

use super::{
    super::protocol::{OnExist, Save},
    standing::{Standing, mark_of, path_digest},
};

/// Which numbers the results of one photo may have: `first`, `first + step` and so on, where 1 is not
/// written. Photos that are planned together have none in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbering {
    /// The first.
    pub first: u32,
    /// How far the next is.
    pub step: u32,
}

impl Default for Numbering {
    fn default() -> Self {
        Self { first: 1, step: 1 }
    }
}

/// Plans names; knows those that it has planned.
#[derive(Default)]
pub struct Planner {
    /// Names that are planned, as [`key`] has them.
    planned: HashSet<PathBuf>,
    /// Photos, which no result may replace.
    originals: HashSet<PathBuf>,
    /// Digests of their paths.
    digests: HashSet<u64>,
}

impl Planner {
    /// With photos that no result may replace, planned or not.
    pub fn knowing<'a>(photos: impl Iterator<Item = &'a Path>) -> Self {
        let (originals, digests) = photos.map(|photo| (key(photo), path_digest(photo))).unzip();
        Self { originals, digests, ..Self::default() }
    }

    /// Plans all photos of a run. What each gets depends on its own path, on which others are named
    /// and on whose results lie there, but not on the order, nor on who does which: photos of one
    /// name keep what they have; the others get the lowest numbers that are left, by their paths.
    pub fn plan(&mut self, photos: &[(&Path, &Save)]) -> Vec<Numbering> {
        let mut order: Vec<usize> = (0..photos.len()).collect();
        order.sort_by_cached_key(|&photo| path::absolute(photos[photo].0).unwrap_or_default());
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut group_of: HashMap<PathBuf, usize> = HashMap::new();
        for &photo in &order {
            let (source, save) = photos[photo];
            let Some(path) = save.paths(source, 1).next() else { continue };
            let group = *group_of.entry(key(&path)).or_insert(groups.len());
            if group == groups.len() {
                groups.push(Vec::new());
            }
            groups[group].push(photo);
        }
        let mut numbers = vec![Numbering::default(); photos.len()];
        // First who is alone or first of a name: those get the plain name, unless it is a photo's.
        let mut rest = Vec::new();
        for group in groups {
            let mut unnumbered = group.clone();
            if group.len() > 1 && photos[group[0]].1.options.on_exist != Some(OnExist::Number) {
                self.keep_what_is_theirs(photos, &mut unnumbered, &mut numbers);
            }
            if unnumbered.len() == group.len()
                && let Some(&first) = unnumbered.first()
                && self.take(photos[first], 1)
            {
                unnumbered.remove(0);
            }
            rest.push((group, unnumbered));
        }
        for (group, unnumbered) in rest {
            for photo in unnumbered {
                let free = (1..).find(|&number| self.take(photos[photo], number));
                numbers[photo].first = free.unwrap_or(1);
            }
            // No two of a group meet at any of their later numbers.
            let step = group.iter().map(|&photo| numbers[photo].first).max().unwrap_or(1);
            group.iter().for_each(|&photo| numbers[photo].step = step);
        }
        numbers
    }

    /// Plans the next of photos that come one by one.
    pub fn plan_next(&mut self, source: &Path, save: &Save) -> Numbering {
        let first = (1..).find(|&number| self.take((source, save), number)).unwrap_or(1);
        Numbering { first, step: 1 }
    }

    /// Finds the results of a group's photos that lie there; who has one leaves the group. They are
    /// known by the path and content in their marks, or by the content alone where the path is of none
    /// of the photos, so that a photo seems to have been moved.
    fn keep_what_is_theirs(
        &mut self,
        photos: &[(&Path, &Save)],
        group: &mut Vec<usize>,
        numbers: &mut [Numbering],
    ) {
        let mut owners: HashMap<u64, usize> =
            group.iter().map(|&photo| (path_digest(photos[photo].0), photo)).collect();
        let first = photos[group[0]];
        let most_missing = group.len();
        let mut by_content: Option<HashMap<u64, usize>> = None;
        let mut missing = 0;
        for number in 1.. {
            let mark = match standing_under(first, number) {
                Standing::Nothing => {
                    missing += 1;
                    if missing > most_missing {
                        break;
                    }
                    continue;
                }
                Standing::Result(mark) | Standing::Broken(Some(mark)) => mark,
                Standing::Broken(None) | Standing::Unmarked { .. } => continue,
            };
            let owner = match owners.get(&mark.path) {
                Some(&photo) => Some(photo).filter(|&photo| mark_of(photos[photo].0) == mark),
                None if mark.content == 0 || self.digests.contains(&mark.path) => None,
                None => {
                    let content = |photo: usize| mark_of(photos[photo].0).content;
                    let read = || group.iter().map(|&photo| (content(photo), photo)).collect();
                    by_content.get_or_insert_with(read).get(&mark.content).copied()
                }
            };
            if let Some(photo) = owner.filter(|photo| group.contains(photo))
                && self.take(photos[photo], number)
            {
                owners.remove(&path_digest(photos[photo].0));
                numbers[photo].first = number;
                group.retain(|&other| other != photo);
                if group.is_empty() {
                    break;
                }
            }
        }
    }

    /// Takes the names of a photo under this number, if all are free.
    fn take(&mut self, (source, save): (&Path, &Save), number: u32) -> bool {
        let keys: Vec<PathBuf> = save.paths(source, number).map(|path| key(&path)).collect();
        let is_free = |key: &PathBuf| !self.planned.contains(key) && !self.originals.contains(key);
        let are_free = keys.iter().all(is_free);
        if are_free {
            self.planned.extend(keys);
        }
        are_free
    }
}

/// The first file of a photo that stands under a number, whichever kind.
fn standing_under((source, save): (&Path, &Save), number: u32) -> Standing {
    let mut standing = save.paths(source, number).map(|path| Standing::at(&path));
    standing.find(|standing| *standing != Standing::Nothing).unwrap_or(Standing::Nothing)
}

/// A path by which names are compared: some file systems take upper for lower case.
pub fn key(path: &Path) -> PathBuf {
    let absolute = path::absolute(path).unwrap_or_else(|_| path.to_owned());
    match absolute.to_str() {
        Some(text) => text.to_lowercase().into(),
        None => absolute,
    }
}
