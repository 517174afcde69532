//! Language, theme and motion.

use serde::{Deserialize, Serialize};

use crate::lang::LanguageChoice;

/// How the window looks and speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Look {
    /// The language.
    pub language: LanguageChoice,
    /// Dark or light.
    pub theme: ThemeChoice,
    /// Whether things change place at once rather than glide.
    pub reduce_motion: ReduceMotion,
}

/// Dark or light.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThemeChoice {
    /// As the desktop is.
    #[default]
    System,
    /// Dark.
    Dark,
    /// Light.
    Light,
}

/// Whether things change place at once rather than glide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReduceMotion {
    /// As the desktop is set.
    #[default]
    System,
    /// At once.
    On,
    /// Gliding.
    Off,
}

impl ReduceMotion {
    /// Whether motion is reduced on a desktop that asks for it or not.
    pub fn is_on(self, desktop_asks: bool) -> bool {
        match self {
            Self::System => desktop_asks,
            Self::On => true,
            Self::Off => false,
        }
    }
}
