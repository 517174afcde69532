//! How results are saved.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::as_text;
use crate::{
    engine::protocol::{
        Destination, ExportOptions, FileFormat, MetadataPolicy, NameTemplate, OnExist,
    },
    imaging::{Colour, Durability, PngEffort, QUALITY},
};

/// How results are saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExportSettings {
    /// Whether saving all writes cutouts.
    pub cutouts: bool,
    /// Whether saving all writes masks.
    pub masks: bool,
    /// The format of cutouts.
    pub format: FormatChoice,
    /// How hard PNGs are pressed, masks too.
    pub png: PngEffort,
    /// Whether a WebP keeps every pixel as it is.
    pub lossless: bool,
    /// From 1 to 100, for JPEG and WebP that is not lossless.
    pub quality: u8,
    /// What is behind the subject in a JPEG.
    #[serde(with = "as_text")]
    pub colour: Colour,
    /// What of the photo's metadata goes along.
    pub metadata: MetadataPolicy,
    /// What files are called.
    pub name: NameTemplate,
    /// Whether results are written beside their originals.
    pub beside: bool,
    /// The folder that they are written to otherwise; `None` until one was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// What to do where a file exists; `None` until the user was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_exist: Option<OnExist>,
}

/// A format, whatever its own choices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormatChoice {
    /// PNG.
    #[default]
    Png,
    /// WebP.
    Webp,
    /// JPEG.
    Jpeg,
    /// TIFF.
    Tiff,
}

impl Default for ExportSettings {
    fn default() -> Self {
        Self {
            cutouts: true,
            masks: true,
            format: FormatChoice::default(),
            png: PngEffort::default(),
            lossless: true,
            quality: QUALITY,
            colour: Colour::WHITE,
            metadata: MetadataPolicy::default(),
            name: NameTemplate::default(),
            beside: true,
            folder: None,
            on_exist: None,
        }
    }
}

impl FormatChoice {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Png, Self::Webp, Self::Jpeg, Self::Tiff];
}

impl ExportSettings {
    /// The format with what was chosen for it.
    pub fn file_format(&self) -> FileFormat {
        let quality = self.quality;
        match self.format {
            FormatChoice::Png => FileFormat::Png(self.png),
            FormatChoice::Webp if self.lossless => FileFormat::WebpLossless,
            FormatChoice::Webp => FileFormat::Webp { quality },
            FormatChoice::Jpeg => FileFormat::Jpeg { quality, colour: self.colour.0 },
            FormatChoice::Tiff => FileFormat::Tiff,
        }
    }

    /// What the engine is told.
    pub fn options(&self) -> ExportOptions {
        let folder = self.folder.clone().filter(|_| !self.beside);
        ExportOptions {
            format: self.file_format(),
            masks: self.png,
            metadata: self.metadata,
            template: self.name.clone(),
            folder: folder.map_or(Destination::Beside, Destination::Folder),
            on_exist: self.on_exist,
            durability: Durability::On,
        }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        if !(1..=100).contains(&self.quality) {
            return Err("quality must be from 1 to 100".to_owned());
        }
        if !self.cutouts && !self.masks {
            return Err("cutouts or masks must be true".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_is_told_with_its_own_choices() {
        let settings = |format, lossless| ExportSettings {
            format,
            lossless,
            quality: 70,
            png: PngEffort::Small,
            ..ExportSettings::default()
        };
        for (format, lossless, expected) in [
            (FormatChoice::Png, false, FileFormat::Png(PngEffort::Small)),
            (FormatChoice::Webp, true, FileFormat::WebpLossless),
            (FormatChoice::Webp, false, FileFormat::Webp { quality: 70 }),
            (FormatChoice::Jpeg, true, FileFormat::Jpeg { quality: 70, colour: [255; 3] }),
            (FormatChoice::Tiff, false, FileFormat::Tiff),
        ] {
            assert_eq!(settings(format, lossless).options().format, expected);
        }
    }

    #[test]
    fn a_folder_counts_only_where_it_was_asked_for() {
        for (beside, folder, expected) in [
            (true, None, Destination::Beside),
            (true, Some("out"), Destination::Beside),
            (false, Some("out"), Destination::Folder("out".into())),
            (false, None, Destination::Beside),
        ] {
            let folder = folder.map(PathBuf::from);
            let settings = ExportSettings { beside, folder, ..ExportSettings::default() };
            assert_eq!(settings.options().folder, expected);
        }
    }
}
