//! Saving: which files of which photos, and what is asked before.

mod ended;
#[cfg(test)]
mod tests;

use std::{path::PathBuf, sync::Arc};

use super::{jobs, settings};
use crate::{
    app::{
        action::Overlay,
        effect::Effect,
        export::{self, ExportWindow, Files, Question, Saving, Scope, ToSave},
        item::ItemId,
        jobs::Purpose,
        state::State,
    },
    engine::protocol::{
        Destination, ExportOptions, Job, NameTemplate, OnExist, OutputKind, Place, Save,
    },
};

pub use ended::{ended, settle};

/// So many files are written without a question.
pub const FILES_UNASKED: usize = 50;

/// Saves one kind of file of the chosen photos.
pub fn kind(state: &mut State, kind: OutputKind) -> Vec<Effect> {
    let wanted = export::of_scope(state, Scope::Chosen, Files::only(kind));
    ask_or_save(state, wanted)
}

/// Opens the window that says how results are saved.
pub fn open_window(state: &mut State, scope: Scope) {
    let name = state.settings.export.name.to_string();
    state.export_window = Some(ExportWindow { scope, name, name_error: None });
    state.overlay = Some(Overlay::Export);
}

/// Saves what the window says.
pub fn from_window(state: &mut State) -> Vec<Effect> {
    let Some(window) = &state.export_window else { return Vec::new() };
    if window.name_error.is_some() {
        return Vec::new();
    }
    let wanted = export::wanted(state, window.scope);
    state.export_window = None;
    state.overlay = None;
    ask_or_save(state, wanted)
}

/// Takes in the template of names as it is typed; one that makes no good names is not kept.
pub fn type_name(state: &mut State, text: String) -> Vec<Effect> {
    let template = text.parse::<NameTemplate>();
    if let Some(window) = &mut state.export_window {
        window.name = text;
        window.name_error = template.as_ref().err().cloned();
    }
    let Ok(template) = template else { return Vec::new() };
    vec![settings::change(state, |settings| settings.export.name = template.clone())]
}

/// Takes the folder that was chosen for results.
pub fn folder_chosen(state: &mut State, folder: PathBuf) -> Vec<Effect> {
    vec![settings::change(state, |settings| {
        settings.export.folder = Some(folder.clone());
        settings.export.beside = false;
    })]
}

fn ask_or_save(state: &mut State, wanted: Vec<ToSave>) -> Vec<Effect> {
    if export::count(&wanted) > FILES_UNASKED {
        ask(state, Question::Many { wanted });
        return Vec::new();
    }
    save(state, &wanted, None)
}

fn ask(state: &mut State, question: Question) {
    state.question = Some(question);
    state.overlay = Some(Overlay::Question);
}

/// The user means so many files.
pub fn confirmed(state: &mut State) -> Vec<Effect> {
    let Some(Question::Many { wanted }) = answered_question(state) else { return Vec::new() };
    save(state, &wanted, None)
}

fn answered_question(state: &mut State) -> Option<Question> {
    state.overlay = None;
    state.question.take()
}

/// The user said what to do where files exist: now, and from now on.
pub fn answered(state: &mut State, on_exist: OnExist) -> Vec<Effect> {
    let Some(Question::Exists { waiting, .. }) = answered_question(state) else {
        return Vec::new();
    };
    let keep = settings::change(state, |settings| settings.export.on_exist = Some(on_exist));
    let mut effects = vec![keep];
    let folder = state.saving.folder.clone();
    effects.extend(submit(state, &waiting, folder, Some(on_exist)));
    effects
}

/// The window or the question was put away: nothing more is written.
pub fn put_away(state: &mut State) {
    state.export_window = None;
    if let Some(Question::Exists { waiting, .. }) = state.question.take() {
        state.saving.skipped += export::count(&waiting);
        ended::tell(state);
    }
}

/// Writes files as the settings say, or in this folder.
pub fn save(state: &mut State, wanted: &[ToSave], folder: Option<PathBuf>) -> Vec<Effect> {
    let on_exist = state.settings.export.on_exist;
    begin(state, wanted, folder, on_exist)
}

/// Writes the cutout of a photo that came by itself. Nobody may be there to answer a question:
/// where the file exists and nothing was said about that, it gets a number.
pub fn by_itself(state: &mut State, item: ItemId) -> Vec<Effect> {
    let files = Files::only(OutputKind::Cutout);
    let wanted = [ToSave { item, files, place: Place::default() }];
    let on_exist = state.settings.export.on_exist.unwrap_or(OnExist::Number);
    begin(state, &wanted, None, Some(on_exist))
}

fn begin(
    state: &mut State,
    wanted: &[ToSave],
    folder: Option<PathBuf>,
    on_exist: Option<OnExist>,
) -> Vec<Effect> {
    let in_force = || match state.settings.export.options().folder {
        Destination::Folder(folder) => Some(folder),
        Destination::Beside => None,
    };
    let folder = folder.or_else(in_force);
    if state.saving.under_way == 0 {
        state.saving = Saving { folder: folder.clone(), ..Saving::default() };
        state.notice = None;
    }
    submit(state, wanted, folder, on_exist)
}

fn submit(
    state: &mut State,
    wanted: &[ToSave],
    folder: Option<PathBuf>,
    on_exist: Option<OnExist>,
) -> Vec<Effect> {
    let options =
        |folder| Arc::new(ExportOptions { folder, on_exist, ..state.settings.export.options() });
    // Pasted photos have no place of their own to be saved beside.
    let pasted = state.pasted.as_ref().filter(|_| folder.is_none());
    let of_pasted = pasted.map(|place| options(Destination::Folder(place.results().to_owned())));
    let options = options(folder.map_or(Destination::Beside, Destination::Folder));
    let mut jobs = Vec::with_capacity(wanted.len());
    for &to_save in wanted {
        let Some(item) = state.items.get(to_save.item) else { continue };
        let Files { cutout, mask } = to_save.files;
        let is_pasted = pasted.is_some_and(|place| place.has(&item.path));
        let options = of_pasted.as_ref().filter(|_| is_pasted).unwrap_or(&options);
        jobs.push(Job {
            id: state.jobs.start(item.id, Purpose::Save(to_save)),
            source: item.path.clone(),
            // Where the map has not come back from the last time yet, the photo is cut once more.
            saliency: item.saliency.clone(),
            thumbnail: false,
            preview_px: None,
            edits: item.edits.current().clone(),
            cutout: false,
            save: Some(Save {
                cutout,
                mask,
                options: options.clone(),
                below: item.below.clone(),
                place: to_save.place,
                numbering: None,
            }),
        });
    }
    state.saving.submitted += jobs.len();
    state.saving.under_way += jobs.len();
    jobs::submit(jobs)
}

/// Tries what could not be saved again, in this folder.
pub fn elsewhere(state: &mut State, folder: PathBuf) -> Vec<Effect> {
    let failed = std::mem::take(&mut state.saving.failed);
    save(state, &failed, Some(folder))
}

/// Stops what is being saved, and nothing else.
pub fn stop(state: &State) -> Vec<Effect> {
    let saves = state.jobs.all().filter(|(_, purpose)| matches!(purpose, Purpose::Save(_)));
    jobs::cancel(saves.map(|(job, _)| job).collect())
}
