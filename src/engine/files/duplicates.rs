//! Duplicates among the listed files, found by their content.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::content::Digest;
use crate::engine::protocol::{FileId, ListedFile};

/// An index of files by digests of a sample and of the whole.
#[derive(Default)]
pub struct DuplicateIndex {
    /// Files by the digest of a sample; only those that share one are read as a whole.
    by_sample: HashMap<Digest, Vec<ListedFile>>,
    by_digest: HashMap<Digest, BTreeSet<FileId>>,
    /// Under what each file is kept.
    kept: HashMap<FileId, (Digest, Option<Digest>)>,
}

impl DuplicateIndex {
    /// Takes a file's sample in, and gives the files that must be read as a whole because of it.
    pub fn sampled(&mut self, file: &ListedFile, sample: Digest) -> Vec<ListedFile> {
        if self.kept.insert(file.id, (sample, None)).is_some() {
            return Vec::new();
        }
        let alike = self.by_sample.entry(sample).or_default();
        alike.push(file.clone());
        match alike.len() {
            1 => Vec::new(),
            2 => alike.clone(),
            _ => vec![file.clone()],
        }
    }

    /// Takes the digest of a whole file in. Where another has the same, gives the one listed later
    /// and the one listed first.
    pub fn digested(&mut self, id: FileId, digest: Digest) -> Option<(FileId, FileId)> {
        let (_, kept) = self.kept.get_mut(&id)?;
        *kept = Some(digest);
        let same = self.by_digest.entry(digest).or_default();
        let first_before = same.first().copied();
        same.insert(id);
        let other = first_before?;
        Some((id.max(other), id.min(other)))
    }

    /// Forgets files.
    pub fn forget(&mut self, ids: &HashSet<FileId>) {
        for id in ids {
            let Some((sample, digest)) = self.kept.remove(id) else { continue };
            if let Some(alike) = self.by_sample.get_mut(&sample) {
                alike.retain(|file| file.id != *id);
            }
            if let Some(same) = digest.and_then(|digest| self.by_digest.get_mut(&digest)) {
                same.remove(id);
            }
        }
        self.by_sample.retain(|_, alike| !alike.is_empty());
        self.by_digest.retain(|_, same| !same.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(number: u64) -> ListedFile {
        ListedFile { id: FileId(number), source: format!("{number}.png").into() }
    }

    #[test]
    fn only_files_that_look_alike_are_read_and_the_first_listed_is_named() {
        let mut duplicates = DuplicateIndex::default();
        assert_eq!(duplicates.sampled(&file(1), [1; 32]), []);
        assert_eq!(duplicates.sampled(&file(2), [2; 32]), []);
        assert_eq!(duplicates.sampled(&file(3), [1; 32]), [file(1), file(3)]);
        assert_eq!(duplicates.sampled(&file(4), [1; 32]), [file(4)]);
        assert_eq!(duplicates.digested(FileId(3), [7; 32]), None);
        assert_eq!(duplicates.digested(FileId(1), [7; 32]), Some((FileId(3), FileId(1))));
        assert_eq!(duplicates.digested(FileId(4), [8; 32]), None, "alike at its ends alone");
        duplicates.forget(&HashSet::from([FileId(1)]));
        assert_eq!(duplicates.sampled(&file(5), [1; 32]), [file(5)]);
        assert_eq!(duplicates.digested(FileId(5), [7; 32]), Some((FileId(5), FileId(3))));
        duplicates.forget(&HashSet::from([FileId(3), FileId(4), FileId(5)]));
        assert_eq!(duplicates.digested(FileId(5), [7; 32]), None, "it is forgotten");
        assert_eq!(duplicates.sampled(&file(6), [1; 32]), []);
    }
}
