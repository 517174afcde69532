//! Which files are whole: those that nobody writes to any more.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::file_stamp::Stamp;

/// An empty or locked file is given up on after so long: its row then tells the reason.
const GIVE_UP: Duration = Duration::from_secs(30);

/// What can be seen of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Its size and time.
    pub stamp: Stamp,
    /// Whether it can be opened.
    pub is_readable: bool,
}

/// Files that came or changed, until they are whole.
#[derive(Debug)]
pub struct Settling {
    /// A file that has not changed for so long is whole.
    still: Duration,
    files: HashMap<PathBuf, Waiting>,
}

#[derive(Debug)]
struct Waiting {
    stamp: Option<Stamp>,
    since: Instant,
}

impl Settling {
    /// Nothing yet.
    pub fn new(still: Duration) -> Self {
        Self { still, files: HashMap::new() }
    }

    /// Something happened to a file.
    pub fn note(&mut self, path: PathBuf, now: Instant) {
        self.files.entry(path).or_insert(Waiting { stamp: None, since: now });
    }

    /// Whether every file that came is settled.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Looks at the files again; gives those that are whole, by name. One that is gone is
    /// forgotten.
    pub fn look(
        &mut self,
        now: Instant,
        look: impl Fn(&Path) -> Option<Look>,
    ) -> Vec<(PathBuf, Stamp)> {
        let mut whole = Vec::new();
        self.files.retain(|path, waiting| {
            let Some(Look { stamp, is_readable }) = look(path) else { return false };
            if waiting.stamp != Some(stamp) {
                *waiting = Waiting { stamp: Some(stamp), since: now };
                return true;
            }
            let has_content = is_readable && stamp.bytes > 0;
            let patience = if has_content { self.still } else { GIVE_UP };
            let is_whole = now.duration_since(waiting.since) >= patience;
            if is_whole {
                whole.push((path.clone(), stamp));
            }
            !is_whole
        });
        whole.sort_by(|(one, _), (other, _)| one.cmp(other));
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(bytes: u64, modified_ns: u64, is_readable: bool) -> Option<Look> {
        Some(Look { stamp: Stamp { bytes, modified_ns }, is_readable })
    }

    #[test]
    fn a_file_is_whole_once_it_has_been_still() {
        // What is seen every half second, and when it is whole.
        let cases = [
            ("moved in", vec![seen(9, 1, true); 4], Some(2)),
            (
                "written slowly",
                [1, 4, 4, 7, 9, 9, 9, 9].map(|bytes| seen(bytes, bytes, true)).into(),
                Some(6),
            ),
            ("written in place", [1, 2, 2, 2].map(|at_ns| seen(9, at_ns, true)).into(), Some(3)),
            ("gone again", vec![seen(9, 1, true), None, None], None),
            ("empty at first", vec![seen(0, 1, true), seen(0, 1, true), seen(0, 1, true)], None),
            ("locked", vec![seen(9, 1, false); 61], Some(60)),
        ];
        for (name, looks, expected) in cases {
            let start = Instant::now();
            let mut settling = Settling::new(Duration::from_secs(1));
            settling.note(name.into(), start);
            let found = looks.iter().enumerate().find_map(|(number, look)| {
                let now = start + Duration::from_millis(500) * number as u32;
                // Many events for one file are one file.
                settling
                    .files
                    .contains_key(Path::new(name))
                    .then(|| settling.note(name.into(), now));
                let whole = settling.look(now, |_| *look);
                assert!(whole.len() <= 1);
                (!whole.is_empty()).then_some(number)
            });
            assert_eq!(found, expected, "{name}");
            let is_gone = expected.is_some() || looks.contains(&None);
            assert_eq!(settling.is_empty(), is_gone, "{name}");
        }
    }
}
