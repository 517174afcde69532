//! How much a file may hold, and what of it messages quote.

use crate::path_text::escaped;

/// Tensors that a file may hold; the published ones hold fewer than 800.
pub(super) const MAX_TENSORS: usize = 4096;
/// Dimensions that a tensor may have; real ones have four.
pub(super) const MAX_DIMENSIONS: usize = 8;
/// How long the name of a tensor or of its storage may be; real ones are shorter than 50.
pub(super) const MAX_NAME_BYTES: usize = 256;

/// Characters of a name that a message quotes.
const NAME_CHARS: usize = 80;
/// Characters of a library's words that a message quotes.
const WORDS_CHARS: usize = 300;

/// A name from a file as a message shows it: short, its control characters as escapes.
pub(super) fn quoted(name: &str) -> String {
    shortened(name, NAME_CHARS)
}

/// A library's words about a file, which may quote all of it.
pub(super) fn quoted_words(words: &str) -> String {
    shortened(words, WORDS_CHARS)
}

fn shortened(text: &str, max_chars: usize) -> String {
    match text.char_indices().nth(max_chars) {
        None => escaped(text),
        Some((end, _)) => format!("{}…", escaped(&text[..end])),
    }
}

/// Refuses, in words, a name that no tensor of the network could have.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    if name.len() <= MAX_NAME_BYTES {
        return Ok(());
    }
    Err(format!("the name `{}` has {} bytes, more than {MAX_NAME_BYTES}", quoted(name), name.len()))
}

/// Refuses, in words, more tensors than any file of weights holds.
pub(super) fn check_count(tensors: usize) -> Result<(), String> {
    if tensors <= MAX_TENSORS {
        return Ok(());
    }
    Err(format!("it holds more than {MAX_TENSORS} tensors"))
}

/// Refuses, in words, more dimensions than any tensor of weights has.
pub(super) fn check_dimensions(dimensions: usize) -> Result<(), String> {
    if dimensions <= MAX_DIMENSIONS {
        return Ok(());
    }
    Err(format!("a tensor has more than {MAX_DIMENSIONS} dimensions"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_messages_are_short_and_control_nothing() {
        let long = "é".repeat(5_000_000);
        for (name, expected) in [
            ("stage1.conv.weight", "stage1.conv.weight".to_owned()),
            ("a\n\u{1b}[2J", "a\\n\\u{1b}[2J".to_owned()),
            (&long, format!("{}…", "é".repeat(NAME_CHARS))),
        ] {
            assert_eq!(quoted(name), expected);
        }
    }
}
