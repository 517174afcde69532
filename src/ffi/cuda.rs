//! The driver's own library (libcuda, CUDA's driver API): what it says of the devices by the number
//! that CUDA gives them. Nothing here leaves a device's context open.

use std::{
    ffi::{CStr, c_char, c_int, c_uint, c_void},
    path::Path,
    ptr,
};

use libloading::Library;

/// `CUresult`: 0 is success.
type Status = c_int;
/// `CUdevice`.
type Handle = c_int;
/// `CUcontext`.
type Context = *mut c_void;

const NO_DEVICE: Status = 100;
const CAPABILITY_MAJOR: c_int = 75;
const CAPABILITY_MINOR: c_int = 76;

/// Why the driver's library does not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DriverError {
    /// It cannot be loaded; the loader's words.
    #[error("{0}")]
    NotLoaded(String),
    /// It is older than this function.
    #[error("the driver's library has no {0}")]
    NoFunction(&'static str),
    /// It refuses.
    #[error("{function}: {words} (CUDA error {status})")]
    Refused {
        /// What was asked.
        function: &'static str,
        /// The driver's own words.
        words: String,
        /// CUDA's number of the error.
        status: i32,
    },
}

/// A device as CUDA describes it. What the driver does not tell is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CudaDevice {
    /// Such as "NVIDIA H100 80GB HBM3"; of an instance of a card (MIG) the instance's.
    pub name: Option<String>,
    /// Tells it from all others; of an instance of a card the instance's.
    pub uuid: Option<[u8; 16]>,
    /// Domain, bus, device and function, such as "0000:65:00.0"; of an instance those of the card.
    pub pci_address: Option<String>,
    /// Compute capability, major and minor.
    pub capability: Option<(u32, u32)>,
}

/// The driver's library, ready to be asked.
pub struct CudaDriver(Library);

impl CudaDriver {
    /// Loads the library, where that was not done before, and has it look for devices.
    ///
    /// # Errors
    /// Why it cannot be used. That there is no device is none.
    pub fn open(library: &Path) -> Result<Self, DriverError> {
        // SAFETY: the initialisers that run are those of the driver's library, written to run on load.
        let library = unsafe { Library::new(library) };
        let driver =
            Self(library.map_err(|error| DriverError::NotLoaded(super::loaders_words(&error)))?);
        // SAFETY: the signature is `cuInit`'s.
        let init =
            unsafe { driver.function::<unsafe extern "system" fn(c_uint) -> Status>("cuInit")? };
        // SAFETY: takes its flags, which must be 0.
        match unsafe { init(0) } {
            NO_DEVICE => Ok(driver),
            status => driver.check("cuInit", status).map(|()| driver),
        }
    }

    /// The newest CUDA that the driver knows, such as (13, 0).
    pub fn cuda_version(&self) -> Result<(u32, u32), DriverError> {
        let version = self.number("cuDriverGetVersion")?;
        Ok((version / 1000, version % 1000 / 10))
    }

    /// How many devices CUDA offers to this process.
    pub fn device_count(&self) -> Result<usize, DriverError> {
        match self.number("cuDeviceGetCount") {
            Err(DriverError::Refused { status: NO_DEVICE, .. }) => Ok(0),
            count => Ok(count? as usize),
        }
    }

    /// Describes a device.
    ///
    /// # Errors
    /// Where CUDA knows no device of that number.
    pub fn device(&self, number: usize) -> Result<CudaDevice, DriverError> {
        let device = self.handle(number)?;
        let major = self.attribute(CAPABILITY_MAJOR, device);
        let minor = self.attribute(CAPABILITY_MINOR, device);
        Ok(CudaDevice {
            name: self.text("cuDeviceGetName", device),
            uuid: self.uuid(device),
            pci_address: self.text("cuDeviceGetPCIBusId", device),
            capability: major.zip(minor),
        })
    }

    /// Free bytes of a device and all that it has. The driver tells them within a context, which is
    /// opened for the moment where this process has none: that takes a while.
    pub fn memory(&self, number: usize) -> Result<(u64, u64), DriverError> {
        type Retain = unsafe extern "system" fn(*mut Context, Handle) -> Status;
        type Release = unsafe extern "system" fn(Handle) -> Status;
        type Push = unsafe extern "system" fn(Context) -> Status;
        type Pop = unsafe extern "system" fn(*mut Context) -> Status;
        type MemGetInfo = unsafe extern "system" fn(*mut usize, *mut usize) -> Status;
        let device = self.handle(number)?;
        // SAFETY: the signatures are those of the functions. Each pointer is to a variable that
        // outlives the call. The context is retained before it is made the thread's current one, and
        // released once after it no longer is, so it lives as long as it is used; where libtorch has
        // the same context, it has a share of its own.
        unsafe {
            let retain = self.function::<Retain>("cuDevicePrimaryCtxRetain")?;
            let release = self.function::<Release>("cuDevicePrimaryCtxRelease_v2")?;
            let push = self.function::<Push>("cuCtxPushCurrent_v2")?;
            let pop = self.function::<Pop>("cuCtxPopCurrent_v2")?;
            let mem_get_info = self.function::<MemGetInfo>("cuMemGetInfo_v2")?;
            let mut context = ptr::null_mut();
            self.check("cuDevicePrimaryCtxRetain", retain(&mut context, device))?;
            let (mut free_bytes, mut total_bytes) = (0, 0);
            let told = self.check("cuCtxPushCurrent", push(context)).and_then(|()| {
                let told = mem_get_info(&mut free_bytes, &mut total_bytes);
                let mut popped = ptr::null_mut();
                pop(&mut popped);
                self.check("cuMemGetInfo", told)
            });
            release(device);
            told.map(|()| (free_bytes as u64, total_bytes as u64))
        }
    }

    fn handle(&self, number: usize) -> Result<Handle, DriverError> {
        type Get = unsafe extern "system" fn(*mut Handle, c_int) -> Status;
        let mut device = 0;
        // SAFETY: the signature is `cuDeviceGet`'s; `device` outlives the call.
        let status = unsafe {
            let get = self.function::<Get>("cuDeviceGet")?;
            get(&mut device, c_int::try_from(number).unwrap_or(c_int::MAX))
        };
        self.check("cuDeviceGet", status).map(|()| device)
    }

    /// What a function without arguments answers, that counts something.
    fn number(&self, function: &'static str) -> Result<u32, DriverError> {
        type Number = unsafe extern "system" fn(*mut c_int) -> Status;
        let mut number = 0;
        // SAFETY: both functions that are asked so have this signature; `number` outlives the call.
        let status = unsafe { self.function::<Number>(function)?(&mut number) };
        self.check(function, status).map(|()| u32::try_from(number).unwrap_or(0))
    }

    fn text(&self, function: &'static str, device: Handle) -> Option<String> {
        type Text = unsafe extern "system" fn(*mut c_char, c_int, Handle) -> Status;
        let mut text = [0_u8; 256];
        // SAFETY: both functions that are asked so have this signature; they write no more than they
        // are told, and the buffer outlives the call.
        let status = unsafe {
            let tell = self.function::<Text>(function).ok()?;
            tell(text.as_mut_ptr().cast(), text.len() as c_int, device)
        };
        let text = CStr::from_bytes_until_nul(&text).ok()?.to_string_lossy().trim().to_owned();
        (status == 0 && !text.is_empty()).then_some(text)
    }

    fn uuid(&self, device: Handle) -> Option<[u8; 16]> {
        type Uuid = unsafe extern "system" fn(*mut [u8; 16], Handle) -> Status;
        let mut uuid = [0; 16];
        // SAFETY: the signature is `cuDeviceGetUuid_v2`'s, whose `CUuuid` is 16 bytes; `uuid` outlives
        // the call. The first version tells the card's also where the device is an instance of it.
        let status =
            unsafe { self.function::<Uuid>("cuDeviceGetUuid_v2").ok()?(&mut uuid, device) };
        (status == 0 && uuid != [0; 16]).then_some(uuid)
    }

    fn attribute(&self, attribute: c_int, device: Handle) -> Option<u32> {
        type Attribute = unsafe extern "system" fn(*mut c_int, c_int, Handle) -> Status;
        let mut value = 0;
        // SAFETY: the signature is `cuDeviceGetAttribute`'s; `value` outlives the call.
        let status = unsafe {
            self.function::<Attribute>("cuDeviceGetAttribute").ok()?(&mut value, attribute, device)
        };
        if status == 0 { u32::try_from(value).ok() } else { None }
    }

    /// A function of the library. The caller names it with its signature, and calls it no longer than
    /// the library is there.
    unsafe fn function<F: Copy>(&self, name: &'static str) -> Result<F, DriverError> {
        // SAFETY: as the caller says.
        let found = unsafe { self.0.get::<F>(name.as_bytes()) };
        found.map(|function| *function).map_err(|_| DriverError::NoFunction(name))
    }

    fn check(&self, function: &'static str, status: Status) -> Result<(), DriverError> {
        if status == 0 {
            return Ok(());
        }
        Err(DriverError::Refused { function, words: self.words(status), status })
    }

    fn words(&self, status: Status) -> String {
        type Words = unsafe extern "system" fn(Status, *mut *const c_char) -> Status;
        let mut words = ptr::null();
        // SAFETY: the signature is `cuGetErrorString`'s; it gives a text that lives as long as the
        // library, or null.
        let words = unsafe {
            let told =
                self.function::<Words>("cuGetErrorString").map(|tell| tell(status, &mut words));
            (told.is_ok() && !words.is_null()).then(|| CStr::from_ptr(words))
        };
        words.map_or_else(
            || "unknown error".to_owned(),
            |words| words.to_string_lossy().into_owned(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_that_is_none_is_told_and_not_used() {
        assert!(matches!(
            CudaDriver::open(Path::new("libno-such-driver.so.1")),
            Err(DriverError::NotLoaded(words)) if words.contains("libno-such-driver")
        ));
        // A library without the driver's functions.
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        assert_eq!(
            CudaDriver::open(Path::new("libm.so.6")).err(),
            Some(DriverError::NoFunction("cuInit"))
        );
    }
}
