//! The folder that is watched for new photos.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use super::{adding, jobs, saving, settings::change};
use crate::{
    app::{
        effect::Effect,
        item::ItemId,
        settings::Watching,
        state::{Notice, State, WatchState},
        watch::{WatchNews, WatchOptions},
    },
    engine::sources::{self, Depth, Source},
    lang::t,
    path_text::printable,
};

/// What is to be watched by the settings.
pub fn options(state: &State) -> Option<WatchOptions> {
    let Watching { on, folder, subfolders, .. } = &state.settings.watching;
    let depth = if *subfolders { Depth::Recursive } else { Depth::Folder };
    let folder = folder.clone().filter(|_| *on)?;
    Some(WatchOptions { folder, depth })
}

/// The user changed what is watched.
pub fn set(state: &mut State, watching: Watching) -> Vec<Effect> {
    let before = options(state);
    if watching.on && watching.folder.is_none() {
        if std::mem::replace(&mut state.dialog_open, true) {
            return Vec::new();
        }
        return vec![Effect::PickWatchFolder];
    }
    let mut effects = vec![change(state, |settings| settings.watching = watching.clone())];
    let now = options(state);
    if now != before {
        state.watch = WatchState::Unknown;
        effects.push(Effect::Watch(now));
    }
    effects
}

/// A folder was chosen, and so that it is watched.
pub fn folder_chosen(state: &mut State, folder: PathBuf) -> Vec<Effect> {
    let before = state.settings.watching.clone();
    set(state, Watching { on: true, folder: Some(folder), ..before })
}

/// Takes in news of the folder.
pub fn news(state: &mut State, news: WatchNews) -> Vec<Effect> {
    // News on their way from a folder that is watched no longer.
    let Some(WatchOptions { folder, depth }) = options(state) else { return Vec::new() };
    match news {
        WatchNews::Arrived(paths) => {
            let is_of_it = |path: &PathBuf| sources::is_photo_within(&folder, path, depth);
            arrived(state, &folder, paths.into_iter().filter(is_of_it).collect())
        }
        WatchNews::Found => {
            if matches!(state.watch, WatchState::Lost(_)) {
                let text = t!("notice-watched-again", folder = shown(&folder));
                state.notice = Some(Notice::good(text));
            }
            state.watch = WatchState::Watched;
            Vec::new()
        }
        WatchNews::Lost(reason) => {
            let folder = shown(&folder);
            let text = match &reason {
                None => t!("notice-watch-gone", folder = folder),
                Some(reason) => t!("notice-watch-lost", folder = folder, reason = reason.clone()),
            };
            state.notice = Some(Notice::problem(text));
            state.watch = WatchState::Lost(reason);
            Vec::new()
        }
    }
}

/// Photos came into the folder: new ones are added, and those that were replaced cut again. What
/// Cutout wrote there itself is none.
fn arrived(state: &mut State, folder: &Path, paths: Vec<PathBuf>) -> Vec<Effect> {
    let outputs = state.items.iter().flat_map(|item| &item.outputs);
    let own: HashSet<PathBuf> = outputs.chain(&state.saving.written).cloned().collect();
    let photos: Vec<PathBuf> = paths.into_iter().filter(|path| !own.contains(path)).collect();
    let known = |path: &PathBuf| state.by_path.get(path).copied();
    let replaced: Vec<ItemId> = photos.iter().filter_map(known).collect();
    let new = photos.iter().filter(|path| known(path).is_none());
    let new: Vec<Source> = new.map(|path| within(folder, path)).collect();

    let mut effects = Vec::new();
    for &id in &replaced {
        effects.extend(jobs::cut_anew(state, id));
    }
    effects.extend(adding::add(state, new));
    if state.settings.watching.save {
        let ids: Vec<ItemId> =
            photos.iter().filter_map(|path| state.by_path.get(path).copied()).collect();
        for id in ids {
            if let Some(mut item) = state.item_mut(id) {
                item.saves_itself = true;
            }
        }
    }
    effects
}

/// A photo, and how far below the folder it lies.
fn within(folder: &Path, path: &Path) -> Source {
    let below = path.parent().and_then(|parent| parent.strip_prefix(folder).ok());
    Source { path: path.to_owned(), below: below.unwrap_or(Path::new("")).to_owned() }
}

/// Saves a photo that is done now, where it came by itself and that is wanted.
pub fn save_if_wanted(state: &mut State, id: ItemId) -> Vec<Effect> {
    let Some(mut item) = state.item_mut(id) else { return Vec::new() };
    if !std::mem::take(&mut item.saves_itself) {
        return Vec::new();
    }
    drop(item);
    saving::by_itself(state, id)
}

fn shown(folder: &Path) -> String {
    printable(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::item::Progress,
        engine::protocol::{Command, Job},
    };

    fn watching() -> State {
        let mut state = State::default();
        let folder = Some("/in".into());
        state.settings.watching = Watching { on: true, folder, subfolders: false, save: true };
        state
    }

    fn submitted(effects: Vec<Effect>) -> Vec<Job> {
        let jobs = |effect| match effect {
            Effect::Send(Command::Submit(jobs)) => jobs,
            _ => Vec::new(),
        };
        effects.into_iter().flat_map(jobs).collect()
    }

    fn arrive(state: &mut State, paths: &[&str]) -> Vec<PathBuf> {
        let paths = paths.iter().map(PathBuf::from).collect();
        let jobs = submitted(news(state, WatchNews::Arrived(paths)));
        jobs.into_iter().map(|job| job.source).collect()
    }

    #[test]
    fn new_photos_are_added_replaced_ones_cut_again_and_own_results_left() {
        let mut state = watching();
        assert_eq!(arrive(&mut state, &["/in/a.png", "/in/b.png"]).len(), 2);
        let id = state.by_path[Path::new("/in/a.png")];
        let done = Progress::Done { took_ms: 1.0, no_clear_subject: false };
        {
            let mut item = state.item_mut(id).unwrap();
            (item.progress, item.outputs) = (done, vec!["/in/a-done.webp".into()]);
            assert!(item.saves_itself);
        }
        assert!(arrive(&mut state, &["/in/a-done.webp"]).is_empty());
        assert_eq!(arrive(&mut state, &["/in/a.png"]), [PathBuf::from("/in/a.png")]);
        assert_eq!(state.item(id).unwrap().progress, Progress::Waiting);
        assert_eq!(state.items.len(), 2);
        // What is still on its way from a folder that is watched no longer.
        assert!(arrive(&mut state, &["/elsewhere/c.png"]).is_empty());
        state.settings.watching.on = false;
        assert!(arrive(&mut state, &["/in/c.png"]).is_empty());
    }

    #[test]
    fn only_another_folder_or_depth_is_watched_anew() {
        let state = watching();
        let now = state.settings.watching.clone();
        for (choice, is_anew) in [
            (Watching { save: false, ..now.clone() }, false),
            (Watching { subfolders: true, ..now.clone() }, true),
            (Watching { folder: Some("/other".into()), ..now.clone() }, true),
            (Watching { on: false, ..now.clone() }, true),
        ] {
            let mut state = state.clone();
            let effects = set(&mut state, choice.clone());
            let watches = effects.iter().any(|effect| matches!(effect, Effect::Watch(_)));
            assert_eq!((watches, &state.stored_settings.watching), (is_anew, &choice));
        }
        let mut state = State::default();
        let effects = set(&mut state, Watching { on: true, ..Watching::default() });
        assert!(matches!(effects[..], [Effect::PickWatchFolder]), "which folder is asked");
        assert!(!state.settings.watching.on);
    }

    #[test]
    fn a_folder_that_goes_and_comes_back_is_told() {
        let mut state = watching();
        news(&mut state, WatchNews::Found);
        assert_eq!((state.watch.clone(), state.notice.clone()), (WatchState::Watched, None));
        for reason in [None, Some("too many files are watched".to_owned())] {
            news(&mut state, WatchNews::Lost(reason.clone()));
            let notice = state.notice.take().unwrap();
            assert!(notice.is_problem && notice.text.contains("/in"), "{notice:?}");
            assert_eq!(state.watch, WatchState::Lost(reason));
            news(&mut state, WatchNews::Found);
            assert!(!state.notice.take().unwrap().is_problem);
        }
    }
}
