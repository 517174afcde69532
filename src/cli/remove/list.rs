//! Lists of paths, as people and programs write them.

use std::{
    env,
    io::{self, BufRead},
    path::{Component, Path, PathBuf},
};

use crate::{cli::streams, path_text};

/// What is between two paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// The end of a line.
    Line,
    /// A zero byte.
    Zero,
}

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    /// Bytes, as the system's file names are.
    Bytes,
    /// As some programs on Windows write text.
    Utf16 { is_big_endian: bool },
}

/// The paths of a list; empty ones are passed over. A list in UTF-16 is read as what it is, and so is
/// one with a mark of its encoding in front, or with zero bytes where lines were expected.
///
/// # Errors
/// As the system tells, or where a list cannot be what was said.
pub fn paths(
    mut list: impl BufRead + 'static,
    separator: Separator,
) -> io::Result<Box<dyn Iterator<Item = io::Result<PathBuf>>>> {
    let head = list.fill_buf()?;
    let (encoding, mark_bytes) = encoding(head, separator);
    let has_zeros = encoding == Encoding::Bytes && head.contains(&0);
    list.consume(mark_bytes);
    if let Encoding::Utf16 { is_big_endian } = encoding {
        let text = from_utf16(list, is_big_endian)?;
        let separator = if text.contains('\0') { '\0' } else { '\n' };
        let paths: Vec<_> = text.split(separator).map(|path| path.as_bytes().to_vec()).collect();
        return Ok(Box::new(paths.into_iter().map(|path| Ok(path_of(path))).filter(is_path)));
    }
    let end = match separator {
        Separator::Zero => 0,
        Separator::Line if has_zeros => {
            streams::tell("the list has zero bytes between its paths: it is read as with --null");
            0
        }
        Separator::Line => b'\n',
    };
    let mut is_first = true;
    let check = move |path: io::Result<Vec<u8>>| {
        let path = path?;
        let lines = path.iter().filter(|&&byte| byte == b'\n').count();
        if std::mem::take(&mut is_first) && separator == Separator::Zero && lines > 1 {
            let reason = "there is no zero byte between its paths; leave --null away";
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        Ok(path_of(path))
    };
    Ok(Box::new(list.split(end).map(check).filter(is_path)))
}

fn is_path(path: &io::Result<PathBuf>) -> bool {
    path.as_ref().map_or(true, |path| !path.as_os_str().is_empty())
}

fn path_of(mut path: Vec<u8>) -> PathBuf {
    if path.ends_with(b"\r") {
        path.pop();
    }
    path_text::of_bytes(path)
}

/// How a list is written, and the bytes that say so in front. Without a mark, text in UTF-16 is known
/// by zeros in every second of the first bytes.
fn encoding(head: &[u8], separator: Separator) -> (Encoding, usize) {
    let is_zero = |at: usize| head.get(at) == Some(&0);
    match head {
        [0xef, 0xbb, 0xbf, ..] => (Encoding::Bytes, 3),
        [0xff, 0xfe, ..] => (Encoding::Utf16 { is_big_endian: false }, 2),
        [0xfe, 0xff, ..] => (Encoding::Utf16 { is_big_endian: true }, 2),
        _ if separator == Separator::Zero => (Encoding::Bytes, 0),
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 && !is_zero(4) => {
            (Encoding::Utf16 { is_big_endian: false }, 0)
        }
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => {
            (Encoding::Utf16 { is_big_endian: true }, 0)
        }
        _ => (Encoding::Bytes, 0),
    }
}

fn from_utf16(mut list: impl BufRead, is_big_endian: bool) -> io::Result<String> {
    let mut bytes = Vec::new();
    list.read_to_end(&mut bytes)?;
    let unit = |pair: &[u8]| match (pair, is_big_endian) {
        (&[first, second], true) => u16::from_be_bytes([first, second]),
        (&[first, second], false) => u16::from_le_bytes([first, second]),
        _ => 0,
    };
    String::from_utf16(&bytes.chunks_exact(2).map(unit).collect::<Vec<_>>()).map_err(|_| {
        let reason = "it begins as text in UTF-16 but is none; save it as UTF-8";
        io::Error::new(io::ErrorKind::InvalidData, reason)
    })
}

/// The folders that are made again for a photo where all results go to one: those of its path below
/// the current folder, or all.
pub fn below(photo: &Path) -> PathBuf {
    let folder = photo.parent().unwrap_or(Path::new(""));
    let here = env::current_dir().unwrap_or_default();
    let folder = folder.strip_prefix(here).unwrap_or(folder);
    folder.components().filter(|part| matches!(part, Component::Normal(_))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(list: &[u8], separator: Separator) -> Result<Vec<String>, String> {
        let list = io::Cursor::new(list.to_vec());
        let text = |path: io::Result<PathBuf>| {
            path.map(|path| path.to_string_lossy().into_owned()).map_err(|error| error.to_string())
        };
        paths(list, separator).map_err(|error| error.to_string())?.map(text).collect()
    }

    fn utf16(text: &str, mark: bool, is_big_endian: bool) -> Vec<u8> {
        let text = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
        let bytes = |unit: u16| {
            if is_big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }
        };
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn a_list_is_read_however_it_was_written() {
        use Separator::{Line, Zero};
        let two = ["a.jpg", "b c.jpg"];
        for (list, separator, expected) in [
            (&b"a.jpg\nb c.jpg\n"[..], Line, &two[..]),
            (b"a.jpg\r\n\r\nb c.jpg", Line, &two),
            (b"\xef\xbb\xbfa.jpg\r\nb c.jpg\r\n", Line, &two),
            (&utf16("a.jpg\r\nb c.jpg\r\n", true, false), Line, &two),
            (&utf16("a.jpg\r\nb c.jpg\r\n", true, true), Line, &two),
            (&utf16("a.jpg\nb c.jpg\n", false, false), Line, &two),
            (&utf16("a.jpg\nb c.jpg\n", false, true), Line, &two),
            (&utf16("ü.jpg\0b c.jpg\0", true, false), Zero, &["ü.jpg", "b c.jpg"]),
            (b"a\nb.jpg\0c.jpg\0", Zero, &["a\nb.jpg", "c.jpg"]),
            (b"a\nb.jpg\0c.jpg\0", Line, &["a\nb.jpg", "c.jpg"]),
            (b"a.jpg", Zero, &["a.jpg"]),
            (b"a\nb.jpg", Zero, &["a\nb.jpg"]),
            (b"", Line, &[]),
            (b"\n\n", Line, &[]),
        ] {
            assert_eq!(of(list, separator).unwrap(), expected, "{list:?}");
        }
        let wrong = of(b"a.jpg\nb.jpg\nc.jpg\n", Zero).unwrap_err();
        assert!(wrong.contains("leave --null away"), "{wrong}");
        let wrong = of(b"\xff\xfe\0\xd8a\0", Line).unwrap_err();
        assert!(wrong.contains("UTF-8"), "{wrong}");
    }

    #[test]
    fn folders_are_made_again_below_the_current_one() {
        let here = env::current_dir().unwrap();
        for (photo, expected) in [
            (Path::new("a.jpg"), ""),
            (Path::new("x/a.jpg"), "x"),
            (Path::new("../y/b.jpg"), "y"),
            (Path::new("/srv/in/a.jpg"), "srv/in"),
            (&here.join("deep/er/a.jpg"), "deep/er"),
        ] {
            assert_eq!(below(photo), Path::new(expected), "{}", photo.display());
        }
    }
}
