//! The whole card as the driver's management library (NVML) tells it: what nvidia-smi shows. Of an
//! instance of a card (MIG) it is the instance that is meant.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use nvml_wrapper::{
    Device, Nvml, enums::device::UsedGpuMemory, error::NvmlError,
    struct_wrappers::device::ProcessInfo,
};

use super::{
    stats::{CardMemory, CardUser, CardUsers},
    users,
};
use crate::ffi::cuda::CudaDevice;

/// Why NVML does not tell of a card.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// CUDA tells neither UUID nor PCI address of the device.
    #[error("CUDA does not tell which card it is")]
    NotNamed,
    /// NVML knows no such card.
    #[error("the driver's management library does not know the card ({0})")]
    NotKnown(String),
    /// NVML knows the whole card, CUDA an instance of it, and nobody tells which.
    #[error("the driver's management library does not tell which instance of the card it is")]
    WhichInstance,
}

/// One card.
pub struct Card {
    nvml: Arc<Nvml>,
    place: Place,
    programs: Mutex<Option<Programs>>,
}

/// Asking the driver for its processes is dear, and they hardly change.
const PROGRAMS_LAST: Duration = Duration::from_secs(1);
/// Room for the path of a program, in bytes.
const PATH_LENGTH_MAX: usize = 256;

/// Programs with memory on the card by NVML, as read at one moment; kept for a second.
#[derive(Clone)]
struct Programs {
    read_at: Instant,
    /// What this process holds beyond the allocator's reserve; `None` where the driver does not tell
    /// this process's share.
    context_bytes: Option<u64>,
    /// `None` where the driver does not tell which they are.
    users: Option<CardUsers>,
}

/// How NVML finds the card again.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Uuid(String),
    Pci(String),
}

impl Place {
    fn device<'nvml>(&self, nvml: &'nvml Nvml) -> Result<Device<'nvml>, NvmlError> {
        match self {
            Self::Uuid(uuid) => nvml.device_by_uuid(uuid.as_str()),
            Self::Pci(address) => nvml.device_by_pci_bus_id(address.as_str()),
        }
    }
}

/// Where NVML may find a device of CUDA's, most exact first. Its index is none of them: CUDA sorts
/// by speed, or hides and renumbers cards as `CUDA_VISIBLE_DEVICES` says.
fn places(device: &CudaDevice) -> Vec<Place> {
    let uuid = device.uuid.map(|bytes| uuid_text(&bytes));
    let by_uuid = uuid.iter().flat_map(|uuid| ["MIG-", "GPU-"].map(|kind| format!("{kind}{uuid}")));
    let by_pci = device.pci_address.iter().cloned();
    by_uuid.map(Place::Uuid).chain(by_pci.map(Place::Pci)).collect()
}

/// As NVML writes it, such as "8932f937-d72c-4106-c12f-20bd9faed9f6".
fn uuid_text(bytes: &[u8; 16]) -> String {
    let dashed = |(place, byte)| {
        let dash = if matches!(place, 4 | 6 | 8 | 10) { "-" } else { "" };
        format!("{dash}{byte:02x}")
    };
    bytes.iter().enumerate().map(dashed).collect()
}

impl Card {
    /// The card, or the instance of one, that CUDA describes so.
    ///
    /// # Errors
    /// Where the driver's library does not know it.
    pub fn open(nvml: Arc<Nvml>, device: &CudaDevice) -> Result<Self, CardError> {
        let place = found(&nvml, device)?;
        Ok(Self { nvml, place, programs: Mutex::default() })
    }

    fn device(&self) -> Result<Device<'_>, NvmlError> {
        self.place.device(&self.nvml)
    }

    /// Such as "NVIDIA H100 80GB HBM3".
    pub fn name(&self) -> Result<String, NvmlError> {
        self.device()?.name()
    }

    /// Compute capability, major and minor.
    pub fn capability(&self) -> Result<(u32, u32), NvmlError> {
        let capability = self.device()?.cuda_compute_capability()?;
        let unsigned = |number: i32| u32::try_from(number).unwrap_or(0);
        Ok((unsigned(capability.major), unsigned(capability.minor)))
    }

    /// Bytes that no program holds, and all that the card has.
    pub fn room(&self) -> Result<(u64, u64), NvmlError> {
        let memory = self.device()?.memory_info()?;
        Ok((memory.free, memory.total))
    }

    /// What no program holds and what the driver keeps, without who holds the rest.
    pub fn memory(&self) -> Result<CardMemory, NvmlError> {
        let memory = self.device()?.memory_info()?;
        Ok(CardMemory {
            free_bytes: memory.free,
            total_bytes: memory.total,
            driver_bytes: Some(memory.reserved),
            ..CardMemory::default()
        })
    }

    /// Bytes of this process, where the driver tells; asked for once a second. `reserved_bytes` is
    /// what the allocator holds now.
    pub fn process_bytes(&self, reserved_bytes: u64) -> Option<u64> {
        Some(self.programs(|| reserved_bytes)?.context_bytes? + reserved_bytes)
    }

    /// The other programs, where the driver tells; asked for once a second, together with this
    /// process's share. `reserved_bytes` is asked for then.
    pub fn users(&self, reserved_bytes: impl FnOnce() -> u64) -> Option<CardUsers> {
        self.programs(reserved_bytes)?.users
    }

    fn programs(&self, reserved_bytes: impl FnOnce() -> u64) -> Option<Programs> {
        let mut known = self.programs.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = |programs: &&Programs| programs.read_at.elapsed() < PROGRAMS_LAST;
        if let Some(fresh) = known.as_ref().filter(is_fresh) {
            return Some(fresh.clone());
        }
        let stale = known.as_ref().and_then(|programs| programs.users.as_ref());
        let read = self.read_programs(&self.device().ok()?, reserved_bytes(), stale);
        *known = Some(read.clone());
        Some(read)
    }

    fn read_programs(
        &self,
        device: &Device<'_>,
        reserved_bytes: u64,
        known: Option<&CardUsers>,
    ) -> Programs {
        // An instance of a card, or a driver of another kind, may have one list and refuse the other.
        let lists = [device.running_compute_processes(), device.running_graphics_processes()];
        let is_told = lists.iter().any(Result::is_ok);
        let programs = users::merged(lists.into_iter().flatten().flatten().map(pid_and_bytes));
        let own_pid = std::process::id();
        let own_bytes = programs.get(&own_pid).copied().flatten();
        let known: &[CardUser] = match known {
            Some(users) => &users.others,
            None => &[],
        };
        let name = |pid| self.nvml.sys_process_name(pid, PATH_LENGTH_MAX).ok();
        Programs {
            read_at: Instant::now(),
            context_bytes: own_bytes.map(|bytes| bytes.saturating_sub(reserved_bytes)),
            users: is_told.then(|| users::others(programs, own_pid, known, name)),
        }
    }
}

fn pid_and_bytes(process: ProcessInfo) -> (u32, Option<u64>) {
    match process.used_gpu_memory {
        UsedGpuMemory::Used(bytes) => (process.pid, Some(bytes)),
        UsedGpuMemory::Unavailable => (process.pid, None),
    }
}

fn found(nvml: &Nvml, device: &CudaDevice) -> Result<Place, CardError> {
    let mut refusal = CardError::NotNamed;
    for place in places(device) {
        match place.device(nvml) {
            Ok(card) if is_divided(&card) => {
                return only_instance(&card).ok_or(CardError::WhichInstance);
            }
            Ok(_) => return Ok(place),
            Err(error) => refusal = CardError::NotKnown(error.to_string()),
        }
    }
    Err(refusal)
}

/// Whether it is a whole card that is divided into instances: CUDA computes on one of them.
fn is_divided(card: &Device<'_>) -> bool {
    let is_instance = card.mig_is_mig_device_handle().unwrap_or(false);
    !is_instance && card.mig_mode().is_ok_and(|mode| mode.current == 1)
}

/// The card's instance, where there is but one that this process may see.
fn only_instance(card: &Device<'_>) -> Option<Place> {
    let count = card.mig_device_count().ok()?;
    let instances = (0..count).filter_map(|index| card.mig_device_by_index(index).ok());
    let mut uuids = instances.filter_map(|instance| instance.uuid().ok());
    let uuid = uuids.next()?;
    uuids.next().is_none().then_some(Place::Uuid(uuid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_found_by_what_cuda_tells_of_it_and_never_by_its_index() {
        let uuid = [
            0x89, 0x32, 0xf9, 0x37, 0xd7, 0x2c, 0x41, 0x06, 0xc1, 0x2f, 0x20, 0xbd, 0x9f, 0xae,
            0xd9, 0xf6,
        ];
        let text = "8932f937-d72c-4106-c12f-20bd9faed9f6";
        let by_uuid = || ["MIG-", "GPU-"].map(|kind| Place::Uuid(format!("{kind}{text}"))).to_vec();
        let by_pci = || vec![Place::Pci("0000:65:00.0".to_owned())];
        for (uuid, pci_address, expected) in [
            (Some(uuid), Some("0000:65:00.0"), [by_uuid(), by_pci()].concat()),
            (Some(uuid), None, by_uuid()),
            (None, Some("0000:65:00.0"), by_pci()),
            (None, None, vec![]),
        ] {
            let pci_address = pci_address.map(str::to_owned);
            let device = CudaDevice { uuid, pci_address, ..CudaDevice::default() };
            assert_eq!(places(&device), expected, "{device:?}");
        }
    }
}
