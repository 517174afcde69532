//! Which languages there are, and which one is chosen.

use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

/// A language with files of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English; what another language lacks is said in it.
    English,
    /// German.
    German,
}

/// The user's choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LanguageChoice {
    /// The system's language, or English.
    #[default]
    System,
    /// English.
    English,
    /// German.
    German,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its name in itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// Its code in ISO 639-1.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    pub(super) fn id(self) -> LanguageIdentifier {
        self.code().parse().expect("a code of two letters")
    }

    /// The first of these locales that there is a language for, such as `de_AT.UTF-8`.
    fn first_of(locales: impl IntoIterator<Item = String>) -> Self {
        let known = |locale: String| {
            let language = locale.split(['-', '_', '.']).next()?.to_ascii_lowercase();
            Self::ALL.into_iter().find(|known| known.code() == language)
        };
        locales.into_iter().find_map(known).unwrap_or(Self::English)
    }
}

impl LanguageChoice {
    /// The language that this choice means on this system.
    pub fn language(self) -> Language {
        match self {
            Self::System => Language::first_of(sys_locale::get_locales()),
            Self::English => Language::English,
            Self::German => Language::German,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_first_known_language_is_taken() {
        for (locales, expected) in [
            (&["de-DE"][..], Language::German),
            (&["de_AT.UTF-8"], Language::German),
            (&["fr-FR", "de"], Language::German),
            (&["en-GB", "de"], Language::English),
            (&["C"], Language::English),
            (&[], Language::English),
        ] {
            let locales = locales.iter().map(|&locale| locale.to_owned());
            assert_eq!(Language::first_of(locales), expected);
        }
    }
}
