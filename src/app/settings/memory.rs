//! Memory and the GPU.

use serde::{Deserialize, Serialize};

use super::as_text;
use crate::engine::protocol::{AllocatorSettings, CleanupSwitches};

/// What the memory panel sets.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MemorySettings {
    /// Which cleanup points empty the cache.
    #[serde(with = "as_text")]
    pub cleanup: CleanupSwitches,
    /// Unload the model after so many idle minutes; `None` for never.
    #[serde(rename = "unload_after_min", skip_serializing_if = "Option::is_none")]
    pub idle_unload_min: Option<u32>,
    /// Refuse to fall back to the CPU.
    pub require_gpu: bool,
    /// libtorch's allocator, from the next start on.
    #[serde(with = "as_text", skip_serializing_if = "AllocatorSettings::is_empty")]
    pub allocator: AllocatorSettings,
    /// Whether the memory panel is open.
    pub panel_open: bool,
}

impl Default for MemorySettings {
    fn default() -> Self {
        Self {
            cleanup: CleanupSwitches::ALL_ON,
            idle_unload_min: None,
            require_gpu: false,
            allocator: AllocatorSettings::default(),
            panel_open: true,
        }
    }
}
