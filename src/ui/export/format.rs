//! The format of cutouts, its own choices, and what goes along.

use egui::{ComboBox, Label, RichText, Slider, Ui};

use super::row_title;
use crate::{
    app::settings::{ExportSettings, FormatChoice},
    engine::protocol::MetadataPolicy,
    imaging::{Colour, PngEffort},
    lang::t,
    ui::{
        segments,
        swatches::{self, Picked},
        theme,
    },
};

/// The width of the name of a format, in points.
const FORMAT_WIDTH: f32 = 68.0;

/// Draws it.
pub fn show(ui: &mut Ui, export: &mut ExportSettings) {
    row_title(ui, t!("export-format"));
    ui.vertical(|ui| {
        let name = |format| match format {
            FormatChoice::Png => "PNG",
            FormatChoice::Webp => "WebP",
            FormatChoice::Jpeg => "JPEG",
            FormatChoice::Tiff => "TIFF",
        };
        let choices = FormatChoice::ALL.map(|format| (format, name(format).to_owned()));
        let widths = [FORMAT_WIDTH; FormatChoice::ALL.len()];
        let title = t!("export-format");
        let chosen = segments::row(ui, &title, export.format, &choices, &widths, |_| None);
        export.format = chosen.unwrap_or(export.format);
        own_choices(ui, export);
    });
    ui.end_row();
    row_title(ui, t!("export-keep"));
    let words = |policy| match policy {
        MetadataPolicy::All => t!("export-keep-all"),
        MetadataPolicy::NoLocation => t!("export-keep-no-location"),
        MetadataPolicy::Minimal => t!("export-keep-minimal"),
    };
    let chosen = words(export.metadata);
    let choices = ComboBox::from_id_salt("metadata").width(260.0).selected_text(&chosen);
    let shown = choices.show_ui(ui, |ui| {
        for policy in [MetadataPolicy::All, MetadataPolicy::NoLocation, MetadataPolicy::Minimal] {
            ui.selectable_value(&mut export.metadata, policy, words(policy));
        }
    });
    shown.response.accessible_name(t!("export-keep")).on_hover_text(t!("export-keep-hint"));
    ui.end_row();
}

fn own_choices(ui: &mut Ui, export: &mut ExportSettings) {
    let hint = match export.format {
        FormatChoice::Png => t!("export-png-hint"),
        FormatChoice::Webp => t!("export-webp-hint"),
        FormatChoice::Jpeg => t!("export-jpeg-hint"),
        FormatChoice::Tiff => t!("export-tiff-hint"),
    };
    ui.add(Label::new(RichText::new(hint).small().weak()).wrap());
    match export.format {
        FormatChoice::Png => png_effort(ui, export),
        FormatChoice::Tiff => {}
        FormatChoice::Webp => {
            theme::checkbox(ui, &mut export.lossless, &t!("export-lossless"));
            if !export.lossless {
                quality(ui, export);
            }
        }
        FormatChoice::Jpeg => {
            quality(ui, export);
            ui.label(t!("export-colour"));
            let picked = swatches::show(ui, "export-colour", export.colour.0);
            if let Some(Picked::AtOnce(colour) | Picked::Moving(colour)) = picked {
                export.colour = Colour(colour);
            }
        }
    }
}

fn png_effort(ui: &mut Ui, export: &mut ExportSettings) {
    let choices = [
        (PngEffort::Fast, t!("export-png-fast")),
        (PngEffort::Balanced, t!("export-png-balanced")),
        (PngEffort::Small, t!("export-png-small")),
    ];
    let widths = segments::widths(ui, &choices);
    let hint = |effort| {
        Some(match effort {
            PngEffort::Fast => t!("export-png-fast-hint"),
            PngEffort::Balanced => t!("export-png-balanced-hint"),
            PngEffort::Small => t!("export-png-small-hint"),
        })
    };
    let title = t!("export-png-effort");
    let chosen = segments::row(ui, &title, export.png, &choices, &widths, hint);
    export.png = chosen.unwrap_or(export.png);
}

fn quality(ui: &mut Ui, export: &mut ExportSettings) {
    ui.add(Slider::new(&mut export.quality, 1..=100).text(t!("export-quality")));
}
