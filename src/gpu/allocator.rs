//! Settings of libtorch's caching allocator on the GPU.

use std::{fmt, str::FromStr};

use crate::ffi;

/// Settings of libtorch's caching allocator on the GPU; what is `None` stays as libtorch has it.
/// They must be set before the first tensor is made on the GPU.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AllocatorSettings {
    /// Segments grow in place instead of being taken anew for each size: less is lost between
    /// blocks of different sizes.
    pub expandable_segments: Option<bool>,
    /// Blocks larger than this many MiB are not split; at least 20.
    pub max_split_size_mib: Option<u32>,
    /// Above this share of the memory, in (0, 1), old blocks are given back before new are taken.
    pub garbage_collection_threshold: Option<f64>,
    /// The share of the card, in (0, 1], that this process may take.
    pub memory_fraction: Option<f64>,
}

/// libtorch's own names for them.
const EXPANDABLE_SEGMENTS: &str = "expandable_segments";
const MAX_SPLIT_SIZE: &str = "max_split_size_mb";
const GARBAGE_COLLECTION: &str = "garbage_collection_threshold";
const MEMORY_FRACTION: &str = "per_process_memory_fraction";

impl AllocatorSettings {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Has libtorch's allocator go by them.
    ///
    /// # Errors
    /// libtorch's words. CUDA's library must be loaded: it reads its own settings as they are set.
    pub fn apply(&self) -> Result<(), String> {
        if self.is_empty() {
            return Ok(());
        }
        ffi::set_allocator(&self.to_string()).map_err(|error| error.to_string())
    }
}

/// The settings that libtorch's allocator was last given, by us or by the environment, as libtorch
/// shows them.
pub fn in_force() -> String {
    ffi::allocator()
}

/// As libtorch reads them: `expandable_segments:True,max_split_size_mb:128`.
impl fmt::Display for AllocatorSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let capital = |on| if on { "True" } else { "False" };
        let set = [
            self.expandable_segments.map(|on| format!("{EXPANDABLE_SEGMENTS}:{}", capital(on))),
            self.max_split_size_mib.map(|mib| format!("{MAX_SPLIT_SIZE}:{mib}")),
            self.garbage_collection_threshold.map(|share| format!("{GARBAGE_COLLECTION}:{share}")),
            self.memory_fraction.map(|share| format!("{MEMORY_FRACTION}:{share}")),
        ];
        f.write_str(&set.into_iter().flatten().collect::<Vec<_>>().join(","))
    }
}

impl FromStr for AllocatorSettings {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut settings = Self::default();
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (name, value) =
                pair.split_once(':').ok_or_else(|| format!("{pair:?} is not NAME:VALUE"))?;
            let wrong = |expected: &str| format!("{name} must be {expected}, not {value:?}");
            match name {
                EXPANDABLE_SEGMENTS => {
                    let on = value.to_ascii_lowercase().parse();
                    settings.expandable_segments = Some(on.map_err(|_| wrong("true or false"))?);
                }
                MAX_SPLIT_SIZE => {
                    let mib = value.parse().ok().filter(|&mib: &u32| mib >= 20);
                    settings.max_split_size_mib =
                        Some(mib.ok_or_else(|| wrong("a number of MiB, 20 or more"))?);
                }
                GARBAGE_COLLECTION => {
                    let share =
                        value.parse().ok().filter(|&share: &f64| share > 0.0 && share < 1.0);
                    settings.garbage_collection_threshold =
                        Some(share.ok_or_else(|| wrong("a share between 0 and 1"))?);
                }
                MEMORY_FRACTION => {
                    let share =
                        value.parse().ok().filter(|&share: &f64| share > 0.0 && share <= 1.0);
                    settings.memory_fraction =
                        Some(share.ok_or_else(|| wrong("a share above 0, 1 at most"))?);
                }
                _ => {
                    return Err(format!(
                        "{name:?} is no setting: there are {EXPANDABLE_SEGMENTS}, \
                         {MAX_SPLIT_SIZE}, {GARBAGE_COLLECTION} and {MEMORY_FRACTION}"
                    ));
                }
            }
        }
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_read_as_they_are_written() {
        let all = AllocatorSettings {
            expandable_segments: Some(true),
            max_split_size_mib: Some(128),
            garbage_collection_threshold: Some(0.8),
            memory_fraction: Some(0.5),
        };
        let text = "expandable_segments:True,max_split_size_mb:128,\
                    garbage_collection_threshold:0.8,per_process_memory_fraction:0.5";
        assert_eq!(all.to_string(), text);
        assert_eq!(text.parse(), Ok(all));
        assert_eq!("".parse(), Ok(AllocatorSettings::default()));
        assert_eq!(AllocatorSettings::default().to_string(), "");
    }

    #[test]
    fn libtorch_takes_them_and_shows_them_back() {
        assert_eq!(AllocatorSettings::default().apply(), Ok(()));
        let set = AllocatorSettings {
            expandable_segments: Some(true),
            max_split_size_mib: Some(128),
            garbage_collection_threshold: Some(0.8),
            memory_fraction: None,
        };
        assert_eq!(set.apply(), Ok(()));
        assert_eq!(in_force(), set.to_string());
    }

    #[test]
    fn what_libtorch_would_refuse_is_refused_with_the_reason() {
        for (text, reason) in [
            ("expandable_segments", "not NAME:VALUE"),
            ("expandable_segments:maybe", "true or false"),
            ("max_split_size_mb:2", "20 or more"),
            ("max_split_size_mb:-1", "20 or more"),
            ("garbage_collection_threshold:1.0", "between 0 and 1"),
            ("garbage_collection_threshold:NaN", "between 0 and 1"),
            ("per_process_memory_fraction:0", "above 0"),
            ("backend:native", "is no setting"),
        ] {
            let refused = text.parse::<AllocatorSettings>().unwrap_err();
            assert!(refused.contains(reason), "{text}: {refused}");
        }
    }
}
