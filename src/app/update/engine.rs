//! What the engine's events change.

use std::sync::Arc;

use super::{clipboard, detail, files, jobs, live, memory, previews, saving, watch};
use crate::{
    app::{
        effect::Effect,
        item::{ItemId, PreviewState, Progress},
        jobs::Purpose,
        state::State,
    },
    engine::protocol::{Done, Event, JobId, Outcome, Problem, Step},
};

/// Takes in what the engine told.
pub fn event(state: &mut State, event: Event) -> Vec<Effect> {
    match event {
        Event::Device(device) => memory::device(state, device),
        Event::Model(model) => memory::model(state, model),
        Event::Memory(sample) => memory::sample(state, sample),
        Event::CardUsers(users) => state.card_users = users,
        Event::Cleanup { id, record } => memory::cleanup(state, id, &record),
        Event::Freed(freed) => memory::freed(state, *freed),
        Event::Snapshot(ended) => memory::snapshot(state, &ended),
        Event::UnloadsIn(left) => {
            state.unloads_at_s = left.map(|left| state.now_s + left.as_secs_f64());
        }
        Event::Rung { id, rung } => {
            let item = state.jobs.get(id).and_then(|(item, _)| state.item_mut(item));
            if let Some(mut item) = item {
                item.rung = Some(rung);
            }
        }
        Event::Refining { id, done } => refining(state, id, Some(done)),
        Event::Step { id, step } => {
            refining(state, id, None);
            match step {
                Step::Inferring => state.peaks.begin(id),
                _ => state.peaks.end(id),
            }
            if let Some((item, Purpose::Cut)) = state.jobs.get(id) {
                state.pace.started(state.now_s);
                if let Some(mut item) = state.item_mut(item) {
                    item.progress = Progress::Working(step);
                }
            }
        }
        Event::Thumbnail { id, picture, size_px } => {
            let Some((item, _)) = state.jobs.get(id) else { return Vec::new() };
            files::keep_thumbnail(state, item, picture);
            if let Some(mut item) = state.item_mut(item) {
                item.size_px = Some(size_px);
                item.unreadable = None;
            }
        }
        Event::Live(answer) => live::answer(state, answer),
        Event::Tile { key, serial, tile } => detail::tile(state, key, serial, tile),
        Event::DetailFailed { key, why } => detail::failed(state, key, why),
        Event::File { id, news } => files::news(state, id, news),
        Event::Finished { id, outcome } => return finished(state, id, outcome),
    }
    Vec::new()
}

/// Notes how far a job's refinement is, 0 to 1, or that it is over.
fn refining(state: &mut State, id: JobId, done: Option<f32>) {
    let Some((item, _)) = state.jobs.get(id) else { return };
    let percent = done.map(|done| (done * 100.0).round() as u8);
    if state.item(item).is_some_and(|item| item.refining_percent != percent)
        && let Some(mut item) = state.item_mut(item)
    {
        item.refining_percent = percent;
    }
}

fn finished(state: &mut State, id: JobId, outcome: Outcome) -> Vec<Effect> {
    refining(state, id, None);
    state.peaks.end(id);
    if let Outcome::Done(done) = &outcome
        && let Some(pass) = done.pass
    {
        state.peaks.finish(pass.peak_bytes);
        state.infer_times.push(done.timings.infer_ms);
        state.cleanups.count_image(done.timings.infer_ms);
    }
    match state.jobs.end(id) {
        Some((item, Purpose::Cut)) => cut(state, item, outcome),
        Some((item, Purpose::Preview)) => preview(state, item, id, outcome),
        Some((item, Purpose::Copy)) => clipboard::rendered(state, item, outcome),
        Some((_, Purpose::Save(to_save))) => {
            saving::ended(state, to_save, outcome);
            Vec::new()
        }
        None => Vec::new(),
    }
}

fn cut(state: &mut State, id: ItemId, outcome: Outcome) -> Vec<Effect> {
    if matches!(outcome, Outcome::Done(_) | Outcome::Failed { .. }) {
        state.pace.ended(state.now_s);
    }
    let Some(mut item) = state.item_mut(id) else { return Vec::new() };
    item.preview = PreviewState::Absent;
    match outcome {
        Outcome::Done(done) => {
            let Done {
                saliency, no_clear_subject, doubts, size_px, preview, timings, pass, ..
            } = *done;
            let took_ms =
                timings.decode_ms + timings.infer_ms + timings.refine_ms + timings.save_ms;
            item.progress = Progress::Done { took_ms, no_clear_subject };
            item.on_gpu = pass.map(|pass| pass.on_gpu).or(item.on_gpu);
            item.saliency = Some(saliency);
            item.doubts = doubts;
            item.size_px = Some(size_px);
            if let Some(preview) = preview {
                item.preview = PreviewState::Ready(Arc::new(preview));
            }
        }
        Outcome::Failed { why } => item.progress = Progress::Failed { why },
        Outcome::Cancelled | Outcome::Skipped { .. } | Outcome::Exists { .. } => {
            item.progress = Progress::Stopped
        }
    }
    let is_ready = matches!(item.preview, PreviewState::Ready(_));
    // The second look was switched on while this was under way.
    let is_done = matches!(item.progress, Progress::Done { .. });
    if is_done && item.wants_second_look() && item.was_seen_once() {
        drop(item);
        return jobs::cut_anew(state, id);
    }
    drop(item);
    if is_ready {
        previews::keep(state, id);
    }
    let mut effects = watch::save_if_wanted(state, id);
    effects.extend(previews::ask(state));
    effects
}

fn preview(state: &mut State, id: ItemId, job: JobId, outcome: Outcome) -> Vec<Effect> {
    let Some(mut item) = state.item_mut(id) else { return Vec::new() };
    if !matches!(item.preview, PreviewState::Pending(pending) if pending == job) {
        return Vec::new();
    }
    item.preview = match outcome {
        Outcome::Done(done) => match done.preview {
            Some(preview) => PreviewState::Ready(Arc::new(preview)),
            None => PreviewState::Failed(Problem::Lost.into()),
        },
        Outcome::Failed { why } => PreviewState::Failed(why),
        Outcome::Cancelled | Outcome::Skipped { .. } | Outcome::Exists { .. } => {
            PreviewState::Absent
        }
    };
    let (is_ready, is_absent) = (
        matches!(item.preview, PreviewState::Ready(_)),
        matches!(item.preview, PreviewState::Absent),
    );
    drop(item);
    if is_ready {
        previews::keep(state, id);
        return live::refresh(state);
    }
    // Called off when another photo was selected; the user has come back since.
    if is_absent { previews::ask(state) } else { Vec::new() }
}
