//! The device: which one and why, its memory, and the cleanup points.

pub mod cleanup;
mod cuda_library;
pub mod device;
mod ffi;
pub mod memory;
mod stats;

pub use ffi::{cpu_capability, torch_version};
