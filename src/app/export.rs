//! What saving is to write, and what is asked before it.

use std::path::{Path, PathBuf};

use super::{
    arrangement,
    item::{Item, ItemId},
    state::State,
};
use crate::{
    engine::{
        output,
        protocol::{Destination, Failure, OutputKind, Place, TemplateError},
    },
    path_text::printable,
};

/// Which files a save writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Files {
    /// The photo without its background.
    pub cutout: bool,
    /// The mask.
    pub mask: bool,
}

impl Files {
    /// One of them.
    pub fn only(kind: OutputKind) -> Self {
        Self { cutout: kind == OutputKind::Cutout, mask: kind == OutputKind::Mask }
    }

    /// How many.
    pub fn count(self) -> usize {
        usize::from(self.cutout) + usize::from(self.mask)
    }
}

/// One photo's files that are to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToSave {
    /// The photo.
    pub item: ItemId,
    /// Which files.
    pub files: Files,
    /// Its place among those that are saved together.
    pub place: Place,
}

/// Which photos are saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// All that are done.
    #[default]
    All,
    /// Those that are chosen, as far as they are done.
    Chosen,
}

/// The window that says how results are saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportWindow {
    /// Which photos it saves.
    pub scope: Scope,
    /// The template of names as it was typed.
    pub name: String,
    /// What is wrong with it.
    pub name_error: Option<TemplateError>,
}

/// What is asked before files are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether so many files are meant.
    Many {
        /// What would be written.
        wanted: Vec<ToSave>,
    },
    /// What to do where files exist.
    Exists {
        /// Photos of which nothing was written, since some of their files exist.
        waiting: Vec<ToSave>,
        /// One of the files that exist.
        example: PathBuf,
    },
}

/// Saves under way and what they wrote so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saving {
    /// Jobs that were submitted.
    pub submitted: usize,
    /// Jobs that have not ended.
    pub under_way: usize,
    /// Files written.
    pub written: Vec<PathBuf>,
    /// Files that exist and were left.
    pub skipped: usize,
    /// Photos whose files the user stopped.
    pub stopped: usize,
    /// What went wrong, a line a photo.
    pub problems: Vec<Failure>,
    /// What can be tried again in another folder.
    pub failed: Vec<ToSave>,
    /// What waits for the user to say what to do where files exist.
    pub exist: Vec<ToSave>,
    /// One of those files.
    pub example: Option<PathBuf>,
    /// The folder that was chosen; `None` for beside the originals.
    pub folder: Option<PathBuf>,
}

/// What the window would write.
pub fn wanted(state: &State, scope: Scope) -> Vec<ToSave> {
    let export = &state.settings.export;
    of_scope(state, scope, Files { cutout: export.cutouts, mask: export.masks })
}

/// These files of all photos that are meant and can be saved, in the order of the list.
pub fn of_scope(state: &State, scope: Scope, files: Files) -> Vec<ToSave> {
    let can_save = |id: &ItemId| state.item(*id).is_some_and(Item::can_save);
    let ids: Vec<ItemId> = match scope {
        Scope::All => arrangement::sorted(&state.items, state.list.sort),
        Scope::Chosen => state.chosen(),
    };
    let ids: Vec<ItemId> = ids.into_iter().filter(can_save).collect();
    let of = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let to_save = |(number, item)| ToSave { item, files, place: Place { number, of } };
    (1..).zip(ids).map(to_save).collect()
}

/// Whether some chosen photo can be saved.
pub fn can_save_chosen(state: &State) -> bool {
    state.chosen().into_iter().any(|id| state.item(id).is_some_and(Item::can_save))
}

/// Where results of pasted photos go, where these have such and are saved beside their originals.
pub fn results_of_pasted<'a>(state: &'a State, wanted: &[ToSave]) -> Option<&'a Path> {
    let place = state.pasted.as_ref()?;
    let is_beside = state.settings.export.options().folder == Destination::Beside;
    let is_pasted = |id: ItemId| state.item(id).is_some_and(|item| place.has(&item.path));
    let has_some = is_beside && wanted.iter().any(|one| is_pasted(one.item));
    has_some.then(|| place.results())
}

/// How many files these are.
pub fn count(wanted: &[ToSave]) -> usize {
    wanted.iter().map(|one| one.files.count()).sum()
}

/// What the first of these files would be called.
pub fn example(state: &State, wanted: &[ToSave]) -> Option<String> {
    let first = wanted.first()?;
    let kind = if first.files.cutout { OutputKind::Cutout } else { OutputKind::Mask };
    let options = state.settings.export.options();
    let name = output::file_name(&state.item(first.item)?.path, kind, &options, first.place, 1);
    Some(printable(Path::new(&name)))
}
