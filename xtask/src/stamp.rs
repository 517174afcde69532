//! A stamp says that a set of files was put in place, from which pins, and what each file was.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use anyhow::Context;
use cutout_fetch::sha256_of_file;

/// What was put in place.
pub struct Stamp {
    path: PathBuf,
    pinned: String,
    files: Vec<Record>,
    /// Links, as seen from the root.
    links: Vec<String>,
}

/// One file as it was put in place.
#[derive(Clone, Debug)]
pub struct Record {
    /// As seen from the root.
    pub path: String,
    pub sha256: String,
    size_bytes: u64,
    /// Where this is unchanged, the content is taken to be so too.
    modified_ns: u128,
}

/// How thoroughly files are compared with their stamp.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Size and time of change; the content only where those differ.
    Quick,
    /// The content of every file.
    Full,
}

/// What a stamp and its files are worth.
#[derive(Debug, PartialEq, Eq)]
pub enum State {
    Complete,
    Missing,
    /// It was put in place from other pins.
    Outdated,
    /// The named file is gone or is not what it was.
    Damaged(String),
}

impl Stamp {
    /// An empty stamp, not yet written.
    pub fn new(root: &Path, name: &str, pinned: String) -> Self {
        Self { path: stamp_path(root, name), pinned, files: vec![], links: vec![] }
    }

    /// Adds a file that stands under `root`.
    pub fn add(&mut self, root: &Path, path: String, sha256: String) -> anyhow::Result<()> {
        let (size_bytes, modified_ns) = measure(&root.join(&path)).with_context(|| path.clone())?;
        self.files.push(Record { path, sha256, size_bytes, modified_ns });
        Ok(())
    }

    /// Adds a link.
    pub fn add_link(&mut self, path: String) {
        self.links.push(path);
    }

    /// Writes the stamp, whole or not at all.
    pub fn write(&self) -> anyhow::Result<()> {
        let mut text = String::new();
        for line in self.pinned.lines() {
            writeln!(text, "pin {line}")?;
        }
        for Record { path, sha256, size_bytes, modified_ns } in &self.files {
            writeln!(text, "file {sha256} {size_bytes} {modified_ns} {path}")?;
        }
        for path in &self.links {
            writeln!(text, "link {path}")?;
        }
        let growing = self.path.with_extension("growing");
        fs::write(&growing, text)
            .and_then(|()| fs::rename(&growing, &self.path))
            .with_context(|| format!("cannot write {}", self.path.display()))
    }

    fn read(root: &Path, name: &str) -> Option<Self> {
        let path = stamp_path(root, name);
        let text = fs::read_to_string(&path).ok()?;
        let mut stamp = Self { path, pinned: String::new(), files: vec![], links: vec![] };
        for line in text.lines() {
            match line.split_once(' ')? {
                ("pin", pin) => {
                    stamp.pinned.push_str(pin);
                    stamp.pinned.push('\n');
                }
                ("file", rest) => {
                    let mut words = rest.splitn(4, ' ');
                    stamp.files.push(Record {
                        sha256: words.next()?.to_owned(),
                        size_bytes: words.next()?.parse().ok()?,
                        modified_ns: words.next()?.parse().ok()?,
                        path: words.next()?.to_owned(),
                    });
                }
                ("link", path) => stamp.links.push(path.to_owned()),
                _ => return None,
            }
        }
        Some(stamp)
    }

    /// The files that were put in place, as seen from the root.
    pub fn paths(root: &Path, name: &str) -> Vec<String> {
        let files = Self::read(root, name).map_or_else(Vec::new, |stamp| stamp.files);
        files.into_iter().map(|record| record.path).collect()
    }

    /// Compares what stands under `root` with the stamp `name` and the pins of today.
    pub fn check(root: &Path, name: &str, pinned: &str, check: Check) -> State {
        let Some(mut stamp) = Self::read(root, name) else { return State::Missing };
        if stamp.pinned != pinned {
            return State::Outdated;
        }
        if let Some(path) = stamp.links.iter().find(|path| !root.join(path).exists()) {
            return State::Damaged(path.clone());
        }
        let mut times_changed = false;
        for record in &mut stamp.files {
            let path = root.join(&record.path);
            let Some((size_bytes, modified_ns)) = measure(&path) else {
                return State::Damaged(record.path.clone());
            };
            let is_touched = modified_ns != record.modified_ns;
            let is_same = size_bytes == record.size_bytes
                && (check == Check::Quick && !is_touched
                    || sha256_of_file(&path).is_ok_and(|sha256| sha256 == record.sha256));
            if !is_same {
                return State::Damaged(record.path.clone());
            }
            record.modified_ns = modified_ns;
            times_changed |= is_touched;
        }
        if times_changed {
            let _ = stamp.write(); // else the next check reads those files again, no more
        }
        State::Complete
    }

    /// Removes the stamp and every file that it names.
    pub fn clear(root: &Path, name: &str) -> anyhow::Result<()> {
        let old = Self::read(root, name);
        let path = stamp_path(root, name);
        if path.exists() {
            fs::remove_file(&path).with_context(|| path.display().to_string())?;
        }
        if let Some(old) = old {
            let files = old.files.iter().map(|record| &record.path);
            for path in files.chain(&old.links) {
                let _ = fs::remove_file(root.join(path)); // what is gone already is no loss
            }
        }
        Ok(())
    }
}

/// The folder under `root` for stamps, downloads and what is not yet in place.
pub fn workshop(root: &Path) -> PathBuf {
    root.join(".setup")
}

fn stamp_path(root: &Path, name: &str) -> PathBuf {
    workshop(root).join(format!("{name}.stamp"))
}

fn measure(path: &Path) -> Option<(u64, u128)> {
    let metadata = fs::metadata(path).ok()?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some((metadata.len(), modified.as_nanos()))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    fn stamped() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(workshop(root.path())).unwrap();
        let path = root.path().join("a file.txt");
        fs::write(&path, "right").unwrap();
        let mut stamp = Stamp::new(root.path(), "thing", "pins 1\n".to_owned());
        stamp.add(root.path(), "a file.txt".to_owned(), sha256_of_file(&path).unwrap()).unwrap();
        stamp.write().unwrap();
        root
    }

    fn write_with_time(path: &Path, text: &str, time: SystemTime) {
        fs::write(path, text).unwrap();
        fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
    }

    #[test]
    fn a_stamp_knows_what_became_of_its_files() {
        let damaged = || State::Damaged("a file.txt".to_owned());
        let later = SystemTime::now() + Duration::from_secs(5);
        type Change<'a> = &'a dyn Fn(&Path);
        let cases: [(&str, Change, State); 5] = [
            ("untouched", &|_| {}, State::Complete),
            ("touched", &|path| write_with_time(path, "right", later), State::Complete),
            ("changed", &|path| write_with_time(path, "wrong", later), damaged()),
            ("cut", &|path| fs::write(path, "rig").unwrap(), damaged()),
            ("removed", &|path| fs::remove_file(path).unwrap(), damaged()),
        ];
        for (name, change, expected) in cases {
            let root = stamped();
            change(&root.path().join("a file.txt"));
            for check in [Check::Quick, Check::Full] {
                let state = Stamp::check(root.path(), "thing", "pins 1\n", check);
                assert_eq!(state, expected, "{name}");
            }
        }
    }

    #[test]
    fn only_a_full_check_reads_a_file_whose_time_is_unchanged() {
        let root = stamped();
        let path = root.path().join("a file.txt");
        let time = fs::metadata(&path).unwrap().modified().unwrap();
        write_with_time(&path, "wrong", time);
        let check = |check| Stamp::check(root.path(), "thing", "pins 1\n", check);
        assert_eq!(check(Check::Quick), State::Complete);
        assert_eq!(check(Check::Full), State::Damaged("a file.txt".to_owned()));
    }

    #[test]
    fn other_pins_no_stamp_and_a_broken_stamp_are_told_apart() {
        let root = stamped();
        let check = |name, pinned| Stamp::check(root.path(), name, pinned, Check::Quick);
        assert_eq!(check("thing", "pins 2\n"), State::Outdated);
        assert_eq!(check("other", "pins 1\n"), State::Missing);
        fs::write(stamp_path(root.path(), "thing"), "file half a li").unwrap();
        assert_eq!(check("thing", "pins 1\n"), State::Missing);
    }

    #[test]
    fn clearing_removes_the_files_and_the_stamp() {
        let root = stamped();
        Stamp::clear(root.path(), "thing").unwrap();
        assert!(!root.path().join("a file.txt").exists());
        assert_eq!(Stamp::check(root.path(), "thing", "pins 1\n", Check::Quick), State::Missing);
    }
}
