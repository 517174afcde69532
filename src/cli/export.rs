//! How `cutout remove` writes results.

use std::{path::PathBuf, str::FromStr};

use clap::{Args, ValueEnum};

use crate::{
    engine::protocol::{Destination, ExportOptions, NameTemplate, OnExist},
    imaging::{
        FileFormat, MetadataPolicy, QUALITY,
        edit::{Background, Edits},
    },
};

/// Arguments that say how results are written.
#[derive(Clone, Debug, Args)]
pub struct ExportArgs {
    /// The format of cutouts; masks are always PNG
    #[arg(long, value_enum, default_value = "png")]
    format: Format,
    /// From 1 to 100, for webp and jpeg [default: 90]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=100))]
    quality: Option<u8>,
    /// Put cutouts on a colour: white, black, grey or #rrggbb; a jpeg is on white otherwise
    #[arg(long, value_name = "COLOUR")]
    background: Option<Colour>,
    /// What of a photo's metadata goes along; the colour profile and the resolution always do
    #[arg(long, value_enum, default_value = "all")]
    metadata: Keep,
    /// What results are called, without their ending; {name}, {kind}, {number} and {folder} are
    /// filled in
    #[arg(long, value_name = "TEMPLATE", default_value_t)]
    name: NameTemplate,
    /// Write to this folder instead of beside each photo; folders found below a named folder are
    /// made again in it
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What to do where a result exists already
    #[arg(long, value_enum, default_value = "number")]
    on_exist: OnExist,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// 8 or 16 bits as the photo has, transparent
    Png,
    /// 8 bits, transparent, small
    Webp,
    /// 8 bits, transparent, every pixel as it is
    WebpLossless,
    /// 8 bits, on a colour
    Jpeg,
    /// 8 or 16 bits as the photo has, transparent
    Tiff,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Keep {
    /// All of it
    All,
    /// All but what names the place
    NoLocation,
    /// Nothing more
    Minimal,
}

/// A colour by its name or numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Colour([u8; 3]);

impl FromStr for Colour {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = |text: &str| {
            let digits = text.strip_prefix('#')?;
            let is_hex = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
            let value = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
            let [_, red, green, blue] = value.to_be_bytes();
            Some([red, green, blue])
        };
        let named = match text {
            "white" => Some([255; 3]),
            "black" => Some([0; 3]),
            "grey" | "gray" => Some([128; 3]),
            _ => numbers(text),
        };
        named.map(Self).ok_or_else(|| "a colour is white, black, grey or #rrggbb".to_owned())
    }
}

impl ExportArgs {
    /// The options that these arguments stand for.
    ///
    /// # Errors
    /// Where one has no meaning beside another.
    pub fn options(&self) -> Result<ExportOptions, String> {
        let quality = self.quality.unwrap_or(QUALITY);
        let format = match self.format {
            Format::Png => FileFormat::Png,
            Format::WebpLossless => FileFormat::WebpLossless,
            Format::Webp => FileFormat::Webp { quality },
            Format::Jpeg => {
                let Colour(colour) = self.background.unwrap_or(Colour([255; 3]));
                FileFormat::Jpeg { quality, colour }
            }
            Format::Tiff => FileFormat::Tiff,
        };
        if self.quality.is_some() && !matches!(self.format, Format::Webp | Format::Jpeg) {
            return Err("--quality is for --format webp and jpeg".to_owned());
        }
        Ok(ExportOptions {
            format,
            metadata: match self.metadata {
                Keep::All => MetadataPolicy::All,
                Keep::NoLocation => MetadataPolicy::NoLocation,
                Keep::Minimal => MetadataPolicy::Minimal,
            },
            template: self.name.clone(),
            folder: self.out.clone().map_or(Destination::Beside, Destination::Folder),
            on_exist: Some(self.on_exist),
        })
    }

    /// What is changed about every photo.
    pub fn edits(&self) -> Edits {
        let background = self.background.map(|Colour(colour)| Background::Colour(colour));
        Edits { background: background.unwrap_or_default(), ..Edits::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_named_or_numbered() {
        for (text, expected) in [
            ("white", Some([255, 255, 255])),
            ("grey", Some([128, 128, 128])),
            ("#0a0B0c", Some([10, 11, 12])),
            ("0a0b0c", None),
            ("#abc", None),
            ("#+12345", None),
            ("mauve", None),
        ] {
            assert_eq!(text.parse::<Colour>().ok(), expected.map(Colour), "{text}");
        }
    }
}
