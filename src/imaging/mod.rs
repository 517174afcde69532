//! Pictures: decode, resize, matte, compose, encode. No tensors and no threads live here.
//!
//! Every function is pure but for the reading and writing of files, and takes a [`Cancel`] where
//! its work can last longer than a person waits.

mod cancel;
mod picture;
mod saliency;

pub use cancel::{Cancel, Cancelled};
pub use picture::{Metadata, Picture, Rgba};
pub use saliency::{NetworkInput, Resampling, SaliencyMap};

/// File name extensions of the formats that can be opened, in lower case.
pub const EXTENSIONS: &[&str] = &["jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff", "gif"];
