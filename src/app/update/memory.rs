//! Memory: what the engine tells of it, and what the user chooses.

use std::{path::PathBuf, time::Duration};

use super::settings::change;
use crate::{
    app::{
        effect::Effect,
        memory,
        state::{Notice, State},
        wording,
    },
    engine::protocol::{
        AllocatorSettings, CleanupRecord, CleanupSwitches, Command, DeviceInfo, Freed, JobId,
        LetGo, MemorySample, ModelState, SaveSnapshot, SnapshotEnded, SnapshotReason,
    },
    imaging::Existing,
    lang::t,
    path_text::printable,
};

/// A reading came.
pub fn sample(state: &mut State, sample: MemorySample) {
    state.peaks.take_in(&sample);
    state.memory.push(sample);
}

/// A cleanup point ran.
pub fn cleanup(state: &mut State, id: Option<JobId>, record: &CleanupRecord) {
    state.cleanups.push(record);
    state.memory.push_record(record);
    let item = id.and_then(|id| state.jobs.get(id)).and_then(|(item, _)| state.items.get(item));
    let name = item.map(|item| item.name.as_str());
    state.marks.push(*record, name);
}

/// The device was chosen, or is another. That a GPU is no longer used is not passed over.
pub fn device(state: &mut State, device: DeviceInfo) {
    if let Some(old) = &state.device
        && old != &device
    {
        if old.is_gpu && !device.is_gpu {
            let why = wording::why_no_gpu(&device);
            let why = why.trim_end_matches('.');
            let text = t!("notice-gpu-lost", device = old.name.as_str(), why = why);
            state.notice = Some(Notice::problem(text));
        }
        state.infer_times.clear();
        state.marks.clear();
        state.cleanups.measure_anew();
    }
    state.device = Some(device);
}

/// The model is in another state. Only one that is there can be counted down on.
pub fn model(state: &mut State, model: ModelState) {
    if !matches!(model, ModelState::Ready { .. }) {
        state.unloads_at_s = None;
    }
    state.model = Some(model);
}

/// The cache or the model was let go. Where nobody asked for it, it hides no problem.
pub fn freed(state: &mut State, freed: Freed) {
    state.memory.push(freed.after);
    let is_problem = state.notice.as_ref().is_some_and(|notice| notice.is_problem);
    if freed.what != LetGo::IdleModel || !is_problem {
        state.notice = Some(Notice::good(memory::freed::in_words(&freed)));
    }
    state.freed = Some(freed);
}

/// A file was named for a memory snapshot; the dialog has asked before it named one that exists.
pub fn save_snapshot(path: PathBuf) -> Vec<Effect> {
    let save = SaveSnapshot { path, existing: Existing::Replace };
    vec![Effect::Send(Command::SaveSnapshot(save))]
}

/// A memory snapshot was written, or could not be.
pub fn snapshot(state: &mut State, ended: &SnapshotEnded) {
    state.notice = Some(match &ended.result {
        Ok(saved) => {
            let (file, bytes) = (printable(&saved.path), wording::bytes(saved.file_bytes));
            let key = match (ended.reason, saved.has_history) {
                (SnapshotReason::OutOfMemory, _) => "notice-snapshot-on-oom",
                (SnapshotReason::Asked, true) => "notice-snapshot",
                (SnapshotReason::Asked, false) => "notice-snapshot-without-history",
            };
            let folder = saved.path.parent().map(PathBuf::from);
            Notice { folder, ..Notice::good(t!(key, file = file, bytes = bytes)) }
        }
        Err(error) => Notice::problem(t!("notice-no-snapshot", why = wording::no_snapshot(error))),
    });
}

/// The points were switched.
pub fn set_cleanup(state: &mut State, switches: CleanupSwitches) -> Vec<Effect> {
    if state.settings.memory.cleanup == switches {
        return Vec::new();
    }
    state.cleanups.measure_anew();
    let mut effects = vec![Effect::Send(Command::SetCleanup(switches))];
    effects.push(change(state, |settings| settings.memory.cleanup = switches));
    effects
}

/// The time after which the model is unloaded was set, in minutes.
pub fn set_idle_unload(state: &mut State, minutes: Option<u32>) -> Vec<Effect> {
    let idle = minutes.map(|minutes| Duration::from_secs(60) * minutes);
    if minutes.is_none() {
        state.unloads_at_s = None;
    }
    vec![
        Effect::Send(Command::SetIdleUnload(idle)),
        change(state, |settings| settings.memory.idle_unload_min = minutes),
    ]
}

/// Falling back to the CPU was allowed or refused.
pub fn require_gpu(state: &mut State, on: bool) -> Vec<Effect> {
    vec![
        Effect::Send(Command::RequireGpu(on)),
        change(state, |settings| settings.memory.require_gpu = on),
    ]
}

/// libtorch's allocator was set for the next start.
pub fn set_allocator(state: &mut State, allocator: AllocatorSettings) -> Vec<Effect> {
    match allocator.to_string().parse() {
        Ok(allocator) => vec![change(state, |settings| settings.memory.allocator = allocator)],
        Err(reason) => {
            state.notice = Some(Notice::problem(t!("notice-allocator-refused", why = reason)));
            Vec::new()
        }
    }
}

/// The panel was opened or closed.
pub fn show_panel(state: &mut State, open: bool) -> Vec<Effect> {
    vec![change(state, |settings| settings.memory.panel_open = open)]
}
