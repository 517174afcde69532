//! What is wrong with a file that Cutout itself wrote.

/// What is wrong with a file of Cutout's own. [`std::fmt::Display`] gives it in English, for the
/// log; the window has words of its own for it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// Its bytes are no text.
    #[error("it is not text")]
    NoText,
    /// It does not say which layout it has.
    #[error("it names no version")]
    NoVersion,
    /// It has a layout that is not known.
    #[error("its version is {found}, not {known}")]
    Version {
        /// What it says.
        found: String,
        /// The one that is known.
        known: i64,
    },
    /// A line of it cannot be read.
    #[error("line {number}: {words}")]
    Line {
        /// The first is 1.
        number: usize,
        /// The parser's words.
        words: String,
    },
    /// Something else, in the parser's words.
    #[error("{0}")]
    Other(String),
}

/// The first line of a parser's words, without the full stop.
impl From<String> for Damage {
    fn from(words: String) -> Self {
        let first = words.lines().next().unwrap_or_default();
        Self::Other(first.trim_end_matches('.').to_owned())
    }
}
