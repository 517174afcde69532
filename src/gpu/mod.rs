//! The device: which one and why, its memory, and the cleanup points.

pub mod cleanup;
pub mod device;
pub mod memory;
