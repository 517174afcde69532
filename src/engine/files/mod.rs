//! What the list shows of files before their turn comes, on a small pool of threads (`cutout-list-…`), most
//! urgent first.
//!
//! First thumbnails of the rows in sight, of the newest request only; then of every new photo whether it is
//! a picture, how large, and which two have the same bytes (a sample of head and end first, the whole only
//! of files that share one). A file that cannot be read says so on its row; whether it fails is for the
//! pipeline to say.

mod content;
mod duplicates;
mod tasks;

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
};

use crossbeam_channel::Sender;

use super::{
    background,
    infer::describe_panic,
    protocol::{Event, FileId, FileNews, ListedFile, THUMBNAIL_PX},
    shared::Shared,
    stop::Stop,
};
use crate::imaging::{self, Cancel};
use crate::path_text::printable;
use tasks::{Task, TaskQueue};

pub use content::sample;

/// Threads of the pool: few, for the network wants the cores.
const THREADS_MAX: usize = 2;

/// The files to be looked at. Asking never waits.
#[derive(Default)]
pub struct Files {
    tasks: Mutex<TaskQueue>,
    bell: Condvar,
}

impl Files {
    /// Looks at these once nothing is more urgent.
    pub fn inspect(&self, files: Vec<ListedFile>) {
        self.lock().inspect(files);
        self.bell.notify_all();
    }

    /// Makes list pictures of these, first to last, and of no others asked for before.
    pub fn thumbnails(&self, files: Vec<ListedFile>) {
        self.lock().thumbnails(files);
        self.bell.notify_all();
    }

    /// Nothing more is told of these.
    pub fn forget(&self, ids: &[FileId]) {
        self.lock().forget(ids);
    }

    /// Ends the threads, each as soon as the file in its hands lets go.
    pub fn close(&self) {
        self.lock().close();
        self.bell.notify_all();
    }

    /// Waits for something to do; `None` once closed.
    fn next(&self) -> Option<(Task, ListedFile, Cancel)> {
        let mut tasks = self.lock();
        while !tasks.is_closed() {
            if let Some(next) = tasks.next() {
                return Some(next);
            }
            tasks = self.bell.wait(tasks).unwrap_or_else(PoisonError::into_inner);
        }
        None
    }

    fn lock(&self) -> MutexGuard<'_, TaskQueue> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts the pool; its threads end with [`Files::close`] and hold `ending` until then.
///
/// # Errors
/// Where the system gives no thread.
pub fn spawn(
    shared: &Arc<Shared>,
    workers: usize,
    ending: &Sender<()>,
) -> io::Result<Vec<JoinHandle<()>>> {
    let start = |number: usize| {
        let (shared, ending) = (shared.clone(), ending.clone());
        thread::Builder::new().name(format!("cutout-list-{number}")).spawn(move || {
            if shared.settings.beside_window {
                background::give_way();
            }
            while let Some((task, file, cancel)) = shared.files.next() {
                let look = || look(&shared, task, &file, &cancel);
                if let Err(panic) = catch_unwind(AssertUnwindSafe(look)) {
                    let words = describe_panic(panic.as_ref());
                    tracing::error!("{}: looking at it failed ({words})", printable(&file.source));
                }
                shared.files.lock().done(task, file.id);
            }
            drop(ending);
        })
    };
    (1..=workers.min(THREADS_MAX)).map(start).collect()
}

fn look(shared: &Shared, task: Task, file: &ListedFile, cancel: &Cancel) {
    let tell = |id, news| {
        if !cancel.is_cancelled() {
            shared.emitter.emit(Event::File { id, news });
        }
    };
    let tell_unreadable = |error| {
        if let Stop::Failed(why) = Stop::from(error) {
            tell(file.id, FileNews::Unreadable(why));
        }
    };
    let limits = &shared.settings.limits;
    match task {
        Task::Thumbnail => {
            let seen = imaging::file_thumbnail(&file.source, THUMBNAIL_PX, limits, cancel);
            match seen {
                Ok((picture, size_px)) => tell(file.id, FileNews::Thumbnail { picture, size_px }),
                Err(error) => tell_unreadable(error),
            }
        }
        Task::Inspect => match imaging::peek_size_px(&file.source, limits, cancel) {
            Ok(size_px) => {
                let Ok((bytes, sample)) = content::sample(&file.source) else { return };
                tell(file.id, FileNews::Picture { size_px, bytes });
                shared.files.lock().sampled(file, sample);
            }
            Err(error) => tell_unreadable(error),
        },
        Task::Digest => {
            let Ok(digest) = content::digest(&file.source, cancel) else { return };
            let duplicates = shared.files.lock().digested(file.id, digest);
            if let Some((later, earlier)) = duplicates {
                tell(later, FileNews::SameAs(earlier));
            }
        }
    }
}
