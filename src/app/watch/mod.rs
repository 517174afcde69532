//! Watches a folder for new photos, on a thread of its own: what the system tells of it, looked
//! through now and then for what it does not tell, such as on another computer's disk.

mod settling;

use std::{
    collections::HashMap,
    fs::File,
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender, after, bounded, never, select};
use notify_debouncer_full::{
    DebounceEventResult, Debouncer, RecommendedCache, new_debouncer,
    notify::{self, RecommendedWatcher, RecursiveMode},
};

use super::worker::Worker;
use crate::{
    engine::sources::{self, Depth},
    file_stamp::Stamp,
};
use settling::{Look, Settling};

/// A folder to watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchOptions {
    /// The folder.
    pub folder: PathBuf,
    /// Whether its subfolders are watched too.
    pub depth: Depth,
}

/// News of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchNews {
    /// These photos are new in it, or were replaced, and are whole.
    Arrived(Vec<PathBuf>),
    /// It cannot be watched now, for this reason of the system's, or because it is not there; it is
    /// tried again.
    Lost(Option<String>),
    /// It is watched, again.
    Found,
}

/// How patient the watch is.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// A file that has not changed for so long is whole.
    pub still: Duration,
    /// How often files that came are looked at until they are.
    pub look: Duration,
    /// How often the folder is looked for where it is gone.
    pub seek: Duration,
    /// How often the folder is looked through for what the system did not tell.
    pub survey: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            still: Duration::from_secs(1),
            look: Duration::from_millis(250),
            seek: Duration::from_secs(2),
            survey: Duration::from_secs(30),
        }
    }
}

/// Events of a file within so long are one.
const DEBOUNCE: Duration = Duration::from_millis(100);
/// Batches of events that may wait; the system's queue holds what comes meanwhile.
const EVENTS: usize = 64;
/// How long closing waits for the thread.
const CLOSE_WITHIN: Duration = Duration::from_millis(300);

/// A folder that is being watched, until this is dropped.
#[derive(Debug)]
pub struct Watch {
    stop: Option<Sender<()>>,
    worker: Option<Worker>,
}

impl Watch {
    /// Watches a folder; `tell` says whether anybody still listens.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(
        options: WatchOptions,
        pace: Pace,
        tell: impl Fn(WatchNews) -> bool + Send + 'static,
    ) -> io::Result<Self> {
        let (stop, stopped) = bounded(0);
        let worker = Worker::spawn("cutout-watch", move || {
            Watcher::new(options, pace, tell).run(&stopped);
        })?;
        Ok(Self { stop: Some(stop), worker: Some(worker) })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(worker) = self.worker.take() {
            worker.end_within(CLOSE_WITHIN);
        }
    }
}

type Ear = Debouncer<RecommendedWatcher, RecommendedCache>;

struct Watcher<Tell> {
    options: WatchOptions,
    pace: Pace,
    tell: Tell,
    /// The photos of the folder as they were last told, or lay there from the start.
    known: HashMap<PathBuf, Stamp>,
    settling: Settling,
    is_lost: bool,
}

impl<Tell: Fn(WatchNews) -> bool> Watcher<Tell> {
    fn new(options: WatchOptions, pace: Pace, tell: Tell) -> Self {
        let settling = Settling::new(pace.still);
        Self { options, pace, tell, known: HashMap::new(), settling, is_lost: false }
    }

    fn run(mut self, stopped: &Receiver<()>) {
        let mut is_first = true;
        loop {
            match self.listen() {
                Ok((ear, events)) => {
                    if is_first {
                        // Told once it listens: whatever comes from here on is seen.
                        self.known = self.photos().filter_map(with_stamp).collect();
                    } else {
                        self.survey();
                    }
                    let is_heard = (self.tell)(WatchNews::Found);
                    is_first = false;
                    self.is_lost = false;
                    if !is_heard || !self.attend(&events, stopped) {
                        return;
                    }
                    drop(ear);
                }
                Err(reason) => {
                    let is_news = !std::mem::replace(&mut self.is_lost, true);
                    if is_news && !(self.tell)(WatchNews::Lost(reason)) {
                        return;
                    }
                }
            }
            select! {
                recv(stopped) -> _ => return,
                default(self.pace.seek) => {}
            }
        }
    }

    /// Has the system tell what happens in the folder.
    fn listen(&self) -> Result<(Ear, Receiver<DebounceEventResult>), Option<String>> {
        let folder = &self.options.folder;
        if !folder.is_dir() {
            return Err(None);
        }
        let words = |error: notify::Error| Some(error.to_string());
        let (sender, events) = bounded(EVENTS);
        let hear = move |event| sender.send(event).unwrap_or_default();
        let mut ear = new_debouncer(DEBOUNCE, None, hear).map_err(words)?;
        let mode = match self.options.depth {
            Depth::Folder => RecursiveMode::NonRecursive,
            Depth::Recursive => RecursiveMode::Recursive,
        };
        ear.watch(folder, mode).map_err(words)?;
        Ok((ear, events))
    }

    /// Tells what comes, until the folder is gone; `false` where nobody listens any more.
    fn attend(&mut self, events: &Receiver<DebounceEventResult>, stopped: &Receiver<()>) -> bool {
        let mut surveyed_at = Instant::now();
        loop {
            let to_look = if self.settling.is_empty() { never() } else { after(self.pace.look) };
            select! {
                recv(stopped) -> _ => return false,
                recv(events) -> event => match event {
                    Ok(event) => self.hear(event),
                    Err(_) => return true,
                },
                recv(to_look) -> _ => {}
                default(self.pace.seek) => {}
            }
            if !self.options.folder.is_dir() {
                self.is_lost = true;
                return (self.tell)(WatchNews::Lost(None));
            }
            if surveyed_at.elapsed() >= self.pace.survey {
                self.survey();
                surveyed_at = Instant::now();
            }
            let whole = self.settling.look(Instant::now(), look);
            if whole.is_empty() {
                continue;
            }
            self.known.extend(whole.iter().cloned());
            // Now that they are whole, results and what is no photo can be told.
            let is_photo = |path: &PathBuf| matches!(sources::judge(path), Some(Ok(())));
            let whole = whole.into_iter().map(|(path, _)| path);
            let arrived: Vec<PathBuf> = whole.filter(is_photo).collect();
            if !arrived.is_empty() && !(self.tell)(WatchNews::Arrived(arrived)) {
                return false;
            }
        }
    }

    fn hear(&mut self, result: DebounceEventResult) {
        let Ok(events) = result else { return self.survey() };
        if events.iter().any(|event| event.need_rescan()) {
            return self.survey();
        }
        for path in events.iter().flat_map(|event| &event.paths) {
            if path.is_dir() {
                // What lies in a folder that was moved in has no events of its own.
                if path != &self.options.folder && self.options.depth == Depth::Recursive {
                    sources::expand(path, Depth::Recursive).for_each(|found| self.note(found.path));
                }
            } else {
                self.note(path.clone());
            }
        }
    }

    /// Looks through the whole folder.
    fn survey(&mut self) {
        let photos: Vec<PathBuf> = self.photos().collect();
        photos.into_iter().for_each(|path| self.note(path));
    }

    fn note(&mut self, path: PathBuf) {
        if sources::is_photo_within(&self.options.folder, &path, self.options.depth)
            && Stamp::of(&path).is_ok_and(|now| self.known.get(&path) != Some(&now))
        {
            self.settling.note(path, Instant::now());
        }
    }

    fn photos(&self) -> impl Iterator<Item = PathBuf> + '_ {
        sources::expand(&self.options.folder, self.options.depth).map(|found| found.path)
    }
}

fn with_stamp(path: PathBuf) -> Option<(PathBuf, Stamp)> {
    let stamp = Stamp::of(&path).ok()?;
    Some((path, stamp))
}

fn look(path: &Path) -> Option<Look> {
    let stamp = Stamp::of(path).ok()?;
    Some(Look { stamp, is_readable: File::open(path).is_ok() })
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write as _};

    use super::*;
    use crate::imaging::{
        Cancel, Existing, FileFormat, Metadata, ResultMark, Writing, save_cutout,
    };

    const PATIENCE: Duration = Duration::from_secs(20);

    struct Scene {
        root: tempfile::TempDir,
        news: Receiver<WatchNews>,
        _watch: Watch,
    }

    impl Scene {
        /// A watched folder with one photo in it.
        fn new(depth: Depth, survey: Duration) -> Self {
            let root = tempfile::tempdir().unwrap();
            let folder = root.path().join("in");
            fs::create_dir_all(folder.join("sub")).unwrap();
            fs::create_dir(root.path().join("out")).unwrap();
            fs::write(folder.join("old.png"), "old").unwrap();
            let still = Duration::from_millis(150);
            let short = Duration::from_millis(20);
            let pace = Pace { still, look: short, seek: short, survey };
            let (sender, news) = crossbeam_channel::unbounded();
            let tell = move |news| sender.send(news).is_ok();
            let watch = Watch::start(WatchOptions { folder, depth }, pace, tell).unwrap();
            let scene = Self { root, news, _watch: watch };
            assert_eq!(scene.next(), WatchNews::Found);
            scene
        }

        fn next(&self) -> WatchNews {
            self.news.recv_timeout(PATIENCE).expect("news of the folder")
        }

        fn arrived(&self) -> Vec<String> {
            let WatchNews::Arrived(paths) = self.next() else { panic!("no photo arrived") };
            let folder = self.root.path().join("in");
            let name = |path: PathBuf| {
                path.strip_prefix(&folder).unwrap().to_string_lossy().replace('\\', "/")
            };
            paths.into_iter().map(name).collect()
        }

        fn write(&self, name: &str, bytes: &str) {
            fs::write(self.root.path().join(name), bytes).unwrap();
        }

        fn rename(&self, from: &str, to: &str) {
            let root = self.root.path();
            fs::rename(root.join(from), root.join(to)).unwrap();
        }
    }

    const NEVER: Duration = Duration::from_secs(3600);

    #[test]
    fn photos_that_come_in_any_way_are_told_once_and_whole() {
        let scene = Scene::new(Depth::Folder, NEVER);
        scene.write("out/moved.png", "moved");
        scene.rename("out/moved.png", "in/moved.png");
        assert_eq!(scene.arrived(), ["moved.png"]);

        // Not photos, not whole, or not in the folder itself.
        for name in ["in/.b.png", "in/c.txt", "in/sub/d.png", "in/no-ending"] {
            scene.write(name, "x");
        }
        let result = scene.root.path().join("in/a_cut.png");
        let marked = Writing { mark: Some(ResultMark::default()), ..Existing::Replace.into() };
        let (picture, nothing) =
            (image::DynamicImage::from(image::RgbaImage::new(2, 2)), Metadata::default());
        let (format, cancel) = (FileFormat::default(), Cancel::default());
        save_cutout(&result, &picture, &nothing, format, marked, &cancel).unwrap();
        let mut slow = fs::File::create(scene.root.path().join("in/slow.jpg")).unwrap();
        for _ in 0..20 {
            slow.write_all(b"some of it").unwrap();
            slow.flush().unwrap();
            assert!(scene.news.recv_timeout(Duration::from_millis(30)).is_err(), "half a photo");
        }
        drop(slow);
        assert_eq!(scene.arrived(), ["slow.jpg"]);

        scene.write("in/old.png", "another");
        assert_eq!(scene.arrived(), ["old.png"]);
        scene.write("out/new.png", "and another");
        scene.rename("out/new.png", "in/old.png");
        assert_eq!(scene.arrived(), ["old.png"]);
        assert!(scene.news.is_empty());
    }

    #[test]
    fn subfolders_are_watched_where_asked_and_come_with_their_photos() {
        let scene = Scene::new(Depth::Recursive, NEVER);
        scene.write("in/sub/a.png", "a");
        assert_eq!(scene.arrived(), ["sub/a.png"]);
        fs::create_dir_all(scene.root.path().join("out/two/deep")).unwrap();
        scene.write("out/two/deep/b.png", "b");
        scene.rename("out/two", "in/two");
        assert_eq!(scene.arrived(), ["two/deep/b.png"]);
    }

    #[test]
    fn a_folder_that_went_is_told_and_watched_again_when_it_is_back() {
        let scene = Scene::new(Depth::Folder, NEVER);
        scene.rename("in", "elsewhere");
        assert_eq!(scene.next(), WatchNews::Lost(None));
        scene.write("elsewhere/meanwhile.png", "new");
        scene.rename("elsewhere", "in");
        assert_eq!(scene.next(), WatchNews::Found);
        assert_eq!(scene.arrived(), ["meanwhile.png"]);
        scene.write("in/later.png", "later");
        assert_eq!(scene.arrived(), ["later.png"]);
    }

    #[test]
    fn what_the_system_does_not_tell_is_found_all_the_same() {
        // Events of a folder do not tell of what is written through a link to elsewhere.
        let scene = Scene::new(Depth::Folder, Duration::from_millis(50));
        scene.write("out/far.png", "far");
        #[cfg(unix)]
        {
            let root = scene.root.path();
            std::os::unix::fs::symlink(root.join("out/far.png"), root.join("in/far.png")).unwrap();
            assert_eq!(scene.arrived(), ["far.png"]);
            scene.write("out/far.png", "another picture");
            assert_eq!(scene.arrived(), ["far.png"]);
        }
    }

    #[test]
    fn it_ends_with_its_handle() {
        let scene = Scene::new(Depth::Recursive, NEVER);
        let Scene { news, _watch, .. } = scene;
        drop(_watch);
        assert!(news.recv_timeout(PATIENCE).is_err());
    }
}
