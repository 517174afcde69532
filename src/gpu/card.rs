//! The whole card as the driver's own library (NVML) tells it: what nvidia-smi shows.

use std::{
    env,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use nvml_wrapper::{Device, Nvml, enums::device::UsedGpuMemory, error::NvmlError};

use super::stats::CardMemory;

/// One card.
pub struct Card {
    nvml: Nvml,
    place: Place,
    context: Mutex<Option<Context>>,
}

/// Asking the driver for its processes is dear, and the context hardly changes.
const CONTEXT_LASTS: Duration = Duration::from_secs(1);

/// What this process holds beyond the allocator's reserve.
#[derive(Clone, Copy)]
struct Context {
    read_at: Instant,
    /// `None` where the driver does not tell this process's share.
    bytes: Option<u64>,
}

/// How NVML finds the card that CUDA knows by number.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    Index(u32),
    Uuid(String),
}

impl Card {
    /// The card of CUDA device `number`.
    ///
    /// # Errors
    /// Where the driver's library is missing or does not know the card.
    pub fn open(number: usize) -> Result<Self, NvmlError> {
        let visible = env::var("CUDA_VISIBLE_DEVICES").ok();
        let card = Self {
            nvml: Nvml::init()?,
            place: place(number, visible.as_deref()),
            context: Mutex::default(),
        };
        card.device()?;
        Ok(card)
    }

    fn device(&self) -> Result<Device<'_>, NvmlError> {
        match &self.place {
            Place::Index(index) => self.nvml.device_by_index(*index),
            Place::Uuid(uuid) => self.nvml.device_by_uuid(uuid.as_str()),
        }
    }

    /// Such as "NVIDIA H100 80GB HBM3".
    pub fn name(&self) -> Result<String, NvmlError> {
        self.device()?.name()
    }

    /// The driver's version.
    pub fn driver(&self) -> Result<String, NvmlError> {
        self.nvml.sys_driver_version()
    }

    /// Whether half precision is faster than single: tensor cores came with Volta (7.0), and
    /// before that most chips were many times slower in half.
    pub fn is_fast_in_half(&self) -> Result<bool, NvmlError> {
        Ok(self.device()?.cuda_compute_capability()?.major >= 7)
    }

    /// Who holds what, without the measured context; `reserved_bytes` is what the allocator holds
    /// now. This process's share is asked for once a second.
    pub fn memory(&self, reserved_bytes: u64) -> Result<CardMemory, NvmlError> {
        let device = self.device()?;
        let memory = device.memory_info()?;
        let context_bytes = self.context_bytes(&device, reserved_bytes);
        Ok(CardMemory {
            free_bytes: memory.free,
            total_bytes: memory.total,
            process_bytes: context_bytes.map(|bytes| bytes + reserved_bytes),
            context_bytes: 0,
            driver_bytes: Some(memory.reserved),
        })
    }

    fn context_bytes(&self, device: &Device<'_>, reserved_bytes: u64) -> Option<u64> {
        let mut context = self.context.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = context.filter(|context| context.read_at.elapsed() < CONTEXT_LASTS);
        let read = || Context {
            read_at: Instant::now(),
            bytes: own_bytes(device).map(|own_bytes| own_bytes.saturating_sub(reserved_bytes)),
        };
        context.insert(fresh.unwrap_or_else(read)).bytes
    }
}

/// The bytes of this process; drivers in containers often know it by another number, and then it
/// is not told.
fn own_bytes(device: &Device<'_>) -> Option<u64> {
    let own = std::process::id();
    let mut processes = device.running_compute_processes().ok()?.into_iter();
    match processes.find(|process| process.pid == own)?.used_gpu_memory {
        UsedGpuMemory::Used(bytes) => Some(bytes),
        UsedGpuMemory::Unavailable => None,
    }
}

/// `CUDA_VISIBLE_DEVICES` hides and renumbers cards for CUDA, not for NVML.
fn place(number: usize, visible: Option<&str>) -> Place {
    let named = visible.and_then(|list| list.split(',').nth(number)).map(str::trim);
    let as_numbered = Place::Index(u32::try_from(number).unwrap_or(u32::MAX));
    match named {
        Some(uuid) if uuid.starts_with("GPU-") || uuid.starts_with("MIG-") => {
            Place::Uuid(uuid.to_owned())
        }
        Some(index) => index.parse().map_or(as_numbered, Place::Index),
        None => as_numbered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_cards_do_not_shift_the_numbers() {
        for (number, visible, expected) in [
            (0, None, Place::Index(0)),
            (2, None, Place::Index(2)),
            (0, Some("3"), Place::Index(3)),
            (1, Some("2, 0"), Place::Index(0)),
            (0, Some("GPU-8932f937-d72c"), Place::Uuid("GPU-8932f937-d72c".to_owned())),
            (0, Some(""), Place::Index(0)),
        ] {
            assert_eq!(place(number, visible), expected, "{number} of {visible:?}");
        }
    }
}
