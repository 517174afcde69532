//! The history of libtorch's CUDA allocator, and snapshots of it; found in libtorch's CUDA library at
//! run time.

use std::{
    ffi::{c_char, c_int, c_void},
    ptr::{self, NonNull},
    slice,
};

use super::{FfiError, call};

unsafe extern "C" {
    fn cutout_record_history(max_entries: u64, message: *mut c_char, capacity: usize) -> c_int;
    fn cutout_snapshot_at_out_of_memory(
        wanted: bool,
        message: *mut c_char,
        capacity: usize,
    ) -> c_int;
    fn cutout_snapshot_taken() -> *mut c_void;
    fn cutout_snapshot(snapshot: *mut *mut c_void, message: *mut c_char, capacity: usize) -> c_int;
    fn cutout_snapshot_data(snapshot: *const c_void, length: *mut usize) -> *const u8;
    fn cutout_snapshot_free(snapshot: *mut c_void);
    fn cutout_label_allocations(
        text: *const u8,
        length: usize,
        message: *mut c_char,
        capacity: usize,
    ) -> c_int;
}

/// Has the allocator record the last `max_entries` things that it does, on every device; 0 ends that.
/// The CUDA library must be loaded.
pub fn record_history(max_entries: u64) -> Result<(), FfiError> {
    // SAFETY: the message buffer outlives the call; the allocator takes its own lock.
    call(|message, capacity| unsafe { cutout_record_history(max_entries, message, capacity) })
}

/// Whether a snapshot is taken whenever the allocator finds no memory, before it says so: every tensor
/// is still there then. The last one is kept for [`taken`].
pub fn at_out_of_memory(wanted: bool) -> Result<(), FfiError> {
    // SAFETY: the message buffer outlives the call; what is attached to the allocator lives as long
    // as the process.
    call(|message, capacity| unsafe { cutout_snapshot_at_out_of_memory(wanted, message, capacity) })
}

/// What was taken when the allocator last found no memory, unless it was handed out already.
pub fn taken() -> Option<Snapshot> {
    // SAFETY: gives a string that nobody else holds, or null.
    NonNull::new(unsafe { cutout_snapshot_taken() }).map(Snapshot)
}

/// A snapshot of every device: segments, blocks and the history as far as it was recorded.
pub fn snapshot() -> Result<Snapshot, FfiError> {
    let mut snapshot = ptr::null_mut();
    // SAFETY: `snapshot` and the message buffer outlive the call.
    call(|message, capacity| unsafe { cutout_snapshot(&mut snapshot, message, capacity) })?;
    NonNull::new(snapshot).map(Snapshot).ok_or(FfiError::Missing)
}

/// From now on what the calling thread allocates is recorded with this label.
pub fn label_allocations(text: &str) -> Result<(), FfiError> {
    // SAFETY: the text and the message buffer outlive the call; C++ copies the text.
    call(|message, capacity| unsafe {
        cutout_label_allocations(text.as_ptr(), text.len(), message, capacity)
    })
}

/// A snapshot as a Python pickle, owned by C++.
pub struct Snapshot(NonNull<c_void>);

// SAFETY: a string that nobody else holds, and that nobody changes.
unsafe impl Send for Snapshot {}
// SAFETY: as above.
unsafe impl Sync for Snapshot {}

impl Snapshot {
    /// A pickle of protocol 2: a dictionary with `segments` and `device_traces`, as
    /// `torch.cuda.memory._snapshot()` gives it.
    pub fn bytes(&self) -> &[u8] {
        let mut length = 0;
        // SAFETY: the string lives as long as `self` and does not change.
        unsafe {
            let data = cutout_snapshot_data(self.0.as_ptr(), &mut length);
            slice::from_raw_parts(data, length)
        }
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        // SAFETY: made by C++ for this handle alone, freed once.
        unsafe { cutout_snapshot_free(self.0.as_ptr()) };
    }
}
