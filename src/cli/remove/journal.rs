//! What is done, in a file that the next run reads.

use std::{
    collections::{HashMap, HashSet},
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::path_text;

/// A photo that is done, a line of JSON.
#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(with = "path_text")]
    path: PathBuf,
    #[serde(with = "path_text::list")]
    outputs: Vec<PathBuf>,
}

/// How every line begins.
const LINE_BEGINS: &[u8] = b"{\"path\":";

/// Photos that are done, with their files. One run at a time writes it: it is locked.
pub struct Journal {
    file: File,
    done: HashMap<PathBuf, Vec<PathBuf>>,
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("{0}: another run is writing this journal; give each its own")]
    InUse(PathBuf),
    #[error("{path}: line {line} is none of a journal of cutout; name another file", path = .0.display(), line = .1)]
    Foreign(PathBuf, usize),
    #[error("{path}: this journal cannot be kept: {1}", path = .0.display())]
    Io(PathBuf, io::Error),
}

impl Journal {
    /// Opens a journal, or begins one. A last line that was cut off is dropped.
    ///
    /// # Errors
    /// Where it cannot be read and written, another run has it, or it is something else.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let io = |error| JournalError::Io(path.to_owned(), error);
        let mut options = OpenOptions::new();
        let mut file = options.read(true).append(true).create(true).open(path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(JournalError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => return Err(io(error)),
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(io)?;
        let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
        let mut done = HashMap::new();
        for (number, line) in bytes[..whole].split_inclusive(|&byte| byte == b'\n').enumerate() {
            let line: Line = serde_json::from_slice(line)
                .map_err(|_| JournalError::Foreign(path.to_owned(), number + 1))?;
            done.insert(line.path, line.outputs);
        }
        // What has no line's end is the beginning of a line, or the file is no journal.
        let cut_off = bytes[whole..].iter().zip(LINE_BEGINS);
        if cut_off.into_iter().any(|(byte, begins)| byte != begins) {
            return Err(JournalError::Foreign(path.to_owned(), done.len() + 1));
        }
        file.set_len(whole as u64).map_err(io)?;
        file.seek(SeekFrom::End(0)).map_err(io)?;
        Ok(Self { file, done })
    }

    /// The photos that earlier runs did.
    pub fn done(&self) -> HashSet<PathBuf> {
        self.done.keys().cloned().collect()
    }

    /// The files of earlier runs, each with its photo.
    pub fn results(&self) -> Vec<(PathBuf, PathBuf)> {
        let results = |(photo, outputs): (&PathBuf, &Vec<PathBuf>)| {
            let photo = photo.clone();
            outputs.clone().into_iter().map(move |output| (output, photo.clone()))
        };
        self.done.iter().flat_map(results).collect()
    }

    /// Notes a photo that is done. The line is written in one piece.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn note(&mut self, photo: &Path, outputs: Vec<PathBuf>) -> io::Result<()> {
        let mut line = serde_json::to_vec(&Line { path: photo.to_owned(), outputs })?;
        line.push(b'\n');
        self.file.write_all(&line)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn note(journal: &mut Journal, photo: &str) {
        journal.note(Path::new(photo), vec![format!("{photo}_cutout.png").into()]).unwrap();
    }

    #[test]
    fn the_next_run_knows_what_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut journal = Journal::open(&path).unwrap();
        note(&mut journal, "a.jpg");
        note(&mut journal, "ü \"\n.jpg");
        drop(journal);
        let journal = Journal::open(&path).unwrap();
        for (photo, expected) in [("a.jpg", true), ("ü \"\n.jpg", true), ("b.jpg", false)] {
            assert_eq!(journal.done().contains(Path::new(photo)), expected, "{photo}");
        }
        let mut results = journal.results();
        results.sort();
        assert_eq!(results[0], ("a.jpg_cutout.png".into(), "a.jpg".into()));
        assert_eq!(results.len(), 2);
    }

    #[test]
    fn a_line_that_was_cut_off_is_not_done_and_harms_no_later_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut journal = Journal::open(&path).unwrap();
        note(&mut journal, "a.jpg");
        note(&mut journal, "b.jpg");
        drop(journal);
        let whole = fs::read(&path).unwrap();
        let second = whole.len() / 2;
        for len in [second, second + 1, second + 9, whole.len() - 1] {
            fs::write(&path, &whole[..len]).unwrap();
            let mut journal = Journal::open(&path).unwrap();
            assert_eq!(journal.done(), HashSet::from(["a.jpg".into()]), "{len}");
            note(&mut journal, "c.jpg");
            drop(journal);
            let journal = Journal::open(&path).unwrap();
            assert_eq!(journal.done(), HashSet::from(["a.jpg".into(), "c.jpg".into()]), "{len}");
        }
    }

    #[test]
    fn another_file_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("photo.jpg");
        for bytes in [&b"\xff\xd8\xff\xe0 no line"[..], b"two\nlines\n", b"{\"path\":1}\n", b"x"] {
            fs::write(&path, bytes).unwrap();
            assert!(matches!(Journal::open(&path), Err(JournalError::Foreign(..))), "{bytes:?}");
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
    }

    #[test]
    fn two_runs_never_share_a_journal() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let first = Journal::open(&path).unwrap();
        assert!(matches!(Journal::open(&path), Err(JournalError::InUse(_))));
        drop(first);
        assert!(Journal::open(&path).is_ok());
    }
}
