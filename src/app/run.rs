//! Runs effects: commands without waiting, everything else on named threads.

use std::{collections::VecDeque, sync::Arc, thread};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::{
    EnginePort, Wake, clipboard,
    desktop::Desktop,
    effect::{Effect, Report},
    pasted::{PastedFolder, PastedPlace},
    scan,
    settings::SettingsFile,
    watch::{Pace, Watch, WatchOptions},
    wording,
};
use crate::{
    engine::protocol::{Command, Event},
    lang::{self, t},
};

/// Reports that may wait for the window; a scan pauses when there are as many.
const REPORTS_WAITING: usize = 16;

/// What a memory snapshot is called, unless the user says otherwise.
const SNAPSHOT_NAME: &str = "cutout-memory.pickle";

/// Runs effects and brings back what they find.
pub struct Runner {
    port: EnginePort,
    outbox: VecDeque<Command>,
    desktop: Arc<dyn Desktop>,
    sender: Reporter,
    reports: Receiver<Report>,
    settings: Arc<SettingsFile>,
    pasted: Option<Arc<PastedFolder>>,
    /// After the reports: a thread that waits to report ends when nobody can take them.
    watch: Option<Watch>,
}

/// Brings reports to the window, from any thread.
#[derive(Clone)]
pub struct Reporter {
    sender: Sender<Report>,
    wake: Wake,
}

impl Reporter {
    /// Whether the window is still there to listen. Waits while too many reports do.
    pub fn send(&self, report: Report) -> bool {
        let sent = self.sender.send(report).is_ok();
        self.wake();
        sent
    }

    /// Has the window look for news.
    pub fn wake(&self) {
        (self.wake)();
    }

    /// What has the window look for news.
    pub fn waker(&self) -> Wake {
        self.wake.clone()
    }
}

impl Runner {
    /// A runner that wakes the window whenever a report waits.
    pub fn new(
        port: EnginePort,
        desktop: Arc<dyn Desktop>,
        settings: Arc<SettingsFile>,
        pasted: Option<&PastedPlace>,
        wake: Wake,
    ) -> Self {
        let (sender, reports) = bounded(REPORTS_WAITING);
        let sender = Reporter { sender, wake };
        let pasted = pasted.map(|place| Arc::new(PastedFolder::of(place)));
        let outbox = VecDeque::new();
        Self { port, outbox, desktop, sender, reports, settings, pasted, watch: None }
    }

    /// For threads with something to report.
    pub fn reporter(&self) -> Reporter {
        self.sender.clone()
    }

    /// Starts effects; commands go out with the next [`Runner::flush`].
    pub fn run(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send(command) => self.outbox.push_back(command),
                Effect::PickFiles => {
                    self.ask(|desktop| Ok(Report::Picked(desktop.pick_photos()?)));
                }
                Effect::PickFolder => self.ask(|desktop| {
                    let folder = desktop.pick_folder(&t!("dialog-open-folder"))?;
                    Ok(Report::Picked(folder.into_iter().collect()))
                }),
                Effect::PickBackground(id) => {
                    let title = t!("dialog-pick-background");
                    self.ask(move |desktop| {
                        Ok(Report::Background(id, desktop.pick_picture(&title)?))
                    });
                }
                Effect::PickSaveFolder => self.ask(|desktop| {
                    Ok(Report::SaveFolder(desktop.pick_folder(&t!("dialog-save-folder"))?))
                }),
                Effect::PickExportFolder => {
                    // In the window's language: other threads speak their own.
                    let title = t!("export-folder-title");
                    self.ask(move |desktop| Ok(Report::ExportFolder(desktop.pick_folder(&title)?)));
                }
                Effect::PickSnapshotFile => {
                    let title = t!("dialog-snapshot-file");
                    self.ask(move |desktop| {
                        Ok(Report::SnapshotFile(desktop.name_file(&title, SNAPSHOT_NAME)?))
                    });
                }
                Effect::ShowFolder(folder) => {
                    let desktop = self.desktop.clone();
                    self.spawn("file-manager", move |reporter| {
                        if let Err(message) = desktop.show_folder(&folder) {
                            reporter.send(Report::Problem(message));
                        }
                    });
                }
                Effect::Paste => {
                    let (desktop, folder) = (self.desktop.clone(), self.pasted.clone());
                    self.spawn("cutout-paste", move |reporter| {
                        let pasted = clipboard::paste(desktop.read_clipboard(), folder.as_deref());
                        reporter.send(Report::Pasted(pasted));
                    });
                }
                Effect::ReadText => {
                    let desktop = self.desktop.clone();
                    self.spawn("cutout-paste", move |reporter| match desktop.clipboard_text() {
                        Ok(text) => {
                            text.map(|text| reporter.send(Report::ClipboardText(text)));
                        }
                        Err(reason) => tracing::warn!("the clipboard cannot be read: {reason}"),
                    });
                }
                Effect::Copy { name, cutout } => {
                    let desktop = self.desktop.clone();
                    self.spawn("cutout-copy", move |reporter| {
                        let result = desktop.copy_picture(cutout);
                        reporter.send(Report::Copied { name, result });
                    });
                }
                Effect::SaveSettings(settings) => {
                    self.settings.put(*settings);
                    let file = self.settings.clone();
                    self.spawn("settings", move |reporter| {
                        if let Err(problem) = file.write() {
                            reporter.send(Report::Problem(wording::settings_problem(&problem)));
                        }
                    });
                }
                Effect::AskAboutMotion => {
                    let desktop = self.desktop.clone();
                    self.spawn("ask-motion", move |reporter| {
                        reporter.send(Report::DesktopReducesMotion(desktop.reduces_motion()));
                    });
                }
                Effect::PickWatchFolder => {
                    let title = t!("dialog-pick-watch-folder");
                    self.ask(move |desktop| Ok(Report::WatchFolder(desktop.pick_folder(&title)?)));
                }
                Effect::Watch(options) => self.watch(options),
                Effect::Scan { paths, subfolders } => {
                    self.spawn("cutout-scan", move |reporter| {
                        scan::scan(&paths, subfolders, |report| reporter.send(report));
                    });
                }
            }
        }
    }

    /// Hands waiting commands over in order; `false` when the engine was too busy for all.
    pub fn flush(&mut self) -> bool {
        while let Some(command) = self.outbox.pop_front() {
            if let Err(command) = (self.port.commands)(command) {
                self.outbox.push_front(command);
                return false;
            }
        }
        true
    }

    /// The engine's next event, if one waits.
    pub fn next_event(&self) -> Option<Event> {
        self.port.events.try_recv().ok()
    }

    /// Whether an event or a report waits.
    pub fn has_news(&self) -> bool {
        !self.port.events.is_empty() || !self.reports.is_empty()
    }

    /// The next report, if one waits.
    pub fn next_report(&self) -> Option<Report> {
        self.reports.try_recv().ok()
    }

    fn watch(&mut self, options: Option<WatchOptions>) {
        if let Some(before) = self.watch.take() {
            self.spawn("watch-end", |_| drop(before));
        }
        let Some(options) = options else { return };
        let reporter = self.reporter();
        let tell = move |news| reporter.send(Report::Watch(news));
        match Watch::start(options, Pace::default(), tell) {
            Ok(watch) => self.watch = Some(watch),
            Err(error) => tracing::error!(%error, "the system gives no thread to watch a folder"),
        }
    }

    fn ask(&self, dialog: impl FnOnce(&dyn Desktop) -> Result<Report, String> + Send + 'static) {
        let desktop = self.desktop.clone();
        self.spawn("file-dialog", move |reporter| {
            reporter.send(dialog(&*desktop).unwrap_or_else(Report::DialogFailed));
        });
    }

    fn spawn(&self, name: &str, work: impl FnOnce(&Reporter) + Send + 'static) {
        // What it says is for the user.
        let (reporter, language) = (self.sender.clone(), lang::language());
        let work = move || {
            lang::set_language(language);
            work(&reporter);
        };
        let thread = thread::Builder::new().name(name.to_owned());
        if let Err(error) = thread.spawn(work) {
            tracing::error!(%error, name, "the system gives no thread");
        }
    }
}

impl Drop for Runner {
    /// A setting changed just before the window closed is written by now, or here.
    fn drop(&mut self) {
        if let Err(problem) = self.settings.write() {
            tracing::error!("{problem}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        cell::RefCell,
        path::{Path, PathBuf},
        rc::Rc,
    };

    use image::RgbaImage;

    use super::*;
    use crate::{
        app::{
            clipboard::{Clip, Pasted},
            effect::Subfolders,
            item::ItemId,
        },
        engine::{protocol::JobId, sources::Source},
    };

    struct NoDesktop;

    impl Desktop for NoDesktop {
        fn pick_photos(&self) -> Result<Vec<PathBuf>, String> {
            Err("no dialog".to_owned())
        }
        fn pick_picture(&self, _title: &str) -> Result<Option<PathBuf>, String> {
            Ok(Some("sea.jpg".into()))
        }
        fn pick_folder(&self, _title: &str) -> Result<Option<PathBuf>, String> {
            Ok(Some("folder".into()))
        }
        fn name_file(&self, _title: &str, proposed: &str) -> Result<Option<PathBuf>, String> {
            Ok(Some(Path::new("folder").join(proposed)))
        }
        fn show_folder(&self, _folder: &Path) -> Result<(), String> {
            Err("no file manager".to_owned())
        }
        fn read_clipboard(&self) -> Result<Clip, String> {
            Ok(Clip::Picture(RgbaImage::new(2, 1)))
        }
        fn clipboard_text(&self) -> Result<Option<String>, String> {
            Ok(Some("some words".to_owned()))
        }
        fn copy_picture(&self, _picture: Arc<RgbaImage>) -> Result<(), String> {
            Err("no clipboard".to_owned())
        }
    }

    fn runner(commands: impl Fn(Command) -> Result<(), Command> + 'static) -> Runner {
        let (_, events) = bounded(0);
        let port = EnginePort { commands: Box::new(commands), events };
        Runner::new(port, Arc::new(NoDesktop), Arc::default(), None, Arc::new(|| {}))
    }

    #[test]
    fn what_a_busy_engine_gives_back_is_sent_again_in_order() {
        let room = Rc::new(RefCell::new(1));
        let taken = Rc::new(RefCell::new(Vec::new()));
        let mut runner = runner({
            let (room, taken) = (room.clone(), taken.clone());
            move |command| {
                let Command::Cancel(jobs) = &command else { return Ok(()) };
                if *room.borrow() == 0 {
                    return Err(command);
                }
                *room.borrow_mut() -= 1;
                taken.borrow_mut().extend(jobs.iter().map(|job| job.0));
                Ok(())
            }
        });
        runner.run((1..=3).map(|job| Effect::Send(Command::Cancel(vec![JobId(job)]))).collect());
        assert!(!runner.flush());
        assert_eq!(*taken.borrow(), [1]);
        assert!(!runner.flush());
        *room.borrow_mut() = 9;
        assert!(runner.flush());
        assert_eq!(*taken.borrow(), [1, 2, 3]);
    }

    #[test]
    fn what_other_threads_say_is_in_the_users_language() {
        let folder = tempfile::tempdir().unwrap();
        let in_the_way = folder.path().join("file");
        std::fs::write(&in_the_way, "").unwrap();
        lang::set_language(lang::Language::German);
        let mut runner = runner(|_| Ok(()));
        runner.settings = Arc::new(SettingsFile::in_folder(in_the_way.join("cutout")));
        runner.run(vec![Effect::SaveSettings(Box::default())]);
        let Report::Problem(told) = runner.reports.recv().unwrap() else { panic!("no problem") };
        assert!(told.starts_with("Die Einstellungen lassen sich nicht speichern"), "{told}");
    }

    #[test]
    fn work_off_the_ui_thread_reports_back() {
        let folder = tempfile::tempdir().unwrap();
        let photo = folder.path().join("a.png");
        std::fs::write(&photo, "").unwrap();
        let empty = folder.path().join("empty");
        std::fs::create_dir(&empty).unwrap();
        let found = Source { path: photo.clone(), below: PathBuf::new() };
        for (effect, expected) in [
            (Effect::PickFiles, Report::DialogFailed("no dialog".to_owned())),
            (Effect::PickFolder, Report::Picked(vec!["folder".into()])),
            (
                Effect::PickBackground(ItemId(3)),
                Report::Background(ItemId(3), Some("sea.jpg".into())),
            ),
            (
                Effect::PickSnapshotFile,
                Report::SnapshotFile(Some("folder/cutout-memory.pickle".into())),
            ),
            (Effect::PickSaveFolder, Report::SaveFolder(Some("folder".into()))),
            (Effect::ShowFolder(empty.clone()), Report::Problem("no file manager".to_owned())),
            (
                Effect::Paste,
                Report::Pasted(Pasted::NotKept("this system names no folder for it".to_owned())),
            ),
            (Effect::ReadText, Report::ClipboardText("some words".to_owned())),
            (
                Effect::Copy { name: "a.png".to_owned(), cutout: Arc::default() },
                Report::Copied { name: "a.png".to_owned(), result: Err("no clipboard".to_owned()) },
            ),
            (
                Effect::Scan { paths: vec![photo], subfolders: Subfolders::Ask },
                Report::Found(vec![found]),
            ),
        ] {
            let mut runner = runner(|_| Ok(()));
            runner.run(vec![effect]);
            assert_eq!(runner.reports.recv().unwrap(), expected);
        }
    }
}
