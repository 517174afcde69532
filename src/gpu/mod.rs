//! The device: which one and why, its memory, and the cleanup points.

pub mod allocator;
mod card;
pub mod choice;
pub mod cleanup;
pub mod cpu_threads;
mod cuda_library;
pub mod device;
mod gpus;
pub mod ledger;
pub mod memory;
pub mod no_gpu;
mod point;
pub mod snapshot;
mod stats;
pub mod switches;
pub mod tally;
mod users;

pub use crate::ffi::{cpu_capability, torch_version};
