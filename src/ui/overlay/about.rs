//! Versions, licences, and what leaves this computer.

use egui::{Grid, Label, RichText, ScrollArea, Ui, vec2};

use super::heading;
use crate::{
    app::{action::Action, state::State},
    lang::t,
    ui::{scroll, theme::SPACE},
};

const WIDTH: f32 = 500.0;

/// The larger libraries and what else is inside, with their licences; the packages bring the whole
/// list with its texts.
const LIBRARIES: [(&str, &str); 8] = [
    ("libtorch", "BSD-3-Clause"),
    ("egui, eframe, egui_plot", "MIT OR Apache-2.0"),
    ("tch", "MIT OR Apache-2.0"),
    ("image, fast_image_resize", "MIT OR Apache-2.0"),
    ("libwebp", "BSD-3-Clause"),
    ("Noto Sans", "OFL-1.1"),
    ("Lucide", "ISC"),
    ("nucleo", "MPL-2.0"),
];

/// Draws it.
pub fn show(ui: &mut Ui, state: &State, is_new: bool, actions: &mut Vec<Action>) {
    ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 6.0 * SPACE.l));
    heading(ui, &t!("about-title"), is_new, actions);
    let height = ui.available_height();
    scroll::show(ui, ScrollArea::vertical().max_height(height).auto_shrink([false, true]), |ui| {
        wrapped(ui, RichText::new(t!("about-what")));
        ui.add_space(SPACE.m);
        part(ui, &t!("about-network-title"));
        wrapped(ui, RichText::new(t!("about-network")));
        ui.add_space(SPACE.m);
        part(ui, &t!("about-versions"));
        table(ui, "versions", &versions(state));
        ui.add_space(SPACE.m);
        part(ui, &t!("about-licences"));
        let mut licences = vec![("Cutout".to_owned(), "MIT OR Apache-2.0".to_owned())];
        for (model, licence) in &state.about.models {
            licences.push((t!("about-weights", model = model.as_str()), licence.clone()));
        }
        let libraries = LIBRARIES.iter();
        licences.extend(libraries.map(|&(name, licence)| (name.to_owned(), licence.to_owned())));
        table(ui, "licences", &licences);
        ui.add_space(SPACE.s);
        wrapped(ui, RichText::new(t!("about-more-licences")).weak());
    });
}

fn versions(state: &State) -> Vec<(String, String)> {
    let of_egui = env!("CUTOUT_EGUI_VERSION");
    [
        ("Cutout", env!("CARGO_PKG_VERSION")),
        ("libtorch", state.about.libtorch.as_str()),
        ("egui", of_egui),
    ]
    .into_iter()
    .filter(|(_, version)| !version.is_empty())
    .map(|(name, version)| (name.to_owned(), version.to_owned()))
    .collect()
}

fn part(ui: &mut Ui, title: &str) {
    ui.label(RichText::new(title).heading().strong());
    ui.add_space(SPACE.xs);
}

fn wrapped(ui: &mut Ui, text: RichText) {
    ui.add(Label::new(text).wrap());
}

fn table(ui: &mut Ui, name: &str, rows: &[(String, String)]) {
    Grid::new(name).num_columns(2).spacing(vec2(SPACE.l, SPACE.xs)).show(ui, |ui| {
        for (left, right) in rows {
            ui.label(left);
            ui.label(RichText::new(right).weak());
            ui.end_row();
        }
    });
}
