//! How photos are added.

use serde::{Deserialize, Serialize};

use crate::engine::sources::Depth;

/// How photos are added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Adding {
    /// Whether a folder stands for the photos in its subfolders too; `None` until the user was
    /// asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subfolders: Option<bool>,
}

impl Adding {
    /// How deep a folder is searched; `None` until the user was asked.
    pub fn depth(&self) -> Option<Depth> {
        self.subfolders.map(|on| if on { Depth::Recursive } else { Depth::Folder })
    }
}
