//! The journal: a file of JSON lines that only grows, until it is written anew. Whatever happens
//! while it is written, what stood in it before can be read.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use super::{contents::Contents, record::Line};
use crate::{
    app::damage::Damage,
    imaging::{Cancel, Existing, write_whole},
    path_text::printable,
    private_file,
};

const FILE: &str = "session.jsonl";
const NEW: &str = "session.jsonl.new";
/// A damaged file is kept under this name.
const DAMAGED: &str = "session.jsonl.bad";
/// The layout of the lines; a journal of another number is not read.
const VERSION: u32 = 1;
/// Lines that no longer count may take so many times the room of those that do, and this.
const SLACK_TIMES: u64 = 2;
const SLACK_BYTES: u64 = 1 << 20;

/// The first line.
#[derive(Serialize, Deserialize)]
struct Heading {
    cutout_session: u32,
}

/// A journal that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damaged {
    /// What is wrong with it.
    pub damage: Damage,
    /// Where it is kept.
    pub aside: PathBuf,
}

/// An open journal.
#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
    file: File,
    contents: Contents,
    bytes: u64,
    /// Its size when every line counted.
    whole_bytes: u64,
}

impl Journal {
    /// Opens the journal of a folder, which must be there; an empty one where there is none. A
    /// damaged one is kept under another name.
    ///
    /// # Errors
    /// Where it cannot be read or written.
    pub fn open(folder: &Path) -> io::Result<(Self, Option<Damaged>)> {
        let path = folder.join(FILE);
        let bytes = match private_file::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        match read(&bytes) {
            Ok((contents, whole)) if whole > 0 => {
                let file = private_file::open(&path)?;
                file.set_len(whole)?;
                let folder = folder.to_owned();
                let journal = Self { folder, file, contents, bytes: whole, whole_bytes: 0 };
                Ok((journal, None))
            }
            Ok(_) => Ok((Self::anew(folder, Contents::default())?, None)),
            Err(damage) => {
                let aside = folder.join(DAMAGED);
                fs::rename(&path, &aside)?;
                let damaged = Damaged { damage, aside };
                Ok((Self::anew(folder, Contents::default())?, Some(damaged)))
            }
        }
    }

    /// A journal of these contents alone, in place of the one that is there.
    ///
    /// # Errors
    /// Where it cannot be written; the one that is there stays.
    pub fn anew(folder: &Path, contents: Contents) -> io::Result<Self> {
        let mut text = serde_json::to_string(&Heading { cutout_session: VERSION })? + "\n";
        for mut line in contents.lines() {
            text += &text_of(&mut line)?;
        }
        let (path, new) = (folder.join(FILE), folder.join(NEW));
        write_whole(&new, Existing::Replace, &Cancel::default(), |writer| {
            writer.write_all(text.as_bytes())
        })
        .map_err(io::Error::other)?;
        // Before the old one goes, the new one is on the disk, whatever becomes of the power.
        let file = private_file::open(&new)?;
        file.sync_all()?;
        fs::rename(&new, &path)?;
        let bytes = text.len() as u64;
        Ok(Self { folder: folder.to_owned(), file, contents, bytes, whole_bytes: bytes })
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What it adds up to.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Adds lines, and returns when they are on the disk.
    ///
    /// # Errors
    /// Where they cannot be written. They count all the same, and come to the file when it is
    /// next written anew.
    pub fn append(&mut self, lines: Vec<Line>) -> io::Result<()> {
        let mut text = String::new();
        for mut line in lines {
            text += &text_of(&mut line)?;
            self.contents.take(line);
        }
        let slack = SLACK_TIMES * self.whole_bytes + SLACK_BYTES;
        if self.bytes + text.len() as u64 > self.whole_bytes + slack {
            return self.rewrite();
        }
        // After a failure the end of the file is not known, so it is written anew.
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data());
        match written {
            Ok(()) => self.bytes += text.len() as u64,
            Err(_) => self.rewrite()?,
        }
        Ok(())
    }

    fn rewrite(&mut self) -> io::Result<()> {
        // Should that fail, the next line tries again.
        self.bytes = u64::MAX / 2;
        *self = Self::anew(&self.folder, self.contents.clone())?;
        Ok(())
    }
}

/// A line as text. Changes that have none, because they name a file whose name is no text, are not
/// kept.
fn text_of(line: &mut Line) -> io::Result<String> {
    let text = serde_json::to_string(line).or_else(|error| match line {
        Line::Photo(kept) => {
            tracing::warn!("the changes of {} are not kept: {error}", printable(&kept.path));
            kept.edits = Arc::default();
            serde_json::to_string(line)
        }
        _ => Err(error),
    });
    Ok(text? + "\n")
}

/// What the lines add up to, and the bytes of those that are whole. What stands after the last
/// whole line was cut off while it was written, and is passed over.
fn read(bytes: &[u8]) -> Result<(Contents, u64), Damage> {
    let mut contents = Contents::default();
    let mut whole = 0;
    let mut broken: Option<(usize, Damage)> = None;
    for (number, line) in bytes.split_inclusive(|&byte| byte == b'\n').enumerate() {
        let taken = if !line.ends_with(b"\n") {
            Err(Damage::Other("it ends early".to_owned()))
        } else if number == 0 {
            heading(line)
        } else {
            serde_json::from_slice(line)
                .map(|line| contents.take(line))
                .map_err(|error| Damage::Line { number: number + 1, words: error.to_string() })
        };
        match (taken, &broken) {
            (Ok(()), None) => whole += line.len() as u64,
            (Err(damage), None) => broken = Some((number, damage)),
            (Ok(()), Some((_, damage))) => return Err(damage.clone()),
            (Err(_), Some(_)) => {}
        }
    }
    match broken {
        // A whole first line that is not ours: it is another file, or of another version.
        Some((0, damage)) if bytes.contains(&b'\n') => Err(damage),
        _ => Ok((contents, whole)),
    }
}

fn heading(line: &[u8]) -> Result<(), Damage> {
    let Heading { cutout_session: version } =
        serde_json::from_slice(line).map_err(|error| Damage::from(error.to_string()))?;
    if version == VERSION {
        Ok(())
    } else {
        Err(Damage::Version { found: version.to_string(), known: VERSION.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::examples::photo, *};
    use crate::{
        app::session::record::{Kept, KeptState},
        imaging::edit::{Background, Edits},
    };

    fn new(id: u64) -> Line {
        Line::Photo(Box::new(photo(id)))
    }

    fn reopened(folder: &Path) -> Contents {
        let (journal, problem) = Journal::open(folder).unwrap();
        assert_eq!(problem, None);
        journal.contents
    }

    /// A list with something of each kind.
    fn lines() -> Vec<Line> {
        let mut failed = photo(2);
        failed.state = KeptState::failed(&"b.png: \"it\"\nends early".to_owned().into());
        let mut waiting = photo(3);
        waiting.state = KeptState::Waiting;
        vec![
            new(1),
            Line::Photo(Box::new(failed)),
            Line::Photo(Box::new(waiting)),
            Line::Order(vec![3, 1, 2]),
            Line::Chosen(vec![2, 1]),
            Line::Removed(vec![1]),
            new(4),
        ]
    }

    #[test]
    fn a_journal_cut_off_anywhere_has_every_line_before_the_cut_and_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let (mut journal, _) = Journal::open(folder.path()).unwrap();
        let mut ends = vec![(journal.bytes, Contents::default())];
        for line in lines() {
            journal.append(vec![line]).unwrap();
            ends.push((journal.bytes, journal.contents.clone()));
        }
        let whole = fs::read(&path).unwrap();
        assert_eq!(ends.last().unwrap().0, whole.len() as u64);
        for cut in 0..=whole.len() {
            let before = ends.iter().rev().find(|(end, _)| *end <= cut as u64);
            let (end, mut expected) = before.cloned().unwrap_or_default();
            // As some file systems leave the end of a file when the power goes.
            let zeros = [&whole[..cut], &[0; 64]].concat();
            assert_eq!(read(&zeros), Ok((expected.clone(), end)), "cut at {cut}");

            fs::write(&path, &whole[..cut]).unwrap();
            let (mut journal, problem) = Journal::open(folder.path()).unwrap();
            assert_eq!((&journal.contents, problem), (&expected, None), "cut at {cut}");
            journal.append(vec![new(7)]).unwrap();
            expected.take(new(7));
            assert_eq!(reopened(folder.path()), expected, "cut at {cut}");
        }
    }

    #[test]
    fn a_damaged_journal_is_told_kept_aside_and_the_list_starts_empty() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let (mut journal, _) = Journal::open(folder.path()).unwrap();
        journal.append(lines()).unwrap();
        let whole = fs::read_to_string(&path).unwrap();
        for (text, reason) in [
            (whole.replacen("\"photo\"", "\"foto\"", 1), "line 2"),
            (whole.replace("\"cutout_session\":1", "\"cutout_session\":9"), "its version is 9"),
            (whole.replace("{\"cutout_session\":1}", "<html>"), "expected value"),
        ] {
            fs::write(&path, &text).unwrap();
            let (journal, problem) = Journal::open(folder.path()).unwrap();
            let damaged = problem.expect("a reason");
            assert!(damaged.damage.to_string().contains(reason), "{damaged:?}");
            assert_eq!(journal.contents, Contents::default());
            assert_eq!(fs::read_to_string(damaged.aside).unwrap(), text);
            assert_eq!(reopened(folder.path()), Contents::default());
        }
    }

    #[test]
    fn a_journal_does_not_grow_without_end() {
        let folder = tempfile::tempdir().unwrap();
        let (mut journal, _) = Journal::open(folder.path()).unwrap();
        for round in 0..200 {
            let again = (0..100).map(|id| {
                let mut kept = photo(id);
                kept.size_px = Some((round, 1));
                Line::Photo(Box::new(kept))
            });
            journal.append(again.collect()).unwrap();
        }
        let bytes = fs::metadata(folder.path().join(FILE)).unwrap().len();
        assert_eq!(bytes, journal.bytes);
        assert!(bytes < 3 * SLACK_BYTES, "{bytes} bytes");
        assert_eq!(reopened(folder.path()), journal.contents);
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_come_back() {
        use std::os::unix::ffi::OsStringExt as _;
        let odd = PathBuf::from(std::ffi::OsString::from_vec(b"/photos/\xff.png".to_vec()));
        let folder = tempfile::tempdir().unwrap();
        let (mut journal, _) = Journal::open(folder.path()).unwrap();
        let mut kept = photo(1);
        (kept.path, kept.outputs) = (odd.clone(), vec![odd.clone(), "/a.png".into()]);
        let background = Background::Picture(odd);
        let unkept = Arc::new(Edits { background, ..Edits::default() });
        let named = Kept { edits: unkept, ..kept.clone() };
        journal.append(vec![Line::Photo(Box::new(named)), new(2)]).unwrap();
        let back = reopened(folder.path());
        assert_eq!(back.photos().collect::<Vec<_>>(), [&kept, &photo(2)]);
    }

    #[test]
    fn what_could_not_be_written_is_written_with_the_next_line() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("session");
        fs::create_dir(&folder).unwrap();
        let (mut journal, _) = Journal::open(&folder).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        // Lines enough to have it written anew, which needs the folder.
        journal.bytes = u64::MAX / 2;
        assert!(journal.append(vec![new(1)]).is_err());
        fs::create_dir(&folder).unwrap();
        journal.append(vec![new(2)]).unwrap();
        assert_eq!(reopened(&folder).photos().count(), 2);
    }
}
