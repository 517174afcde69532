//! What a run passed over, told at its end.

use std::{collections::BTreeMap, path::Path};

use super::journal::Before;
use crate::{
    cli::streams,
    engine::sources::{PassedOver, Why},
    path_text::printable,
};

/// What a run passed over, counted.
#[derive(Debug, Default)]
pub struct Summary {
    done_before: u64,
    /// Results of those that are no longer where they were written.
    gone: u64,
    own_results: u64,
    formats: BTreeMap<&'static str, u64>,
    unreadable: u64,
    others: u64,
}

impl Summary {
    /// Counts a photo that the journal says is done.
    pub fn done_before(&mut self, before: &Before) {
        self.done_before += 1;
        self.gone += before.gone;
    }

    /// Counts something in a folder that is passed over, and gives the line that names it. Results of
    /// earlier runs are only counted.
    pub fn passed_over(&mut self, PassedOver { path, why }: &PassedOver) -> Option<String> {
        match why {
            Why::Result => self.own_results += 1,
            Why::Format(format) => *self.formats.entry(format).or_default() += 1,
            Why::Unreadable(_) | Why::DanglingLink => self.unreadable += 1,
            Why::NoFile | Why::NoPicture => self.others += 1,
        }
        (*why != Why::Result).then(|| format!("{}: passed over: {why}", printable(path)))
    }

    /// Whether something could not be read, so that photos may be missing.
    pub fn is_incomplete(&self) -> bool {
        self.unreadable > 0
    }

    /// Tells what was passed over, if anything was.
    pub fn tell(&self, journal: Option<&Path>) {
        for line in self.lines(journal) {
            streams::tell(line);
        }
    }

    fn lines(&self, journal: Option<&Path>) -> Vec<String> {
        let mut parts = Vec::new();
        let mut add = |count: u64, what: &str| {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        };
        let journal = journal.map(printable).unwrap_or_default();
        add(self.done_before, &format!("done before, as {journal} says"));
        add(self.own_results, "of Cutout's own results");
        add(self.unreadable, "unreadable");
        for (format, &count) in &self.formats {
            add(count, &format!("of a format that cannot be opened ({format})"));
        }
        add(self.others, "not a picture");
        let mut lines = Vec::new();
        if !parts.is_empty() {
            lines.push(format!("passed over: {}", parts.join(", ")));
        }
        if self.gone > 0 {
            lines.push(format!(
                "results of those done before that are no longer where they were written: {}; name \
                 another journal to make them again",
                self.gone
            ));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_passed_over_is_counted_by_its_reason() {
        assert!(Summary::default().lines(None).is_empty());
        let mut summary = Summary::default();
        let before = |gone| Before { outputs: Vec::new(), gone };
        summary.done_before(&before(0));
        summary.done_before(&before(1));
        for why in [
            Why::Result,
            Why::Format("HEIC"),
            Why::Format("HEIC"),
            Why::Format("AVIF"),
            Why::DanglingLink,
            Why::NoFile,
        ] {
            summary.passed_over(&PassedOver { path: "a".into(), why });
        }
        let lines = summary.lines(Some(Path::new("j")));
        let expected = "passed over: 2 done before, as j says, 1 of Cutout's own results, 1 \
                        unreadable, 1 of a format that cannot be opened (AVIF), 2 of a format \
                        that cannot be opened (HEIC), 1 not a picture";
        assert_eq!(lines[0], expected);
        assert!(lines[1].contains("no longer where they were written: 1;"), "{lines:?}");
        assert!(summary.is_incomplete());
    }
}
