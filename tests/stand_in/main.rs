//! The GPU path on a stand-in for CUDA (`tests/gpu_stand_in`): libtorch's own CUDA library and its
//! real caching allocator, with nobody who computes. What is allocated, reserved and given back is
//! real, and so is what happens when there is no memory; masks are made up.

#[macro_use]
mod rig;

mod cards;
mod figures;
mod loading;
mod memory_runs_out;
mod panel;
mod peaks;
mod points;
#[path = "../common/samples.rs"]
mod samples;
#[path = "../common/scrape.rs"]
mod scrape;
#[path = "../common/skip.rs"]
mod skip;
mod snapshots;
mod soaks;
