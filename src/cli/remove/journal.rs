//! What is done, in a file that the next run reads.

use std::{
    collections::HashMap,
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{self, Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use crate::{
    engine::protocol::{Output, OutputKind},
    file_stamp::Stamp,
    imaging::{Durability, ResultFile, parent_of, sync_folder},
    path_text::{self, printable},
    private_file::refuse_links,
};

/// A photo that is done, a line of JSON.
#[derive(Serialize, Deserialize)]
struct Line {
    /// Absolute: a name that is relative to another folder is another photo.
    #[serde(with = "path_text")]
    path: PathBuf,
    /// The photo as it was then.
    #[serde(flatten)]
    stamp: Stamp,
    outputs: Vec<Written>,
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Written {
    kind: OutputKind,
    #[serde(with = "path_text")]
    path: PathBuf,
}

/// How every line begins.
const LINE_BEGINS: &[u8] = b"{\"path\":";
/// Lines are on the disk after so long; photos whose line a power cut takes are known by their
/// results.
const SYNC_EVERY: Duration = Duration::from_secs(1);

/// The journal of a run. One run at a time writes it: it is locked.
pub struct Journal {
    file: File,
    path: PathBuf,
    /// Bytes of whole lines.
    whole_bytes: u64,
    durability: Durability,
    synced: Instant,
    done: Arc<Done>,
}

/// What earlier runs did.
#[derive(Default)]
pub struct Done {
    photos: HashMap<PathBuf, (Stamp, Vec<Written>)>,
    /// Lines that could not be read, which an end in the middle of a line leaves.
    pub broken_lines: u64,
}

/// A photo that earlier runs did.
#[derive(Debug, PartialEq, Eq)]
pub struct Before {
    /// Its results.
    pub outputs: Vec<Output>,
    /// How many of them lie no longer where they were written.
    pub gone: u64,
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("{path}: another run is writing this journal; give each its own", path = printable(.0))]
    InUse(PathBuf),
    #[error("{path}: line {line} is none of a journal of cutout; name another file", path = printable(.0), line = .1)]
    Foreign(PathBuf, usize),
    #[error("{path}: a journal has to be a regular file, and no link; name another file", path = printable(.0))]
    NoFile(PathBuf),
    #[error("{path}: this journal cannot be kept: {1}", path = printable(.0))]
    Io(PathBuf, io::Error),
}

impl Journal {
    /// Opens a journal, or begins one. A line that was cut off is passed over.
    ///
    /// # Errors
    /// Where it cannot be read and written, another run has it, or it is something else.
    pub fn open(path: &Path, durability: Durability) -> Result<Self, JournalError> {
        let io = |error| JournalError::Io(path.to_owned(), error);
        // A device or a pipe would not even open, or never end.
        let is_file = path.symlink_metadata().map(|about| about.is_file());
        if is_file.is_ok_and(|is_file| !is_file) {
            return Err(JournalError::NoFile(path.to_owned()));
        }
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        let mut file = refuse_links(&mut options).open(path).map_err(io)?;
        if !file.metadata().map_err(io)?.is_file() {
            return Err(JournalError::NoFile(path.to_owned()));
        }
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(JournalError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => return Err(io(error)),
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(io)?;
        let (done, whole) =
            Done::read(&bytes).map_err(|line| JournalError::Foreign(path.to_owned(), line))?;
        if whole < bytes.len() {
            file.set_len(whole as u64).map_err(io)?;
        }
        file.seek(SeekFrom::End(0)).map_err(io)?;
        if durability == Durability::On {
            sync_folder(parent_of(path)).map_err(io)?;
        }
        Ok(Self {
            file,
            path: path.to_owned(),
            whole_bytes: whole as u64,
            durability,
            synced: Instant::now(),
            done: Arc::new(done),
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What earlier runs did.
    pub fn done(&self) -> Arc<Done> {
        self.done.clone()
    }

    /// Notes a photo that is done, as it is now. The line is written in one piece, and on the disk
    /// soon.
    ///
    /// # Errors
    /// Where it cannot be written; the journal then is as it was before.
    pub fn note(&mut self, photo: &Path, outputs: &[Output]) -> io::Result<()> {
        let outputs = outputs.iter().map(|Output { kind, path, .. }| {
            Ok(Written { kind: *kind, path: path::absolute(path)? })
        });
        let line = Line {
            path: path::absolute(photo)?,
            stamp: Stamp::of(photo)?,
            outputs: outputs.collect::<io::Result<_>>()?,
        };
        let mut line = serde_json::to_vec(&line)?;
        line.push(b'\n');
        if let Err(error) = self.file.write_all(&line) {
            // What was written of it would spoil the next line.
            self.file.set_len(self.whole_bytes)?;
            return Err(error);
        }
        self.whole_bytes += line.len() as u64;
        if self.synced.elapsed() >= SYNC_EVERY { self.sync() } else { Ok(()) }
    }

    /// Brings all lines to the disk.
    ///
    /// # Errors
    /// Where the disk fails or is full.
    pub fn sync(&mut self) -> io::Result<()> {
        self.synced = Instant::now();
        match self.durability {
            Durability::On => self.file.sync_data(),
            Durability::Off => Ok(()),
        }
    }
}

impl Done {
    /// Reads lines, and says how many bytes they are; else the number of a line of another file.
    fn read(bytes: &[u8]) -> Result<(Self, usize), usize> {
        let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
        let mut done = Self::default();
        for (number, line) in bytes[..whole].split_inclusive(|&byte| byte == b'\n').enumerate() {
            match serde_json::from_slice::<Line>(line) {
                Ok(Line { path, stamp, outputs }) => {
                    done.photos.insert(path, (stamp, outputs));
                }
                Err(error) if is_own(line, &error) => done.broken_lines += 1,
                Err(_) => return Err(number + 1),
            }
        }
        // What has no line's end is the beginning of a line, or the file is no journal.
        let mut cut_off = bytes[whole..].iter().zip(LINE_BEGINS);
        if cut_off.any(|(byte, begins)| byte != begins) {
            return Err(done.photos.len() + 1);
        }
        Ok((done, whole))
    }

    /// Whether there is a line of a photo.
    pub fn has(&self, photo: &Path) -> bool {
        path::absolute(photo).is_ok_and(|photo| self.photos.contains_key(&photo))
    }

    /// The files of earlier runs, each with its photo.
    pub fn results(&self) -> Vec<(PathBuf, PathBuf)> {
        let results = |(photo, (_, outputs)): (&PathBuf, &(Stamp, Vec<Written>))| {
            let photo = photo.clone();
            outputs.clone().into_iter().map(move |output| (output.path, photo.clone()))
        };
        self.photos.iter().flat_map(results).collect()
    }

    /// What earlier runs made of a photo, where they did all that is wanted now: each kind of file,
    /// in the folder and with the ending of `wanted`. A photo that has changed since is not done,
    /// nor is one whose results are empty or cut off.
    pub fn before(&self, photo: &Path, wanted: &[(OutputKind, PathBuf)]) -> Option<Before> {
        let (stamp, written) = self.photos.get(&path::absolute(photo).ok()?)?;
        if Stamp::of(photo).ok()? != *stamp {
            return None;
        }
        let mut before = Before { outputs: Vec::new(), gone: 0 };
        for (kind, like) in wanted {
            let like = path::absolute(like).ok()?;
            let is_it = |written: &&Written| {
                written.kind == *kind
                    && written.path.parent() == like.parent()
                    && written.path.extension() == like.extension()
            };
            let Written { path, .. } = written.iter().find(is_it)?;
            match ResultFile::of(path) {
                Ok(file) if !file.is_whole => return None,
                Ok(_) => {}
                Err(_) => before.gone += 1,
            }
            before.outputs.push(Output { kind: *kind, path: path.clone(), skipped: true });
        }
        Some(before)
    }
}

/// Whether a line that cannot be read was one of a journal: cut off and perhaps gone on with, or of
/// a version that noted less.
fn is_own(line: &[u8], error: &serde_json::Error) -> bool {
    if error.is_data() {
        let value = serde_json::from_slice::<serde_json::Value>(line).unwrap_or_default();
        return value["path"].is_string() && value["outputs"].is_array();
    }
    line.starts_with(b"{") && memchr::memmem::find(line, LINE_BEGINS).is_some()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A photo and its result, both there.
    struct Pair {
        folder: tempfile::TempDir,
    }

    impl Pair {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let pair = Self { folder };
            fs::write(pair.at("a.jpg"), "photo").unwrap();
            image::RgbaImage::new(2, 2).save(pair.at("a_cutout.png")).unwrap();
            pair
        }

        fn at(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn journal(&self) -> Journal {
            Journal::open(&self.at("journal"), Durability::On).unwrap()
        }

        fn note(&self, journal: &mut Journal, photo: &str) -> io::Result<()> {
            let path = self.at(&format!("{photo}_cutout.png"));
            let output = Output { kind: OutputKind::Cutout, path, skipped: false };
            let photo = self.at(&format!("{photo}.jpg"));
            if !photo.exists() {
                fs::write(&photo, "photo")?;
            }
            journal.note(&photo, &[output])
        }

        fn before(&self, photo: &str, wanted: &str) -> Option<Before> {
            let kind = if wanted.contains("mask") { OutputKind::Mask } else { OutputKind::Cutout };
            self.journal().done().before(&self.at(photo), &[(kind, self.at(wanted))])
        }
    }

    #[test]
    fn the_next_run_knows_what_is_done() {
        let pair = Pair::new();
        pair.note(&mut pair.journal(), "a").unwrap();
        let path = pair.at("a_cutout.png");
        let output = Output { kind: OutputKind::Cutout, path, skipped: true };
        let whole = Before { outputs: vec![output], gone: 0 };
        assert_eq!(pair.before("a.jpg", "a_cutout.png"), Some(whole));
        for (photo, wanted) in [
            ("b.jpg", "b_cutout.png"),
            ("a.jpg", "a_mask.png"),
            ("a.jpg", "a_cutout.webp"),
            ("a.jpg", "out/a_cutout.png"),
        ] {
            assert_eq!(pair.before(photo, wanted), None, "{photo} {wanted}");
        }
        fs::write(pair.at("a.jpg"), "another photo").unwrap();
        assert_eq!(pair.before("a.jpg", "a_cutout.png"), None, "the photo changed");
    }

    #[test]
    fn an_empty_or_cut_result_is_not_done_and_one_that_is_gone_is_told() {
        let pair = Pair::new();
        pair.note(&mut pair.journal(), "a").unwrap();
        let result = pair.at("a_cutout.png");
        let whole = fs::read(&result).unwrap();
        for bytes in [0, 1, whole.len() / 2, whole.len() - 1] {
            fs::write(&result, &whole[..bytes]).unwrap();
            assert_eq!(pair.before("a.jpg", "a_cutout.png"), None, "{bytes} bytes");
        }
        fs::remove_file(&result).unwrap();
        assert_eq!(pair.before("a.jpg", "a_cutout.png").unwrap().gone, 1);
    }

    #[test]
    fn a_line_that_was_cut_off_is_not_done_and_harms_no_later_one() {
        let pair = Pair::new();
        let mut journal = pair.journal();
        pair.note(&mut journal, "a").unwrap();
        pair.note(&mut journal, "b").unwrap();
        drop(journal);
        let path = pair.at("journal");
        let whole = fs::read(&path).unwrap();
        let second = whole.iter().position(|&byte| byte == b'\n').unwrap() + 1;
        let names = |journal: &Journal| {
            let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
            let mut names: Vec<String> = journal.done.photos.keys().map(name).collect();
            names.sort();
            names
        };
        for bytes in [second, second + 1, second + 9, whole.len() - 1] {
            fs::write(&path, &whole[..bytes]).unwrap();
            let mut journal = pair.journal();
            assert_eq!(names(&journal), ["a.jpg"], "{bytes}");
            pair.note(&mut journal, "c").unwrap();
            drop(journal);
            assert_eq!(names(&pair.journal()), ["a.jpg", "c.jpg"], "{bytes}");
            // As a full disk leaves it, where another program goes on behind.
            let glued = [&whole[..bytes], &whole[..second]].concat();
            fs::write(&path, glued).unwrap();
            assert_eq!(names(&pair.journal()), ["a.jpg"], "{bytes}");
        }
    }

    #[test]
    fn another_file_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("photo.jpg");
        for bytes in [&b"\xff\xd8\xff\xe0 no line"[..], b"two\nlines\n", b"{\"path\":1}\n", b"x"] {
            fs::write(&path, bytes).unwrap();
            let refused = Journal::open(&path, Durability::On);
            assert!(matches!(refused, Err(JournalError::Foreign(..))), "{bytes:?}");
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
    }

    #[cfg(unix)]
    #[test]
    fn no_link_is_followed_and_no_device_read() {
        let folder = tempfile::tempdir().unwrap();
        let (link, target) = (folder.path().join("link"), folder.path().join("target"));
        fs::write(&target, "").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        for path in [link.as_path(), Path::new("/dev/full"), Path::new("/dev/zero"), folder.path()]
        {
            let refused = Journal::open(path, Durability::On);
            assert!(matches!(refused, Err(JournalError::NoFile(_))), "{}", path.display());
        }
    }

    #[test]
    fn two_runs_never_share_a_journal() {
        let pair = Pair::new();
        let first = pair.journal();
        let path = pair.at("journal");
        let second = Journal::open(&path, Durability::On);
        assert!(matches!(second, Err(JournalError::InUse(_))));
        drop(first);
        assert!(Journal::open(&path, Durability::On).is_ok());
    }
}
