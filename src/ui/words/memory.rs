//! Memory, and what is done about it, in words.

use super::{bytes, micros};
use crate::{
    app::memory::{Kept, Measure},
    engine::protocol::{CleanupPoint, CleanupPreset, CleanupSwitches, Rung},
    lang::t,
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
pub fn cleanup_point(point: CleanupPoint) -> String {
    match point {
        CleanupPoint::AfterInference => t!("point-after-inference"),
        CleanupPoint::AfterMask => t!("point-after-mask"),
        CleanupPoint::OnError => t!("point-on-error"),
        CleanupPoint::AfterImage => t!("point-after-image"),
        CleanupPoint::AfterJob => t!("point-after-job"),
    }
}

/// What has gone when a cleanup point empties the cache.
pub fn point_explained(point: CleanupPoint) -> String {
    match point {
        CleanupPoint::AfterInference => t!("point-after-inference-what"),
        CleanupPoint::AfterMask => t!("point-after-mask-what"),
        CleanupPoint::OnError => t!("point-on-error-what"),
        CleanupPoint::AfterImage => t!("point-after-image-what"),
        CleanupPoint::AfterJob => t!("point-after-job-what"),
    }
}

/// A preset's name; `None` is the user's own choice.
pub fn preset(preset: Option<CleanupPreset>) -> String {
    match preset {
        Some(CleanupPreset::Conservative) => t!("preset-conservative"),
        Some(CleanupPreset::OncePerImage) => t!("preset-once-per-image"),
        Some(CleanupPreset::OncePerJob) => t!("preset-once-per-job"),
        Some(CleanupPreset::None) => t!("preset-none"),
        None => t!("preset-own"),
    }
}

/// What a preset means.
pub fn preset_explained(preset: CleanupPreset) -> String {
    match preset {
        CleanupPreset::Conservative => t!("preset-conservative-what"),
        CleanupPreset::OncePerImage => t!("preset-once-per-image-what"),
        CleanupPreset::OncePerJob => t!("preset-once-per-job-what"),
        CleanupPreset::None => t!("preset-none-what"),
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
        (false, None) => t!("cost-cpu"),
        (false, Some(each)) => t!("cost-cpu-measured", each = each),
        (true, _) if switches == CleanupSwitches::NONE => {
            t!("cost-none", bytes = bytes(cached_bytes))
        }
        (true, None) => t!("cost-later"),
        (true, Some(each)) => {
            let spared = bytes(measure.spared_bytes());
            match measure.percent() {
                Some(percent) if percent >= 0.95 => {
                    let percent = format!("{percent:.0}");
                    t!("cost-measured-share", each = each, percent = percent, spared = spared)
                }
                Some(_) => t!("cost-measured-little", each = each, spared = spared),
                None => t!("cost-measured", each = each, spared = spared),
            }
        }
    }
}

/// What is tried when memory has run out, or the GPU failed.
pub fn rung(rung: Rung) -> String {
    match rung {
        Rung::EmptyCache => t!("rung-empty-cache"),
        Rung::HalveBatch { images } => t!("rung-fewer", count = images),
        Rung::LowerPrecision { precision } => {
            t!("rung-lower-precision", precision = precision.name())
        }
        Rung::OnCpu => t!("rung-on-cpu"),
        Rung::GpuFailed => t!("rung-gpu-failed"),
    }
}

/// How an image was done after memory had run out, or the GPU had failed.
pub fn rung_note(rung: Rung) -> String {
    match rung {
        Rung::EmptyCache => t!("climbed-empty-cache"),
        Rung::HalveBatch { images } => t!("climbed-fewer", count = images),
        Rung::LowerPrecision { precision } => {
            t!("climbed-lower-precision", precision = precision.name())
        }
        Rung::OnCpu => t!("climbed-on-cpu"),
        Rung::GpuFailed => t!("climbed-gpu-failed"),
    }
}

/// What the window itself keeps.
pub fn kept(kept: &Kept) -> String {
    t!(
        "memory-window-keeps",
        all = bytes(kept.bytes()),
        previews = bytes(kept.previews_bytes),
        thumbnails = bytes(kept.thumbnails_bytes),
        maps = bytes(kept.maps_bytes)
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
