//! Pictures: decode, resize, matte, compose, encode. No tensors live here, and no thread
//! outlives the call that started it.
//!
//! Every function is pure but for the reading and writing of files, and takes a [`Cancel`] where
//! its work can last longer than a person waits.

mod beside;
mod both;
mod cancel;
mod cancel_io;
mod colour;
mod colour_profile;
mod compose;
mod decode;
mod decode_error;
mod doubt;
pub mod edit;
mod encode;
mod exif;
mod file_thumbnail;
mod foreground;
mod formats;
mod gif_screen;
mod head;
mod icc;
mod jpeg;
mod limits;
mod map_file;
mod matte;
mod metadata;
mod mipmap;
mod part;
mod picture;
mod png_chunks;
pub mod refine;
mod replaced;
mod resample;
mod resize;
mod result_mark;
mod runs;
mod saliency;
mod second_look;
mod strips;
mod system_error;
mod tiff_picture;
mod write;

pub use both::both;
pub use cancel::{Cancel, Cancelled};
pub use colour::Colour;
pub use compose::{cutout, mask_picture, preview, thumbnail};
pub use decode::{decode, decode_in_turn};
pub use decode_error::{DecodeError, DecodeProblem, megapixels};
pub use doubt::{Doubt, doubts};
pub use encode::{FileFormat, PngEffort, QUALITY, save_cutout, save_mask};
pub use file_thumbnail::{file_thumbnail, peek_size_px};
pub use foreground::{Foreground, Halvings};
pub use formats::{
    Content, EXTENSIONS, FORMAT_NAMES, FORMATS, NoPicture, SNIFF_BYTES, is_other_extension,
    is_supported_extension, unsupported_extension,
};
pub use limits::Limits;
pub use map_file::{load_map, save_map};
pub use matte::{Matte, matte_from_map};
pub use metadata::{Dpi, Metadata, MetadataPolicy};
pub use mipmap::Mipmap;
pub use part::{matte_part, part, whole};
pub use picture::{Picture, Rgba};
pub use refine::Refine;
pub use resize::{fit, fit_size_px, network_input, network_input_of};
pub use result_mark::{ResultFile, ResultMark, is_result};
pub use saliency::{NetworkInput, Resampling, SaliencyMap};
pub use second_look::{Part, SaliencyMaps, Second, second_look};
pub use strips::StripSource;
pub use system_error::{SystemError, SystemErrorKind};
pub use write::{
    CLAIM_ENDING, Durability, Existing, HIDDEN_BEGINNING, WriteError, WriteSeek, Writing,
    create_folder, parent_of, remove_leftovers, sync_folder, write_whole,
};
