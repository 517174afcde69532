//! Which photos the list shows, and in which order: the list itself keeps an order of its own,
//! which sorting and searching leave alone.

use std::{cmp::Ordering, iter::Peekable, str::Chars};

use super::{
    item::{Group, Item, ItemId},
    items::Items,
};

/// An order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// As they came.
    #[default]
    Added,
    /// As the user moved them.
    Own,
    /// Those to be checked first, the most doubtful at the top.
    Doubtful,
    /// By name, numbers in it by their value.
    Name,
    /// What needs the user first, what is done last.
    State,
}

/// What of the list is shown, and how.
#[derive(Clone, Debug, Default)]
pub struct Arrangement {
    /// In which order.
    pub sort: Sort,
    /// Whether the user gave the list an order of its own.
    pub has_own: bool,
    /// Whether the field to search in is there.
    pub is_searching: bool,
    /// Only those whose name has this in it.
    pub search: String,
    /// Only those of this group.
    pub only: Option<Group>,
    shown: Vec<ItemId>,
    /// The list's revision that `shown` was made of; 0 for none.
    made_of: u64,
}

impl Arrangement {
    /// The photos that are shown, from top to bottom, as of the last [`Arrangement::settle`].
    pub fn shown(&self) -> &[ItemId] {
        &self.shown
    }

    /// Whether some photos may be hidden.
    pub fn is_narrowed(&self) -> bool {
        self.only.is_some() || !self.search.trim().is_empty()
    }

    /// What is shown is to be made anew.
    pub fn change(&mut self, change: impl FnOnce(&mut Self)) {
        change(self);
        self.made_of = 0;
    }

    /// Makes what is shown, if the list or the arrangement changed.
    pub fn settle(&mut self, items: &Items) {
        if self.made_of == items.revision() {
            return;
        }
        self.made_of = items.revision();
        self.shown = sorted(items, self.sort);
        if self.is_narrowed() {
            let search = self.search.trim().to_lowercase();
            let matches = |item: &Item| {
                self.only.is_none_or(|only| item.group() == only)
                    && (search.is_empty() || item.name.to_lowercase().contains(&search))
            };
            self.shown.retain(|&id| items.get(id).is_some_and(matches));
        }
    }
}

/// All photos in this order.
pub fn sorted(items: &Items, sort: Sort) -> Vec<ItemId> {
    let mut ids = items.order().to_vec();
    match sort {
        Sort::Own => {}
        Sort::Added => ids.sort_unstable(),
        Sort::Doubtful => {
            ids.sort_by_cached_key(|&id| std::cmp::Reverse(items.get(id).map(Item::doubt_weight)));
        }
        Sort::Name => {
            let mut named: Vec<_> =
                items.iter().map(|item| (item.name.to_lowercase(), item.id)).collect();
            named.sort_by(|(a, _), (b, _)| by_name(a, b));
            ids = named.into_iter().map(|(_, id)| id).collect();
        }
        Sort::State => ids.sort_by_cached_key(|&id| items.get(id).map(Item::group)),
    }
    ids
}

/// Compares names as people do: `img2` comes before `img10`.
fn by_name(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.chars().peekable(), b.chars().peekable());
    loop {
        let order = match (left.peek().copied(), right.peek().copied()) {
            (None, None) => return Ordering::Equal,
            (Some(l), Some(r)) if l.is_ascii_digit() && r.is_ascii_digit() => {
                let (l, r) = (digits(&mut left), digits(&mut right));
                l.len().cmp(&r.len()).then_with(|| l.cmp(&r))
            }
            (l, r) => {
                left.next();
                right.next();
                l.cmp(&r)
            }
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// The digits at the front, without leading zeros.
fn digits(text: &mut Peekable<Chars>) -> String {
    let mut digits = String::new();
    while let Some(digit) = text.next_if(char::is_ascii_digit) {
        if digit != '0' || !digits.is_empty() {
            digits.push(digit);
        }
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::item::Progress, imaging::Doubt};

    fn done(no_clear_subject: bool) -> Progress {
        Progress::Done { took_ms: 1.0, no_clear_subject }
    }

    fn items() -> Items {
        let failed = || Progress::Failed { why: String::new().into() };
        let mut items = Items::default();
        for (id, (name, progress)) in (0..).zip([
            ("img10.png", done(false)),
            ("Boat.jpg", Progress::Waiting),
            ("img2.png", done(true)),
            ("boot.jpg", failed()),
            ("img002b.png", Progress::Stopped),
        ]) {
            items.push(Item { progress, ..Item::new(ItemId(id), name.into()) });
        }
        items.get_mut(ItemId(0)).unwrap().doubts = vec![Doubt::TouchesBorder];
        items.move_before(&[ItemId(4)], Some(ItemId(0)));
        items
    }

    fn shown(arrangement: &mut Arrangement, items: &Items) -> Vec<u64> {
        arrangement.settle(items);
        arrangement.shown().iter().map(|id| id.0).collect()
    }

    #[test]
    fn the_list_is_shown_in_the_order_that_is_asked_for() {
        let items = items();
        for (sort, expected) in [
            (Sort::Added, [0, 1, 2, 3, 4]),
            (Sort::Own, [4, 0, 1, 2, 3]),
            (Sort::Doubtful, [2, 0, 4, 1, 3]),
            (Sort::Name, [1, 3, 2, 4, 0]),
            (Sort::State, [3, 0, 2, 1, 4]),
        ] {
            let mut arrangement = Arrangement { sort, ..Arrangement::default() };
            assert_eq!(shown(&mut arrangement, &items), expected, "{sort:?}");
        }
    }

    #[test]
    fn what_is_searched_for_is_shown_and_nothing_else() {
        let items = items();
        for (search, only, expected) in [
            ("", None, &[0, 1, 2, 3, 4][..]),
            (" IMG", None, &[0, 2, 4]),
            ("bo", Some(Group::Failed), &[3]),
            ("", Some(Group::ToCheck), &[0, 2]),
            ("nothing", None, &[]),
        ] {
            let search = search.to_owned();
            let mut arrangement = Arrangement { search, only, ..Arrangement::default() };
            assert_eq!(shown(&mut arrangement, &items), expected);
        }
    }

    #[test]
    fn what_is_shown_follows_the_list() {
        let mut items = items();
        let mut arrangement = Arrangement { only: Some(Group::Stopped), ..Arrangement::default() };
        assert_eq!(shown(&mut arrangement, &items), [4]);
        items.get_mut(ItemId(1)).unwrap().progress = Progress::Stopped;
        assert_eq!(shown(&mut arrangement, &items), [1, 4]);
        items.remove(&[ItemId(4)]);
        assert_eq!(shown(&mut arrangement, &items), [1]);
        arrangement.change(|arrangement| arrangement.only = None);
        assert_eq!(shown(&mut arrangement, &items), [0, 1, 2, 3]);
    }
}
