use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::*;
use crate::{
    app::{
        action::{Action, Choosing},
        item::{ItemId, PreviewState, Progress},
        settings::{MemorySettings, Settings},
        update::previews::PREVIEW_PX,
    },
    engine::{
        protocol::{
            AllocatorSettings, CleanupPoint, CleanupRecord, CleanupSwitches, Command, Done, Event,
            Freed, Job, JobId, Ledger, LetGo, MemorySample, ModelState, Outcome, Output,
            OutputKind, Preview, Step, Timings,
        },
        sources::Source,
    },
    imaging::{Mipmap, Rgba, SaliencyMap, SaliencyMaps, Second},
};

mod adding;
mod clipboard;
mod editing;
mod files;
mod list;
mod live;
mod running;

mod previews;

pub fn found(state: &mut State, names: &[&str]) -> Vec<Job> {
    submitted(&report(state, Report::Found(sources(names))))
}

fn sources(names: &[&str]) -> Vec<Source> {
    let source =
        |name: &&str| Source { path: Path::new("photos").join(name), below: PathBuf::new() };
    names.iter().map(source).collect()
}

pub fn submitted(effects: &[Effect]) -> Vec<Job> {
    let jobs = |effect: &Effect| match effect {
        Effect::Send(Command::Submit(jobs)) => jobs.clone(),
        _ => Vec::new(),
    };
    effects.iter().flat_map(jobs).collect()
}

pub fn cancelled(effects: &[Effect]) -> Vec<JobId> {
    let jobs = |effect: &Effect| match effect {
        Effect::Send(Command::Cancel(jobs)) => jobs.clone(),
        _ => Vec::new(),
    };
    effects.iter().flat_map(jobs).collect()
}

fn picture() -> Rgba {
    Rgba { width_px: 1, height_px: 1, premultiplied: vec![0; 4] }
}

/// What the engine says of a job that did what was asked.
pub fn done(job: &Job) -> Outcome {
    let preview = job.preview_px.map(|_| Preview {
        before: Mipmap::of(picture()),
        after: Mipmap::of(picture()),
        mask: Mipmap::of(picture()),
        trim_px: None,
        problem: None,
    });
    let save = job.save.clone();
    let output =
        |kind, name: &str| Output { kind, path: job.source.with_file_name(name), skipped: false };
    let cutout =
        save.as_ref().filter(|save| save.cutout).map(|_| output(OutputKind::Cutout, "c.png"));
    let mask = save.as_ref().filter(|save| save.mask).map(|_| output(OutputKind::Mask, "m.png"));
    let second = match job.edits.mask.second_look {
        true => Second::Nothing,
        false => Second::NotAsked,
    };
    Outcome::Done(Box::new(Done {
        saliency: Arc::new(SaliencyMaps { first: SaliencyMap::empty(1), second }),
        no_clear_subject: false,
        doubts: Vec::new(),
        size_px: (4, 3),
        preview,
        cutout: job.cutout.then(Arc::default),
        outputs: cutout.into_iter().chain(mask).collect(),
        timings: Timings { decode_ms: 1.0, infer_ms: 2.0, refine_ms: 3.0, save_ms: 0.0 },
        cleanups: Vec::new(),
        pass: None,
    }))
}

pub fn failed() -> Outcome {
    Outcome::Failed { why: "a.png: file ends early".to_owned().into() }
}

pub fn finish(state: &mut State, job: &Job, outcome: Outcome) -> Vec<Effect> {
    event(state, Event::Finished { id: job.id, outcome })
}

/// A list whose photos are all done; the first is selected and has its preview.
pub fn done_list(names: &[&str]) -> State {
    let mut state = State::default();
    for job in found(&mut state, names) {
        let outcome = done(&job);
        finish(&mut state, &job, outcome);
    }
    state
}

#[test]
fn each_photo_becomes_one_job_and_only_the_selected_one_asks_for_a_preview() {
    let mut state = State::default();
    let jobs = found(&mut state, &["a.png", "b.png", "c.png"]);
    assert_eq!(jobs.len(), 3);
    assert!(jobs[0].id < jobs[1].id && jobs[1].id < jobs[2].id);
    let previews: Vec<_> = jobs.iter().map(|job| job.preview_px).collect();
    assert_eq!(previews, [Some(PREVIEW_PX), None, None]);
    assert!(jobs.iter().all(|job| job.thumbnail && job.saliency.is_none() && job.save.is_none()));
    assert_eq!(state.selected(), Some(state.items.at(0).unwrap().id));
}

#[test]
fn a_cutout_ends_as_its_last_event_says() {
    let took = Progress::Done { took_ms: 6.0, no_clear_subject: false };
    let reason = Progress::Failed { why: "a.png: file ends early".to_owned().into() };
    type OutcomeOf = fn(&Job) -> Outcome;
    let cases: [(OutcomeOf, Progress, bool); 3] = [
        (done, took, true),
        (|_| failed(), reason, false),
        (|_| Outcome::Cancelled, Progress::Stopped, false),
    ];
    for (outcome, progress, has_mask) in cases {
        let mut state = State::default();
        let job = found(&mut state, &["a.png"]).remove(0);
        let step = Step::Inferring;
        event(&mut state, Event::Step { id: job.id, step });
        assert_eq!(state.items.at(0).unwrap().progress, Progress::Working(step));
        finish(&mut state, &job, outcome(&job));
        let item = &state.items.at(0).unwrap();
        assert_eq!(item.progress, progress);
        assert_eq!((item.can_save(), item.can_retry()), (has_mask, !has_mask));
        assert!(state.jobs.is_empty());
        // Nothing that comes after the end is listened to.
        event(&mut state, Event::Step { id: job.id, step });
        finish(&mut state, &job, failed());
        assert_eq!(state.items.at(0).unwrap().progress, progress);
    }
}

#[test]
fn one_dialog_at_a_time() {
    let mut state = State::default();
    assert_eq!(action(&mut state, Action::OpenFiles).len(), 1);
    assert_eq!(action(&mut state, Action::OpenFolder).len(), 0);
    for closed in [Report::Picked(Vec::new()), Report::DialogFailed("none here".to_owned())] {
        report(&mut state, closed);
        assert_eq!(action(&mut state, Action::OpenFolder).len(), 1);
    }
    let effects = report(&mut state, Report::Picked(vec!["a".into()]));
    assert!(matches!(effects[..], [Effect::Scan { .. }]));
}

#[test]
fn a_mark_keeps_the_name_of_its_image() {
    let mut state = State::default();
    let jobs = found(&mut state, &["a.png", "b.png"]);
    let record = |at_s| {
        let point = CleanupPoint::AfterImage;
        CleanupRecord { point, at_s, before: None, after: None, took_us: 3 }
    };
    event(&mut state, Event::Cleanup { id: Some(jobs[1].id), record: record(1.0) });
    event(&mut state, Event::Cleanup { id: None, record: record(2.0) });
    action(&mut state, Action::Clear);
    let names: Vec<_> = state.marks.iter().map(|mark| mark.image.as_deref()).collect();
    assert_eq!(names, [Some("b.png"), None]);
}

#[test]
fn a_choice_goes_to_the_engine_and_into_the_settings() {
    let all_but_a = CleanupSwitches::ALL_ON.with(CleanupPoint::AfterInference, false);
    let minute = std::time::Duration::from_secs(60);
    type Sent = fn(&Command) -> bool;
    let cases: [(Action, Option<Sent>, MemorySettings); 5] = [
        (
            Action::SetCleanup(all_but_a),
            Some(|command| matches!(command, Command::SetCleanup(_))),
            MemorySettings { cleanup: all_but_a, ..MemorySettings::default() },
        ),
        (
            Action::SetIdleUnload(Some(3)),
            Some(|command| matches!(command, Command::SetIdleUnload(Some(_)))),
            MemorySettings { idle_unload_min: Some(3), ..MemorySettings::default() },
        ),
        (
            Action::RequireGpu(true),
            Some(|command| matches!(command, Command::RequireGpu(true))),
            MemorySettings { require_gpu: true, ..MemorySettings::default() },
        ),
        (
            Action::ShowMemory(false),
            None,
            MemorySettings { panel_open: false, ..MemorySettings::default() },
        ),
        (
            Action::SetAllocator("max_split_size_mb:64".parse().unwrap()),
            None,
            MemorySettings {
                allocator: "max_split_size_mb:64".parse().unwrap(),
                ..MemorySettings::default()
            },
        ),
    ];
    for (choice, sent, memory) in cases {
        let expected = Settings { memory, ..Settings::default() };
        // What holds for this run alone is not written down.
        let mut state = State::default();
        state.settings.memory.idle_unload_min = Some(90);
        let effects = action(&mut state, choice.clone());
        let mut saved = effects.iter().filter_map(|effect| match effect {
            Effect::SaveSettings(settings) => Some(settings.as_ref()),
            _ => None,
        });
        assert_eq!((saved.next(), saved.next()), (Some(&expected), None), "{choice:?}");
        let commands = effects.iter().filter_map(|effect| match effect {
            Effect::Send(command) => Some(command),
            _ => None,
        });
        let commands: Vec<_> = commands.collect();
        assert_eq!(commands.len(), usize::from(sent.is_some()), "{choice:?}");
        assert!(sent.is_none_or(|sent| sent(commands[0])), "{choice:?}: {commands:?}");
        assert_eq!(state.stored_settings, expected);
    }
    let mut state = State::default();
    let effects = action(&mut state, Action::SetIdleUnload(Some(3)));
    assert!(
        matches!(effects[0], Effect::Send(Command::SetIdleUnload(Some(idle))) if idle == 3 * minute)
    );
}

#[test]
fn allocator_settings_that_libtorch_refuses_are_not_kept() {
    let mut state = State::default();
    let wrong = AllocatorSettings { max_split_size_mib: Some(2), ..Default::default() };
    assert!(action(&mut state, Action::SetAllocator(wrong)).is_empty());
    assert!(state.notice.is_some_and(|notice| notice.text.contains("20 or more")));
    assert_eq!(state.stored_settings, Settings::default());
}

#[test]
fn the_countdown_is_kept_as_a_time_and_ends_with_the_model() {
    let mut state = State { now_s: 100.0, ..State::default() };
    event(&mut state, Event::UnloadsIn(Some(std::time::Duration::from_secs(60))));
    assert_eq!(state.unloads_at_s, Some(160.0));
    event(&mut state, Event::Model(ModelState::Unloaded { name: "u2net".to_owned() }));
    assert_eq!(state.unloads_at_s, None);
}

#[test]
fn an_idle_model_that_goes_hides_no_problem() {
    let sample = || MemorySample {
        at_s: 1.0,
        device: None,
        card: None,
        resident_bytes: 0,
        tensor_bytes: 0,
        ledger: Ledger::of_machine(&Default::default(), 0, 0, 0, 0),
    };
    for (what, notice_before, is_problem_after) in [
        (LetGo::IdleModel, Some(Notice::problem("the disk is full")), true),
        (LetGo::Model, Some(Notice::problem("the disk is full")), false),
        (LetGo::IdleModel, Some(Notice::good("saved")), false),
        (LetGo::IdleModel, None, false),
    ] {
        let mut state = State { notice: notice_before, ..State::default() };
        let freed = Freed { what, before: sample(), after: sample(), took_us: 1 };
        event(&mut state, Event::Freed(Box::new(freed)));
        assert_eq!(state.notice.map(|notice| notice.is_problem), Some(is_problem_after));
        assert_eq!(state.freed, Some(freed));
    }
}
