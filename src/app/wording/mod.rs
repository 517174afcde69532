//! What sentences and panels alike say: amounts, the device, and what went wrong.

mod amounts;
mod device;
mod failure;
mod file;
mod kept;
mod model;
mod passed_over;
mod snapshot;

pub use amounts::{bytes, micros, seconds};
pub use device::{advice, device, device_name, ms_an_image, no_gpu, why_no_gpu, why_this_gpu};
pub use failure::failure;
pub use file::{formats, not_written, system, unreadable};
pub use kept::{damage, not_kept, settings_problem};
pub use model::no_model;
pub use passed_over::passed_over;
pub use snapshot::no_snapshot;

#[cfg(test)]
mod tests;
