//! What the list shows of files before their turn.

use super::*;
use crate::{
    app::update::files::THUMBNAILS_KEPT,
    engine::protocol::{Failure, FileId, FileNews},
};

fn thumbnails(effects: &[Effect]) -> Option<Vec<u64>> {
    effects.iter().find_map(|effect| match effect {
        Effect::Send(Command::Thumbnails(files)) => {
            Some(files.iter().map(|file| file.id.0).collect())
        }
        _ => None,
    })
}

fn news(state: &mut State, id: ItemId, news: FileNews) {
    event(state, Event::File { id: FileId(id.0), news });
}

fn thumbnail() -> FileNews {
    FileNews::Thumbnail { picture: picture(), size_px: (4, 3) }
}

#[test]
fn new_photos_are_looked_at_and_those_in_sight_get_their_picture_first() {
    let mut state = State::default();
    let effects = report(&mut state, Report::Found(sources(&["a.png", "b.png", "c.png"])));
    assert!(matches!(&effects[0], Effect::Send(Command::Inspect(files)) if files.len() == 3));
    let ids = state.items.order().to_vec();
    let effects = action(&mut state, Action::InSight(ids[..2].to_vec()));
    assert_eq!(thumbnails(&effects), Some(vec![ids[0].0, ids[1].0]));
    news(&mut state, ids[0], thumbnail());
    let why = Failure::from("b.png: this is a text".to_owned());
    news(&mut state, ids[1], FileNews::Unreadable(why.clone()));
    assert_eq!(state.item(ids[1]).unwrap().unreadable, Some(why));
    assert_eq!(state.item(ids[1]).unwrap().progress, Progress::Waiting);
    let effects = action(&mut state, Action::InSight(ids.clone()));
    assert_eq!(thumbnails(&effects), Some(vec![ids[2].0]), "nothing is made twice");
    news(&mut state, ids[2], thumbnail());
    let effects = action(&mut state, Action::InSight(ids[..1].to_vec()));
    assert_eq!(thumbnails(&effects), Some(vec![]), "what is out of sight is called off");
    let effects = action(&mut state, Action::InSight(ids[..2].to_vec()));
    assert_eq!(thumbnails(&effects), None);
    let effects = action(&mut state, Action::Remove(vec![ids[2]]));
    let is_forgotten = |effect: &Effect| matches!(effect, Effect::Send(Command::Forget(gone)) if gone == &[FileId(ids[2].0)]);
    assert!(effects.iter().any(is_forgotten));
    news(&mut state, ids[2], thumbnail());
    assert_eq!(state.items.len(), 2);
}

#[test]
fn a_copy_names_the_photo_that_came_first() {
    let mut state = State::default();
    found(&mut state, &["a.png", "copy.png"]);
    let ids = state.items.order().to_vec();
    news(&mut state, ids[1], FileNews::SameAs(FileId(ids[0].0)));
    assert_eq!(state.item(ids[1]).unwrap().same_as, Some(ids[0]));
}

#[test]
fn the_pipelines_picture_stays_and_only_so_many_are_kept() {
    let mut state = State::default();
    let names: Vec<String> = (0..THUMBNAILS_KEPT + 2).map(|n| format!("{n}.png")).collect();
    let jobs = found(&mut state, &names.iter().map(String::as_str).collect::<Vec<_>>());
    let ids = state.items.order().to_vec();
    event(&mut state, Event::Thumbnail { id: jobs[0].id, picture: picture(), size_px: (8, 6) });
    let first = state.item(ids[0]).unwrap().thumbnail.clone().unwrap();
    news(&mut state, ids[0], thumbnail());
    let now = state.item(ids[0]).unwrap();
    assert!(Arc::ptr_eq(&first, now.thumbnail.as_ref().unwrap()) && now.size_px == Some((8, 6)));
    for &id in &ids[1..THUMBNAILS_KEPT] {
        news(&mut state, id, thumbnail());
    }
    action(&mut state, Action::InSight(ids[..1].to_vec()));
    for &id in &ids[THUMBNAILS_KEPT..] {
        news(&mut state, id, thumbnail());
    }
    let has = |place: usize| state.item(ids[place]).unwrap().thumbnail.is_some();
    let kept = (0..ids.len()).filter(|&place| has(place)).count();
    assert_eq!(kept, THUMBNAILS_KEPT);
    assert!(has(0), "it is in sight");
    assert!(!has(1) && !has(2), "not seen for longest");
}
