//! Photos that are pasted, cutouts that are copied.

use super::*;
use crate::{
    app::{clipboard::Pasted, pasted::PastedPlace, settings::ExportSettings},
    engine::protocol::Destination,
};

fn scanned(effects: &[Effect]) -> Vec<PathBuf> {
    let paths = |effect: &Effect| match effect {
        Effect::Scan { paths, .. } => paths.clone(),
        _ => Vec::new(),
    };
    effects.iter().flat_map(paths).collect()
}

#[test]
fn what_a_paste_brought_is_added_or_told() {
    for (pasted, added, is_shown, words) in [
        (Pasted::Files(vec!["a.png".into(), "b".into()]), vec!["a.png", "b"], false, None),
        (Pasted::Picture("/s/pasted/p.png".into()), vec!["/s/pasted/p.png"], true, None),
        (Pasted::Nothing, vec![], false, Some("no photo")),
        (Pasted::Unread("it is busy".to_owned()), vec![], false, Some("(it is busy)")),
        (Pasted::NotKept("the disk is full.".to_owned()), vec![], false, Some("is full)")),
    ] {
        let mut state = State::default();
        assert!(matches!(action(&mut state, Action::Paste)[..], [Effect::Paste]));
        assert!(action(&mut state, Action::Paste).is_empty(), "one after the other");
        let effects = report(&mut state, Report::Pasted(pasted.clone()));
        let added: Vec<PathBuf> = added.into_iter().map(PathBuf::from).collect();
        assert_eq!(scanned(&effects), added, "{pasted:?}");
        assert_eq!(state.shows_next_found, is_shown, "{pasted:?}");
        let notice = state.notice.as_ref().map(|notice| notice.text.as_str());
        assert_eq!(notice.is_some(), words.is_some(), "{pasted:?}");
        assert!(notice.zip(words).is_none_or(|(text, words)| text.contains(words)), "{notice:?}");
        assert!(matches!(action(&mut state, Action::Paste)[..], [Effect::Paste]));
    }
}

#[test]
fn the_cutout_that_was_asked_for_last_is_the_one_that_is_copied() {
    let mut state = done_list(&["a.png", "b.png"]);
    let first = submitted(&action(&mut state, Action::CopyCutout)).remove(0);
    assert!(first.cutout && first.saliency.is_some() && first.save.is_none());
    action(&mut state, Action::SelectBy(1, Choosing::Only));
    let effects = action(&mut state, Action::CopyCutout);
    assert_eq!(cancelled(&effects), [first.id]);
    let second = submitted(&effects).remove(0);
    let outcome = done(&first);
    assert!(finish(&mut state, &first, outcome).is_empty(), "nobody waits for it any more");
    let outcome = done(&second);
    let effects = finish(&mut state, &second, outcome);
    assert!(matches!(&effects[..], [Effect::Copy { name, .. }] if name == "b.png"), "{effects:?}");
}

#[test]
fn a_copy_ends_as_its_last_event_says() {
    type OutcomeOf = fn(&Job) -> Outcome;
    let cases: [(OutcomeOf, Option<&str>); 3] = [
        (done, None),
        (|_| failed(), Some("a.png: file ends early")),
        (|_| Outcome::Cancelled, None),
    ];
    for (outcome, words) in cases {
        let mut state = done_list(&["a.png"]);
        let job = submitted(&action(&mut state, Action::CopyCutout)).remove(0);
        let outcome = outcome(&job);
        let copies = matches!(&outcome, Outcome::Done(_));
        let effects = finish(&mut state, &job, outcome);
        assert_eq!(effects.len(), usize::from(copies));
        assert_eq!(state.notice.map(|notice| notice.text).as_deref(), words);
        assert!(state.jobs.is_empty());
    }
    for (result, words, is_problem) in [
        (Ok(()), "Copied the cutout of a.png.", false),
        (Err("it is busy".to_owned()), "(it is busy)", true),
    ] {
        let mut state = State::default();
        report(&mut state, Report::Copied { name: "a.png".to_owned(), result });
        let notice = state.notice.unwrap();
        assert!(notice.text.contains(words) && notice.is_problem == is_problem, "{notice:?}");
    }
}

#[test]
fn only_what_is_done_is_copied_and_what_is_removed_is_not() {
    let mut state = State::default();
    assert!(action(&mut state, Action::CopyCutout).is_empty());
    found(&mut state, &["a.png"]);
    assert!(action(&mut state, Action::CopyCutout).is_empty());
    let mut state = done_list(&["a.png"]);
    let job = submitted(&action(&mut state, Action::CopyCutout)).remove(0);
    let id = state.selected().unwrap();
    assert_eq!(cancelled(&action(&mut state, Action::Remove(vec![id]))), [job.id]);
    let outcome = done(&Job { cutout: true, ..job.clone() });
    assert!(finish(&mut state, &job, outcome).is_empty());
}

/// Where the results of photos go that were pasted, and of one that has a place of its own.
#[test]
fn results_of_pasted_photos_are_not_hidden_beside_them() {
    let pictures = || Destination::Folder("/Pictures".into());
    let chosen = || Destination::Folder("/out".into());
    for (beside, has_place, of_pasted, of_other) in [
        (true, true, pictures(), Destination::Beside),
        (false, true, chosen(), chosen()),
        (true, false, Destination::Beside, Destination::Beside),
    ] {
        let pasted = "/s/pasted/p.png";
        let mut state = done_list(&["a.png", pasted]);
        let place = PastedPlace::new(Path::new("/s"), Path::new("/Pictures"));
        state.pasted = has_place.then_some(place);
        let folder = Some("/out".into());
        let export = ExportSettings { beside, folder, ..ExportSettings::default() };
        state.settings.export = export;
        action(&mut state, Action::SelectAll);
        let jobs = submitted(&action(&mut state, Action::Save(OutputKind::Cutout)));
        let folders: Vec<_> =
            jobs.iter().map(|job| job.save.as_ref().unwrap().options.folder.clone()).collect();
        assert_eq!(folders, [of_other, of_pasted]);
    }
}
