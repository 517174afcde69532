//! Allocator settings as text, as libtorch reads them: `expandable_segments:True,max_split_size_mb:128`.

use std::{fmt, str::FromStr};

use super::{AllocatorBackend, AllocatorSettings};

/// libtorch's own names for them.
const BACKEND: &str = "backend";
const EXPANDABLE_SEGMENTS: &str = "expandable_segments";
const LARGE_SEGMENT_SIZE: &str = "large_segment_size_mb";
const MAX_SPLIT_SIZE: &str = "max_split_size_mb";
const MAX_NON_SPLIT_ROUNDING: &str = "max_non_split_rounding_mb";
const ROUND_UP: &str = "roundup_power2_divisions";
const GARBAGE_COLLECTION: &str = "garbage_collection_threshold";
const MEMORY_FRACTION: &str = "per_process_memory_fraction";
const RELEASE_LOCK: &str = "release_lock_on_cudamalloc";

const NAMES: [&str; 9] = [
    BACKEND,
    EXPANDABLE_SEGMENTS,
    LARGE_SEGMENT_SIZE,
    MAX_SPLIT_SIZE,
    MAX_NON_SPLIT_ROUNDING,
    ROUND_UP,
    GARBAGE_COLLECTION,
    MEMORY_FRACTION,
    RELEASE_LOCK,
];

/// What libtorch knows too, and why it is not set here.
const NOT_HERE: [(&str, &str); 5] = [
    ("pinned_use_cuda_host_register", HOST_MEMORY),
    ("pinned_num_register_threads", HOST_MEMORY),
    ("pinned_reserve_segment_size_mb", HOST_MEMORY),
    ("pinned_use_background_threads", HOST_MEMORY),
    ("graph_capture_record_stream_reuse", "is about CUDA graphs, and Cutout captures none"),
];
const HOST_MEMORY: &str = "is about page-locked memory of the machine, not about the GPU's: leave it to \
                           the variable PYTORCH_CUDA_ALLOC_CONF";

/// libtorch's own bounds of the size of large segments, and that size unless it is set: what is split
/// or rounded up is no smaller.
const LARGE_SEGMENT_MIN_MIB: u32 = 11;
const LARGE_SEGMENT_MIB: u32 = 20;

impl AllocatorSettings {
    /// What the settings together cannot mean.
    fn check(&self) -> Result<(), String> {
        let least_mib = self.large_segment_size_mib.unwrap_or(LARGE_SEGMENT_MIB);
        for (name, size_mib) in [
            (MAX_SPLIT_SIZE, self.max_split_size_mib),
            (MAX_NON_SPLIT_ROUNDING, self.max_non_split_rounding_mib),
        ] {
            if let Some(size_mib) = size_mib.filter(|&size_mib| size_mib < least_mib) {
                let why = match self.large_segment_size_mib {
                    Some(_) => format!(", which is {LARGE_SEGMENT_SIZE}"),
                    None => String::new(),
                };
                return Err(format!(
                    "{name} must be a number of MiB, {least_mib} or more{why}, not \"{size_mib}\""
                ));
            }
        }
        let is_the_drivers = self.backend == Some(AllocatorBackend::Driver);
        match self.parts().find(|(name, _)| *name != BACKEND) {
            Some((name, _)) if is_the_drivers => Err(format!(
                "{name} is for libtorch's own allocator, and with {BACKEND}:{} the driver's takes its \
                 place: leave out one of the two",
                AllocatorBackend::Driver
            )),
            _ => Ok(()),
        }
    }

    /// What is set: libtorch's name and value of each.
    fn parts(&self) -> impl Iterator<Item = (&'static str, String)> {
        let capital = |on| if on { "True" } else { "False" }.to_owned();
        let number = |mib: u32| mib.to_string();
        let share = |share: f64| share.to_string();
        [
            (BACKEND, self.backend.map(|backend| backend.to_string())),
            (EXPANDABLE_SEGMENTS, self.expandable_segments.map(capital)),
            (LARGE_SEGMENT_SIZE, self.large_segment_size_mib.map(number)),
            (MAX_SPLIT_SIZE, self.max_split_size_mib.map(number)),
            (MAX_NON_SPLIT_ROUNDING, self.max_non_split_rounding_mib.map(number)),
            (ROUND_UP, self.round_up.map(|round_up| round_up.to_string())),
            (GARBAGE_COLLECTION, self.garbage_collection_threshold.map(share)),
            (MEMORY_FRACTION, self.memory_fraction.map(share)),
            (RELEASE_LOCK, self.release_lock_on_cudamalloc.map(capital)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let wrong = |expected: &str| format!("{name} must be {expected}, not {value:?}");
        let switch = || {
            let on = value.to_ascii_lowercase().parse::<bool>();
            on.map(Some).map_err(|_| wrong("true or false"))
        };
        let mib = |least_mib: u32, stated_mib: u32| {
            let mib = value.parse().ok().filter(|&mib: &u32| mib >= least_mib);
            mib.map(Some).ok_or_else(|| wrong(&format!("a number of MiB, {stated_mib} or more")))
        };
        // These have the size of large segments as their bound, which may be given after them.
        let bound_later = || mib(0, LARGE_SEGMENT_MIB);
        let share = |is_one_allowed: bool, expected: &str| {
            let share = value.parse().ok().filter(|&share: &f64| {
                share > 0.0 && (share < 1.0 || is_one_allowed && share == 1.0)
            });
            share.map(Some).ok_or_else(|| wrong(expected))
        };
        match name {
            BACKEND => self.backend = Some(value.parse().map_err(wrong)?),
            EXPANDABLE_SEGMENTS => self.expandable_segments = switch()?,
            LARGE_SEGMENT_SIZE => {
                self.large_segment_size_mib = mib(LARGE_SEGMENT_MIN_MIB, LARGE_SEGMENT_MIN_MIB)?
            }
            MAX_SPLIT_SIZE => self.max_split_size_mib = bound_later()?,
            MAX_NON_SPLIT_ROUNDING => self.max_non_split_rounding_mib = bound_later()?,
            ROUND_UP => self.round_up = Some(value.parse().map_err(wrong)?),
            GARBAGE_COLLECTION => {
                self.garbage_collection_threshold = share(false, "a share between 0 and 1")?;
            }
            MEMORY_FRACTION => self.memory_fraction = share(true, "a share above 0, 1 at most")?,
            RELEASE_LOCK => self.release_lock_on_cudamalloc = switch()?,
            _ => return Err(no_setting(name)),
        }
        Ok(())
    }
}

fn no_setting(name: &str) -> String {
    match NOT_HERE.iter().find(|(known, _)| *known == name) {
        Some((_, why)) => format!("{name} {why}"),
        None => format!("{name:?} is no setting: there are {}", NAMES.join(", ")),
    }
}

impl fmt::Display for AllocatorSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.parts().map(|(name, value)| format!("{name}:{value}"));
        f.write_str(&parts.collect::<Vec<_>>().join(","))
    }
}

impl FromStr for AllocatorSettings {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut settings = Self::default();
        for pair in pairs(text) {
            let pair = pair.trim();
            if pair.is_empty() {
                continue;
            }
            let (name, value) =
                pair.split_once(':').ok_or_else(|| format!("{pair:?} is not NAME:VALUE"))?;
            settings.set(name.trim(), value.trim())?;
        }
        settings.check()?;
        Ok(settings)
    }
}

/// Settings as the environment has them, with this backend in place of theirs: of two, libtorch takes
/// the first in one place and the last in another.
pub fn with_backend(settings: &str, backend: AllocatorBackend) -> String {
    let others = pairs(settings).map(str::trim).filter(|pair| {
        let name = pair.split_once(':').map_or(*pair, |(name, _)| name.trim());
        !name.is_empty() && name != BACKEND
    });
    others.map(str::to_owned).chain([format!("{BACKEND}:{backend}")]).collect::<Vec<_>>().join(",")
}

/// What stands between commas that are in no brackets.
fn pairs(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    text.split(move |character| {
        match character {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        character == ',' && depth <= 0
    })
}

impl fmt::Display for AllocatorBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Native => "native",
            Self::Driver => "cudaMallocAsync",
        })
    }
}

impl FromStr for AllocatorBackend {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = [Self::Native, Self::Driver].into_iter();
        let mut named = named.filter(|backend| backend.to_string().eq_ignore_ascii_case(text));
        named.next().ok_or("native or cudaMallocAsync")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_backend_takes_the_place_of_those_of_the_environment_and_the_rest_stays() {
        for (settings, expected) in [
            ("", "backend:native"),
            ("backend:cudaMallocAsync", "backend:native"),
            (
                " backend : cudaMallocAsync ,max_split_size_mb:64,",
                "max_split_size_mb:64,backend:native",
            ),
            (
                "roundup_power2_divisions:[64:8,>:1],backend:x,pinned_num_register_threads:2",
                "roundup_power2_divisions:[64:8,>:1],pinned_num_register_threads:2,backend:native",
            ),
        ] {
            assert_eq!(with_backend(settings, AllocatorBackend::Native), expected, "{settings:?}");
        }
    }
}
