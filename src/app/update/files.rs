//! What the list shows of files: which rows are in sight, and what was found out about them.

use std::{collections::HashSet, sync::Arc};

use crate::{
    app::{
        effect::Effect,
        item::{Item, ItemId},
        state::State,
    },
    engine::protocol::{Command, FileId, FileNews, ListedFile},
    imaging::Rgba,
};

/// How many photos keep their list picture in memory: 38 KB each.
pub const THUMBNAILS_KEPT: usize = 1000;

/// Asks the engine to look at photos that are new in the list.
pub fn inspect(state: &State, ids: &[ItemId]) -> Vec<Effect> {
    let files: Vec<_> = ids.iter().filter_map(|&id| state.item(id)).map(listed).collect();
    if files.is_empty() { Vec::new() } else { vec![Effect::Send(Command::Inspect(files))] }
}

/// The engine need not look at photos that left the list.
pub fn forget(state: &mut State, ids: &[ItemId]) -> Vec<Effect> {
    if ids.is_empty() {
        return Vec::new();
    }
    let gone: HashSet<_> = ids.iter().collect();
    state.thumbnails.retain(|id| !gone.contains(id));
    vec![Effect::Send(Command::Forget(ids.iter().map(|id| FileId(id.0)).collect()))]
}

/// Notes which rows are in sight, and asks for the pictures that they lack.
pub fn in_sight(state: &mut State, ids: &[ItemId]) -> Vec<Effect> {
    let seen: HashSet<_> = ids.iter().copied().collect();
    let (seen, unseen): (Vec<_>, Vec<_>) =
        state.thumbnails.iter().partition(|id| seen.contains(id));
    state.thumbnails = unseen.into_iter().chain(seen).collect();
    let items = ids.iter().filter_map(|&id| state.item(id));
    let lacking = items.filter(|item| item.thumbnail.is_none() && item.unreadable.is_none());
    let files: Vec<_> = lacking.map(listed).collect();
    // Even none is told: those that scrolled away are then called off.
    if std::mem::replace(&mut state.thumbnails_asked, files.len()) == 0 && files.is_empty() {
        return Vec::new();
    }
    vec![Effect::Send(Command::Thumbnails(files))]
}

/// Takes in what a look at a file found.
pub fn news(state: &mut State, id: FileId, news: FileNews) {
    let id = ItemId(id.0);
    let Some(mut item) = state.item_mut(id) else { return };
    match news {
        FileNews::Picture { size_px, bytes } => {
            item.size_px.get_or_insert(size_px);
            item.bytes = Some(bytes);
        }
        FileNews::Unreadable(why) => item.unreadable = Some(why),
        FileNews::SameAs(earlier) => item.same_as = Some(ItemId(earlier.0)),
        FileNews::Thumbnail { picture, size_px } => {
            item.size_px.get_or_insert(size_px);
            // One that the whole photo gave is the better.
            if item.thumbnail.is_none() {
                drop(item);
                keep_thumbnail(state, id, picture);
            }
        }
    }
}

/// Keeps a photo's list picture, and lets go of the one not in sight for longest.
pub fn keep_thumbnail(state: &mut State, id: ItemId, picture: Rgba) {
    let Some(mut item) = state.items.get_mut(id) else { return };
    if item.thumbnail.replace(Arc::new(picture)).is_none() {
        state.thumbnails.push_back(id);
    }
    drop(item);
    if state.thumbnails.len() > THUMBNAILS_KEPT {
        let oldest = state.thumbnails.pop_front();
        if let Some(mut item) = oldest.and_then(|oldest| state.item_mut(oldest)) {
            item.thumbnail = None;
        }
    }
}

fn listed(item: &Item) -> ListedFile {
    ListedFile { id: FileId(item.id.0), source: item.path.clone() }
}
