//! Jobs that the engine has not ended yet, and what each is for.

use std::collections::HashMap;

use super::{export::ToSave, item::ItemId};
use crate::engine::protocol::JobId;

/// Why a job was submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To find the mask.
    Cut,
    /// To show before and after; the mask is known.
    Preview,
    /// To put the cutout on the clipboard; the mask is known.
    Copy,
    /// To write files; the mask is known.
    Save(ToSave),
}

/// Jobs that the engine has not ended yet.
#[derive(Clone, Debug, Default)]
pub struct Jobs {
    last: u64,
    under_way: HashMap<JobId, (ItemId, Purpose)>,
    /// In the order in which they were submitted.
    by_item: HashMap<ItemId, Vec<JobId>>,
}

impl Jobs {
    /// Names a new job.
    pub fn start(&mut self, item: ItemId, purpose: Purpose) -> JobId {
        self.last += 1;
        let id = JobId(self.last);
        self.under_way.insert(id, (item, purpose));
        self.by_item.entry(item).or_default().push(id);
        id
    }

    /// The photo and purpose of a job; `None` once it has ended or its photo was removed.
    pub fn get(&self, id: JobId) -> Option<(ItemId, Purpose)> {
        self.under_way.get(&id).copied()
    }

    /// Forgets a job and tells what it was.
    pub fn end(&mut self, id: JobId) -> Option<(ItemId, Purpose)> {
        let ended = self.under_way.remove(&id)?;
        if let Some(jobs) = self.by_item.get_mut(&ended.0) {
            jobs.retain(|&job| job != id);
            if jobs.is_empty() {
                self.by_item.remove(&ended.0);
            }
        }
        Some(ended)
    }

    /// The jobs of a photo, in the order in which they were submitted.
    pub fn of(&self, item: ItemId) -> Vec<(JobId, Purpose)> {
        let jobs = self.by_item.get(&item).into_iter().flatten();
        jobs.map(|&id| (id, self.under_way[&id].1)).collect()
    }

    /// The jobs of a purpose and their photos, in the order in which they were submitted.
    pub fn of_purpose(&self, purpose: Purpose) -> Vec<(JobId, ItemId)> {
        let fits = |(id, entry): (&JobId, &(ItemId, Purpose))| {
            (entry.1 == purpose).then_some((*id, entry.0))
        };
        let mut jobs: Vec<_> = self.under_way.iter().filter_map(fits).collect();
        jobs.sort_unstable_by_key(|&(id, _)| id);
        jobs
    }

    /// The job that looks for a photo's mask.
    pub fn cut_of(&self, item: ItemId) -> Option<JobId> {
        self.of(item).into_iter().find(|&(_, purpose)| purpose == Purpose::Cut).map(|(id, _)| id)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = (JobId, Purpose)> {
        self.under_way.iter().map(|(&id, &(_, purpose))| (id, purpose))
    }

    /// Forgets every job; names go on counting.
    pub fn forget_all(&mut self) {
        self.under_way.clear();
        self.by_item.clear();
    }

    /// Whether the engine has ended every job.
    pub fn is_empty(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Whether some job of this purpose has not ended.
    pub fn any(&self, purpose: Purpose) -> bool {
        self.under_way.values().any(|&(_, of_job)| of_job == purpose)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_are_found_by_their_photo_until_they_end() {
        let mut jobs = Jobs::default();
        let cut = jobs.start(ItemId(1), Purpose::Cut);
        let preview = jobs.start(ItemId(1), Purpose::Preview);
        jobs.start(ItemId(2), Purpose::Preview);
        assert_eq!(jobs.of(ItemId(1)), [(cut, Purpose::Cut), (preview, Purpose::Preview)]);
        assert_eq!(jobs.cut_of(ItemId(1)), Some(cut));
        assert_eq!(jobs.end(cut), Some((ItemId(1), Purpose::Cut)));
        assert_eq!(jobs.end(cut), None);
        assert_eq!((jobs.cut_of(ItemId(1)), jobs.cut_of(ItemId(2))), (None, None));
        assert_eq!(jobs.of(ItemId(1)), [(preview, Purpose::Preview)]);
        jobs.forget_all();
        assert!(jobs.is_empty() && jobs.of(ItemId(2)).is_empty());
        assert_ne!(jobs.start(ItemId(1), Purpose::Cut), cut);
    }
}
