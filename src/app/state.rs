//! Everything the window shows: plain data, no egui, no threads.

use std::{
    collections::{HashMap, VecDeque},
    path::PathBuf,
    sync::Arc,
};

use super::{
    about::About,
    action::Overlay,
    arrangement::Arrangement,
    brush::Brush,
    detail::Detail,
    export::{ExportWindow, Question, Saving},
    item::{Item, ItemId},
    items::{Changing, Items, Tally},
    jobs::Jobs,
    live::Live,
    memory::{Cleanups, ImagePeaks, InferTimes, Marks, MemoryHistory},
    pace::Pace,
    pasted::PastedPlace,
    selection::Selection,
    settings::Settings,
    view::{Looking, View},
};
use crate::{
    engine::protocol::{CardUsers, DeviceInfo, Freed, ModelState},
    imaging::edit::Edits,
};

/// Everything the window shows.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The list; ids only grow.
    pub items: Items,
    /// Which of them are shown, and in which order.
    pub list: Arrangement,
    /// Nothing that needs the network is begun.
    pub is_paused: bool,
    /// Photos that came with the scans under way.
    pub arrivals: Arrivals,
    /// Folders of which the user is asked whether photos in their subfolders are wanted too.
    pub asks_subfolders: Vec<PathBuf>,
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
    /// The other programs on the card, where the driver tells.
    pub card_users: Option<CardUsers>,
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
    /// The window that says how results are saved, while it is open.
    pub export_window: Option<ExportWindow>,
    /// Photos are being looked for on the clipboard.
    pub is_pasting: bool,
    /// Where pasted pictures are kept, if they can be.
    pub pasted: Option<PastedPlace>,
    /// What is asked before files are written.
    pub question: Option<Question>,
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
    /// Photos with a list picture in memory, those in sight last at the back.
    pub thumbnails: VecDeque<ItemId>,
    /// How many list pictures were asked for last.
    pub thumbnails_asked: usize,
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

/// Photos that came with the scans under way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrivals {
    /// How many were in the list already, and are not tried again.
    pub known: usize,
    /// The last of those.
    pub last_known: Option<ItemId>,
    /// How many are new, or tried again.
    pub new: usize,
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

    /// The chosen photos that are shown, from top to bottom; the one in the middle where all are
    /// hidden.
    pub fn chosen(&self) -> Vec<ItemId> {
        let shown = self.selection.in_order(self.list.shown());
        if shown.is_empty() { self.selected().into_iter().collect() } else { shown }
    }

    /// How many photos are where.
    pub fn tally(&self) -> Tally {
        self.items.tally()
    }

    /// Seconds until the photos under way are done at the pace so far.
    pub fn time_left_s(&self) -> Option<f64> {
        self.pace.time_left_s(self.tally().under_way, self.now_s)
    }
}
