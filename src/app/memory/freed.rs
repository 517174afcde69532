//! What letting go of the cache or the model did, in a sentence.

use crate::{
    app::wording::{bytes, micros},
    engine::protocol::{Freed, LetGo, Part},
    lang::t,
};

/// What letting go did: before, after, and what stays and why.
pub fn in_words(freed: &Freed) -> String {
    let what = match freed.what {
        LetGo::Cache => t!("freed-cache"),
        LetGo::Model => t!("freed-model"),
        LetGo::IdleModel => t!("freed-idle-model"),
    };
    let time = micros(freed.took_us);
    let (before, after) = (&freed.before, &freed.after);
    match (before.device, after.device) {
        (Some(then), Some(now)) => {
            let (before, after) = (bytes(then.reserved_bytes), bytes(now.reserved_bytes));
            let stays = stays(freed);
            t!(
                "freed-on-gpu",
                what = what,
                before = before,
                after = after,
                time = time,
                stays = stays
            )
        }
        _ => {
            let (before, after) = (bytes(before.resident_bytes), bytes(after.resident_bytes));
            t!("freed-on-cpu", what = what, before = before, after = after, time = time)
        }
    }
}

fn stays(freed: &Freed) -> String {
    let of = |part| freed.after.ledger.bytes_of(part);
    let mut parts: Vec<String> = [
        (Part::Weights, "freed-in-weights"),
        (Part::WorkingSet, "freed-in-tensors"),
        (Part::Cached, "freed-in-cache"),
    ]
    .into_iter()
    .filter(|&(part, _)| of(part) > 0)
    .map(|(part, key)| t!(key, bytes = bytes(of(part))))
    .collect();
    match (parts.is_empty(), of(Part::Context)) {
        (true, 0) => t!("freed-nothing-stays"),
        (true, context_bytes) => t!("freed-context-stays", bytes = bytes(context_bytes)),
        (false, context_bytes) => {
            if context_bytes > 0 {
                parts.push(t!("freed-in-context", bytes = bytes(context_bytes)));
            }
            t!("freed-stays", parts = parts.join(", "))
        }
    }
}
