//! Numbers and states in words.

mod memory;

use std::path::Path;

pub use crate::app::wording::*;
use crate::{
    app::item::{Item, Progress, file_name},
    engine::protocol::{ModelState, Precision, Step},
    imaging::FORMAT_NAMES,
    lang::t,
};

pub use memory::*;

/// A photo's state in a few words, such as "Done · 0.21 s".
pub fn progress(item: &Item) -> String {
    match &item.progress {
        Progress::Waiting => t!("state-waiting"),
        Progress::Working(step) => match (step, item.rung) {
            (Step::Inferring, Some(rung)) => self::rung(rung),
            _ => self::step(*step),
        },
        Progress::Done { took_ms, no_clear_subject } => {
            let word = if *no_clear_subject { t!("state-no-subject") } else { t!("state-done") };
            let saved = (!item.outputs.is_empty()).then(|| t!("state-saved"));
            let note = item.rung.map(rung_note);
            let took = seconds(took_ms / 1000.0);
            [Some(word), Some(took), saved, note]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" · ")
        }
        Progress::Failed { message } => {
            t!("state-failed", reason = without_name(message, &item.path))
        }
        Progress::Stopped => t!("state-stopped"),
    }
}

/// A message about a file without the file's name, where a row shows that already.
fn without_name<'a>(message: &'a str, path: &Path) -> &'a str {
    let names = [path.display().to_string(), file_name(path)];
    let bare = names.iter().find_map(|name| message.strip_prefix(name)?.strip_prefix(": "));
    bare.unwrap_or(message)
}

/// What happens to a photo in a step.
pub fn step(step: Step) -> String {
    match step {
        Step::Decoding => t!("step-decoding"),
        Step::Inferring => t!("step-inferring"),
        Step::Refining => t!("step-refining"),
        Step::Saving => t!("step-saving"),
    }
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

/// The model's state in a few words.
pub fn model(model: Option<&ModelState>) -> String {
    match model {
        None => t!("model-starting"),
        Some(ModelState::Loading { name }) => t!("model-loading", name = model_name(name)),
        Some(ModelState::Ready { name, .. }) => t!("model-ready", name = model_name(name)),
        Some(ModelState::Unloaded { name }) => t!("model-unloaded", name = model_name(name)),
        Some(ModelState::Failed { .. }) => t!("model-none"),
    }
}

/// A model's name: that of its file where it is the user's own.
pub fn model_name(id_or_path: &str) -> String {
    match id_or_path {
        "u2net" => "U²-Net".to_owned(),
        "u2netp" => "U²-Net lite".to_owned(),
        path => file_name(Path::new(path)),
    }
}

/// In which numbers the network computes.
pub fn precision(precision: Precision) -> String {
    match precision {
        Precision::Fp32 => t!("precision-fp32"),
        Precision::Fp16 => t!("precision-fp16"),
        Precision::Bf16 => t!("precision-bf16"),
    }
}

/// The formats that can be opened.
pub fn formats() -> String {
    let [names @ .., last] = &FORMAT_NAMES;
    t!("empty-formats", formats = names.join(", "), last = *last)
}

/// One or many.
pub fn count(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A text with its middle left out, at most `length` characters long.
pub fn elided(text: &str, length: usize) -> String {
    let all: Vec<char> = text.chars().collect();
    if all.len() <= length {
        return text.to_owned();
    }
    let kept = length.saturating_sub(1);
    let (head, tail) = (kept - kept / 2, kept / 2);
    let part = |chars: &[char]| chars.iter().collect::<String>();
    format!("{}…{}", part(&all[..head]), part(&all[all.len() - tail..]))
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
    fn names_lose_their_middle_and_keep_their_ends() {
        for (text, length, words) in [
            ("lemur.png", 12, "lemur.png"),
            ("a_very_long_name.png", 9, "a_ve….png"),
            ("zażółć_gęślą_jaźń.png", 9, "zażó….png"),
            ("abc", 1, "…"),
        ] {
            assert_eq!(elided(text, length), words);
        }
    }
}
