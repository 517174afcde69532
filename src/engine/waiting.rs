//! The jobs that wait to be handed out, and whose turn it is.

use std::collections::{HashMap, HashSet, VecDeque};

use super::protocol::{Job, JobId};

/// Jobs in order. Those whose map is known go before those that need the network: somebody looks
/// at the screen for them, or saves, and they take little.
#[derive(Default)]
pub struct Waiting {
    known: VecDeque<Job>,
    unknown: VecDeque<Job>,
    paused: bool,
}

impl Waiting {
    /// Puts jobs behind those that wait.
    pub fn extend(&mut self, jobs: Vec<Job>) {
        for job in jobs {
            let queue = if job.saliency.is_some() { &mut self.known } else { &mut self.unknown };
            queue.push_back(job);
        }
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.known.len() + self.unknown.len()
    }

    /// Whether a job may be handed out now.
    pub fn is_ready(&self) -> bool {
        !self.known.is_empty() || !self.paused && !self.unknown.is_empty()
    }

    /// Takes the job whose turn it is.
    pub fn pop(&mut self) -> Option<Job> {
        self.known.pop_front().or_else(|| if self.paused { None } else { self.unknown.pop_front() })
    }

    /// Whether jobs that need the network stay.
    pub fn pause(&mut self, paused: bool) {
        self.paused = paused;
    }

    /// Puts these before the others that need the network, in this order.
    pub fn prefer(&mut self, ids: &[JobId]) {
        let places: HashMap<JobId, usize> =
            ids.iter().enumerate().map(|(place, &id)| (id, place)).collect();
        let place = |job: &Job| places.get(&job.id).copied().unwrap_or(usize::MAX);
        self.unknown.make_contiguous().sort_by_key(place);
    }

    /// Takes these out.
    pub fn take(&mut self, ids: &[JobId]) -> Vec<JobId> {
        let ids: HashSet<JobId> = ids.iter().copied().collect();
        let mut taken = Vec::new();
        for queue in [&mut self.known, &mut self.unknown] {
            queue.retain(|job| {
                let leaves = ids.contains(&job.id);
                if leaves {
                    taken.push(job.id);
                }
                !leaves
            });
        }
        taken
    }

    /// Takes all out that need the network.
    pub fn take_unknown(&mut self) -> Vec<JobId> {
        self.unknown.drain(..).map(|job| job.id).collect()
    }

    /// Takes all out.
    pub fn take_all(&mut self) -> Vec<JobId> {
        self.known.drain(..).chain(self.unknown.drain(..)).map(|job| job.id).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::imaging::{SaliencyMap, SaliencyMaps};

    fn jobs(numbers: &[u64], is_known: bool) -> Vec<Job> {
        let job = |&number: &u64| Job {
            id: JobId(number),
            source: "a.png".into(),
            saliency: is_known.then(|| Arc::new(SaliencyMaps::from(SaliencyMap::empty(1)))),
            thumbnail: false,
            preview_px: None,
            cutout: false,
            save: None,
            edits: Arc::default(),
        };
        numbers.iter().map(job).collect()
    }

    fn waiting() -> Waiting {
        let mut waiting = Waiting::default();
        waiting.extend(jobs(&[1, 2, 3, 4], false));
        waiting.extend(jobs(&[8, 9], true));
        waiting
    }

    fn order(waiting: &mut Waiting) -> Vec<u64> {
        std::iter::from_fn(|| waiting.pop()).map(|job| job.id.0).collect()
    }

    #[test]
    fn the_order_follows_what_is_asked() {
        type Change = fn(&mut Waiting);
        let cases: [(Change, &[u64]); 8] = [
            (|_| {}, &[8, 9, 1, 2, 3, 4]),
            (|w| w.extend(jobs(&[5], false)), &[8, 9, 1, 2, 3, 4, 5]),
            (|w| w.prefer(&[JobId(3)]), &[8, 9, 3, 1, 2, 4]),
            (|w| w.prefer(&[4, 2, 7, 8].map(JobId)), &[8, 9, 4, 2, 1, 3]),
            (|w| w.pause(true), &[8, 9]),
            (|w| w.take(&[2, 8, 7].map(JobId)).clear(), &[9, 1, 3, 4]),
            (|w| w.take_unknown().clear(), &[8, 9]),
            (|w| w.take_all().clear(), &[]),
        ];
        for (change, expected) in cases {
            let mut waiting = waiting();
            change(&mut waiting);
            let is_ready = waiting.is_ready();
            assert_eq!(order(&mut waiting), expected);
            assert_eq!(is_ready, !expected.is_empty());
        }
    }

    #[test]
    fn what_was_paused_goes_on_where_it_was() {
        let mut waiting = waiting();
        waiting.pause(true);
        assert_eq!(order(&mut waiting), [8, 9]);
        assert!(!waiting.is_ready());
        assert_eq!(waiting.len(), 4);
        waiting.pause(false);
        assert!(waiting.is_ready());
        assert_eq!(order(&mut waiting), [1, 2, 3, 4]);
    }
}
