//! The queue of tasks on listed files: thumbnails, inspection, digests.

use std::collections::{HashSet, VecDeque};

use super::{content::Digest, duplicates::DuplicateIndex};
use crate::{
    engine::protocol::{FileId, ListedFile},
    imaging::Cancel,
};

/// What is done with a file, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Make its list picture: its row is in sight.
    Thumbnail,
    /// See whether it is a picture, and how large.
    Inspect,
    /// Read it as a whole: another looks the same.
    Digest,
}

/// Tasks that wait, most urgent first, and those in progress.
#[derive(Default)]
pub struct TaskQueue {
    thumbnails: VecDeque<ListedFile>,
    unseen: VecDeque<ListedFile>,
    alike: VecDeque<ListedFile>,
    in_hand: Vec<(Task, FileId, Cancel)>,
    duplicates: DuplicateIndex,
    closed: bool,
}

impl TaskQueue {
    pub fn inspect(&mut self, files: Vec<ListedFile>) {
        self.unseen.extend(files);
    }

    pub fn thumbnails(&mut self, files: Vec<ListedFile>) {
        self.thumbnails = files.into();
    }

    /// The most urgent of what waits, and the flag that takes it back.
    pub fn next(&mut self) -> Option<(Task, ListedFile, Cancel)> {
        let (task, file) = loop {
            if let Some(file) = self.thumbnails.pop_front() {
                if !self.is_in_hand(Task::Thumbnail, file.id) {
                    break (Task::Thumbnail, file);
                }
            } else if let Some(file) = self.unseen.pop_front() {
                break (Task::Inspect, file);
            } else {
                break (Task::Digest, self.alike.pop_front()?);
            }
        };
        let cancel = Cancel::default();
        self.in_hand.push((task, file.id, cancel.clone()));
        Some((task, file, cancel))
    }

    fn is_in_hand(&self, task: Task, id: FileId) -> bool {
        self.in_hand.iter().any(|&(in_hand, of, _)| (in_hand, of) == (task, id))
    }

    pub fn done(&mut self, task: Task, id: FileId) {
        self.in_hand.retain(|&(in_hand, of, _)| (in_hand, of) != (task, id));
    }

    /// Takes a file's sample in; those that look the same are read as a whole later.
    pub fn sampled(&mut self, file: &ListedFile, sample: Digest) {
        // One that was forgotten meanwhile stays so.
        if self.is_in_hand(Task::Inspect, file.id) {
            self.alike.extend(self.duplicates.sampled(file, sample));
        }
    }

    /// Takes a file's digest in; gives the later and the earlier of two that are the same.
    pub fn digested(&mut self, id: FileId, digest: Digest) -> Option<(FileId, FileId)> {
        self.duplicates.digested(id, digest)
    }

    pub fn forget(&mut self, ids: &[FileId]) {
        let gone: HashSet<FileId> = ids.iter().copied().collect();
        for waiting in [&mut self.thumbnails, &mut self.unseen, &mut self.alike] {
            waiting.retain(|file| !gone.contains(&file.id));
        }
        self.in_hand.retain(|(_, id, cancel)| {
            if gone.contains(id) {
                cancel.cancel();
            }
            !cancel.is_cancelled()
        });
        self.duplicates.forget(&gone);
    }

    pub fn close(&mut self) {
        self.closed = true;
        self.in_hand.iter().for_each(|(_, _, cancel)| cancel.cancel());
    }

    pub fn is_closed(&self) -> bool {
        self.closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(numbers: &[u64]) -> Vec<ListedFile> {
        let file = |&number: &u64| ListedFile { id: FileId(number), source: "a.png".into() };
        numbers.iter().map(file).collect()
    }

    fn next(tasks: &mut TaskQueue) -> Option<(Task, u64)> {
        tasks.next().map(|(task, file, _)| (task, file.id.0))
    }

    #[test]
    fn what_is_in_sight_comes_first_and_what_has_scrolled_away_not_at_all() {
        let mut tasks = TaskQueue::default();
        tasks.inspect(files(&[1, 2]));
        tasks.thumbnails(files(&[1, 2]));
        assert_eq!(next(&mut tasks), Some((Task::Thumbnail, 1)));
        tasks.thumbnails(files(&[1, 9]));
        assert_eq!(next(&mut tasks), Some((Task::Thumbnail, 9)), "the first is in hand");
        assert_eq!(next(&mut tasks), Some((Task::Inspect, 1)));
        tasks.done(Task::Thumbnail, FileId(1));
        tasks.thumbnails(files(&[1]));
        assert_eq!(next(&mut tasks), Some((Task::Thumbnail, 1)));
        assert_eq!(next(&mut tasks), Some((Task::Inspect, 2)));
        assert_eq!(next(&mut tasks), None);
    }

    #[test]
    fn a_forgotten_file_is_taken_back_and_has_no_duplicate() {
        let mut tasks = TaskQueue::default();
        tasks.inspect(files(&[1, 2, 3]));
        let (_, first, cancel) = tasks.next().unwrap();
        tasks.forget(&[FileId(1), FileId(3)]);
        assert!(cancel.is_cancelled());
        tasks.sampled(&first, [1; 32]);
        let (_, second, _) = tasks.next().unwrap();
        tasks.sampled(&second, [1; 32]);
        assert_eq!(next(&mut tasks), None, "nothing looks the same");
    }

    #[test]
    fn files_that_look_the_same_are_read_last() {
        let mut tasks = TaskQueue::default();
        tasks.inspect(files(&[1, 2, 3]));
        for _ in 0..2 {
            let (_, file, _) = tasks.next().unwrap();
            tasks.sampled(&file, [1; 32]);
        }
        let order: Vec<_> = std::iter::from_fn(|| next(&mut tasks)).collect();
        assert_eq!(order, [(Task::Inspect, 3), (Task::Digest, 1), (Task::Digest, 2)]);
        assert_eq!(tasks.digested(FileId(2), [5; 32]), None);
        assert_eq!(tasks.digested(FileId(1), [5; 32]), Some((FileId(2), FileId(1))));
    }
}
