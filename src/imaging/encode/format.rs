//! The formats that results can be written in, and what each can hold.

/// A format of cutouts, with its own choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// PNG: 8 or 16 bits, transparent.
    Png(PngEffort),
    /// WebP, every pixel as it is: 8 bits, transparent.
    WebpLossless,
    /// WebP, smaller: 8 bits, transparent.
    Webp {
        /// 1 to 100.
        quality: u8,
    },
    /// JPEG: 8 bits, on a colour.
    Jpeg {
        /// 1 to 100.
        quality: u8,
        /// Behind what is transparent: red, green, blue.
        colour: [u8; 3],
    },
    /// TIFF: 8 or 16 bits, transparent.
    Tiff,
}

/// How much time a PNG's size is worth; its pixels are the same.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    clap::ValueEnum,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum PngEffort {
    /// Largest files, soonest
    Fast,
    /// Small files, soon
    #[default]
    Balanced,
    /// Smallest files, many times slower
    Small,
}

impl Default for FileFormat {
    fn default() -> Self {
        Self::Png(PngEffort::default())
    }
}

/// The quality to start from.
pub const QUALITY: u8 = 90;

impl FileFormat {
    /// Every ending that its files' names can have.
    pub const EXTENSIONS: [&str; 4] = ["png", "webp", "jpg", "tif"];

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Png(_) => "PNG",
            Self::WebpLossless | Self::Webp { .. } => "WebP",
            Self::Jpeg { .. } => "JPEG",
            Self::Tiff => "TIFF",
        }
    }

    /// What its files' names end in, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png(_) => "png",
            Self::WebpLossless | Self::Webp { .. } => "webp",
            Self::Jpeg { .. } => "jpg",
            Self::Tiff => "tif",
        }
    }

    /// The most pixels that it can be wide or high.
    pub fn longest_px(self) -> u32 {
        match self {
            Self::WebpLossless | Self::Webp { .. } => 16_383,
            Self::Jpeg { .. } => 65_535,
            Self::Png(_) | Self::Tiff => i32::MAX as u32,
        }
    }

    /// The most bytes of pixels that it can hold.
    pub fn most_bytes(self) -> u64 {
        match self {
            // Offsets have 32 bits; some room for everything else.
            Self::Tiff => u32::MAX as u64 - (64 << 20),
            _ => u64::MAX,
        }
    }
}
