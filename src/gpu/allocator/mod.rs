//! Settings of libtorch's caching allocator on the GPU.

mod round_up;
mod text;

use std::env;

pub use round_up::{Divisions, RoundUp};

use crate::ffi;

/// Settings of libtorch's caching allocator on the GPU; what is `None` stays as libtorch has it.
/// They must be set before the first tensor is made on the GPU.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AllocatorSettings {
    /// Which allocator it is.
    pub backend: Option<AllocatorBackend>,
    /// Segments grow in place instead of being taken anew for each size: less is lost between
    /// blocks of different sizes.
    pub expandable_segments: Option<bool>,
    /// Tensors of 1 to 10 MiB share segments of so many MiB; larger than 10, and 20 unless it is set.
    pub large_segment_size_mib: Option<u32>,
    /// Blocks larger than this many MiB are not split; no smaller than large segments.
    pub max_split_size_mib: Option<u32>,
    /// A block that is not split may be larger than what is asked for by so many MiB; no fewer than
    /// large segments have.
    pub max_non_split_rounding_mib: Option<u32>,
    /// How sizes are rounded up, so that blocks of freed tensors fit others.
    pub round_up: Option<RoundUp>,
    /// Above this share of the memory, in (0, 1), old blocks are given back before new are taken.
    pub garbage_collection_threshold: Option<f64>,
    /// The share of the card, in (0, 1], that this process may take.
    pub memory_fraction: Option<f64>,
    /// Other threads may use the allocator while the driver is asked for memory.
    pub release_lock_on_cudamalloc: Option<bool>,
}

/// Who lays tensors out on the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllocatorBackend {
    /// libtorch's own caching allocator.
    Native,
    /// The driver's pool (`cudaMallocAsync`). It tells allocated and reserved bytes, and no more.
    Driver,
}

/// libtorch reads the backend from this variable while its CUDA library is loaded, and never again; the
/// other is its newer name.
const VARIABLE: &str = "PYTORCH_CUDA_ALLOC_CONF";
const NEWER_VARIABLE: &str = "PYTORCH_ALLOC_CONF";

impl AllocatorSettings {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Prepares the choice of a backend, which libtorch reads from the environment while its CUDA
    /// library is loaded. A program calls it before it starts threads that use more than Rust's own
    /// library; [`AllocatorSettings::apply`] does the rest.
    pub fn prepare(&self) {
        let Some(backend) = self.backend else { return };
        let variable = |name| env::var(name).ok().filter(|text| !text.trim().is_empty());
        let set = variable(VARIABLE).or_else(|| variable(NEWER_VARIABLE));
        ffi::set_environment(VARIABLE, &text::with_backend(&set.unwrap_or_default(), backend));
    }

    /// Has libtorch's allocator go by them.
    ///
    /// # Errors
    /// Why they cannot be used, or libtorch's words. CUDA's library must be loaded: it reads its own
    /// settings as they are set.
    pub fn apply(&self) -> Result<(), String> {
        if self.is_empty() {
            return Ok(());
        }
        if let Some(backend) = self.backend {
            let in_use = backend_in_use()?;
            if in_use != backend {
                return Err(format!(
                    "the backend is {in_use} since libtorch's CUDA library was loaded, and cannot \
                     become {backend} in this process: start Cutout again"
                ));
            }
        } else if backend_in_use() == Ok(AllocatorBackend::Driver) {
            return Err(format!(
                "they are for libtorch's own allocator, and {VARIABLE} has chosen the driver's \
                 (backend:cudaMallocAsync): add backend:native, or leave them out"
            ));
        }
        ffi::set_allocator(&self.to_string()).map_err(|error| error.to_string())
    }
}

/// Which allocator libtorch uses since its CUDA library was loaded.
fn backend_in_use() -> Result<AllocatorBackend, String> {
    let is_the_drivers = ffi::allocator_is_the_drivers().map_err(|error| error.to_string())?;
    Ok(if is_the_drivers { AllocatorBackend::Driver } else { AllocatorBackend::Native })
}

/// The settings that libtorch's allocator was last given, by us or by the environment, as libtorch
/// shows them.
pub fn in_force() -> String {
    ffi::allocator()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> AllocatorSettings {
        AllocatorSettings {
            backend: None,
            expandable_segments: Some(true),
            large_segment_size_mib: Some(32),
            max_split_size_mib: Some(128),
            max_non_split_rounding_mib: Some(64),
            round_up: Some("[64:8,256:4,>:1]".parse().unwrap()),
            garbage_collection_threshold: Some(0.8),
            memory_fraction: Some(0.5),
            release_lock_on_cudamalloc: Some(true),
        }
    }

    #[test]
    fn settings_read_as_they_are_written() {
        let text = "expandable_segments:True,large_segment_size_mb:32,max_split_size_mb:128,\
                    max_non_split_rounding_mb:64,roundup_power2_divisions:[64:8,256:4,>:1],\
                    garbage_collection_threshold:0.8,per_process_memory_fraction:0.5,\
                    release_lock_on_cudamalloc:True";
        assert_eq!(all().to_string(), text);
        assert_eq!(text.parse(), Ok(all()));
        assert_eq!("".parse(), Ok(AllocatorSettings::default()));
        assert_eq!(AllocatorSettings::default().to_string(), "");
        let spaced = " expandable_segments : TRUE , roundup_power2_divisions : [64 : 8, > : 1] ,";
        let spaced: AllocatorSettings = spaced.parse().unwrap();
        assert_eq!(
            spaced.to_string(),
            "expandable_segments:True,roundup_power2_divisions:[64:8,>:1]"
        );
        for text in ["backend:native", "backend:cudaMallocAsync"] {
            assert_eq!(text.parse::<AllocatorSettings>().unwrap().to_string(), text);
        }
    }

    /// One after the other, for they are the process's; what concerns CUDA alone is known to its
    /// library.
    #[test]
    fn libtorch_takes_them_and_shows_them_back() {
        assert_eq!(AllocatorSettings::default().apply(), Ok(()));
        for round_up in ["4", "1", "[64:8]", "[1:0,32768:2]", "[64:8,256:4,>:0]"] {
            let round_up = Some(round_up.parse().unwrap());
            let set = AllocatorSettings {
                memory_fraction: None,
                release_lock_on_cudamalloc: None,
                round_up,
                ..all()
            };
            assert_eq!(set.apply(), Ok(()));
            assert_eq!(in_force(), set.to_string());
        }
        for least in ["large_segment_size_mb:11", "max_split_size_mb:20,large_segment_size_mb:20"] {
            assert_eq!(least.parse::<AllocatorSettings>().unwrap().apply(), Ok(()));
        }
    }

    /// Each of these is refused by libtorch too, later and in words of its own, or changes what the
    /// card's memory does not depend on.
    #[test]
    fn what_libtorch_would_refuse_is_refused_with_the_reason() {
        for (text, reason) in [
            ("expandable_segments", "not NAME:VALUE"),
            ("expandable_segments:maybe", "true or false"),
            ("release_lock_on_cudamalloc:1", "true or false"),
            ("max_split_size_mb:2", "20 or more"),
            ("max_split_size_mb:-1", "20 or more"),
            ("max_split_size_mb:30,large_segment_size_mb:40", "40 or more"),
            ("max_non_split_rounding_mb:19", "20 or more"),
            ("large_segment_size_mb:64,max_non_split_rounding_mb:63", "64 or more"),
            ("large_segment_size_mb:10", "11 or more"),
            ("roundup_power2_divisions:3", "a power of two"),
            ("roundup_power2_divisions:[65:8]", "a power of two"),
            ("roundup_power2_divisions:[64:8", "a power of two"),
            ("garbage_collection_threshold:1.0", "between 0 and 1"),
            ("garbage_collection_threshold:NaN", "between 0 and 1"),
            ("per_process_memory_fraction:0", "above 0"),
            ("backend:cuda", "native or cudaMallocAsync"),
            ("backend:cudaMallocAsync,expandable_segments:true", "leave out one"),
            ("pinned_use_cuda_host_register:true", "page-locked memory of the machine"),
            ("graph_capture_record_stream_reuse:true", "CUDA graphs"),
            ("cleverness:11", "is no setting: there are backend, "),
        ] {
            let refused = text.parse::<AllocatorSettings>().unwrap_err();
            assert!(refused.contains(reason), "{text}: {refused}");
        }
    }
}
