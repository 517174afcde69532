use std::path::{Path, PathBuf};

use crate::{
    app::{
        action::{Action, Choosing},
        effect::{Effect, Report},
        export::{Question, Scope},
        settings::{ExportSettings, FormatChoice},
        state::State,
        update::{
            action, report,
            tests::{cancelled, done, done_list, failed, finish, found, submitted},
        },
    },
    engine::{
        protocol::{
            Destination, FileFormat, Job, OnExist, Outcome, Output, OutputKind, Place,
            TemplateError,
        },
        sources::Source,
    },
};

/// Opens the window and saves what it says.
fn save_all(state: &mut State) -> Vec<Job> {
    action(state, Action::OpenExport(Scope::All));
    submitted(&action(state, Action::Export))
}

fn set(state: &mut State, change: impl FnOnce(&mut ExportSettings)) {
    let mut export = state.settings.export.clone();
    change(&mut export);
    action(state, Action::SetExport(Box::new(export)));
}

fn exists(_: &Job) -> Outcome {
    Outcome::Exists { paths: vec!["photos/a_cutout.png".into()] }
}

fn skipped(job: &Job) -> Outcome {
    let path = job.source.clone();
    Outcome::Skipped { outputs: vec![Output { kind: OutputKind::Mask, path, skipped: true }] }
}

#[test]
fn saving_tells_what_became_of_it() {
    type OutcomeOf = fn(&Job) -> Outcome;
    let both = |state: &mut State| save_all(state);
    let one = |kind| move |state: &mut State| submitted(&action(state, Action::Save(kind)));
    type SaveThem<'a> = &'a dyn Fn(&mut State) -> Vec<Job>;
    let cases: [(SaveThem, [OutcomeOf; 2], &str, bool); 8] = [
        (&one(OutputKind::Mask), [done, done], "Saved m.png beside the original.", false),
        (&one(OutputKind::Cutout), [done, done], "Saved c.png beside the original.", false),
        (&both, [done, done], "Saved 4 files beside the originals.", false),
        (
            &both,
            [done, |_| failed()],
            "Saved 2 files beside the originals. a.png: file ends early",
            true,
        ),
        (
            &both,
            [|_| failed(), |_| failed()],
            "2 photos could not be saved. The first: a.png: file ends early",
            true,
        ),
        (&one(OutputKind::Mask), [|_| Outcome::Cancelled, done], "1 photo was stopped.", false),
        (
            &both,
            [done, skipped],
            "Saved 2 files beside the originals. 1 file existed and was left.",
            false,
        ),
        (&both, [skipped, skipped], "2 files existed and were left.", false),
    ];
    for (save, outcomes, text, is_problem) in cases {
        let mut state = done_list(&["a.png", "b.png"]);
        let jobs = save(&mut state);
        assert!(jobs.iter().all(|job| job.saliency.is_some()), "the network is not run again");
        for (job, outcome) in jobs.iter().zip(outcomes) {
            assert_eq!(state.notice, None, "{text}");
            let outcome = outcome(job);
            finish(&mut state, job, outcome);
        }
        let notice = state.notice.expect("a result");
        assert_eq!((notice.text.as_str(), notice.is_problem), (text, is_problem));
    }
}

#[test]
fn what_could_not_be_saved_can_be_saved_in_another_folder() {
    let mut state = done_list(&["a.png", "b.png"]);
    let jobs = save_all(&mut state);
    let outcome = done(&jobs[0]);
    finish(&mut state, &jobs[0], outcome);
    finish(&mut state, &jobs[1], failed());
    assert!(state.notice.as_ref().is_some_and(|notice| notice.can_save_elsewhere));
    assert!(matches!(action(&mut state, Action::SaveElsewhere)[..], [Effect::PickSaveFolder]));
    let again = submitted(&report(&mut state, Report::SaveFolder(Some("else".into()))));
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].source, jobs[1].source);
    let save = again[0].save.clone().unwrap();
    assert!(save.cutout && save.mask);
    assert_eq!(save.options.folder, Destination::Folder("else".into()));
    let outcome = done(&again[0]);
    finish(&mut state, &again[0], outcome);
    let notice = state.notice.expect("a result");
    assert_eq!(
        (notice.text.as_str(), notice.can_save_elsewhere),
        ("Saved 2 files in else.", false)
    );
}

#[test]
fn the_chosen_photos_are_saved_in_the_order_of_the_list() {
    let mut state = done_list(&["a.png", "b.png", "c.png"]);
    let ids: Vec<_> = state.items.iter().map(|item| item.id).collect();
    action(&mut state, Action::Select(ids[2], Choosing::Only));
    action(&mut state, Action::Select(ids[0], Choosing::Toggle));
    let jobs = submitted(&action(&mut state, Action::Save(OutputKind::Cutout)));
    let saved: Vec<_> = jobs.iter().map(|job| (job.source.clone(), place(job))).collect();
    assert_eq!(
        saved,
        [
            (PathBuf::from("photos/a.png"), Place { number: 1, of: 2 }),
            (PathBuf::from("photos/c.png"), Place { number: 2, of: 2 }),
        ]
    );
    action(&mut state, Action::OpenExport(Scope::Chosen));
    assert_eq!(submitted(&action(&mut state, Action::Export)).len(), 2);
    action(&mut state, Action::OpenExport(Scope::Chosen));
    action(&mut state, Action::SetScope(Scope::All));
    assert_eq!(submitted(&action(&mut state, Action::Export)).len(), 3);
    assert_eq!(state.export_window, None);
}

fn place(job: &Job) -> Place {
    job.save.as_ref().unwrap().place
}

#[test]
fn files_are_written_as_the_settings_say_and_subfolders_are_made_again() {
    let mut state = State::default();
    let sources = [("shoes/left", "in/shoes/left/a.png"), ("", "in/b.png")]
        .map(|(below, path)| Source { path: path.into(), below: below.into() });
    for job in submitted(&report(&mut state, Report::Found(sources.into()))) {
        let outcome = done(&job);
        finish(&mut state, &job, outcome);
    }
    set(&mut state, |export| {
        export.masks = false;
        export.format = FormatChoice::Webp;
        export.lossless = false;
        export.quality = 60;
    });
    assert!(matches!(action(&mut state, Action::PickExportFolder)[..], [Effect::PickExportFolder]));
    let effects = report(&mut state, Report::ExportFolder(Some("out".into())));
    assert!(matches!(&effects[..], [Effect::SaveSettings(settings)]
        if settings.export.folder.as_deref() == Some(Path::new("out")) && !settings.export.beside));
    let jobs = save_all(&mut state);
    let below: Vec<_> = jobs.iter().map(|job| job.save.clone().unwrap().below).collect();
    assert_eq!(below, [Path::new("shoes/left"), Path::new("")]);
    for job in &jobs {
        let save = job.save.clone().unwrap();
        assert!(save.cutout && !save.mask);
        assert_eq!(save.options.format, FileFormat::Webp { quality: 60 });
        assert_eq!(save.options.folder, Destination::Folder("out".into()));
        assert_eq!(save.options.on_exist, None, "nobody was asked yet");
    }
}

#[test]
fn many_files_are_asked_for_first() {
    let names: Vec<String> = (0..26).map(|number| format!("{number}.png")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for (photos, masks, asked) in [(25, true, false), (26, true, true), (26, false, false)] {
        let mut state = done_list(&names[..photos]);
        set(&mut state, |export| export.masks = masks);
        let jobs = save_all(&mut state);
        assert_eq!(matches!(state.question, Some(Question::Many { .. })), asked);
        assert_eq!(jobs.len(), if asked { 0 } else { photos });
        if asked {
            let mut unsure = state.clone();
            action(&mut unsure, Action::CloseOverlay);
            assert_eq!((unsure.question, unsure.notice), (None, None));
            assert_eq!(submitted(&action(&mut state, Action::ConfirmMany)).len(), photos);
            assert_eq!(state.question, None);
        }
    }
}

#[test]
fn what_exists_is_asked_once_for_all_and_the_answer_is_kept() {
    let mut state = done_list(&["a.png", "b.png", "c.png"]);
    let jobs = save_all(&mut state);
    finish(&mut state, &jobs[0], exists(&jobs[0]));
    let outcome = done(&jobs[1]);
    finish(&mut state, &jobs[1], outcome);
    assert_eq!(state.question, None, "the others are not disturbed");
    finish(&mut state, &jobs[2], exists(&jobs[2]));
    let Some(Question::Exists { waiting, example }) = state.question.clone() else {
        panic!("{:?}", state.question)
    };
    assert_eq!((waiting.len(), example), (2, "photos/a_cutout.png".into()));
    assert_eq!(state.notice, None, "not before the answer");

    let mut unanswered = state.clone();
    action(&mut unanswered, Action::CloseOverlay);
    let text = unanswered.notice.expect("a result").text;
    assert_eq!(text, "Saved 2 files beside the originals. 4 files existed and were left.");

    let effects = action(&mut state, Action::AnswerExists(OnExist::Replace));
    assert!(matches!(&effects[0], Effect::SaveSettings(settings)
        if settings.export.on_exist == Some(OnExist::Replace)));
    let again = submitted(&effects);
    assert_eq!(again.iter().map(place).map(|place| place.number).collect::<Vec<_>>(), [1, 3]);
    for job in &again {
        assert_eq!(job.save.clone().unwrap().options.on_exist, Some(OnExist::Replace));
        let outcome = done(job);
        finish(&mut state, job, outcome);
    }
    assert_eq!(state.notice.unwrap().text, "Saved 6 files beside the originals.");
}

#[test]
fn a_template_that_makes_no_good_names_is_told_and_not_kept() {
    let mut state = done_list(&["a.png"]);
    let kept = state.settings.export.name.clone();
    action(&mut state, Action::OpenExport(Scope::All));
    assert!(action(&mut state, Action::TypeName("{title}".to_owned())).is_empty());
    let window = state.export_window.clone().unwrap();
    assert_eq!(window.name_error, Some(TemplateError::Unknown("title".to_owned())));
    assert_eq!(state.settings.export.name, kept);
    assert!(submitted(&action(&mut state, Action::Export)).is_empty(), "not with such a name");
    let effects = action(&mut state, Action::TypeName("{name}-cut".to_owned()));
    assert!(matches!(&effects[..], [Effect::SaveSettings(settings)]
        if settings.export.name.to_string() == "{name}-cut"));
    assert_eq!(submitted(&action(&mut state, Action::Export)).len(), 1);
}

#[test]
fn stopping_what_is_saved_stops_nothing_else() {
    let mut state = done_list(&["a.png", "b.png"]);
    let cut = found(&mut state, &["c.png"]);
    let saves = save_all(&mut state);
    let effects = action(&mut state, Action::StopSaving);
    let mut stopped = cancelled(&effects);
    stopped.sort();
    assert_eq!(stopped, saves.iter().map(|job| job.id).collect::<Vec<_>>());
    assert!(!stopped.contains(&cut[0].id));
    for job in &saves {
        finish(&mut state, job, Outcome::Cancelled);
    }
    assert_eq!(state.notice.unwrap().text, "2 photos were stopped.");
}

#[test]
fn a_photo_that_is_removed_is_not_waited_for() {
    let mut state = done_list(&["a.png", "b.png"]);
    let jobs = save_all(&mut state);
    let outcome = done(&jobs[0]);
    finish(&mut state, &jobs[0], outcome);
    let id = state.items.at(1).unwrap().id;
    action(&mut state, Action::Remove(vec![id]));
    assert_eq!(state.saving.under_way, 0);
    assert_eq!(state.notice.unwrap().text, "Saved 2 files beside the originals.");
}
