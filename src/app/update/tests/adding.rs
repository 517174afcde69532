//! Photos that come in.

use super::*;
use crate::app::effect::Subfolders;

#[test]
fn a_photo_is_listed_once_and_tried_again_only_if_it_failed() {
    let mut state = State::default();
    let jobs = found(&mut state, &["a.png", "b.png"]);
    finish(&mut state, &jobs[0], failed());
    let again = found(&mut state, &["a.png", "b.png"]);
    assert_eq!(state.items.len(), 2);
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].source, jobs[0].source);
    assert_ne!(again[0].id, jobs[0].id);
    assert_eq!(state.items.at(0).unwrap().progress, Progress::Waiting);
}

fn scanned(state: &mut State, nothing_in: Option<&str>, deeper: &[&str]) -> Vec<Effect> {
    let deeper = deeper.iter().map(PathBuf::from).collect();
    let nothing_in = nothing_in.map(PathBuf::from);
    report(state, Report::Scanned { nothing_in, deeper, passed_over: None })
}

fn scans(effects: &[Effect]) -> Vec<Subfolders> {
    let scan = |effect: &Effect| match effect {
        Effect::Scan { subfolders, .. } => Some(*subfolders),
        _ => None,
    };
    effects.iter().filter_map(scan).collect()
}

#[test]
fn subfolders_are_asked_about_once() {
    for (include, again) in [(true, Subfolders::Include), (false, Subfolders::LeaveOut)] {
        let mut state = State::default();
        let effects = action(&mut state, Action::Add(vec!["folder".into()]));
        assert_eq!(scans(&effects), [Subfolders::Ask]);
        scanned(&mut state, Some("folder"), &["folder"]);
        assert_eq!(state.asks_subfolders, [PathBuf::from("folder")]);
        assert_eq!(state.notice, None, "it is no problem that the photos lie deeper");
        let effects = action(&mut state, Action::AddSubfolders(include));
        let expected: &[_] = if include { &[Subfolders::Only] } else { &[] };
        assert_eq!(scans(&effects), expected);
        assert!(effects.iter().any(|effect| matches!(effect, Effect::SaveSettings(_))));
        assert!(state.asks_subfolders.is_empty());
        let effects = action(&mut state, Action::Add(vec!["other".into()]));
        assert_eq!(scans(&effects), [again]);
    }
}

#[test]
fn what_was_there_already_is_told() {
    for (names, notice, selected) in [
        (&["c.png"][..], None, 0),
        (&["b.png"], Some("This photo is in the list already."), 1),
        (&["a.png", "b.png"], Some("2 photos were in the list already."), 0),
        (&["b.png", "d.png"], Some("This photo is in the list already."), 0),
    ] {
        let mut state = done_list(&["a.png", "b.png"]);
        scanned(&mut state, None, &[]);
        found(&mut state, names);
        scanned(&mut state, None, &[]);
        assert_eq!(state.notice.as_ref().map(|notice| notice.text.as_str()), notice, "{names:?}");
        assert_eq!(state.selected(), Some(state.items.order()[selected]), "{names:?}");
        state.notice = None;
        scanned(&mut state, None, &[]);
        assert_eq!(state.notice, None, "it is told once");
    }
}

#[test]
fn a_folder_without_photos_is_told() {
    let mut state = State::default();
    scanned(&mut state, Some("folder"), &[]);
    let notice = state.notice.expect("a line");
    assert!(notice.is_problem && notice.text.contains("folder"), "{notice:?}");
}
