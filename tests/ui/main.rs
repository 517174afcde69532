//! The window through its accessibility tree: what a user sees and does, with the engine's part
//! played by the test.

mod adding;
mod brush;
mod clipboard;
mod commands;
mod inspector;
mod list;
mod looks;
mod memory;
mod order;
mod panels;
mod pictures;
mod readings;
mod running;
mod saving;
mod scene;
mod session;
mod settings;
mod situation;
mod snapshots;
mod window;
