//! How `cutout remove` writes results.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::{
    engine::protocol::{Destination, ExportOptions, NameTemplate, OnExist},
    imaging::{
        Colour, FileFormat, MetadataPolicy, PngEffort, QUALITY, Refine,
        edit::{Background, Edits, MaskEdits},
    },
};

/// Arguments that say how results are written.
#[derive(Clone, Debug, Args)]
pub struct ExportArgs {
    /// The format of cutouts; masks are always PNG
    #[arg(long, value_enum, default_value = "png")]
    format: Format,
    /// How small PNGs become, masks too
    #[arg(long, value_enum, default_value_t, value_name = "EFFORT")]
    png: PngEffort,
    /// From 1 to 100, for webp and jpeg [default: 90]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=100))]
    quality: Option<u8>,
    /// Put cutouts on a colour: white, black, grey or #rrggbb; a jpeg is on white otherwise
    #[arg(long, value_name = "COLOUR")]
    background: Option<Colour>,
    /// How the edge is found in the photo
    #[arg(long, value_enum, default_value_t)]
    refine: Refine,
    /// Take the old background's colour out of soft edges
    #[arg(long, value_enum, default_value = "on")]
    clean_colours: Switch,
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
    /// What to do where a result exists already [default: number; with --resume: skip]
    #[arg(long, value_enum)]
    on_exist: Option<OnExist>,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

impl ExportArgs {
    /// The options that these arguments stand for. A run that goes on where another one ended leaves
    /// what is there already, unless it is told otherwise.
    ///
    /// # Errors
    /// Where one has no meaning beside another.
    pub fn options(&self, resumes: bool) -> Result<ExportOptions, String> {
        let on_exist = if resumes { OnExist::Skip } else { OnExist::Number };
        let quality = self.quality.unwrap_or(QUALITY);
        let format = match self.format {
            Format::Png => FileFormat::Png(self.png),
            Format::WebpLossless => FileFormat::WebpLossless,
            Format::Webp => FileFormat::Webp { quality },
            Format::Jpeg => {
                let Colour(colour) = self.background.unwrap_or(Colour::WHITE);
                FileFormat::Jpeg { quality, colour }
            }
            Format::Tiff => FileFormat::Tiff,
        };
        if self.quality.is_some() && !matches!(self.format, Format::Webp | Format::Jpeg) {
            return Err("--quality is for --format webp and jpeg".to_owned());
        }
        Ok(ExportOptions {
            format,
            masks: self.png,
            metadata: match self.metadata {
                Keep::All => MetadataPolicy::All,
                Keep::NoLocation => MetadataPolicy::NoLocation,
                Keep::Minimal => MetadataPolicy::Minimal,
            },
            template: self.name.clone(),
            folder: self.out.clone().map_or(Destination::Beside, Destination::Folder),
            on_exist: Some(self.on_exist.unwrap_or(on_exist)),
        })
    }

    /// What is changed about every photo.
    pub fn edits(&self) -> Edits {
        let background = self.background.map(|Colour(colour)| Background::Colour(colour));
        Edits {
            mask: MaskEdits { refine: self.refine, ..MaskEdits::default() },
            clean_colours: self.clean_colours == Switch::On,
            background: background.unwrap_or_default(),
            ..Edits::default()
        }
    }
}
