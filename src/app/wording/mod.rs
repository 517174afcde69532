//! What sentences and panels alike say: amounts, the device, and what went wrong.

mod amounts;
mod device;

pub use amounts::{bytes, micros, seconds};
pub use device::{advice, device, device_name, ms_an_image, why_no_gpu};
