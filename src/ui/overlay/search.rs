//! Which commands fit what was typed, the best first.

use std::cmp::Reverse;

use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};

/// The places of the names that fit the query, the best first; all in their order where nothing was
/// typed.
pub fn places(names: &[String], query: &str) -> Vec<usize> {
    let pattern = Pattern::parse(query, CaseMatching::Ignore, Normalization::Smart);
    let meant = query.to_lowercase();
    let mut config = Config::DEFAULT;
    config.prefer_prefix = true;
    let mut matcher = Matcher::new(config);
    let mut buffer = Vec::new();
    let score = |(place, name): (usize, &String)| {
        let is_meant = name.to_lowercase() == meant;
        let letters = Utf32Str::new(name, &mut buffer);
        Some((place, (!is_meant, Reverse(pattern.score(letters, &mut matcher)?))))
    };
    let mut found: Vec<_> = names.iter().enumerate().filter_map(score).collect();
    found.sort_by_key(|&(_, rank)| rank);
    found.into_iter().map(|(place, _)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_some_of_their_letters() {
        let names = ["Open photos…", "Open folder…", "Zoom out in steps", "Löschen", "Zoom out"]
            .map(str::to_owned);
        for (query, expected) in [
            ("", &[0, 1, 2, 3, 4][..]),
            ("open", &[0, 1]),
            ("opfo", &[1]),
            ("ZOOM", &[2, 4]),
            ("zoom out", &[4, 2]),
            ("fold op", &[1]),
            ("loschen", &[3]),
            ("löschen", &[3]),
            ("xyz", &[]),
        ] {
            assert_eq!(places(&names, query), expected, "{query:?}");
        }
    }
}
