//! The four cleanup points of an image and the sweep after a job.

use super::memory::MemoryStats;

/// A named place where tensors are dropped, the cache is emptied and memory is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CleanupPoint {
    /// A: the forward pass is done; side outputs d1..d6, features and input are dropped.
    AfterInference,
    /// B: the saliency map is normalised and read back.
    AfterMask,
    /// C: any error or panic in inference.
    OnError,
    /// D: always, whether the image succeeded or failed.
    AfterImage,
    /// The sweep: after every command of the inference thread.
    AfterJob,
}

/// What one cleanup point did. Every field is measured; memory is `None` where there is no GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CleanupRecord {
    /// Which point.
    pub point: CleanupPoint,
    /// Memory before the cache was emptied (tensors already dropped).
    pub before: Option<MemoryStats>,
    /// Memory after.
    pub after: Option<MemoryStats>,
    /// How long the point took, readings included, in microseconds.
    pub took_us: u64,
}

impl CleanupRecord {
    /// Reserved bytes that went back to the driver.
    pub fn freed_bytes(&self) -> u64 {
        match (self.before, self.after) {
            (Some(before), Some(after)) => {
                before.reserved_bytes.saturating_sub(after.reserved_bytes)
            }
            _ => 0,
        }
    }
}
