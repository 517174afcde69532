//! Which keys do what.

use egui::{Align, Label, Layout, RichText, ScrollArea, Ui};

use super::heading;
use crate::{
    app::action::Action,
    lang::t,
    ui::{
        commands::{Command, Menu},
        scroll,
        theme::{SPACE, palette},
        words,
    },
};

const COLUMN_WIDTH: f32 = 330.0;
const COLUMNS_MOST: f32 = 3.0;
const LINE_HEIGHT: f32 = 22.0;

/// Draws the list, in as many columns as fit.
pub fn show(ui: &mut Ui, is_new: bool, actions: &mut Vec<Action>) {
    let room = ui.ctx().content_rect().width() - 6.0 * SPACE.l;
    let between = 2.0 * SPACE.l;
    let columns = ((room + between) / (COLUMN_WIDTH + between)).floor().clamp(1.0, COLUMNS_MOST);
    let width = columns * (COLUMN_WIDTH + between) - between;
    ui.set_width(width.min(room));
    heading(ui, &t!("shortcuts-title"), is_new, actions);
    let height = ui.available_height();
    scroll::show(ui, ScrollArea::vertical().max_height(height).auto_shrink([false, true]), |ui| {
        ui.spacing_mut().item_spacing.x = between;
        ui.columns(columns as usize, |columns| {
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
    ui.spacing_mut().interact_size.y = LINE_HEIGHT;
    ui.spacing_mut().item_spacing.y = 0.0;
    for command in menu.commands() {
        line(ui, command);
    }
    ui.add_space(SPACE.m);
}

fn line(ui: &mut Ui, command: &Command) {
    let palette = palette(ui.visuals());
    let keys: Vec<_> =
        command.keys.iter().take(2).map(|keys| words::keys(ui.ctx(), keys)).collect();
    let keys = if keys.is_empty() { t!("shortcuts-by-menu") } else { keys.join("  ") };
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(RichText::new(keys).small().color(palette.muted));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(RichText::new(command.title())).truncate());
            });
        });
    });
}
