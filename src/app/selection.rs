//! Which photos are chosen: a set, and in it the one in the middle of the window.

use std::collections::HashSet;

use super::item::ItemId;

/// The chosen photos. Where there are any, one of them leads: the photo in the middle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    chosen: HashSet<ItemId>,
    lead: Option<ItemId>,
    /// Where a range starts.
    anchor: Option<ItemId>,
}

impl Selection {
    /// The photo in the middle.
    pub fn lead(&self) -> Option<ItemId> {
        self.lead
    }

    /// Whether a photo is chosen.
    pub fn contains(&self, id: ItemId) -> bool {
        self.chosen.contains(&id)
    }

    /// How many are chosen.
    pub fn len(&self) -> usize {
        self.chosen.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    /// The chosen photos in the order of the list.
    pub fn in_order(&self, order: &[ItemId]) -> Vec<ItemId> {
        order.iter().copied().filter(|&id| self.contains(id)).collect()
    }

    /// Chooses this photo alone.
    pub fn only(&mut self, id: ItemId) {
        self.chosen.clear();
        self.chosen.insert(id);
        self.lead = Some(id);
        self.anchor = Some(id);
    }

    /// Chooses this photo too, or no longer; the last one stays.
    pub fn toggle(&mut self, id: ItemId, order: &[ItemId]) {
        if self.chosen.insert(id) {
            self.lead = Some(id);
        } else if self.chosen.len() > 1 {
            self.chosen.remove(&id);
            if self.lead == Some(id) {
                self.lead = self.in_order(order).first().copied();
            }
        }
        self.anchor = Some(id);
    }

    /// Chooses what lies between the anchor and this photo.
    pub fn extend_to(&mut self, id: ItemId, order: &[ItemId]) {
        let place = |id: ItemId| order.iter().position(|&other| other == id);
        let ends = self.anchor.and_then(place).zip(place(id));
        let Some((from, to)) = ends else { return self.only(id) };
        self.chosen = order[from.min(to)..=from.max(to)].iter().copied().collect();
        self.lead = Some(id);
    }

    /// Chooses these, one of them in the middle.
    pub fn set(&mut self, chosen: Vec<ItemId>, lead: Option<ItemId>) {
        self.chosen = chosen.into_iter().chain(lead).collect();
        (self.lead, self.anchor) = (lead, lead);
    }

    /// Chooses all of these; the lead stays if it is among them.
    pub fn all(&mut self, order: &[ItemId]) {
        if order.is_empty() {
            return;
        }
        self.chosen = order.iter().copied().collect();
        self.lead = self.lead.filter(|lead| self.chosen.contains(lead));
        self.lead = self.lead.or(order.first().copied());
        self.anchor = self.lead;
    }

    /// Chooses the lead alone.
    pub fn only_lead(&mut self) {
        if let Some(lead) = self.lead {
            self.only(lead);
        }
    }

    /// Keeps chosen only what is shown; where that is none of it, the first that is. Where nothing is
    /// shown, the lead stays.
    pub fn narrow(&mut self, shown: &[ItemId]) {
        let is_shown: HashSet<ItemId> = shown.iter().copied().collect();
        self.chosen.retain(|id| is_shown.contains(id));
        if self.lead.is_none_or(|lead| self.chosen.contains(&lead)) {
            return;
        }
        match (self.in_order(shown).first(), shown.first()) {
            (Some(&first), _) => (self.lead, self.anchor) = (Some(first), Some(first)),
            (None, Some(&first)) => self.only(first),
            (None, None) => self.only_lead(),
        }
    }

    /// Forgets photos that left the list. `neighbour` is chosen where the lead was among them.
    pub fn forget(&mut self, gone: &HashSet<ItemId>, neighbour: Option<ItemId>) {
        for id in gone {
            self.chosen.remove(id);
        }
        let is_gone = |id: Option<ItemId>| id.is_some_and(|id| gone.contains(&id));
        if is_gone(self.anchor) {
            self.anchor = None;
        }
        if is_gone(self.lead) {
            match neighbour {
                Some(neighbour) => self.only(neighbour),
                None => *self = Self::default(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order() -> Vec<ItemId> {
        (0..6).map(ItemId).collect()
    }

    fn numbers(selection: &Selection) -> Vec<u64> {
        selection.in_order(&order()).into_iter().map(|id| id.0).collect()
    }

    #[test]
    fn clicks_choose_as_lists_do() {
        type Change = fn(&mut Selection);
        let cases: [(Change, &[u64], Option<u64>); 7] = [
            (|s| s.only(ItemId(2)), &[2], Some(2)),
            (|s| s.toggle(ItemId(4), &order()), &[2, 4], Some(4)),
            (|s| s.extend_to(ItemId(5), &order()), &[4, 5], Some(5)),
            (|s| s.extend_to(ItemId(3), &order()), &[3, 4], Some(3)),
            (|s| s.toggle(ItemId(3), &order()), &[4], Some(4)),
            (|s| s.toggle(ItemId(4), &order()), &[4], Some(4)),
            (|s| s.all(&order()), &[0, 1, 2, 3, 4, 5], Some(4)),
        ];
        let mut selection = Selection::default();
        for (change, chosen, lead) in cases {
            change(&mut selection);
            assert_eq!(numbers(&selection), chosen);
            assert_eq!(selection.lead(), lead.map(ItemId));
        }
        selection.only_lead();
        assert_eq!(numbers(&selection), [4]);
    }

    #[test]
    fn what_is_hidden_is_not_chosen() {
        let mut selection = Selection::default();
        selection.only(ItemId(1));
        selection.extend_to(ItemId(3), &order());
        for (shown, chosen, lead) in
            [(&[0, 1, 2][..], vec![1, 2], 1), (&[4, 5], vec![4], 4), (&[], vec![4], 4)]
        {
            selection.narrow(&shown.iter().copied().map(ItemId).collect::<Vec<_>>());
            assert_eq!((numbers(&selection), selection.lead()), (chosen, Some(ItemId(lead))));
        }
    }

    #[test]
    fn what_left_the_list_is_not_chosen() {
        let mut selection = Selection::default();
        selection.only(ItemId(1));
        selection.extend_to(ItemId(3), &order());
        selection.forget(&HashSet::from([ItemId(1)]), None);
        assert_eq!((numbers(&selection), selection.lead()), (vec![2, 3], Some(ItemId(3))));
        selection.forget(&HashSet::from([ItemId(3)]), Some(ItemId(4)));
        assert_eq!((numbers(&selection), selection.lead()), (vec![4], Some(ItemId(4))));
        selection.forget(&HashSet::from([ItemId(4)]), None);
        assert_eq!(selection, Selection::default());
    }
}
