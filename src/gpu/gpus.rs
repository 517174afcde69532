//! The GPUs that CUDA offers: which of them is used, and what it is.

use std::{path::Path, sync::Arc};

use nvml_wrapper::{Nvml, error::NvmlError};
use tch::Kind;

use super::{
    allocator::{self, AllocatorSettings},
    card::Card,
    choice::{ChosenBy, GpuChoice, PassedOver, ranked},
    cuda_library,
    device::{DeviceInfo, Selected, probe},
    memory::CudaMemory,
    no_gpu::{NoGpu, is_full},
};
use crate::ffi::{
    self,
    cuda::{CudaDevice, CudaDriver, DriverError},
};

/// Half precision is faster than single from here on: tensor cores came with Volta, and before that
/// most chips were many times slower in half.
const FAST_IN_HALF: (u32, u32) = (7, 0);
/// The least that libtorch's allocator asks the driver for.
const SEGMENT_BYTES: u64 = 2 << 20;
/// What hides GPUs from CUDA, and renumbers them.
const VISIBLE_VARIABLE: &str = "CUDA_VISIBLE_DEVICES";

/// The GPU with most free memory of those that compute.
///
/// # Errors
/// Why none can be used.
pub fn roomiest(allocator: &AllocatorSettings) -> Result<Selected, NoGpu> {
    let gpus = Gpus::find(allocator)?;
    let all: Vec<Gpu> = (0..gpus.count).map(|number| gpus.gpu(number)).collect();
    let all = match gpus.count {
        1 => all,
        _ => all.into_iter().map(|gpu| gpus.with_room(gpu)).collect(),
    };
    let (ranked, by) = ranked(all, |gpu| gpu.room.map(|(free_bytes, _)| free_bytes));
    let mut passed_over = Vec::new();
    for gpu in ranked {
        match gpu.works() {
            Ok(context_bytes) => return Ok(gpus.selected(gpu, context_bytes, by, passed_over)),
            Err(words) => {
                tracing::warn!("cuda:{} ({}) is passed over: {words}", gpu.number, gpu.name);
                passed_over.push(PassedOver { number: gpu.number, name: gpu.name, words });
            }
        }
    }
    Err(none_works(&passed_over))
}

/// The GPU of this number.
///
/// # Errors
/// Why it cannot be used.
pub fn numbered(number: usize, allocator: &AllocatorSettings) -> Result<Selected, NoGpu> {
    let gpus = Gpus::find(allocator)?;
    if number >= gpus.count {
        return Err(NoGpu::NoSuchDevice { last: gpus.count - 1 });
    }
    let by = if gpus.count == 1 { ChosenBy::Only } else { ChosenBy::Number };
    let gpu = gpus.gpu(number);
    let context_bytes = gpu.works().map_err(NoGpu::of_probe)?;
    Ok(gpus.selected(gpu, context_bytes, by, Vec::new()))
}

/// Why none works: of several, each by its number.
fn none_works(passed_over: &[PassedOver]) -> NoGpu {
    let words = match passed_over {
        [one] => one.words.clone(),
        several => several
            .iter()
            .map(|PassedOver { number, words, .. }| format!("cuda:{number}: {words}"))
            .collect::<Vec<_>>()
            .join("; "),
    };
    if passed_over.iter().all(|gpu| is_full(&gpu.words)) {
        NoGpu::Full(words)
    } else {
        NoGpu::NotWorking(words)
    }
}

/// Whom to ask about GPUs.
struct Gpus {
    /// How many CUDA offers to libtorch.
    count: usize,
    cuda: Result<CudaDriver, DriverError>,
    /// The driver's management library, or its words for why not.
    nvml: Result<Arc<Nvml>, String>,
}

/// A GPU before it is used.
struct Gpu {
    number: usize,
    name: String,
    capability: Option<(u32, u32)>,
    /// As NVML knows it, or why it does not.
    card: Result<Card, String>,
    /// Free bytes and all, where that was asked.
    room: Option<(u64, u64)>,
}

impl Gpus {
    fn find(allocator: &AllocatorSettings) -> Result<Self, NoGpu> {
        cuda_library::load()?;
        let count = ffi::device_count().map_err(|error| NoGpu::Other(error.to_string()))?;
        let nvml = Nvml::init().map(Arc::new).map_err(|error| match error {
            NvmlError::LibloadingError(error) => error.to_string(),
            error => error.to_string(),
        });
        let cuda = CudaDriver::open(Path::new(cuda_library::DRIVER));
        if let Err(words) = &nvml {
            tracing::warn!("NVML: {words}");
        }
        let gpus = Self { count, cuda, nvml };
        if count == 0 {
            return Err(gpus.why_none());
        }
        allocator.apply().map_err(|error| {
            let settings = allocator.to_string();
            NoGpu::AllocatorRefused { settings, words: error.to_string() }
        })?;
        Ok(gpus)
    }

    /// Why libtorch counts none.
    fn why_none(&self) -> NoGpu {
        let offered = match &self.cuda {
            Ok(cuda) => cuda.device_count(),
            Err(error) => Err(error.clone()),
        };
        let there = self.nvml.as_ref().ok().and_then(|nvml| nvml.device_count().ok());
        let versions = self.driver_cuda().zip(ffi::built_for_cuda().ok());
        let visible = std::env::var(VISIBLE_VARIABLE).ok();
        match offered {
            Err(error) => NoGpu::DriverFails(error.to_string()),
            Ok(offered) => why_none(offered, there, versions, visible),
        }
    }

    /// The newest CUDA that the driver knows.
    fn driver_cuda(&self) -> Option<(u32, u32)> {
        self.cuda.as_ref().ok()?.cuda_version().ok()
    }

    /// Looks at a GPU without opening its context.
    fn gpu(&self, number: usize) -> Gpu {
        let device = self.cuda.as_ref().map_err(Clone::clone).and_then(|cuda| cuda.device(number));
        let device = device.unwrap_or_else(|error| {
            tracing::warn!("cuda:{number}: {error}");
            CudaDevice::default()
        });
        let card = self.nvml.clone().and_then(|nvml| {
            Card::open(nvml, &device).map_err(|error| {
                tracing::warn!("NVML, cuda:{number}: {error}");
                error.to_string()
            })
        });
        let known = card.as_ref().ok();
        let name = device.name.or_else(|| known?.name().ok());
        let capability = device.capability.or_else(|| known?.capability().ok());
        let name = name.unwrap_or_else(|| format!("CUDA device {number}"));
        Gpu { number, name, capability, card, room: None }
    }

    /// Asks how much is free: NVML, or where it does not tell CUDA, which opens a context for that.
    fn with_room(&self, gpu: Gpu) -> Gpu {
        let of_nvml = gpu.card.as_ref().ok().and_then(|card| card.room().ok());
        let of_cuda = || self.cuda.as_ref().ok()?.memory(gpu.number).ok();
        let room = of_nvml.or_else(of_cuda);
        Gpu { room, ..gpu }
    }

    fn selected(
        &self,
        gpu: Gpu,
        context_bytes: u64,
        by: ChosenBy,
        passed_over: Vec<PassedOver>,
    ) -> Selected {
        let driver = self.nvml.as_ref().ok().and_then(|nvml| nvml.sys_driver_version().ok());
        let choice = GpuChoice {
            number: gpu.number,
            count: self.count,
            by,
            free_bytes: gpu.room.map(|(free_bytes, _)| free_bytes),
            total_bytes: gpu.room.map(|(_, total_bytes)| total_bytes),
            passed_over,
            driver: driver.clone(),
            driver_cuda: self.driver_cuda().map(dotted),
            no_nvml: gpu.card.as_ref().err().cloned(),
        };
        let is_fast_in_half = gpu.capability.is_some_and(|capability| capability >= FAST_IN_HALF);
        let card = gpu.card.ok().map(Arc::new);
        Selected {
            device: tch::Device::Cuda(gpu.number),
            info: DeviceInfo {
                is_gpu: true,
                name: gpu.name,
                why: choice.to_string(),
                gpu: Some(choice),
                advice: None,
                no_gpu: None,
                cpu_threads: None,
                driver,
                allocator: allocator::in_force(),
            },
            memory: Arc::new(CudaMemory { device: gpu.number, card, context_bytes }),
            fast_kinds: if is_fast_in_half { &[Kind::Half] } else { &[] },
        }
    }
}

impl Gpu {
    /// Has it compute, which opens its context: what that took, as far as NVML tells, or libtorch's
    /// words where it does not compute.
    fn works(&self) -> Result<u64, String> {
        let free_bytes = || Some(self.card.as_ref().ok()?.room().ok()?.0);
        let free_before = free_bytes();
        probe(tch::Device::Cuda(self.number)).map_err(|words| in_full(words, free_bytes()))?;
        let reserved_bytes = ffi::memory_stats(self.number).map_or(0, |stats| stats.reserved_bytes);
        let taken =
            free_before.zip(free_bytes()).map(|(before, after)| before.saturating_sub(after));
        Ok(taken.map_or(0, |taken| taken.saturating_sub(reserved_bytes)))
    }
}

/// libtorch's words for why a GPU with so many free bytes does not compute. Where the driver's libraries
/// lack a function that libtorch asks before it says that memory ran out, it says that instead.
fn in_full(words: String, free_bytes: Option<u64>) -> String {
    if !is_full(&words) && free_bytes.is_some_and(|free_bytes| free_bytes < SEGMENT_BYTES) {
        format!("out of memory, told as: {words}")
    } else {
        words
    }
}

/// Why libtorch counts no GPU, where the driver offers so many and NVML knows of so many; the newest
/// CUDA of the driver and the one that is needed; and what `CUDA_VISIBLE_DEVICES` says.
fn why_none(
    offered: usize,
    there: Option<u32>,
    versions: Option<((u32, u32), (u32, u32))>,
    visible: Option<String>,
) -> NoGpu {
    match (offered, versions, visible) {
        // Within one major version each driver takes each library.
        (1.., Some((driver, needed)), _) if driver.0 < needed.0 => {
            NoGpu::DriverTooOld { driver_cuda: dotted(driver), needed_cuda: dotted(needed) }
        }
        (0, _, Some(visible)) if there != Some(0) => NoGpu::Hidden { visible },
        _ => NoGpu::NoDevice,
    }
}

fn dotted((major, minor): (u32, u32)) -> String {
    format!("{major}.{minor}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_gpu_has_its_reason() {
        let too_old =
            NoGpu::DriverTooOld { driver_cuda: "12.8".to_owned(), needed_cuda: "13.0".to_owned() };
        let hidden = |visible: &str| NoGpu::Hidden { visible: visible.to_owned() };
        let (old, new) = (Some(((12, 8), (13, 0))), Some(((13, 1), (13, 0))));
        for (offered, there, versions, visible, expected) in [
            (1, Some(1), old, None, too_old.clone()),
            (2, None, old, Some("0,1"), too_old),
            (0, Some(1), new, Some(""), hidden("")),
            (0, None, new, Some("7"), hidden("7")),
            // A driver that is too old does not matter where there is nothing for it to drive.
            (0, Some(0), old, None, NoGpu::NoDevice),
            (0, Some(0), new, Some("0"), NoGpu::NoDevice),
            (0, None, None, None, NoGpu::NoDevice),
            (1, Some(1), new, None, NoGpu::NoDevice),
            (1, Some(1), None, None, NoGpu::NoDevice),
        ] {
            let visible_text = visible.map(str::to_owned);
            let found = why_none(offered, there, versions, visible_text);
            assert_eq!(found, expected, "{offered} {there:?} {versions:?} {visible:?}");
        }
    }

    #[test]
    fn a_full_gpu_is_known_whatever_libtorch_says() {
        for (words, free_bytes, is_of_memory) in [
            ("CUDA out of memory.", None, true),
            ("r.nvmlX_ INTERNAL ASSERT FAILED", Some(0), true),
            ("r.nvmlX_ INTERNAL ASSERT FAILED", Some(2 << 20), false),
            ("no kernel image is available", None, false),
        ] {
            let told = in_full(words.to_owned(), free_bytes);
            assert!(told.ends_with(words), "{told}");
            assert_eq!(is_full(&told), is_of_memory, "{words} {free_bytes:?}");
        }
    }

    #[test]
    fn of_several_that_do_not_work_each_says_why() {
        let over = |number, words: &str| PassedOver {
            number,
            name: "A".to_owned(),
            words: words.to_owned(),
        };
        for (passed_over, expected) in [
            (vec![over(0, "no kernel")], NoGpu::NotWorking("no kernel".to_owned())),
            (
                vec![over(1, "no kernel"), over(0, "unknown error")],
                NoGpu::NotWorking("cuda:1: no kernel; cuda:0: unknown error".to_owned()),
            ),
            (vec![over(0, "out of memory")], NoGpu::Full("out of memory".to_owned())),
            (
                vec![over(0, "out of memory"), over(1, "no kernel")],
                NoGpu::NotWorking("cuda:0: out of memory; cuda:1: no kernel".to_owned()),
            ),
        ] {
            assert_eq!(none_works(&passed_over), expected);
        }
    }
}
