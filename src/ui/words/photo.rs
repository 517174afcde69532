//! A photo's state, size and notes in words.

use std::path::Path;

use super::{failure, rung, rung_note, seconds};
use crate::{
    app::{
        item::{Group, Item, Progress, file_name},
        state::State,
    },
    engine::protocol::{Precision, Rung, Step},
    imaging::Doubt,
    lang::{decimal, t},
    path_text::printable,
};

/// A photo's state in full, such as "Done · 0.21 s · saved".
pub fn progress(item: &Item) -> String {
    let mut words = vec![state(item)];
    if matches!(item.progress, Progress::Done { .. }) && item.refining_percent.is_none() {
        words.extend((!item.outputs.is_empty()).then(|| t!("state-saved")));
        words.extend(item.rung.map(rung_note));
    }
    words.join(" · ")
}

/// A photo's state in a few words, such as "Done · 0.21 s".
pub fn state(item: &Item) -> String {
    if let Some(percent) = item.refining_percent {
        return t!("state-refining", percent = percent);
    }
    match &item.progress {
        Progress::Waiting => match &item.unreadable {
            Some(why) => t!("state-unreadable", reason = without_name(&failure(why), &item.path)),
            None => t!("state-waiting"),
        },
        Progress::Working(step) => match (step, item.rung) {
            (Step::Inferring, Some(step)) => rung(step),
            _ => self::step(*step),
        },
        Progress::Done { took_ms, .. } => {
            let word = match item.doubt() {
                None => t!("state-done"),
                Some(Doubt::NoSubject) => t!("state-no-subject"),
                Some(_) => t!("state-check", reasons = doubts(&item.doubts)),
            };
            format!("{word} · {}", seconds(took_ms / 1000.0))
        }
        Progress::Failed { why } => {
            t!("state-failed", reason = without_name(&failure(why), &item.path))
        }
        Progress::Stopped => t!("state-stopped"),
    }
}

/// A photo's state, and shorter ways to put it.
pub fn states(item: &Item) -> Vec<String> {
    let mut states = vec![state(item)];
    if item.refining_percent.is_some() {
        return states;
    }
    if let Some(doubt) = item.doubt().filter(|&doubt| doubt != Doubt::NoSubject) {
        states.push(t!("state-check", reasons = doubts(&item.doubts)));
        states.push(t!("state-check", reasons = doubts(&[doubt])));
    }
    states
}

/// Why a mask should be looked at: "touches the border, tiny subject".
pub fn doubts(doubts: &[Doubt]) -> String {
    let word = |doubt: &Doubt| {
        t!(match doubt {
            Doubt::NoSubject => "doubt-no-subject",
            Doubt::TinySubject => "doubt-tiny",
            Doubt::HugeSubject => "doubt-huge",
            Doubt::Uncertain => "doubt-uncertain",
            Doubt::TouchesBorder => "doubt-border",
        })
    };
    doubts.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// A message about a file without the file's name, where a row shows that already.
fn without_name<'a>(message: &'a str, path: &Path) -> &'a str {
    let names = [printable(path), file_name(path)];
    let bare = names.iter().find_map(|name| message.strip_prefix(name)?.strip_prefix(": "));
    bare.unwrap_or(message)
}

/// What happens to a photo in a step.
pub fn step(step: Step) -> String {
    t!(match step {
        Step::Decoding => "step-decoding",
        Step::Inferring => "step-inferring",
        Step::Refining => "step-refining",
        Step::Saving => "step-saving",
    })
}

/// What is worth noting of a photo in a word or two, the most telling first: that it is a copy,
/// how it was done after something had gone wrong, that it is saved, or on which device it was
/// done.
pub fn note(item: &Item, state: &State) -> Option<String> {
    if let Some(same) = same_as(item, state) {
        return Some(t!("badge-same", name = same.name.as_str()));
    }
    if !matches!(item.progress, Progress::Done { .. }) {
        return None;
    }
    let rung = item.rung.map(|rung| match rung {
        Rung::EmptyCache => t!("badge-second-try"),
        Rung::HalveBatch { images } => t!("badge-halve-batch", images = images),
        Rung::LowerPrecision { precision: Precision::Fp32 } => t!("badge-fp32"),
        Rung::LowerPrecision { .. } => t!("badge-half-precision"),
        Rung::OnCpu | Rung::GpuFailed => t!("badge-on-cpu"),
    });
    let saved = || (!item.outputs.is_empty()).then(|| t!("badge-saved"));
    let device =
        || item.on_gpu.map(|on_gpu| if on_gpu { t!("badge-gpu") } else { t!("badge-cpu") });
    rung.or_else(saved).or_else(device)
}

/// The photo that this one is a copy of, while it is in the list.
fn same_as<'a>(item: &Item, state: &'a State) -> Option<&'a Item> {
    state.item(item.same_as?)
}

/// That a photo is a copy, in a sentence.
pub fn copy(item: &Item, state: &State) -> Option<String> {
    same_as(item, state).map(|same| t!("note-same", name = same.name.as_str()))
}

/// A photo's size in pixels and bytes, as far as it is known: "4000 × 3000 · 3.2 MB".
pub fn size(item: &Item) -> String {
    sizes(item).into_iter().next().unwrap_or_default()
}

/// A photo's size, and shorter ways to put it.
pub fn sizes(item: &Item) -> Vec<String> {
    let pixels = item.size_px.map(|(width, height)| format!("{width} × {height}"));
    let both = pixels.as_ref().zip(item.bytes);
    let both = both.map(|(pixels, bytes)| format!("{pixels} · {}", file_size(bytes)));
    both.into_iter().chain(pixels).collect()
}

/// A file's size as file managers put it: "812 KB", "3.2 MB".
fn file_size(bytes: u64) -> String {
    let kb = bytes as f64 / 1e3;
    match kb {
        ..999.5 => format!("{:.0} KB", kb.max(1.0)),
        ..9_950.0 => format!("{} MB", decimal(kb / 1e3, 1)),
        ..999_500.0 => format!("{:.0} MB", kb / 1e3),
        _ => format!("{} GB", decimal(kb / 1e6, 1)),
    }
}

/// Photos that stand alike.
pub fn group(group: Group) -> String {
    t!(match group {
        Group::Failed => "group-failed",
        Group::ToCheck => "group-to-check",
        Group::Working => "group-working",
        Group::Waiting => "group-waiting",
        Group::Stopped => "group-stopped",
        Group::Done => "group-done",
    })
}

/// A rate: "38", or "2.5" where it is small.
pub fn rate(a_minute: f64) -> String {
    if a_minute < 9.95 { decimal(a_minute, 1) } else { format!("{a_minute:.0}") }
}

/// A time left: "about 12 s left".
pub fn time_left(seconds: f64) -> String {
    let whole = |number: f64| format!("{number:.0}");
    match seconds {
        ..90.0 => t!("left-seconds", count = whole(seconds.max(1.0))),
        ..5400.0 => t!("left-minutes", count = whole(seconds / 60.0)),
        _ => t!("left-hours", count = whole(seconds / 3600.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_does_not_name_its_file_twice() {
        let path = Path::new("photos/a.png");
        for (message, words) in [
            ("a.png: it ends early", "it ends early"),
            ("photos/a.png: it ends early", "it ends early"),
            ("the disk is full: a.png", "the disk is full: a.png"),
        ] {
            assert_eq!(without_name(message, path), words);
        }
    }

    #[test]
    fn times_left_read_short() {
        let words: Vec<_> = [0.2, 12.3, 240.0, 7200.0].map(time_left).into();
        assert_eq!(
            words,
            ["about 1 s left", "about 12 s left", "about 4 min left", "about 2 h left"]
        );
    }

    #[test]
    fn files_are_as_large_as_file_managers_say() {
        let sizes = [12, 812_000, 3_210_000, 12_400_000, 2_500_000_000].map(file_size);
        assert_eq!(sizes, ["1 KB", "812 KB", "3.2 MB", "12 MB", "2.5 GB"]);
    }
}
