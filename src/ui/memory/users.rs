//! The other programs on a card: what the ledger's part of them says of itself.

use crate::{
    engine::protocol::{CardUser, CardUsers, Ledger, Part},
    lang::t,
    ui::words,
};

/// So many are named at most.
const NAMED_MAX: usize = 6;
/// Below this a difference between two readings of the driver's is not told.
const NOTICEABLE_BYTES: u64 = 1 << 20;

/// Who they are and what each holds, as far as the driver tells.
pub fn explained(ledger: &Ledger, users: Option<&CardUsers>) -> String {
    let mut lines = vec![t!("part-others-card-what")];
    match users {
        None => lines.push(t!("part-others-unknown")),
        Some(users) => {
            lines.extend(list(&users.others));
            if users.may_be_own {
                lines.push(t!("part-others-may-be-own"));
            }
        }
    }
    if let Some(bytes) = ledger.driver_bytes {
        lines.push(t!("part-others-driver", bytes = words::bytes(bytes)));
    }
    let told_bytes = users.map_or(0, CardUsers::bytes) + ledger.driver_bytes.unwrap_or(0);
    let untold_bytes = ledger.bytes_of(Part::Others).saturating_sub(told_bytes);
    if users.is_some() && untold_bytes >= NOTICEABLE_BYTES {
        lines.push(t!("part-others-untold", bytes = words::bytes(untold_bytes)));
    }
    lines.join("\n")
}

/// A line for each of the largest, and one for the rest together.
fn list(others: &[CardUser]) -> Vec<String> {
    let (named, rest) = others.split_at(others.len().min(NAMED_MAX));
    let line = |user: &CardUser| match user.bytes {
        Some(bytes) => {
            t!("part-others-user", name = user.name.as_str(), bytes = words::bytes(bytes))
        }
        None => user.name.clone(),
    };
    let mut lines: Vec<String> = named.iter().map(line).collect();
    if !rest.is_empty() {
        let bytes = words::bytes(rest.iter().filter_map(|user| user.bytes).sum());
        lines.push(t!("part-others-more", count = rest.len().to_string(), bytes = bytes));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::protocol::{CardMemory, MemoryStats};

    const MIB: u64 = 1 << 20;

    fn users(bytes: &[Option<u64>], may_be_own: bool) -> CardUsers {
        let user = |(place, bytes): (usize, &Option<u64>)| CardUser {
            pid: place as u32,
            name: format!("program {place}"),
            bytes: *bytes,
        };
        CardUsers { others: bytes.iter().enumerate().map(user).collect(), may_be_own }
    }

    #[test]
    fn the_lines_add_up_to_the_part() {
        let mib = |mib: u64| Some(mib * MIB);
        let what = "What other programs hold on this card.";
        let unknown = "Which programs these are is not told here.";
        let driver = "300 MiB of it the driver keeps for itself.";
        let may_be_own = "One of them may be Cutout: the driver knows it by another number here.";
        for (others_mib, driver_bytes, users, expected) in [
            (800, mib(300), None, vec![what, unknown, driver]),
            (800, None, None, vec![what, unknown]),
            (
                800,
                mib(300),
                Some(users(&[mib(400), mib(100)], false)),
                vec![what, "program 0: 400 MiB", "program 1: 100 MiB", driver],
            ),
            (
                810,
                mib(300),
                Some(users(&[mib(400), None], true)),
                vec![
                    what,
                    "program 0: 400 MiB",
                    "program 1",
                    may_be_own,
                    driver,
                    "110 MiB more: the driver does not tell whose.",
                ],
            ),
            (300, mib(300), Some(users(&[], false)), vec![what, driver]),
            // The list is of a moment before.
            (300, None, Some(users(&[mib(500)], false)), vec![what, "program 0: 500 MiB"]),
            (
                36,
                None,
                Some(users(&[8, 7, 6, 5, 4, 3, 2, 1].map(mib), false)),
                vec![
                    what,
                    "program 0: 8.0 MiB",
                    "program 1: 7.0 MiB",
                    "program 2: 6.0 MiB",
                    "program 3: 5.0 MiB",
                    "program 4: 4.0 MiB",
                    "program 5: 3.0 MiB",
                    "and 2 more: 3.0 MiB",
                ],
            ),
        ] {
            let card = CardMemory {
                total_bytes: 8192 * MIB,
                free_bytes: (8192 - others_mib) * MIB,
                driver_bytes,
                ..CardMemory::default()
            };
            let ledger = Ledger::of_card(&MemoryStats::default(), 0, &card);
            assert_eq!(explained(&ledger, users.as_ref()), expected.join("\n"));
        }
    }
}
