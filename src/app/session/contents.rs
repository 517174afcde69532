//! What a journal adds up to.

use std::collections::{HashMap, HashSet};

use super::record::{Kept, Line};

/// The list as the journal has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contents {
    photos: HashMap<u64, Kept>,
    order: Vec<u64>,
    /// The chosen photos, the one in the middle first.
    chosen: Vec<u64>,
}

impl Contents {
    /// Takes a line in.
    pub fn take(&mut self, line: Line) {
        match line {
            Line::Photo(kept) => {
                let id = kept.id;
                if self.photos.insert(id, *kept).is_none() {
                    self.order.push(id);
                }
            }
            Line::Removed(ids) => {
                let gone: HashSet<u64> = ids.into_iter().collect();
                self.photos.retain(|id, _| !gone.contains(id));
                self.order.retain(|id| !gone.contains(id));
                self.chosen.retain(|id| !gone.contains(id));
            }
            Line::Order(ids) => {
                let mut seen = HashSet::new();
                let named = ids.into_iter().filter(|id| self.photos.contains_key(id));
                let mut order: Vec<u64> = named.filter(|&id| seen.insert(id)).collect();
                // A photo is not lost because an order does not name it.
                order.extend(self.order.iter().copied().filter(|&id| seen.insert(id)));
                self.order = order;
            }
            Line::Chosen(ids) => {
                self.chosen = ids;
                self.chosen.retain(|id| self.photos.contains_key(id));
            }
        }
    }

    /// One photo.
    pub fn get(&self, id: u64) -> Option<&Kept> {
        self.photos.get(&id)
    }

    /// All photos, in order.
    pub fn photos(&self) -> impl ExactSizeIterator<Item = &Kept> {
        self.order.iter().map(|id| &self.photos[id])
    }

    /// The chosen photos, the one in the middle first.
    pub fn chosen(&self) -> &[u64] {
        &self.chosen
    }

    /// The fewest lines that add up to this.
    pub fn lines(&self) -> impl Iterator<Item = Line> {
        let photos = self.photos().map(|kept| Line::Photo(Box::new(kept.clone())));
        let chosen = (!self.chosen.is_empty()).then(|| Line::Chosen(self.chosen.clone()));
        photos.chain(chosen)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::examples::photo, *};

    fn ids(contents: &Contents) -> Vec<u64> {
        contents.photos().map(|kept| kept.id).collect()
    }

    #[test]
    fn lines_add_up_to_the_list_and_the_list_to_lines() {
        let new = |id| Line::Photo(Box::new(photo(id)));
        for (last, order, chosen) in [
            (Line::Removed(vec![2, 9]), vec![1, 3], vec![3]),
            (Line::Order(vec![3, 1, 2]), vec![3, 1, 2], vec![3, 2]),
            // What an order does not name, or names twice, is still there once.
            (Line::Order(vec![3, 9, 3]), vec![3, 1, 2], vec![3, 2]),
            (new(2), vec![1, 2, 3], vec![3, 2]),
            (new(0), vec![1, 2, 3, 0], vec![3, 2]),
            (Line::Chosen(vec![1, 9]), vec![1, 2, 3], vec![1]),
        ] {
            let mut contents = Contents::default();
            let first = [new(1), new(2), new(3), Line::Chosen(vec![3, 2])];
            first.into_iter().chain([last.clone()]).for_each(|line| contents.take(line));
            assert_eq!((ids(&contents), contents.chosen()), (order, &chosen[..]), "{last:?}");
            let mut again = Contents::default();
            contents.lines().for_each(|line| again.take(line));
            assert_eq!(again, contents);
        }
    }
}
