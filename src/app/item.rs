//! One photo of the list.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::history::History;
use crate::{
    engine::protocol::{Failure, JobId, Preview, Rung, Step},
    imaging::{Doubt, Rgba, SaliencyMaps, Second, edit::Edits},
    path_text::printable,
};

/// Names a photo of the list for as long as the program runs. Later photos have higher numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemId(pub u64);

/// What became of a photo's cutout.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// In the engine's queue.
    Waiting,
    /// In the pipeline.
    Working(Step),
    /// The mask is known.
    Done {
        /// All steps together, in milliseconds.
        took_ms: f64,
        /// The mask is empty.
        no_clear_subject: bool,
    },
    /// It could not be done.
    Failed {
        /// The reason.
        why: Failure,
    },
    /// The user stopped it.
    Stopped,
}

/// Photos that stand alike, those that need the user first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Without a mask, for a reason.
    Failed,
    /// With a mask that is worth a look.
    ToCheck,
    /// In the pipeline.
    Working,
    /// In the engine's queue.
    Waiting,
    /// Stopped by the user.
    Stopped,
    /// With a mask.
    Done,
}

impl Group {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Failed, Self::ToCheck, Self::Working, Self::Waiting, Self::Stopped, Self::Done];
}

/// Before and after for the screen.
#[derive(Clone, Debug, Default)]
pub enum PreviewState {
    /// Not asked for, or let go again.
    #[default]
    Absent,
    /// This job brings it.
    Pending(JobId),
    /// Here it is.
    Ready(Arc<Preview>),
    /// It could not be made.
    Failed(Failure),
}

/// One photo of the list.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its name here.
    pub id: ItemId,
    /// Its file.
    pub path: PathBuf,
    /// The folders between the one that was dropped and the file.
    pub below: PathBuf,
    /// The file's name for the screen.
    pub name: String,
    /// The photo, small.
    pub thumbnail: Option<Arc<Rgba>>,
    /// The upright photo's width and height in pixels.
    pub size_px: Option<(u32, u32)>,
    /// The file's size.
    pub bytes: Option<u64>,
    /// Why the file gives no picture, as a look at it told; the pipeline has the last word.
    pub unreadable: Option<Failure>,
    /// Why the mask should be looked at, the weightiest reason first.
    pub doubts: Vec<Doubt>,
    /// Whether a GPU found its mask; unknown where none was found in this run.
    pub on_gpu: Option<bool>,
    /// The photo with the same bytes, listed earlier.
    pub same_as: Option<ItemId>,
    /// What became of its cutout.
    pub progress: Progress,
    /// How far a refinement at full size is, in percent, while it takes a while.
    pub refining_percent: Option<u8>,
    /// The last step of the fallback when memory ran out for it.
    pub rung: Option<Rung>,
    /// What the network saw: every later save and preview starts from it.
    pub saliency: Option<Arc<SaliencyMaps>>,
    /// What the user changed about it.
    pub edits: History,
    /// Before and after for the screen.
    pub preview: PreviewState,
    /// The changes that it shows, or will as soon as it is here.
    pub previewed: Arc<Edits>,
    /// Files written for it.
    pub outputs: Vec<PathBuf>,
    /// Its cutout is saved as soon as it is done: it came by itself.
    pub saves_itself: bool,
}

impl Item {
    /// A photo that waits for its turn.
    pub fn new(id: ItemId, path: PathBuf) -> Self {
        Self {
            id,
            below: PathBuf::new(),
            name: file_name(&path),
            path,
            thumbnail: None,
            size_px: None,
            bytes: None,
            unreadable: None,
            doubts: Vec::new(),
            on_gpu: None,
            same_as: None,
            progress: Progress::Waiting,
            refining_percent: None,
            rung: None,
            saliency: None,
            edits: History::default(),
            preview: PreviewState::Absent,
            previewed: Arc::default(),
            outputs: Vec::new(),
            saves_itself: false,
        }
    }

    /// Whether the user wants small subjects looked at twice.
    pub fn wants_second_look(&self) -> bool {
        self.edits.current().mask.second_look
    }

    /// Whether the network saw it once and nobody asked for a second look.
    pub fn was_seen_once(&self) -> bool {
        self.saliency.as_ref().is_some_and(|maps| maps.second == Second::NotAsked)
    }

    /// With which others it stands.
    pub fn group(&self) -> Group {
        match self.progress {
            Progress::Waiting => Group::Waiting,
            Progress::Working(_) => Group::Working,
            Progress::Done { no_clear_subject, .. }
                if no_clear_subject || !self.doubts.is_empty() =>
            {
                Group::ToCheck
            }
            Progress::Done { .. } => Group::Done,
            Progress::Failed { .. } => Group::Failed,
            Progress::Stopped => Group::Stopped,
        }
    }

    /// Why it has no mask, or will hardly get one.
    pub fn problem(&self) -> Option<&Failure> {
        match &self.progress {
            Progress::Failed { why } => Some(why),
            Progress::Waiting => self.unreadable.as_ref(),
            _ => None,
        }
    }

    /// Why its mask should be looked at.
    pub fn doubt(&self) -> Option<Doubt> {
        match self.progress {
            Progress::Done { no_clear_subject: true, .. } => Some(Doubt::NoSubject),
            Progress::Done { .. } => self.doubts.first().copied(),
            _ => None,
        }
    }

    /// How soon its mask is to be looked at: the higher, the sooner.
    pub fn doubt_weight(&self) -> u32 {
        let all = self.doubts.iter().map(|doubt| doubt.weight()).sum();
        self.doubt().map_or(0, |first| first.weight().max(all))
    }

    /// Whether the engine still works on its cutout, or will.
    pub fn is_under_way(&self) -> bool {
        matches!(self.progress, Progress::Waiting | Progress::Working(_))
    }

    /// Whether its cutout ended without a mask and can be tried again.
    pub fn can_retry(&self) -> bool {
        matches!(self.progress, Progress::Failed { .. } | Progress::Stopped)
    }

    /// Whether the user changed anything about it.
    pub fn is_edited(&self) -> bool {
        !self.edits.current().is_unchanged()
    }

    /// Whether its files can be saved now.
    pub fn can_save(&self) -> bool {
        matches!(self.progress, Progress::Done { .. })
    }
}

/// The last part of a path for the screen; the whole path where it has none.
pub fn file_name(path: &Path) -> String {
    printable(Path::new(path.file_name().unwrap_or(path.as_os_str())))
}
