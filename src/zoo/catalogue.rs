//! `models/models.toml`, which is part of the executable.

use std::sync::LazyLock;

use cutout_fetch::Artifact;

use crate::u2net::{Precision, PrecisionChoice, config::Architecture};

/// The id of the model in use where none is asked for.
pub const DEFAULT_MODEL: &str = "u2net";

/// A model that Cutout knows by name.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Entry {
    /// Its name in commands.
    pub id: String,
    /// What it is good for, in a user's words.
    pub purpose: String,
    /// The network that its weights are for.
    pub architecture: Architecture,
    /// The licence of its weights, as an SPDX expression.
    pub licence: String,
    /// Who made it and where it was published.
    pub origin: String,
    /// How far its masks in each half precision are from those in fp32.
    pub half: Vec<HalfError>,
    /// Its file: name, size, checksum and where it can be had.
    #[serde(flatten)]
    pub artifact: Artifact,
}

/// How far masks in a half precision are from those in fp32, in levels of 255.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize)]
pub struct HalfError {
    /// Which half precision.
    pub precision: Precision,
    /// Mean absolute difference over all reference photos.
    pub mean_error: f64,
    /// Mean absolute difference on the worst of them.
    pub worst_error: f64,
}

impl HalfError {
    /// How far masks may be off where nobody asked for half precision.
    pub const BOUNDS: (f64, f64) = (0.6, 1.5);

    fn is_within_bounds(&self) -> bool {
        let (mean, worst) = Self::BOUNDS;
        self.mean_error <= mean && self.worst_error <= worst
    }
}

/// In which numbers a model computes: what was asked for, otherwise the half precision whose masks
/// differ least among those that the device is fast in, where that is within [`HalfError::BOUNDS`].
/// Of a model of the user's own nothing is known: it computes in fp32.
pub fn precision(
    entry: Option<&Entry>,
    choice: PrecisionChoice,
    fast_kinds: &[tch::Kind],
) -> Precision {
    match choice {
        PrecisionChoice::Fixed(precision) => precision,
        PrecisionChoice::Auto => {
            entry.and_then(|entry| entry.half_precision(fast_kinds)).unwrap_or(Precision::Fp32)
        }
    }
}

impl Entry {
    /// The half precision of these kinds whose masks differ least from fp32's, if any is within the
    /// bounds.
    pub fn half_precision(&self, kinds: &[tch::Kind]) -> Option<Precision> {
        let of_kind = |half: &&HalfError| kinds.contains(&half.precision.kind());
        let within = self.half.iter().filter(of_kind).filter(|half| half.is_within_bounds());
        within.min_by(|a, b| a.mean_error.total_cmp(&b.mean_error)).map(|half| half.precision)
    }
}

/// All models, in the order of the file.
pub fn entries() -> &'static [Entry] {
    #[derive(serde::Deserialize)]
    struct Catalogue {
        model: Vec<Entry>,
    }
    static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
        let text = include_str!("../../models/models.toml");
        toml::from_str::<Catalogue>(text).expect("the embedded models.toml is valid").model
    });
    &ENTRIES
}

/// The model of this id.
pub fn entry(id: &str) -> Option<&'static Entry> {
    entries().iter().find(|entry| entry.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_entry_is_complete_and_pinned() {
        let is_sha256 =
            |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        for entry in entries() {
            let Entry { id, purpose, licence, origin, artifact, .. } = entry;
            assert!([id, purpose, licence, origin].iter().all(|text| !text.is_empty()), "{id}");
            assert!(is_sha256(&artifact.sha256) && artifact.size_bytes > 0, "{id}");
            assert!(!artifact.sources.is_empty(), "{id}");
            let measured: HashSet<_> = entry.half.iter().map(|half| half.precision).collect();
            assert_eq!(measured, HashSet::from([Precision::Fp16, Precision::Bf16]), "{id}");
            for source in &artifact.sources {
                if let cutout_fetch::Source::Wheel { sha256, .. } = source {
                    assert!(is_sha256(sha256), "{id}");
                }
            }
        }
        let ids: HashSet<_> = entries().iter().map(|entry| &entry.id).collect();
        assert_eq!(ids.len(), entries().len(), "ids are unique");
        assert!(entry(DEFAULT_MODEL).is_some());
    }

    #[test]
    fn half_precision_is_chosen_where_it_is_fast_and_its_masks_are_good() {
        use Precision::{Bf16, Fp16, Fp32};
        use PrecisionChoice::{Auto, Fixed};
        let half =
            |precision, mean_error, worst_error| HalfError { precision, mean_error, worst_error };
        let good = [half(Fp16, 0.1, 0.2), half(Bf16, 0.5, 0.8)];
        let far_off_once = [half(Fp16, 0.1, 1.6), half(Bf16, 0.5, 0.8)];
        let bad = [half(Fp16, 0.7, 1.0), half(Bf16, 2.0, 3.2)];
        let (both, bf16) = ([Fp16.kind(), Bf16.kind()], [Bf16.kind()]);
        for (errors, choice, fast_kinds, expected) in [
            (Some(good), Auto, &both[..], Fp16),
            (Some(good), Auto, &bf16, Bf16),
            (Some(good), Auto, &[], Fp32),
            (Some(far_off_once), Auto, &both, Bf16),
            (Some(bad), Auto, &both, Fp32),
            (None, Auto, &both, Fp32),
            (Some(bad), Fixed(Bf16), &[], Bf16),
            (None, Fixed(Fp16), &[], Fp16),
        ] {
            let entry = errors.map(|errors| Entry { half: errors.into(), ..entries()[0].clone() });
            let found = precision(entry.as_ref(), choice, fast_kinds);
            assert_eq!(found, expected, "{errors:?} {choice:?} {fast_kinds:?}");
        }
        for (id, on_gpu, on_cpu) in [("u2net", Fp16, Bf16), ("u2netp", Fp16, Bf16)] {
            assert_eq!(precision(entry(id), Auto, &[Fp16.kind()]), on_gpu, "{id}");
            assert_eq!(precision(entry(id), Auto, &bf16), on_cpu, "{id}");
        }
    }
}
