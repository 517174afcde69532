//! How `cutout remove` writes results.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::{
    engine::protocol::{Destination, ExportOptions, NameTemplate, OnExist},
    imaging::{
        Colour, Durability, FileFormat, MetadataPolicy, PngEffort, QUALITY, Refine,
        edit::{Background, Edits, MaskEdits},
    },
};

/// Arguments that say how results are written.
#[derive(Clone, Debug, Args)]
pub struct ExportArgs {
    /// The format of cutouts; masks are always PNG [default: png]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// How small PNGs become, masks too [default: balanced]
    #[arg(long, value_enum, value_name = "EFFORT")]
    png: Option<PngEffort>,
    /// From 1 to 100, for webp and jpeg [default: 90]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=100))]
    quality: Option<u8>,
    /// Put cutouts on a colour: white, black, grey or #rrggbb; a jpeg is on white otherwise
    #[arg(long, value_name = "COLOUR")]
    background: Option<Colour>,
    /// How the edge is found in the photo
    #[arg(long, value_enum, default_value_t)]
    refine: Refine,
    /// Take the old background's colour out of soft edges [default: on]
    #[arg(long, value_enum)]
    clean_colours: Option<Switch>,
    /// What of a photo's metadata goes along; the colour profile and the resolution always do
    /// [default: all]
    #[arg(long, value_enum)]
    metadata: Option<Keep>,
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
    /// Have each result on the disk, safe from a power cut, before it is called done
    #[arg(long, value_enum, default_value = "on")]
    durable: Switch,
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
    /// Looks for arguments that have no effect on what is saved.
    ///
    /// # Errors
    /// Which, and why.
    pub fn check(&self, cutout: bool, mask: bool) -> Result<(), String> {
        let format = self.format.unwrap_or(Format::Png);
        if self.quality.is_some() && !matches!(format, Format::Webp | Format::Jpeg) {
            return Err("--quality is for --format webp and jpeg".to_owned());
        }
        if self.png.is_some() && format != Format::Png && !mask {
            return Err("--png has no effect: nothing is saved as PNG".to_owned());
        }
        let of_cutouts = [
            ("--format", self.format.is_some()),
            ("--quality", self.quality.is_some()),
            ("--background", self.background.is_some()),
            ("--clean-colours", self.clean_colours.is_some()),
            ("--metadata", self.metadata.is_some()),
        ];
        match of_cutouts.iter().find(|(_, is_given)| *is_given && !cutout) {
            Some((flag, _)) => Err(format!(
                "{flag} has no effect on masks; add cutout to --save, or leave it away"
            )),
            None => Ok(()),
        }
    }

    /// Whether what is written is brought to the disk before it is called done.
    pub fn durability(&self) -> Durability {
        match self.durable {
            Switch::On => Durability::On,
            Switch::Off => Durability::Off,
        }
    }

    /// The options that these arguments stand for. A run that goes on where another one ended leaves
    /// what is there already, unless it is told otherwise.
    pub fn options(&self, resumes: bool) -> ExportOptions {
        let on_exist = if resumes { OnExist::Skip } else { OnExist::Number };
        let quality = self.quality.unwrap_or(QUALITY);
        let png = self.png.unwrap_or_default();
        let format = match self.format.unwrap_or(Format::Png) {
            Format::Png => FileFormat::Png(png),
            Format::WebpLossless => FileFormat::WebpLossless,
            Format::Webp => FileFormat::Webp { quality },
            Format::Jpeg => {
                let Colour(colour) = self.background.unwrap_or(Colour::WHITE);
                FileFormat::Jpeg { quality, colour }
            }
            Format::Tiff => FileFormat::Tiff,
        };
        ExportOptions {
            format,
            masks: png,
            metadata: match self.metadata.unwrap_or(Keep::All) {
                Keep::All => MetadataPolicy::All,
                Keep::NoLocation => MetadataPolicy::NoLocation,
                Keep::Minimal => MetadataPolicy::Minimal,
            },
            template: self.name.clone(),
            folder: self.out.clone().map_or(Destination::Beside, Destination::Folder),
            on_exist: Some(self.on_exist.unwrap_or(on_exist)),
            durability: self.durability(),
        }
    }

    /// What is changed about every photo.
    pub fn edits(&self) -> Edits {
        let background = self.background.map(|Colour(colour)| Background::Colour(colour));
        Edits {
            mask: MaskEdits { refine: self.refine, ..MaskEdits::default() },
            clean_colours: self.clean_colours != Some(Switch::Off),
            background: background.unwrap_or_default(),
            ..Edits::default()
        }
    }
}
