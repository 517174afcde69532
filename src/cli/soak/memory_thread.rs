//! What sampling memory costs: the time that the memory thread was on a core.

use std::time::Instant;

/// A reading of the memory thread's clock.
#[derive(Clone, Copy)]
pub struct Reading {
    at: Instant,
    on_core_ns: u64,
}

impl Reading {
    /// `None` where the system does not tell.
    pub fn now() -> Option<Self> {
        Some(Self { at: Instant::now(), on_core_ns: on_core_ns()? })
    }

    /// Its share of one core between `earlier` and this, in percent.
    pub fn percent_since(&self, earlier: &Self) -> f64 {
        let wall_ns = (self.at - earlier.at).as_nanos().max(1) as f64;
        self.on_core_ns.saturating_sub(earlier.on_core_ns) as f64 / wall_ns * 100.0
    }
}

/// Linux tells of every thread, by the name it was given, how long it was on a core.
#[cfg(target_os = "linux")]
fn on_core_ns() -> Option<u64> {
    use std::fs;
    let tasks = fs::read_dir("/proc/self/task").ok()?.filter_map(Result::ok);
    let is_memory_thread = |task: &fs::DirEntry| {
        fs::read_to_string(task.path().join("comm"))
            .is_ok_and(|name| name.trim_end() == crate::engine::MEMORY_THREAD)
    };
    let task = { tasks }.find(is_memory_thread)?;
    let figures = fs::read_to_string(task.path().join("schedstat")).ok()?;
    figures.split_whitespace().next()?.parse().ok()
}

#[cfg(not(target_os = "linux"))]
fn on_core_ns() -> Option<u64> {
    None
}
