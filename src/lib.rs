//! Cutout removes the background of photos with U²-Net, on the user's own machine.
//!
//! The rooms, and who may import whom, are drawn in `ARCHITECTURE.md`.

pub mod app;
pub mod cli;
pub mod engine;
mod ffi;
mod file_stamp;
pub mod gpu;
pub mod imaging;
pub mod lang;
mod path_text;
mod private_file;
pub mod u2net;
pub mod ui;
pub mod zoo;
