//! Paths as text: in JSON as text where they are text, otherwise as their bytes; for people without
//! what would move a terminal's cursor.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A path as people may see it: what is not text is replaced, and characters that control a terminal
/// or the direction of text are written as escapes such as `\u{1b}`.
pub fn printable(path: &Path) -> String {
    escaped(&path.to_string_lossy())
}

/// A text with its control characters and overrides of direction written as escapes.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if controls(character) {
            escaped.extend(character.escape_default());
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// The same JSON without such characters: those that it allows within a text are written as `\u009b`.
pub fn escaped_json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        // A line's end can only stand between texts.
        if controls(character) && character != '\n' {
            escaped.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// Whether a character controls a terminal or overrides the direction of text.
fn controls(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Bytes(Vec<u8>),
}

impl Written {
    fn of(path: &Path) -> Self {
        match path.to_str() {
            Some(text) => Self::Text(text.to_owned()),
            None => Self::Bytes(path.as_os_str().as_encoded_bytes().to_vec()),
        }
    }

    fn path(self) -> PathBuf {
        match self {
            Self::Text(text) => text.into(),
            Self::Bytes(bytes) => of_bytes(bytes),
        }
    }
}

/// The path that these bytes are.
#[cfg(unix)]
pub fn of_bytes(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    std::ffi::OsString::from_vec(bytes).into()
}

/// Where a path is no bytes, what is not text is lost, and the file will not be found.
#[cfg(not(unix))]
pub fn of_bytes(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

pub fn serialize<S: Serializer>(path: &Path, to: S) -> Result<S::Ok, S::Error> {
    Written::of(path).serialize(to)
}

pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PathBuf, D::Error> {
    Written::deserialize(from).map(Written::path)
}

/// The same for several.
pub mod list {
    use super::{Deserialize, Deserializer, PathBuf, Serializer, Written};

    pub fn serialize<S: Serializer>(paths: &[PathBuf], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(paths.iter().map(|path| Written::of(path)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<PathBuf>, D::Error> {
        Ok(Vec::<Written>::deserialize(from)?.into_iter().map(Written::path).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_move_a_cursor_or_turn_text_is_shown_as_an_escape() {
        for (name, expected) in [
            ("Zürich 日本.png", "Zürich 日本.png"),
            ("two\nlines\r.png", "two\\nlines\\r.png"),
            ("\u{1b}]0;title\u{7}.png", "\\u{1b}]0;title\\u{7}.png"),
            ("\u{202e}gnp.exe", "\\u{202e}gnp.exe"),
            ("a\u{2028}b\u{2066}c\u{85}", "a\\u{2028}b\\u{2066}c\\u{85}"),
        ] {
            assert_eq!(escaped(name), expected);
            assert_eq!(printable(Path::new(name)), expected);
        }
    }

    #[test]
    fn json_stays_what_it_says() {
        let text = "a\u{1b}\u{9b}31m\u{202e}b\u{7f}ü😀\"\\";
        let json = escaped_json(&serde_json::to_string(text).unwrap());
        assert!(!json.contains(controls), "{json:?}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
