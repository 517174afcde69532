//! The thread that keeps the session: it alone writes in the session's folder.

use std::{
    collections::{HashMap, HashSet},
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use crossbeam_channel::Receiver;

use super::{
    contents::Contents,
    journal::{Damaged, Journal},
    maps::Maps,
    record::{Kept, KeptState, Line},
    tracker::Change,
};
use crate::{
    app::pasted,
    file_stamp::Stamp,
    imaging::{SaliencyMaps, SystemError, WriteError},
    path_text::printable,
    private_file::{self, NotPrivate},
};

const LOCK: &str = "session.lock";

/// Keeps what changes.
pub struct Keeper {
    journal: Journal,
    maps: Maps,
    /// Files as they were when their photo came into the list, or was to be cut again.
    waiting: HashMap<u64, Stamp>,
    /// Held for as long as this window keeps the session.
    _lock: Option<File>,
}

/// Why a session cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeepError {
    /// Another window keeps it.
    #[error("another window keeps its list in {}", printable(.0))]
    Busy(PathBuf),
    /// The folder takes nothing.
    #[error("{}: {source}", printable(folder))]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The system's words.
        source: SystemError,
    },
    /// What is there is not used.
    #[error(transparent)]
    NotPrivate(NotPrivate),
    /// A map cannot be written.
    #[error(transparent)]
    Map(#[from] WriteError),
}

impl KeepError {
    fn folder(folder: &Path, error: io::Error) -> Self {
        match NotPrivate::within(&error) {
            Some(why) => Self::NotPrivate(why.clone()),
            None => Self::Folder { folder: folder.to_owned(), source: error.into() },
        }
    }
}

impl Keeper {
    /// Opens the session of a folder, and gives what was wrong with its journal.
    ///
    /// # Errors
    /// Where another window keeps it, or the folder takes nothing.
    pub fn open(folder: &Path, fresh: bool) -> Result<(Self, Option<Damaged>), KeepError> {
        let failed = |error| KeepError::folder(folder, error);
        private_file::prepare_folder(folder).map_err(failed)?;
        let lock = lock(folder)?;
        let (journal, problem) = if fresh {
            (Journal::anew(folder, Contents::default()).map_err(failed)?, None)
        } else {
            Journal::open(folder).map_err(failed)?
        };
        let maps = Maps::of(folder).map_err(failed)?;
        let is_done = |kept: &&Kept| matches!(kept.state, KeptState::Done { .. });
        let done = journal.contents().photos().filter(is_done).map(|kept| kept.id);
        maps.keep_only(&done.collect::<HashSet<_>>());
        // What a damaged list names is not known.
        if problem.is_none() {
            pasted::sweep(folder, journal.contents().photos().map(|kept| kept.path.as_path()));
        }
        Ok((Self { journal, maps, waiting: HashMap::new(), _lock: lock }, problem))
    }

    /// What is kept.
    pub fn contents(&self) -> &Contents {
        self.journal.contents()
    }

    /// The maps.
    pub fn maps(&self) -> &Maps {
        &self.maps
    }

    /// Keeps what comes until nothing more can. What goes wrong is told, once until it works again.
    pub fn run(mut self, changes: &Receiver<Vec<Change>>, tell: impl Fn(KeepError)) {
        let mut is_told = false;
        for changes in changes {
            match self.keep(changes) {
                Ok(()) => is_told = false,
                Err(error) => {
                    tracing::warn!("the session is not kept: {error}");
                    if !std::mem::replace(&mut is_told, true) {
                        tell(error);
                    }
                }
            }
        }
    }

    fn keep(&mut self, changes: Vec<Change>) -> Result<(), KeepError> {
        let mut lines = Vec::with_capacity(changes.len());
        let mut gone = Vec::new();
        let mut map_error = None;
        for change in changes {
            match change {
                Change::Photo(mut kept, map) => {
                    if let Err(error) = self.complete(&mut kept, map) {
                        // Without its map it is to be cut again.
                        (kept.state, kept.file) = (KeptState::Waiting, None);
                        map_error = Some(error);
                    }
                    lines.push(Line::Photo(kept));
                }
                Change::List(line) => {
                    if let Line::Removed(ids) = &line {
                        gone.extend_from_slice(ids);
                    }
                    lines.push(line);
                }
            }
        }
        let written = self.journal.append(lines);
        self.maps.remove(&gone);
        self.waiting.retain(|id, _| !gone.contains(id));
        written.map_err(|error| KeepError::folder(self.journal.folder(), error))?;
        map_error.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Adds what only this thread knows, and keeps the map.
    fn complete(
        &mut self,
        kept: &mut Kept,
        map: Option<Arc<SaliencyMaps>>,
    ) -> Result<(), WriteError> {
        match (&kept.state, map) {
            (KeptState::Waiting, _) => {
                kept.file = Stamp::of(&kept.path).ok();
                if let Some(stamp) = kept.file {
                    self.waiting.insert(kept.id, stamp);
                }
            }
            (KeptState::Done { .. }, Some(map)) => {
                // One that was written meanwhile is cut again at the next start, rather than that
                // the map of another picture counts as its own.
                let before = self.waiting.remove(&kept.id);
                kept.file = before.or_else(|| Stamp::of(&kept.path).ok());
                self.maps.put(kept.id, &map)?;
            }
            (KeptState::Done { .. }, None) => {
                kept.file = self.journal.contents().get(kept.id).and_then(|kept| kept.file);
            }
            (KeptState::Failed { .. } | KeptState::Stopped, _) => {}
        }
        Ok(())
    }
}

/// Held until it is dropped, or the process ends in whatever way. `None` where the file system
/// knows no locks.
fn lock(folder: &Path) -> Result<Option<File>, KeepError> {
    let file =
        private_file::open(&folder.join(LOCK)).map_err(|error| KeepError::folder(folder, error))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(KeepError::Busy(folder.to_owned())),
        Err(TryLockError::Error(error)) => {
            tracing::warn!("{} cannot be locked: {error}", printable(folder));
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{
        app::{
            item::ItemId,
            session::recall::{Recall, Recalled},
        },
        imaging::SaliencyMap,
    };

    struct Scene {
        _root: tempfile::TempDir,
        session: PathBuf,
        photos: PathBuf,
    }

    impl Scene {
        fn new() -> Self {
            let root = tempfile::tempdir().unwrap();
            let (session, photos) = (root.path().join("a/session"), root.path().join("photos"));
            fs::create_dir(&photos).unwrap();
            Self { _root: root, session, photos }
        }

        fn open(&self) -> Keeper {
            let (keeper, damaged) = Keeper::open(&self.session, false).unwrap();
            assert_eq!(damaged, None);
            keeper
        }

        /// A photo of the list; its file holds its number.
        fn photo(&self, id: u64, state: KeptState) -> Box<Kept> {
            let path = self.photos.join(format!("{id}.png"));
            if !path.exists() {
                fs::write(&path, id.to_string()).unwrap();
            }
            let file = None;
            Box::new(Kept { id, path, state, file, ..super::super::examples::photo(id) })
        }
    }

    fn done() -> KeptState {
        KeptState::Done { took_ms: 3.0, no_clear_subject: false }
    }

    fn map(level: u8) -> Arc<SaliencyMaps> {
        Arc::new(SaliencyMap::from_levels(4, &[level; 16]).unwrap().into())
    }

    fn recalled(keeper: &Keeper) -> Vec<(u64, Option<u8>)> {
        let found = std::cell::RefCell::new(Vec::new());
        Recall::of(keeper.contents(), keeper.maps().clone()).run(|recalled| {
            found.borrow_mut().extend(recalled);
            true
        });
        let level = |recalled| match recalled {
            Recalled::Map(map, _) => Some(map.first.levels()[0]),
            Recalled::Lost => None,
        };
        found.into_inner().into_iter().map(|(ItemId(id), map)| (id, level(map))).collect()
    }

    #[test]
    fn finished_photos_come_back_with_their_maps_unless_they_changed() {
        let scene = Scene::new();
        let mut keeper = scene.open();
        for id in 1..=5 {
            keeper.keep(vec![Change::Photo(scene.photo(id, KeptState::Waiting), None)]).unwrap();
        }
        let waiting = scene.photo(6, KeptState::Waiting);
        let mut changes: Vec<_> =
            (1..=5).map(|id| Change::Photo(scene.photo(id, done()), Some(map(id as u8)))).collect();
        changes.push(Change::Photo(waiting, None));
        changes.push(Change::List(Line::Chosen(vec![4])));
        // Written between its coming and its map: whose map that is, nobody knows.
        fs::write(scene.photos.join("5.png"), "another").unwrap();
        keeper.keep(changes).unwrap();
        // A later change without another map leaves map and stamp.
        keeper.keep(vec![Change::Photo(scene.photo(1, done()), None)]).unwrap();
        drop(keeper);
        fs::write(scene.photos.join("2.png"), "other").unwrap();
        fs::remove_file(scene.photos.join("3.png")).unwrap();
        let keeper = scene.open();
        let states = keeper.contents().photos().filter(|kept| kept.state == done()).count();
        assert_eq!((keeper.contents().photos().len(), states), (6, 5));
        let expected = [(4, Some(4)), (1, Some(1)), (2, None), (3, None), (5, None)];
        assert_eq!(recalled(&keeper), expected);
        fs::write(scene.session.join("maps/1.png"), "no picture").unwrap();
        assert_eq!(recalled(&keeper)[1], (1, None));
    }

    #[test]
    fn maps_of_photos_that_left_the_list_are_removed() {
        let scene = Scene::new();
        let mut keeper = scene.open();
        let photo = |id| Change::Photo(scene.photo(id, done()), Some(map(9)));
        keeper.keep((1..=3).map(photo).collect()).unwrap();
        keeper.keep(vec![Change::List(Line::Removed(vec![1]))]).unwrap();
        let maps = scene.session.join("maps");
        let count = || fs::read_dir(&maps).unwrap().count();
        assert_eq!(count(), 2);
        // One that was to be cut again when the power went.
        keeper.keep(vec![Change::Photo(scene.photo(2, KeptState::Waiting), None)]).unwrap();
        drop(keeper);
        let keeper = scene.open();
        assert_eq!((count(), recalled(&keeper)), (1, vec![(3, Some(9))]));
        drop(keeper);
        let (fresh, _) = Keeper::open(&scene.session, true).unwrap();
        assert_eq!((count(), fresh.contents()), (0, &Contents::default()));
    }

    #[test]
    fn a_second_window_gets_no_session_and_harms_none() {
        let scene = Scene::new();
        let mut first = scene.open();
        let second = Keeper::open(&scene.session, true);
        assert!(matches!(second, Err(KeepError::Busy(_))));
        first.keep(vec![Change::Photo(scene.photo(1, done()), Some(map(1)))]).unwrap();
        drop(first);
        assert_eq!(scene.open().contents().photos().len(), 1);
    }

    #[test]
    fn a_map_that_cannot_be_written_leaves_a_photo_to_be_cut_again() {
        let scene = Scene::new();
        let mut keeper = scene.open();
        fs::remove_dir(scene.session.join("maps")).unwrap();
        let told = keeper.keep(vec![Change::Photo(scene.photo(1, done()), Some(map(1)))]);
        assert!(matches!(told, Err(KeepError::Map(_))), "{told:?}");
        drop(keeper);
        let keeper = scene.open();
        assert_eq!(keeper.contents().get(1).unwrap().state, KeptState::Waiting);
    }

    #[test]
    fn where_nothing_can_be_kept_the_folder_is_named() {
        let root = tempfile::tempdir().unwrap();
        let in_the_way = root.path().join("file");
        fs::write(&in_the_way, "").unwrap();
        let error = Keeper::open(&in_the_way.join("session"), false).err().unwrap().to_string();
        assert!(error.contains(&in_the_way.display().to_string()), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_lock_or_journal_that_is_a_link_empties_nothing_and_is_told() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        for name in [LOCK, "session.jsonl", "maps"] {
            let root = tempfile::tempdir().unwrap();
            let (session, theirs) = (root.path().join("session"), root.path().join("theirs"));
            fs::create_dir_all(&theirs).unwrap();
            fs::write(theirs.join("1.png"), "theirs").unwrap();
            private_file::prepare_folder(&session).unwrap();
            let target = if name == "maps" { theirs.clone() } else { theirs.join("1.png") };
            symlink(target, session.join(name)).unwrap();
            let refused = Keeper::open(&session, false).err();
            let link = NotPrivate::Link(session.join(name));
            assert_eq!(refused, Some(KeepError::NotPrivate(link)), "{name}");
            assert_eq!(fs::read(theirs.join("1.png")).unwrap(), b"theirs", "{name}");
        }
        let root = tempfile::tempdir().unwrap();
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let refused = Keeper::open(root.path(), false).err();
        let open = NotPrivate::OthersWrite(root.path().to_owned());
        assert_eq!(refused, Some(KeepError::NotPrivate(open)));
    }
}
