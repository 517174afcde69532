//! Values of EXIF's fields: whether they are what they should be, and as they are written.

use std::str;

use super::{
    allowed::Form,
    ifd::kind::{self, ASCII, UNDEFINED},
};

/// A value: its kind and its bytes, in the byte order of the structure that it is part of.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    pub kind: u16,
    pub bytes: Vec<u8>,
}

/// No moment is longer: "2026:01:02 03:04:05".
const MOMENT_BYTES: usize = 24;
/// Alphabets of notes. Others are not looked into, and so not kept.
const PLAIN_NOTE: &[u8; 8] = b"ASCII\0\0\0";
const UNNAMED_NOTE: &[u8; 8] = &[0; 8];
/// At most one of so many characters may be beyond ASCII in text that is not UTF-8: pixels of a
/// bright wall would pass for accents otherwise.
const ASCII_PER_ACCENT: usize = 4;

impl Value {
    /// The value as far as it has the form that is asked for; `None` where it has not.
    pub fn checked(form: Form, kind: u16, bytes: &[u8]) -> Option<Self> {
        let ascii = |bytes: Vec<u8>| Self { kind: ASCII, bytes };
        match form {
            Form::Numbers { kinds, most } => {
                let count = bytes.len() / kind::bytes(kind);
                (kinds.contains(&kind) && (1..=most).contains(&count))
                    .then(|| Self { kind, bytes: bytes.to_vec() })
            }
            Form::Text { most_bytes } if kind == ASCII => {
                text(before_zero(bytes), most_bytes).map(ended).map(ascii)
            }
            Form::TwoTexts { most_bytes } if kind == ASCII => {
                let mut both = bytes.splitn(3, |&byte| byte == 0);
                let (first, second) = (both.next()?, both.next().unwrap_or_default());
                let second = text(second, most_bytes.saturating_sub(first.len()));
                let mut all = match (text(first, most_bytes), &second) {
                    (Some(first), _) => ended(first),
                    // A blank stands for the first where there is but the second.
                    (None, Some(_)) if first.iter().all(|&byte| byte == b' ') => b" \0".to_vec(),
                    (None, _) => return None,
                };
                all.extend(second.into_iter().flat_map(ended));
                Some(ascii(all))
            }
            Form::Moment if kind == ASCII => {
                let moment = before_zero(bytes);
                let is_part = |byte: &u8| byte.is_ascii_digit() || b" :+-./TZ".contains(byte);
                (!moment.is_empty() && moment.len() < MOMENT_BYTES && moment.iter().all(is_part))
                    .then(|| ascii(ended(moment)))
            }
            Form::Note { most_bytes } if kind == ASCII => {
                text(before_zero(bytes), most_bytes).map(ended).map(ascii)
            }
            Form::Note { most_bytes } if kind == UNDEFINED => {
                let (alphabet, note) = bytes.split_first_chunk()?;
                if ![PLAIN_NOTE, UNNAMED_NOTE].contains(&alphabet) {
                    return None;
                }
                let note = text(before_zero(note), most_bytes - alphabet.len())?;
                Some(Self { kind, bytes: [alphabet, note].concat() })
            }
            Form::Version if kind == UNDEFINED => {
                let is_version = bytes.len() == 4 && bytes.iter().all(u8::is_ascii_digit);
                is_version.then(|| Self { kind, bytes: bytes.to_vec() })
            }
            _ => None,
        }
    }
}

fn before_zero(bytes: &[u8]) -> &[u8] {
    bytes.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// Text that ends with a zero.
fn ended(text: &[u8]) -> Vec<u8> {
    [text, b"\0"].concat()
}

/// These bytes without blanks at their end, if they are text of no more bytes than that.
fn text(bytes: &[u8], most_bytes: usize) -> Option<&[u8]> {
    let bytes = bytes.trim_ascii_end();
    (!bytes.is_empty() && bytes.len() < most_bytes && is_text(bytes)).then_some(bytes)
}

/// UTF-8, or a little of Latin-1 among ASCII; without control characters.
fn is_text(bytes: &[u8]) -> bool {
    let is_plain = |&byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    match str::from_utf8(bytes) {
        Ok(text) => {
            text.chars().all(|character| !character.is_control() || "\t\n\r".contains(character))
        }
        Err(_) => {
            let accents = bytes.iter().filter(|byte| !is_plain(byte)).count();
            accents * ASCII_PER_ACCENT <= bytes.len()
                && bytes.iter().all(|byte| is_plain(byte) || *byte >= 0xa0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::exif::ifd::kind::{BYTE, LONG, RATIONAL, SHORT};

    #[test]
    fn values_have_to_be_what_they_should_be() {
        const TEXT: Form = Form::Text { most_bytes: 12 };
        const TWO: Form = Form::TwoTexts { most_bytes: 12 };
        const NOTE: Form = Form::Note { most_bytes: 20 };
        const NUMBERS: Form = Form::Numbers { kinds: &[SHORT, RATIONAL], most: 3 };
        type Case = (Form, u16, &'static [u8], Option<&'static [u8]>);
        let cases: [Case; 28] = [
            (TEXT, ASCII, b"Camera\0", Some(b"Camera\0")),
            (TEXT, ASCII, b"Camera", Some(b"Camera\0")),
            (TEXT, ASCII, b"Camera  \0\0", Some(b"Camera\0")),
            (TEXT, ASCII, b"Camera\0\xff\xd8hidden", Some(b"Camera\0")),
            (TEXT, ASCII, "Größe\0".as_bytes(), Some("Größe\0".as_bytes())),
            (TEXT, ASCII, b"M\xfcller\0", Some(b"M\xfcller\0")),
            (TEXT, ASCII, b"\xf0\xf1\xf2\xf3\0", None),
            (TEXT, ASCII, b"\xff\xd8\xff\xe0", None),
            (TEXT, ASCII, b"a\x01b\0", None),
            (TEXT, ASCII, b"      \0", None),
            (TEXT, ASCII, b"longer than that", None),
            (TEXT, UNDEFINED, b"Camera\0", None),
            (TEXT, BYTE, b"Camera\0", None),
            (TWO, ASCII, b"me\0you\0", Some(b"me\0you\0")),
            (TWO, ASCII, b" \0you\0", Some(b" \0you\0")),
            (TWO, ASCII, b"me\0\0", Some(b"me\0")),
            (TWO, ASCII, b"me\0\xff\xd8\0", Some(b"me\0")),
            (TWO, ASCII, b"\xff\xd8\0you\0", None),
            (Form::Moment, ASCII, b"2026:01:02 03:04:05\0", Some(b"2026:01:02 03:04:05\0")),
            (Form::Moment, ASCII, b"yesterday\0", None),
            (NOTE, UNDEFINED, b"ASCII\0\0\0hello\0\0", Some(b"ASCII\0\0\0hello")),
            (NOTE, UNDEFINED, b"\xff\xd8\xff\xe0\0\x10JFIF", None),
            (NOTE, UNDEFINED, b"JIS\0\0\0\0\0hello", None),
            (Form::Version, UNDEFINED, b"0232", Some(b"0232")),
            (Form::Version, UNDEFINED, b"\xff\xd8\xff\xe0", None),
            (NUMBERS, SHORT, &[1, 2, 3, 4], Some(&[1, 2, 3, 4])),
            (NUMBERS, SHORT, &[0; 8], None),
            (NUMBERS, LONG, &[0; 4], None),
        ];
        for (form, kind, bytes, expected) in cases {
            let found = Value::checked(form, kind, bytes);
            let found = found.as_ref().map(|value| value.bytes.as_slice());
            assert_eq!(found, expected, "{form:?} of {kind}: {}", bytes.escape_ascii());
        }
        assert!(Value::checked(NUMBERS, SHORT, &[]).is_none());
    }
}
