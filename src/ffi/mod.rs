//! What tch does not bind, and the only unsafe code of Cutout: calls into `shim.cpp` and
//! `snapshot.cpp`, the loading of libtorch's CUDA library at run time, what the driver's library
//! tells (`cuda`), and what libjpeg warns of (`libjpeg`).
#![allow(unsafe_code)]

pub mod cuda;
mod libjpeg;
pub mod snapshot;

use std::{
    error::Error,
    ffi::{CStr, CString, c_char, c_int, c_void},
    path::Path,
    ptr::{self, NonNull},
};

pub use libjpeg::libjpeg_message;
use tch::Tensor;
use torch_sys::C_tensor;

/// Why a call into libtorch gave nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FfiError {
    /// libtorch knows of no GPU.
    #[error("libtorch has no GPU")]
    NoAccelerator,
    /// libtorch threw.
    #[error("libtorch: {0}")]
    Threw(String),
    /// The CUDA library that is loaded, if any, does not have it.
    #[error("this libtorch does not have it")]
    Missing,
}

/// The allocator's counters for one device. Mirrors `CutoutMemoryStats` of `shim.cpp`.
#[repr(C)]
#[derive(Default)]
pub struct AllocatorStats {
    pub allocated_bytes: u64,
    pub reserved_bytes: u64,
    pub peak_allocated_bytes: u64,
    pub peak_reserved_bytes: u64,
    pub requested_bytes: u64,
    pub peak_requested_bytes: u64,
    pub active_bytes: u64,
    pub inactive_split_bytes: u64,
    pub segments: u64,
    pub alloc_retries: u64,
    pub ooms: u64,
    /// 0 where the driver's allocator is in use: it tells only allocated and reserved bytes.
    pub tells_blocks: u64,
}

unsafe extern "C" {
    fn cutout_torch_version() -> *const c_char;
    fn cutout_cpu_capability(message: *mut c_char, capacity: usize) -> c_int;
    fn cutout_set_allocator(
        settings: *const c_char,
        message: *mut c_char,
        capacity: usize,
    ) -> c_int;
    fn cutout_allocator(message: *mut c_char, capacity: usize) -> c_int;
    fn cutout_allocator_is_the_drivers(
        is_the_drivers: *mut c_int,
        message: *mut c_char,
        capacity: usize,
    ) -> c_int;
    fn cutout_tally_new() -> *mut c_void;
    fn cutout_tally_free(tally: *mut c_void);
    fn cutout_tally_install(tally: *mut c_void) -> c_int;
    fn cutout_tally_remove();
    fn cutout_tally_read(tally: *mut c_void, live_bytes: *mut u64, peak_bytes: *mut u64);
    fn cutout_tally_reset_peak(tally: *mut c_void);
    fn cutout_device_count(count: *mut c_int, message: *mut c_char, capacity: usize) -> c_int;
    fn cutout_cuda_version(version: *mut i64, message: *mut c_char, capacity: usize) -> c_int;
    fn cutout_empty_cache(message: *mut c_char, capacity: usize) -> c_int;
    fn cutout_memory_stats(
        device: c_int,
        out: *mut AllocatorStats,
        message: *mut c_char,
        capacity: usize,
    ) -> c_int;
    fn cutout_reset_peak(device: c_int, message: *mut c_char, capacity: usize) -> c_int;
    fn cutout_card_memory(
        device: c_int,
        free_bytes: *mut u64,
        total_bytes: *mut u64,
        message: *mut c_char,
        capacity: usize,
    ) -> c_int;
    fn cutout_pack_weight(
        weight: *const C_tensor,
        shape: Convolution,
        input_shape: *const i64,
        packed: *mut *mut C_tensor,
        message: *mut c_char,
        capacity: usize,
    ) -> c_int;
    fn cutout_convolve(
        x: *const C_tensor,
        packed: *const C_tensor,
        bias: *const C_tensor,
        shape: Convolution,
        onto: *mut C_tensor,
        result: *mut *mut C_tensor,
        message: *mut c_char,
        capacity: usize,
    ) -> c_int;
}

/// Runs one shim call with a message buffer and turns its status into a `Result`.
fn call(shim: impl FnOnce(*mut c_char, usize) -> c_int) -> Result<(), FfiError> {
    let mut message = [0_u8; 512];
    match shim(message.as_mut_ptr().cast(), message.len()) {
        0 => Ok(()),
        1 => Err(FfiError::NoAccelerator),
        3 => Err(FfiError::Missing),
        _ => {
            let text = CStr::from_bytes_until_nul(&message).unwrap_or_default().to_string_lossy();
            // libtorch appends its C++ stack below the first line.
            Err(FfiError::Threw(text.lines().next().unwrap_or("unknown error").to_owned()))
        }
    }
}

/// The version of libtorch that the shim was compiled against, such as "2.11.0".
pub fn torch_version() -> String {
    // SAFETY: the shim returns a string literal, which lives as long as the process.
    unsafe { CStr::from_ptr(cutout_torch_version()) }.to_string_lossy().into_owned()
}

/// The instruction set that libtorch's CPU kernels use, such as "AVX512".
pub fn cpu_capability() -> Option<String> {
    let mut text = [0_u8; 64];
    // SAFETY: the buffer outlives the call and the shim ends it with a zero byte.
    let status = unsafe { cutout_cpu_capability(text.as_mut_ptr().cast(), text.len()) };
    let text = CStr::from_bytes_until_nul(&text).ok()?;
    (status == 0).then(|| text.to_string_lossy().into_owned())
}

/// Sets libtorch's allocator, in libtorch's own words; those of CUDA alone are known once its
/// library is loaded.
pub fn set_allocator(settings: &str) -> Result<(), FfiError> {
    let settings = CString::new(settings).map_err(|error| FfiError::Threw(error.to_string()))?;
    // SAFETY: the string and the message buffer outlive the call.
    call(|message, capacity| unsafe { cutout_set_allocator(settings.as_ptr(), message, capacity) })
}

/// The settings that libtorch's allocator was last given, by the environment or by the program.
pub fn allocator() -> String {
    let mut text = [0_u8; 512];
    // SAFETY: the buffer outlives the call and the shim ends it with a zero byte.
    let status = unsafe { cutout_allocator(text.as_mut_ptr().cast(), text.len()) };
    let text = CStr::from_bytes_until_nul(&text).unwrap_or_default().to_string_lossy();
    if status == 0 { text.into_owned() } else { String::new() }
}

/// Whether the driver's own allocator (`backend:cudaMallocAsync`) is in use instead of libtorch's.
pub fn allocator_is_the_drivers() -> Result<bool, FfiError> {
    let mut is_the_drivers = 0;
    // SAFETY: the number and the message buffer outlive the call.
    call(|message, capacity| unsafe {
        cutout_allocator_is_the_drivers(&mut is_the_drivers, message, capacity)
    })?;
    Ok(is_the_drivers != 0)
}

/// Adds to a variable of the environment that libtorch's CUDA library reads while it is loaded. To
/// be called before there are threads that may read the environment outside of Rust.
pub fn set_environment(name: &str, value: &str) {
    // SAFETY: no other thread reads or changes the environment outside of Rust's own lock.
    unsafe { std::env::set_var(name, value) };
}

/// A counter of CPU tensors, owned by C++.
pub struct Tally(NonNull<c_void>);

// SAFETY: the C++ object is two atomics; every call on it may come from any thread.
unsafe impl Send for Tally {}
// SAFETY: as above.
unsafe impl Sync for Tally {}

impl Tally {
    /// A counter at zero; `None` where there is no memory for it.
    pub fn new() -> Option<Self> {
        // SAFETY: gives a fresh object or null.
        NonNull::new(unsafe { cutout_tally_new() }).map(Self)
    }

    /// From now on counts the tensors that the calling thread makes and drops, until the thread
    /// calls [`Tally::remove`]; whether that worked.
    pub fn install(&self) -> bool {
        // SAFETY: C++ takes a share of its own, so the object outlives this handle if need be.
        (unsafe { cutout_tally_install(self.0.as_ptr()) }) == 0
    }

    /// Ends the counting on the calling thread.
    pub fn remove() {
        // SAFETY: only touches a variable of the calling thread.
        unsafe { cutout_tally_remove() };
    }

    /// Live bytes, and the highest since [`Tally::reset_peak`].
    pub fn read(&self) -> (u64, u64) {
        let (mut live_bytes, mut peak_bytes) = (0, 0);
        // SAFETY: the object lives as long as `self`; both numbers outlive the call.
        unsafe { cutout_tally_read(self.0.as_ptr(), &mut live_bytes, &mut peak_bytes) };
        (live_bytes, peak_bytes)
    }

    /// Starts a new peak.
    pub fn reset_peak(&self) {
        // SAFETY: the object lives as long as `self`.
        unsafe { cutout_tally_reset_peak(self.0.as_ptr()) };
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        // SAFETY: made by `cutout_tally_new`, freed once.
        unsafe { cutout_tally_free(self.0.as_ptr()) };
    }
}

/// How many devices the accelerator has.
pub fn device_count() -> Result<usize, FfiError> {
    let mut count = 0;
    // SAFETY: `count` and the message buffer outlive the call; the shim throws nothing.
    call(|message, capacity| unsafe { cutout_device_count(&mut count, message, capacity) })?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// The version of CUDA that libtorch's CUDA library was built for, such as (13, 0).
pub fn built_for_cuda() -> Result<(u32, u32), FfiError> {
    let mut version: i64 = 0;
    // SAFETY: `version` and the message buffer outlive the call; the shim throws nothing.
    call(|message, capacity| unsafe { cutout_cuda_version(&mut version, message, capacity) })?;
    let version = u32::try_from(version).unwrap_or(0);
    Ok((version / 1000, version % 1000 / 10))
}

/// Gives unused cached blocks of every device back to the driver.
pub fn empty_cache() -> Result<(), FfiError> {
    // SAFETY: the message buffer outlives the call; the allocator takes its own lock.
    call(|message, capacity| unsafe { cutout_empty_cache(message, capacity) })
}

/// The allocator's counters for one device.
pub fn memory_stats(device: usize) -> Result<AllocatorStats, FfiError> {
    let mut stats = AllocatorStats::default();
    // SAFETY: `stats` has the layout of `CutoutMemoryStats` and outlives the call.
    call(|message, capacity| unsafe {
        cutout_memory_stats(device as c_int, &mut stats, message, capacity)
    })?;
    Ok(stats)
}

/// Starts a new peak for one device.
pub fn reset_peak(device: usize) -> Result<(), FfiError> {
    // SAFETY: the message buffer outlives the call.
    call(|message, capacity| unsafe { cutout_reset_peak(device as c_int, message, capacity) })
}

/// The driver's counters for one device: free bytes and all bytes.
pub fn card_memory(device: usize) -> Result<(u64, u64), FfiError> {
    let (mut free_bytes, mut total_bytes) = (0, 0);
    // SAFETY: both numbers and the message buffer outlive the call.
    call(|message, capacity| unsafe {
        cutout_card_memory(device as c_int, &mut free_bytes, &mut total_bytes, message, capacity)
    })?;
    Ok((free_bytes, total_bytes))
}

/// A convolution of stride 1 by oneDNN. Mirrors `CutoutConvolution` of `shim.cpp`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Convolution {
    /// On each side, in pixels.
    pub padding: i64,
    /// Distance between the kernel's taps.
    pub dilation: i64,
    /// Whether negative results become 0.
    pub relu: bool,
}

/// The weight `[out, in, kernel, kernel]` in the order in which oneDNN computes an input of
/// `input_shape` `[N, in, H, W]`; others work too, but their weights are reordered each time. Only
/// [`convolve`] reads it.
pub fn pack_weight(
    weight: &Tensor,
    convolution: Convolution,
    input_shape: [i64; 4],
) -> Result<Tensor, FfiError> {
    let mut packed = ptr::null_mut();
    // SAFETY: the weight and the shape outlive the call.
    call(|message, capacity| unsafe {
        let shape = input_shape.as_ptr();
        cutout_pack_weight(weight.as_ptr(), convolution, shape, &mut packed, message, capacity)
    })?;
    // SAFETY: after success `packed` is a tensor on C++'s heap that nobody else holds.
    Ok(unsafe { Tensor::from_ptr(packed) })
}

/// The convolution of `x` `[N, in, H, W]` with a packed weight and a bias `[out]`, added to `onto`
/// in its own memory where it is given: `[N, out, H, W]`.
pub fn convolve(
    x: &Tensor,
    packed: &Tensor,
    bias: Option<&Tensor>,
    convolution: Convolution,
    onto: Option<Tensor>,
) -> Result<Tensor, FfiError> {
    let bias = bias.map_or(ptr::null(), Tensor::as_ptr);
    let onto_ptr = onto.as_ref().map_or(ptr::null(), Tensor::as_ptr).cast_mut();
    let mut result = ptr::null_mut();
    // SAFETY: the tensors outlive the call; C++ writes to the numbers of `onto`, which is owned here.
    call(|message, capacity| unsafe {
        let (x, packed) = (x.as_ptr(), packed.as_ptr());
        cutout_convolve(x, packed, bias, convolution, onto_ptr, &mut result, message, capacity)
    })?;
    // SAFETY: after success `result` is a tensor on C++'s heap that nobody else holds; it may share
    // the memory of `onto`, whose handle goes here.
    Ok(unsafe { Tensor::from_ptr(result) })
}

/// Has the process end, when it does, without the destructors of libtorch's statics: a thread that was
/// left in the middle of something would go on with what they have destroyed.
pub fn end_without_destructors() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        unsafe extern "C" {
            fn on_exit(handler: extern "C" fn(c_int, *mut c_void), argument: *mut c_void) -> c_int;
            fn _exit(status: c_int) -> !;
        }
        extern "C" fn end(status: c_int, _: *mut c_void) {
            // SAFETY: ends the process, whatever its threads are at.
            unsafe { _exit(status) }
        }
        // SAFETY: the handler lives as long as the program and does not look at its argument.
        let _refused = unsafe { on_exit(end, ptr::null_mut()) };
    }
}

/// Has the C library keep what is freed, in one heap, until [`trim_heap`]: feature maps and pictures
/// come and go by the dozen a second, and the system clears each page that it gives anew. To be
/// called before there are other threads, whose heaps would be their own.
pub fn keep_heap() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        const M_TRIM_THRESHOLD: c_int = -1;
        const M_MMAP_MAX: c_int = -4;
        const M_ARENA_MAX: c_int = -8;
        unsafe extern "C" {
            fn mallopt(parameter: c_int, value: c_int) -> c_int;
        }
        for (parameter, value) in
            [(M_TRIM_THRESHOLD, c_int::MAX), (M_MMAP_MAX, 0), (M_ARENA_MAX, 1)]
        {
            // SAFETY: takes the heap's own lock; what was allocated before stays valid.
            unsafe { mallopt(parameter, value) };
        }
    }
}

/// Has the C library give free pages of its heap back to the system; elsewhere they are given
/// back as they are freed.
pub fn trim_heap() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        unsafe extern "C" {
            fn malloc_trim(pad: usize) -> c_int;
        }
        // SAFETY: takes the heap's own locks and touches free memory only.
        unsafe { malloc_trim(0) };
    }
}

/// Loads a library for as long as the process runs, its symbols visible to all that is loaded
/// later: libtorch's CUDA library registers itself with the CPU library while it loads.
///
/// # Errors
/// The loader's own words.
pub fn load_for_good(path: &Path) -> Result<(), String> {
    #[cfg(unix)]
    let loaded = {
        use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_NOW};
        // SAFETY: the initialisers that run are those of libtorch and its dependencies, written to
        // run on load; nothing else of this process depends on their order.
        unsafe { Library::open(Some(path), RTLD_NOW | RTLD_GLOBAL) }
    };
    #[cfg(windows)]
    let loaded = {
        // SAFETY: as above.
        unsafe { libloading::os::windows::Library::new(path) }
    };
    match loaded {
        Ok(library) => {
            // Unloading libtorch is not supported: its destructors assume the end of the process.
            std::mem::forget(library);
            Ok(())
        }
        Err(error) => Err(loaders_words(&error)),
    }
}

/// The loader's own words, which lie under libloading's.
fn loaders_words(error: &libloading::Error) -> String {
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}
