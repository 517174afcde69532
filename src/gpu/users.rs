//! Other programs on a card, as nvidia-smi lists them.

use std::{collections::BTreeMap, sync::Arc};

use super::stats::{CardUser, CardUsers};

/// No name is longer, in characters: another program chooses it.
const NAME_LENGTH_MAX: usize = 40;

/// The programs on a card by number, with their bytes where the driver tells them.
///
/// A program that computes and draws stands in both of the driver's lists, each time with all that it
/// holds.
pub fn merged(told: impl IntoIterator<Item = (u32, Option<u64>)>) -> BTreeMap<u32, Option<u64>> {
    let mut programs = BTreeMap::new();
    for (pid, bytes) in told {
        let known: &mut Option<u64> = programs.entry(pid).or_default();
        *known = (*known).max(bytes);
    }
    programs
}

/// All but this program, largest first; `name` is asked for those that `known` did not name.
pub fn others(
    mut programs: BTreeMap<u32, Option<u64>>,
    own_pid: u32,
    known: &[CardUser],
    name: impl Fn(u32) -> Option<String>,
) -> CardUsers {
    let has_own = programs.remove(&own_pid).is_some();
    let may_be_own = !has_own && !programs.is_empty();
    let named = |pid: u32| {
        let known = known.iter().find(|user| user.pid == pid).map(|user| user.name.clone());
        known.or_else(|| file_name(&name(pid)?)).unwrap_or_else(|| format!("pid {pid}"))
    };
    let mut others: Vec<CardUser> = programs
        .into_iter()
        .map(|(pid, bytes)| CardUser { pid, name: named(pid), bytes })
        .collect();
    others.sort_by_key(|user| std::cmp::Reverse(user.bytes));
    CardUsers { others: Arc::from(others), may_be_own }
}

/// The file's name of what the driver calls a program: a path, on some systems with arguments.
fn file_name(told: &str) -> Option<String> {
    let path = told.split(" -").next().unwrap_or_default();
    let file = path.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or_default();
    let name = file.trim().chars().filter(|c| !c.is_control()).take(NAME_LENGTH_MAX);
    Some(name.collect()).filter(|name: &String| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(pid: u32, name: &str, bytes: Option<u64>) -> CardUser {
        CardUser { pid, name: name.to_owned(), bytes }
    }

    #[test]
    fn a_program_is_listed_once_without_ourselves_and_largest_first() {
        let told =
            [(7, Some(5)), (9, Some(300)), (1, Some(40)), (7, Some(5)), (8, None), (1, None)];
        let name = |pid| (pid == 9).then(|| "/usr/lib/xorg/Xorg".to_owned());
        let users = others(merged(told), 1, &[user(7, "seen", Some(2))], name);
        let expected =
            [user(9, "Xorg", Some(300)), user(7, "seen", Some(5)), user(8, "pid 8", None)];
        assert_eq!((users.others.as_ref(), users.may_be_own), (expected.as_slice(), false));
    }

    #[test]
    fn one_of_the_others_may_be_this_program_where_the_driver_does_not_name_it() {
        for (told, own_pid, count, may_be_own) in [
            (vec![(4, Some(1)), (5, Some(2))], 99, 2, true),
            (vec![(4, Some(1)), (99, Some(2))], 99, 1, false),
            (vec![(99, Some(2))], 99, 0, false),
            (vec![], 99, 0, false),
        ] {
            let users = others(merged(told.clone()), own_pid, &[], |_| None);
            assert_eq!((users.others.len(), users.may_be_own), (count, may_be_own), "{told:?}");
        }
    }

    #[test]
    fn a_program_goes_by_the_name_of_its_file() {
        for (told, expected) in [
            ("/usr/lib/xorg/Xorg", Some("Xorg")),
            ("python3", Some("python3")),
            ("/opt/google/chrome/chrome --type=gpu-process --dir=/home/x/y", Some("chrome")),
            (r"C:\Program Files\Some Game\game.exe", Some("game.exe")),
            ("/usr/bin/odd\u{1b}[31m\nname", Some("odd[31mname")),
            ("/usr/bin/", Some("bin")),
            (format!("/x/{}", "a".repeat(90)).as_str(), Some("a".repeat(40).as_str())),
            ("/", None),
            ("  ", None),
            ("", None),
        ] {
            assert_eq!(file_name(told).as_deref(), expected, "{told:?}");
        }
    }
}
