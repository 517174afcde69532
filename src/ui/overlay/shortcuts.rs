//! Which keys do what.

use egui::{Align, Grid, Label, Layout, RichText, ScrollArea, Ui, vec2};

use super::heading;
use crate::{
    app::action::Action,
    lang::t,
    ui::{
        commands::{Command, Menu},
        scroll,
        theme::{SPACE, palette},
    },
};

const COLUMN_WIDTH: f32 = 330.0;

/// Draws the list, in as many columns as fit.
pub fn show(ui: &mut Ui, is_new: bool, actions: &mut Vec<Action>) {
    let room = ui.ctx().content_rect().width() - 6.0 * SPACE.l;
    let columns = if room >= 2.0 * COLUMN_WIDTH + SPACE.l { 2 } else { 1 };
    let width = columns as f32 * COLUMN_WIDTH + (columns - 1) as f32 * SPACE.l;
    ui.set_width(width.min(room));
    heading(ui, &t!("shortcuts-title"), is_new, actions);
    let height = ui.available_height();
    scroll::show(ui, ScrollArea::vertical().max_height(height).auto_shrink([false, true]), |ui| {
        ui.columns(columns, |columns| {
            for (menu, column) in Menu::ALL.into_iter().zip(spread(columns.len())) {
                part(&mut columns[column], menu);
            }
        });
    });
}

/// Which column each menu is in: the longest ones apart.
fn spread(columns: usize) -> Vec<usize> {
    let mut lengths = vec![0; columns];
    let mut places = Vec::with_capacity(Menu::ALL.len());
    for menu in Menu::ALL {
        let shortest = (0..columns).min_by_key(|&column| lengths[column]).unwrap_or(0);
        lengths[shortest] += menu.commands().count() + 2;
        places.push(shortest);
    }
    places
}

fn part(ui: &mut Ui, menu: Menu) {
    ui.add_space(SPACE.xs);
    ui.label(RichText::new(menu.title()).heading().strong());
    ui.add_space(SPACE.xs);
    Grid::new(menu).num_columns(2).spacing(vec2(SPACE.m, SPACE.xs)).show(ui, |ui| {
        for command in menu.commands() {
            line(ui, command);
            ui.end_row();
        }
    });
    ui.add_space(SPACE.m);
}

fn line(ui: &mut Ui, command: &Command) {
    let palette = palette(ui.visuals());
    let keys: Vec<_> = command.keys.iter().map(|keys| ui.ctx().format_shortcut(keys)).collect();
    let keys = if keys.is_empty() { t!("shortcuts-by-menu") } else { keys.join("  ") };
    ui.add_sized(
        vec2(COLUMN_WIDTH * 0.6, 18.0),
        Label::new(RichText::new(command.title())).halign(Align::Min).truncate(),
    );
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        ui.label(RichText::new(keys).small().color(palette.muted));
    });
}
