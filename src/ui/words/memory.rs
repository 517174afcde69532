//! Memory, and what is done about it, in words.

use super::{bytes, micros};
use crate::{
    app::memory::{Kept, Measure},
    engine::protocol::{CleanupPoint, CleanupPreset, CleanupSwitches, Rung},
};

/// A cleanup point's letter in the timeline.
pub fn letter(point: CleanupPoint) -> &'static str {
    match point {
        CleanupPoint::AfterInference => "A",
        CleanupPoint::AfterMask => "B",
        CleanupPoint::OnError => "C",
        CleanupPoint::AfterImage => "D",
        CleanupPoint::AfterJob => "S",
    }
}

/// A cleanup point's letter and name.
pub fn cleanup_point(point: CleanupPoint) -> &'static str {
    match point {
        CleanupPoint::AfterInference => "A after inference",
        CleanupPoint::AfterMask => "B after the mask",
        CleanupPoint::OnError => "C on an error",
        CleanupPoint::AfterImage => "D after the image",
        CleanupPoint::AfterJob => "Sweep after the job",
    }
}

/// What has gone when a cleanup point empties the cache.
pub fn point_explained(point: CleanupPoint) -> &'static str {
    match point {
        CleanupPoint::AfterInference => {
            "When the network is done: its input, features and side outputs have been dropped, \
             and libtorch's cache is emptied."
        }
        CleanupPoint::AfterMask => {
            "When the map is read back: the output has been dropped, and the cache is emptied."
        }
        CleanupPoint::OnError => {
            "After an error in the network: every tensor of the image has been dropped, and the \
             cache is emptied."
        }
        CleanupPoint::AfterImage => {
            "At the end of every image, also of one that failed: the cache is emptied."
        }
        CleanupPoint::AfterJob => {
            "S in the timeline. After every command of the inference thread: the cache is emptied \
             once more."
        }
    }
}

/// A preset's name; `None` is the user's own choice.
pub fn preset(preset: Option<CleanupPreset>) -> &'static str {
    match preset {
        Some(CleanupPreset::Conservative) => "Conservative",
        Some(CleanupPreset::OncePerImage) => "Once per image",
        Some(CleanupPreset::OncePerJob) => "Once per job",
        Some(CleanupPreset::None) => "None",
        None => "Own choice",
    }
}

/// What a preset means.
pub fn preset_explained(preset: CleanupPreset) -> &'static str {
    match preset {
        CleanupPreset::Conservative => "At every point: the least memory held at any time",
        CleanupPreset::OncePerImage => "At D alone: the cache lives as long as an image",
        CleanupPreset::OncePerJob => "At the sweep alone: once after each command",
        CleanupPreset::None => "Never: the cache grows to the largest need and stays",
    }
}

/// What the choice of points costs and saves, as measured here.
pub fn cost(
    measure: &Measure,
    switches: CleanupSwitches,
    has_gpu: bool,
    cached_bytes: u64,
) -> String {
    let each = measure.us_an_image().map(|us| micros(us.round() as u64));
    match (has_gpu, each) {
        (false, None) => "Nothing to free on the CPU: the points only take readings.".to_owned(),
        (false, Some(each)) => {
            format!("Nothing to free on the CPU: the points cost {each} an image.")
        }
        (true, _) if switches == CleanupSwitches::NONE => {
            format!("Costs nothing, holds {} cached.", bytes(cached_bytes))
        }
        (true, None) => "What this costs shows after the next image.".to_owned(),
        (true, Some(each)) => {
            let share = match measure.percent() {
                Some(percent) if percent >= 0.95 => format!(" ({percent:.0} % of its time)"),
                Some(_) => " (under 1 % of its time)".to_owned(),
                None => String::new(),
            };
            let spared = bytes(measure.spared_bytes());
            format!("Costs {each} an image{share}, holds {spared} less between images.")
        }
    }
}

/// What is tried when memory has run out, or the GPU failed.
pub fn rung(rung: Rung) -> String {
    match rung {
        Rung::EmptyCache => "Out of memory: cache emptied, trying again".to_owned(),
        Rung::HalveBatch { images: 1 } => "Out of memory: trying one at a time".to_owned(),
        Rung::HalveBatch { images } => format!("Out of memory: trying {images} at a time"),
        Rung::LowerPrecision { precision } => {
            format!("Out of memory: trying in {}", precision.words())
        }
        Rung::OnCpu => "Out of memory: trying on the CPU".to_owned(),
        Rung::GpuFailed => "The GPU failed: trying on the CPU".to_owned(),
    }
}

/// How an image was done after memory had run out, or the GPU had failed.
pub fn rung_note(rung: Rung) -> String {
    match rung {
        Rung::EmptyCache => "at the second try (memory ran out)".to_owned(),
        Rung::HalveBatch { images: 1 } => "one at a time (memory ran out)".to_owned(),
        Rung::HalveBatch { images } => format!("{images} at a time (memory ran out)"),
        Rung::LowerPrecision { precision } => {
            format!("in {} (GPU memory ran out)", precision.words())
        }
        Rung::OnCpu => "on the CPU (GPU memory ran out)".to_owned(),
        Rung::GpuFailed => "on the CPU (the GPU failed)".to_owned(),
    }
}

/// What the window itself keeps.
pub fn kept(kept: &Kept) -> String {
    format!(
        "Of it, the window keeps {}: {} in previews, {} in the list's small pictures, {} in maps.",
        bytes(kept.bytes()),
        bytes(kept.previews_bytes),
        bytes(kept.thumbnails_bytes),
        bytes(kept.maps_bytes)
    )
}

/// A time that runs down: "4:32".
pub fn countdown(left_s: f64) -> String {
    let left_s = left_s.max(0.0).ceil() as u64;
    format!("{}:{:02}", left_s / 60, left_s % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_of_points_is_told_with_what_was_measured() {
        const MIB: u64 = 1 << 20;
        let measured = Measure {
            images: 10,
            infer_ms: 110.0,
            took_us: 7000,
            most_bytes: 222 * MIB,
            left_bytes: 164 * MIB,
        };
        let slow = Measure { infer_ms: 110_000.0, ..measured };
        let (all, none) = (CleanupSwitches::ALL_ON, CleanupSwitches::NONE);
        let costly = "Costs 0.70 ms an image (6 % of its time), holds 58 MiB less between images.";
        let cheap = "Costs 0.70 ms an image (under 1 % of its time), holds 58 MiB less between \
                     images.";
        for (measure, switches, has_gpu, words) in [
            (measured, all, true, costly),
            (slow, all, true, cheap),
            (Measure::default(), all, true, "What this costs shows after the next image."),
            (measured, none, true, "Costs nothing, holds 9.0 MiB cached."),
            (measured, all, false, "Nothing to free on the CPU: the points cost 0.70 ms an image."),
        ] {
            assert_eq!(cost(&measure, switches, has_gpu, 9 * MIB), words);
        }
    }

    #[test]
    fn countdowns_run_down_to_nothing() {
        let words: Vec<_> = [272.0, 59.2, 0.4, -3.0].map(countdown).into();
        assert_eq!(words, ["4:32", "1:00", "0:01", "0:00"]);
    }
}
