//! Numbers and states in words.

mod keys;
mod memory;
mod photo;

use std::path::Path;

pub use crate::app::wording::*;
use crate::{
    app::item::file_name,
    engine::protocol::{ModelState, Precision},
    lang::t,
};

pub use keys::keys;
pub use memory::*;
pub use photo::*;

/// The same, with a capital at its start.
pub fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
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
