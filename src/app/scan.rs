//! Finding the photos in files and folders, on a thread of its own, a few hundred at a time.
//!
//! What lies in a folder itself is listed at once; about subfolders the user is asked once, in a line.

use std::path::{Path, PathBuf};

use super::effect::{Report, Subfolders};
use crate::engine::sources::{self, Depth, Found, PassedOver, Source, Why};

/// Photos in one report, so that a large folder shows up bit by bit.
const PHOTOS_PER_REPORT: usize = 256;

/// Goes through the paths and tells what it finds; ends early where nobody listens. Files are
/// taken as they are: what is no photo is refused by the engine, with the reason. Of what a folder
/// holds beside photos the first is told with the reason, but for results of Cutout's own.
pub fn scan(paths: &[PathBuf], subfolders: Subfolders, tell: impl Fn(Report) -> bool) {
    let mut photos = Vec::new();
    let mut found_any = false;
    let mut passed_over: Option<(PassedOver, usize)> = None;
    for found in paths.iter().flat_map(|path| found(path, subfolders)) {
        match found {
            Found::Photo(source) => photos.push(source),
            Found::PassedOver(PassedOver { why: Why::Result, .. }) => {}
            Found::PassedOver(passed) => passed_over.get_or_insert((passed, 0)).1 += 1,
        }
        if photos.len() == PHOTOS_PER_REPORT {
            found_any = true;
            if !tell(Report::Found(std::mem::take(&mut photos))) {
                return;
            }
        }
    }
    if !photos.is_empty() {
        found_any = true;
        if !tell(Report::Found(photos)) {
            return;
        }
    }
    let is_deep = |path: &&PathBuf| subfolders == Subfolders::Ask && has_deeper(path);
    let deeper = paths.iter().filter(is_deep).cloned().collect();
    let nothing_in = if found_any { None } else { paths.first().cloned() };
    tell(Report::Scanned { nothing_in, deeper, passed_over });
}

fn found(path: &Path, subfolders: Subfolders) -> impl Iterator<Item = Found> + '_ {
    let depth = match subfolders {
        Subfolders::Ask | Subfolders::LeaveOut => Depth::Folder,
        Subfolders::Include | Subfolders::Only => Depth::Recursive,
    };
    let is_wanted = move |found: &Found| match found {
        Found::Photo(source) => subfolders != Subfolders::Only || is_deeper(source),
        Found::PassedOver(_) => true,
    };
    sources::find(path, depth).filter(is_wanted)
}

fn has_deeper(path: &Path) -> bool {
    sources::expand(path, Depth::Recursive).any(|source| is_deeper(&source))
}

fn is_deeper(source: &Source) -> bool {
    !source.below.as_os_str().is_empty()
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, fs, slice};

    use super::*;

    #[test]
    fn a_scan_tells_what_lies_where_it_is_to_look() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_owned();
        fs::create_dir_all(root.join("deep")).unwrap();
        fs::create_dir_all(root.join("empty/er")).unwrap();
        for name in ["top.png", "deep/down.png", "empty/notes.txt", "a.heic", "b.heic"] {
            fs::write(root.join(name), "").unwrap();
        }
        let passed = PassedOver { path: root.join("a.heic"), why: Why::Format("HEIC") };
        let (top, down) = (root.join("top.png"), root.join("deep/down.png"));
        let (empty, missing) = (root.join("empty"), root.join("missing.png"));
        let none: [PathBuf; 0] = [];
        for (path, subfolders, found, nothing, deeper) in [
            (&root, Subfolders::Ask, slice::from_ref(&top), false, true),
            (&root, Subfolders::LeaveOut, slice::from_ref(&top), false, false),
            (&root, Subfolders::Include, &[down.clone(), top.clone()], false, false),
            (&root, Subfolders::Only, slice::from_ref(&down), false, false),
            (&empty, Subfolders::Ask, &none, true, false),
            (&top, Subfolders::Ask, slice::from_ref(&top), false, false),
            (&missing, Subfolders::Include, slice::from_ref(&missing), false, false),
        ] {
            let told = RefCell::new(Vec::new());
            scan(slice::from_ref(path), subfolders, |report| {
                told.borrow_mut().push(report);
                true
            });
            let mut told = told.into_inner();
            let end = Report::Scanned {
                nothing_in: nothing.then(|| path.clone()),
                deeper: if deeper { vec![path.clone()] } else { Vec::new() },
                passed_over: (*path == root).then(|| (passed.clone(), 2)),
            };
            assert_eq!(told.pop(), Some(end), "{subfolders:?} of {}", path.display());
            let photos = told.into_iter().flat_map(|report| match report {
                Report::Found(photos) => photos,
                other => panic!("{other:?}"),
            });
            assert_eq!(photos.map(|photo| photo.path).collect::<Vec<_>>(), found, "{subfolders:?}");
        }
    }
}
