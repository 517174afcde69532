//! The rare kinds of JPEG, decoded by libjpeg: in several scans, coded arithmetically, without
//! Huffman tables, without an end marker.
//!
//! It is used for these alone, since it is slower without its assembler code.

use std::{
    any::Any,
    cell::Cell,
    io,
    os::raw::{c_int, c_long},
    panic::{AssertUnwindSafe, catch_unwind},
    ptr,
};

use image::{
    ColorType, ImageDecoder, ImageError, ImageFormat, ImageResult,
    error::{DecodingError, ImageFormatHint},
};
use mozjpeg::{
    ColorSpace,
    decompress::{Decompress, DecompressBuilder},
};
use mozjpeg_sys::{JWRN_HIT_MARKER, jpeg_common_struct, jpeg_error_mgr, msg_parm_union};

use super::Layout;
use crate::ffi;

thread_local! {
    /// How often libjpeg missed data on this thread: it has no place of its own for that which
    /// could be read here.
    static MISSES: Cell<u32> = const { Cell::new(0) };
}

/// A JPEG of a rare kind; no pixel is decoded yet.
pub struct RareDecoder {
    bytes: Vec<u8>,
    layout: Layout,
    size_px: (u32, u32),
    colours: Colours,
}

/// What libjpeg makes of the file's colours.
#[derive(Clone, Copy)]
enum Colours {
    Grey,
    Rgb,
    Inks,
}

impl RareDecoder {
    /// Reads the header.
    ///
    /// # Errors
    /// Where libjpeg does not understand it.
    pub fn new(bytes: Vec<u8>, layout: Layout) -> ImageResult<Self> {
        let (size, colours) = with_libjpeg(|| {
            let picture = Decompress::new_mem(&bytes)?;
            Ok((picture.size(), colours_of(picture.color_space())))
        })?;
        let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
        Ok(Self { size_px: (side(size.0), side(size.1)), colours, bytes, layout })
    }
}

fn colours_of(colour_space: ColorSpace) -> Colours {
    match colour_space {
        ColorSpace::JCS_GRAYSCALE => Colours::Grey,
        ColorSpace::JCS_CMYK | ColorSpace::JCS_YCCK => Colours::Inks,
        _ => Colours::Rgb,
    }
}

impl ImageDecoder for RareDecoder {
    fn dimensions(&self) -> (u32, u32) {
        self.size_px
    }

    fn color_type(&self) -> ColorType {
        match self.colours {
            Colours::Grey => ColorType::L8,
            Colours::Rgb | Colours::Inks => ColorType::Rgb8,
        }
    }

    fn exif_metadata(&mut self) -> ImageResult<Option<Vec<u8>>> {
        Ok(self.layout.exif.clone())
    }

    fn icc_profile(&mut self) -> ImageResult<Option<Vec<u8>>> {
        Ok(self.layout.icc_profile())
    }

    fn read_image(self, pixels: &mut [u8]) -> ImageResult<()> {
        let has_end = self.layout.has_end;
        let decoded = with_libjpeg(|| self.decode(pixels));
        match decoded {
            // Where no end marker says so, libjpeg's silence does: all of the picture is there.
            _ if !has_end && (decoded.is_err() || MISSES.get() > 0) => {
                Err(ImageError::IoError(io::ErrorKind::UnexpectedEof.into()))
            }
            decoded => decoded,
        }
    }

    fn read_image_boxed(self: Box<Self>, pixels: &mut [u8]) -> ImageResult<()> {
        (*self).read_image(pixels)
    }
}

impl RareDecoder {
    fn decode(&self, pixels: &mut [u8]) -> io::Result<()> {
        let builder = match self.layout.has_end {
            true => DecompressBuilder::new(),
            false => DecompressBuilder::new().with_err(counting()),
        };
        let picture = builder.from_mem(&self.bytes)?;
        MISSES.set(0);
        match self.colours {
            Colours::Grey => picture.grayscale()?.read_scanlines_into(pixels).map(drop),
            Colours::Rgb => picture.rgb()?.read_scanlines_into(pixels).map(drop),
            Colours::Inks => {
                let mut rows = picture.to_colorspace(ColorSpace::JCS_CMYK)?;
                let inverted = self.layout.has_adobe_marker;
                let mut inks = vec![0_u8; 4 * self.size_px.0 as usize];
                for row in pixels.chunks_exact_mut(3 * self.size_px.0 as usize) {
                    rows.read_scanlines_into(&mut inks)?;
                    for (rgb, inks) in row.chunks_exact_mut(3).zip(inks.chunks_exact(4)) {
                        let light = |ink: u8| u32::from(if inverted { ink } else { 255 - ink });
                        for (channel, &ink) in rgb.iter_mut().zip(inks) {
                            *channel = ((light(ink) * light(inks[3]) + 127) / 255) as u8;
                        }
                    }
                }
                Ok(())
            }
        }
    }
}

/// Calls libjpeg, which tells its errors by unwinding.
fn with_libjpeg<T>(body: impl FnOnce() -> io::Result<T>) -> ImageResult<T> {
    let words = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(done) => return done.map_err(ImageError::IoError),
        Err(panic) => words_of(&*panic),
    };
    let format = ImageFormatHint::Exact(ImageFormat::Jpeg);
    Err(ImageError::Decoding(DecodingError::new(format, words)))
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<String>().map_or("libjpeg cannot read it", String::as_str);
    words.trim_start_matches("libjpeg fatal error: ").to_owned()
}

/// What libjpeg calls where something is wrong: that data is missing is counted, errors unwind.
fn counting() -> jpeg_error_mgr {
    extern "C-unwind" fn fail(_: &mut jpeg_common_struct) {
        std::panic::resume_unwind(Box::new(String::from("libjpeg cannot read it")));
    }
    extern "C-unwind" fn count(cinfo: &mut jpeg_common_struct, level: c_int) {
        if level < 0 && ffi::libjpeg_message(cinfo) == JWRN_HIT_MARKER {
            MISSES.set(MISSES.get().saturating_add(1));
        }
    }
    extern "C-unwind" fn nothing(_: &mut jpeg_common_struct) {}
    jpeg_error_mgr {
        error_exit: Some(fail),
        emit_message: Some(count),
        output_message: Some(nothing),
        format_message: None,
        reset_error_mgr: Some(nothing),
        msg_code: 0,
        msg_parm: msg_parm_union { _bindgen_data_: [0; 20] },
        trace_level: 0,
        num_warnings: c_long::default(),
        jpeg_message_table: ptr::null(),
        last_jpeg_message: 0,
        addon_message_table: ptr::null(),
        first_addon_message: 0,
        last_addon_message: 0,
    }
}
