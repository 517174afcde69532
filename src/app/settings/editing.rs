//! What new photos begin with, and the panel that changes them.

use serde::{Deserialize, Serialize};

use crate::imaging::edit::Edits;

/// What new photos begin with, and the panel that changes them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Editing {
    /// Whether the panel is open.
    pub panel_open: bool,
    /// What new photos begin with.
    pub new_photos: Edits,
}

impl Default for Editing {
    fn default() -> Self {
        Self { panel_open: true, new_photos: Edits::default() }
    }
}
