//! Everything the window shows: plain data, no egui, no threads.

use std::{
    collections::{HashMap, VecDeque},
    path::PathBuf,
    sync::Arc,
};

use super::{
    about::About,
    action::Overlay,
    brush::Brush,
    detail::Detail,
    item::{Item, ItemId},
    items::{Changing, Items, Tally},
    live::Live,
    memory::{Cleanups, ImagePeaks, InferTimes, Marks, MemoryHistory},
    selection::Selection,
    settings::Settings,
    view::{Looking, View},
};
use crate::{
    engine::protocol::{DeviceInfo, Freed, JobId, ModelState},
    imaging::edit::Edits,
};

/// Everything the window shows.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The list; ids only grow.
    pub items: Items,
    /// The chosen photos; some photo whenever the list has one.
    pub selection: Selection,
    /// Zoom and pan of the selected photo.
    pub view: View,
    /// The brush.
    pub brush: Brush,
    /// Settings noted for pasting.
    pub copied_edits: Option<Arc<Edits>>,
    /// What is shown of it for the moment.
    pub looking: Looking,
    /// The part of it that is looked at closely.
    pub detail: Detail,
    /// Previews asked for while the user changes a photo.
    pub live: Live,
    /// The device; unknown until the engine tells.
    pub device: Option<DeviceInfo>,
    /// The model; unknown until the engine tells.
    pub model: Option<ModelState>,
    /// Memory over time.
    pub memory: MemoryHistory,
    /// What the cleanup points did.
    pub cleanups: Cleanups,
    /// When they ran lately.
    pub marks: Marks,
    /// The peaks of this image and the last.
    pub peaks: ImagePeaks,
    /// The last images' times in the network.
    pub infer_times: InferTimes,
    /// What letting go of the cache or the model did last.
    pub freed: Option<Freed>,
    /// When the idle model will be unloaded, in seconds since the window opened.
    pub unloads_at_s: Option<f64>,
    /// The settings in force.
    pub settings: Settings,
    /// The settings as they are kept: without what the command line chose for this run alone.
    pub stored_settings: Settings,
    /// The last result or problem, until it is put away.
    pub notice: Option<Notice>,
    /// For the About box.
    pub about: About,
    /// What lies over the window.
    pub overlay: Option<Overlay>,
    /// The user asked to close the window.
    pub is_closing: bool,
    /// A file dialog is open.
    pub dialog_open: bool,
    /// Sample pictures to offer.
    pub samples: Vec<PathBuf>,
    /// Whether this desktop passes dropped files to programs.
    pub takes_drops: bool,
    /// Seconds since the window opened.
    pub now_s: f64,
    /// Jobs that the engine has not ended yet.
    pub jobs: Jobs,
    /// The pace of the photos under way.
    pub pace: Pace,
    /// Saves under way and what they wrote so far.
    pub saving: Saving,
    /// Photos with a preview in memory, the one looked at last at the back.
    pub previews: VecDeque<ItemId>,
    /// The desktop asks for less motion.
    pub desktop_reduces_motion: bool,
    /// What becomes of the folder that is watched.
    pub watch: WatchState,
    /// The next photo that is found comes to the middle.
    pub shows_next_found: bool,
    /// Which photo a path is in the list, so that none is listed twice.
    pub by_path: HashMap<PathBuf, ItemId>,
    /// The number of the next photo.
    pub next_item: u64,
}

/// What becomes of the folder that is watched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum WatchState {
    /// None is, or it is not known yet.
    #[default]
    Unknown,
    /// It is watched.
    Watched,
    /// It cannot be watched now, for this reason or because it is not there.
    Lost(Option<String>),
}

/// A line about what just happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The line.
    pub text: String,
    /// Whether it tells of a problem.
    pub is_problem: bool,
    /// The folder that it speaks of.
    pub folder: Option<PathBuf>,
    /// It tells of files that could be saved in another folder.
    pub can_save_elsewhere: bool,
    /// It tells that the list came back from the last time.
    pub is_about_return: bool,
}

impl Notice {
    /// A line about what went well.
    pub fn good(text: impl Into<String>) -> Self {
        Self { is_problem: false, ..Self::problem(text) }
    }

    /// A line about a problem.
    pub fn problem(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_problem: true,
            folder: None,
            can_save_elsewhere: false,
            is_about_return: false,
        }
    }
}

/// Why a job was submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To find the mask.
    Cut,
    /// To show before and after; the mask is known.
    Preview,
    /// To write files; the mask is known.
    Save(Files),
}

/// Which files a save writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Files {
    /// The photo without its background.
    pub cutout: bool,
    /// The mask.
    pub mask: bool,
}

impl Files {
    /// Both.
    pub const ALL: Self = Self { cutout: true, mask: true };
}

/// Jobs that the engine has not ended yet.
#[derive(Clone, Debug, Default)]
pub struct Jobs {
    last: u64,
    under_way: HashMap<JobId, (ItemId, Purpose)>,
}

impl Jobs {
    /// Names a new job.
    pub fn start(&mut self, item: ItemId, purpose: Purpose) -> JobId {
        self.last += 1;
        let id = JobId(self.last);
        self.under_way.insert(id, (item, purpose));
        id
    }

    /// The photo and purpose of a job; `None` once it has ended or its photo was removed.
    pub fn get(&self, id: JobId) -> Option<(ItemId, Purpose)> {
        self.under_way.get(&id).copied()
    }

    /// Forgets a job and tells what it was.
    pub fn end(&mut self, id: JobId) -> Option<(ItemId, Purpose)> {
        self.under_way.remove(&id)
    }

    /// The jobs of a photo, in the order in which they were submitted.
    pub fn of(&self, item: ItemId) -> Vec<(JobId, Purpose)> {
        let of_item =
            |(id, entry): (&JobId, &(ItemId, Purpose))| (entry.0 == item).then_some((*id, entry.1));
        let mut jobs: Vec<_> = self.under_way.iter().filter_map(of_item).collect();
        jobs.sort_unstable_by_key(|&(id, _)| id);
        jobs
    }

    /// The jobs of a purpose and their photos, in the order in which they were submitted.
    pub fn of_purpose(&self, purpose: Purpose) -> Vec<(JobId, ItemId)> {
        let fits = |(id, entry): (&JobId, &(ItemId, Purpose))| {
            (entry.1 == purpose).then_some((*id, entry.0))
        };
        let mut jobs: Vec<_> = self.under_way.iter().filter_map(fits).collect();
        jobs.sort_unstable_by_key(|&(id, _)| id);
        jobs
    }

    /// Forgets every job; names go on counting.
    pub fn forget_all(&mut self) {
        self.under_way.clear();
    }

    /// Whether the engine has ended every job.
    pub fn is_empty(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Whether some job of this purpose has not ended.
    pub fn any(&self, purpose: Purpose) -> bool {
        self.under_way.values().any(|&(_, of_job)| of_job == purpose)
    }
}

/// The pace of the photos under way, for the time left.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pace {
    /// When the first of them left the queue, in seconds since the window opened.
    pub started_s: Option<f64>,
    /// How many ended since.
    pub ended: usize,
}

/// Saves under way and what they wrote so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saving {
    /// Jobs that have not ended.
    pub under_way: usize,
    /// Files written.
    pub written: Vec<PathBuf>,
    /// What went wrong, a line a photo.
    pub problems: Vec<String>,
    /// What can be tried again in another folder.
    pub failed: Vec<(ItemId, Files)>,
    /// The folder that the user chose; `None` for beside the originals.
    pub folder: Option<PathBuf>,
}

impl State {
    /// An empty window.
    pub fn new(samples: Vec<PathBuf>, takes_drops: bool) -> Self {
        Self { samples, takes_drops, ..Self::default() }
    }

    /// A photo of the list.
    pub fn item(&self, id: ItemId) -> Option<&Item> {
        self.items.get(id)
    }

    pub(super) fn item_mut(&mut self, id: ItemId) -> Option<Changing<'_>> {
        self.items.get_mut(id)
    }

    /// Which photo is in the middle; some photo whenever the list has one.
    pub fn selected(&self) -> Option<ItemId> {
        self.selection.lead()
    }

    /// The photo in the middle.
    pub fn selected_item(&self) -> Option<&Item> {
        self.selected().and_then(|id| self.item(id))
    }

    /// The photos that an action on the selection means.
    pub fn chosen(&self) -> Vec<ItemId> {
        self.selection.in_order(self.items.order())
    }

    /// How many photos are where.
    pub fn tally(&self) -> Tally {
        self.items.tally()
    }

    /// Seconds until the photos under way are done at the pace so far.
    pub fn time_left_s(&self) -> Option<f64> {
        let started_s = self.pace.started_s?;
        let under_way = self.tally().under_way;
        (under_way > 0 && self.pace.ended > 0)
            .then(|| (self.now_s - started_s) / self.pace.ended as f64 * under_way as f64)
    }
}
