//! Pausing, stopping, going on.

use super::*;

#[test]
fn stopped_photos_go_on_when_asked() {
    let mut state = State::default();
    let jobs = found(&mut state, &["a.png", "b.png"]);
    assert!(matches!(action(&mut state, Action::Stop)[..], [Effect::Send(Command::CancelAll)]));
    let outcome = done(&jobs[0]);
    finish(&mut state, &jobs[0], outcome);
    finish(&mut state, &jobs[1], Outcome::Cancelled);
    let again = submitted(&action(&mut state, Action::Continue));
    assert_eq!(again.iter().map(|job| &job.source).collect::<Vec<_>>(), [&jobs[1].source]);
}

#[test]
fn the_time_left_follows_the_pace_of_the_photos_done() {
    let mut state = State::default();
    let jobs = found(&mut state, &["a.png", "b.png", "c.png", "d.png"]);
    state.now_s = 10.0;
    event(&mut state, Event::Step { id: jobs[0].id, step: Step::Decoding });
    assert_eq!(state.time_left_s(), None);
    state.now_s = 14.0;
    for job in &jobs[..2] {
        let outcome = done(job);
        finish(&mut state, job, outcome);
    }
    assert_eq!(state.time_left_s(), Some(4.0));
}

/// The first is being worked on, the second failed, the others wait.
fn batch() -> (State, Vec<Job>) {
    let mut state = State::default();
    let jobs = found(&mut state, &["a.png", "b.png", "c.png", "d.png"]);
    event(&mut state, Event::Step { id: jobs[0].id, step: Step::Inferring });
    finish(&mut state, &jobs[1], failed());
    (state, jobs)
}

fn ids(state: &State) -> Vec<ItemId> {
    state.items.order().to_vec()
}

#[test]
fn pausing_holds_the_engine_and_its_pace_is_forgotten() {
    let (mut state, jobs) = batch();
    let outcome = done(&jobs[0]);
    finish(&mut state, &jobs[0], outcome);
    for paused in [true, false] {
        let effects = action(&mut state, Action::Pause(paused));
        assert!(matches!(effects[..], [Effect::Send(Command::Pause(on))] if on == paused));
        assert_eq!(state.is_paused, paused);
        assert_eq!(state.time_left_s(), None);
    }
}

#[test]
fn stopping_ends_a_pause_too() {
    type Sent = fn(&Command) -> bool;
    let cases: [(Action, Sent); 2] = [
        (Action::Stop, |command| matches!(command, Command::CancelAll)),
        (Action::StopAfterThis, |command| matches!(command, Command::CancelWaiting)),
    ];
    for (stop, sent) in cases {
        let (mut state, _) = batch();
        action(&mut state, Action::Pause(true));
        let effects = action(&mut state, stop);
        let [Effect::Send(first), Effect::Send(Command::Pause(false))] = &effects[..] else {
            panic!("{effects:?}");
        };
        assert!(sent(first) && !state.is_paused);
    }
}

#[test]
fn only_the_cutouts_of_the_named_photos_are_stopped() {
    let (mut state, jobs) = batch();
    let ids = ids(&state);
    let effects = action(&mut state, Action::StopThese(vec![ids[2], ids[1]]));
    assert_eq!(cancelled(&effects), [jobs[2].id], "the other has failed");
    finish(&mut state, &jobs[2], Outcome::Cancelled);
    assert_eq!(state.item(ids[2]).unwrap().progress, Progress::Stopped);
}

#[test]
fn what_failed_or_was_stopped_is_tried_again() {
    let (mut state, jobs) = batch();
    let all = ids(&state);
    finish(&mut state, &jobs[3], Outcome::Cancelled);
    let failed = submitted(&action(&mut state, Action::RetryFailed));
    assert_eq!(failed.iter().map(|job| &job.source).collect::<Vec<_>>(), [&jobs[1].source]);
    let again = submitted(&action(&mut state, Action::Retry(all)));
    assert_eq!(again.iter().map(|job| &job.source).collect::<Vec<_>>(), [&jobs[3].source]);
}
