//! What letting go of the cache or the model did, in a sentence.

use crate::{
    app::amounts::{bytes, micros},
    engine::protocol::{Freed, LetGo, Part},
};

/// What letting go did: before, after, and what stays and why.
pub fn in_words(freed: &Freed) -> String {
    let what = match freed.what {
        LetGo::Cache => "Freed the cache",
        LetGo::Model => "Unloaded the model",
        LetGo::IdleModel => "Unloaded the model, which was idle",
    };
    let took = micros(freed.took_us);
    let (before, after) = (&freed.before, &freed.after);
    match (before.device, after.device) {
        (Some(then), Some(now)) => {
            let (then, now) = (bytes(then.reserved_bytes), bytes(now.reserved_bytes));
            format!("{what}: reserved {then} before, {now} after, in {took}. {}", stays(freed))
        }
        _ => {
            let (then, now) = (bytes(before.resident_bytes), bytes(after.resident_bytes));
            format!("{what}: this program {then} before, {now} after, in {took}.")
        }
    }
}

fn stays(freed: &Freed) -> String {
    let of = |part| freed.after.ledger.bytes_of(part);
    let mut parts: Vec<String> = [
        (Part::Weights, "the model's weights"),
        (Part::WorkingSet, "tensors of the image under way"),
        (Part::Cached, "cache that shares blocks with tensors"),
    ]
    .into_iter()
    .filter(|&(part, _)| of(part) > 0)
    .map(|(part, name)| format!("{} in {name}", bytes(of(part))))
    .collect();
    let context = "the driver's context, which goes when Cutout closes";
    match (parts.is_empty(), of(Part::Context)) {
        (true, 0) => "Nothing stays.".to_owned(),
        (true, bytes) => format!("{} stay: {context}.", self::bytes(bytes)),
        (false, context_bytes) => {
            if context_bytes > 0 {
                parts.push(format!("{} in {context}", bytes(context_bytes)));
            }
            format!("What stays: {}.", parts.join(", "))
        }
    }
}
